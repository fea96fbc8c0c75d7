/**
 * Lists as a file to download, CSV (RFC 4180) or one JSON object a line: every row that the filters match,
 * written as fast as it is read, so that few are in memory. A download that
 * fails on the way breaks off, rather than ending as if it were whole.
 */

import type { HttpBindings } from '@hono/node-server'
import { KIB, NetWatcherError, SECOND_MS } from '@netwatcher/shared'
import type { Context } from 'hono'
import { type Cell, cellText } from '../contract/csv.js'

const CHUNK_BYTES = 32 * KIB
/** Each holds a snapshot of the database, which then cannot shorten its log. */
const MAX_EXPORTS = 4
const READ_WITHIN_MS = 30 * SECOND_MS

export interface CsvFile {
  name: string
  header: readonly string[]
  rows: AsyncGenerator<Record<string, Cell>>
}

export interface LinesFile {
  name: string
  rows: AsyncGenerator<object>
}

export class FileExports {
  private running = 0

  constructor(private readonly readWithinMs = READ_WITHIN_MS) {}

  csv(c: Context, { name, header, rows }: CsvFile): Promise<Response> {
    const type = 'text/csv; charset=utf-8; header=present'
    return this.respond(c, chunksOf(csvLines(header, rows)), { type, name: `${name}.csv` })
  }

  ndjson(c: Context, { name, rows }: LinesFile): Promise<Response> {
    return this.respond(c, chunksOf(jsonLines(rows)), {
      type: 'application/x-ndjson',
      name: `${name}.ndjson`,
    })
  }

  private async respond(
    c: Context,
    file: AsyncGenerator<Uint8Array>,
    { type, name }: { type: string; name: string },
  ): Promise<Response> {
    if (this.running >= MAX_EXPORTS) {
      throw new NetWatcherError(
        'resource_exhausted',
        'TOO_MANY_EXPORTS',
        'Too many exports are running; wait.',
      )
    }
    this.running++
    const chunks = this.counted(file)
    // The first chunk decides between a file and a problem.
    const first = await chunks.next()
    const body = readable(first, chunks, this.readWithinMs, () => cutOff(c))
    return c.body(body, 200, {
      'Content-Type': type,
      'Content-Disposition': `attachment; filename="netwatcher-${name}"`,
    })
  }

  private async *counted(chunks: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      yield* chunks
    } finally {
      this.running--
    }
  }
}

export async function* each<T, U>(rows: AsyncIterable<T>, view: (row: T) => U): AsyncGenerator<U> {
  for await (const row of rows) yield view(row)
}

async function* csvLines(header: readonly string[], rows: CsvFile['rows']): AsyncGenerator<string> {
  yield line(header)
  for await (const row of rows) yield line(header.map((key) => row[key] ?? null))
}

async function* jsonLines(rows: LinesFile['rows']): AsyncGenerator<string> {
  for await (const row of rows) yield `${JSON.stringify(row)}\n`
}

async function* chunksOf(lines: AsyncGenerator<string>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder()
  let text = ''
  for await (const one of lines) {
    text += one
    if (text.length < CHUNK_BYTES) continue
    yield encoder.encode(text)
    text = ''
  }
  yield encoder.encode(text)
}

function line(cells: readonly Cell[]): string {
  return `${cells.map(cellText).join(',')}\r\n`
}

/** Read only when the reader takes more; one that takes nothing for long is given up. */
function readable(
  first: IteratorResult<Uint8Array>,
  chunks: AsyncGenerator<Uint8Array>,
  readWithinMs: number,
  onStalled: () => void,
): ReadableStream<Uint8Array> {
  let next: Promise<IteratorResult<Uint8Array>> | null = Promise.resolve(first)
  let timer: NodeJS.Timeout | undefined
  const stall = () => {
    onStalled()
    void chunks.return(undefined)
  }
  return new ReadableStream({
    async pull(controller) {
      clearTimeout(timer)
      const { done, value } = await (next ?? chunks.next())
      next = null
      if (done) return controller.close()
      controller.enqueue(value)
      timer = setTimeout(stall, readWithinMs)
    },
    async cancel() {
      clearTimeout(timer)
      await chunks.return(undefined)
    },
  })
}

function cutOff(c: Context): void {
  const bindings: Partial<HttpBindings> | undefined = c.env
  bindings?.outgoing?.destroy()
}
