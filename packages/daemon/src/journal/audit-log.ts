/**
 * What was asked of the daemon and what became of it: what happened to blocks,
 * what was changed about watching, what was planned, and what was refused: the
 * newest entries in memory, and one JSON object per line in the state directory. The file is rewritten to the entries in memory when it
 * has grown to twice their number, or when it was found damaged.
 */

import { NO_TEXT, text } from '@netwatcher/shared'
import { z } from 'zod'
import type { AuditEntry } from '../model/audit.js'
import { jsonState } from '../os/state-file.js'
import type { TextFile } from '../os/text-file.js'
import { AUDIT_ACTIONS, AuditBook, MAX_AUDIT_ENTRIES } from './audit-book.js'

const common = {
  atMs: z.int(),
  action: z.enum(AUDIT_ACTIONS),
  blockId: z.string(),
}

const entrySchema = z
  .object({
    ...common,
    firstMs: z.int().optional(),
    targets: z.array(z.string()),
    detail: z.object({ rule: z.string(), params: z.record(z.string(), z.string()) }),
    via: z.enum(['group', 'admin', 'daemon']),
    verb: z.string().default(''),
    reason: z.string().default(''),
    count: z.int().positive(),
  })
  .transform((entry): AuditEntry => ({ ...entry, firstMs: entry.firstMs ?? entry.atMs }))

/** Lines of version 0.1 have one target and an English detail. */
const oldEntrySchema = z
  .object({ ...common, target: z.string(), detail: z.string() })
  .transform(({ target, detail, ...rest }): AuditEntry => {
    const targets = target === '' ? [] : [target]
    const words = detail === '' ? NO_TEXT : text('as_written', { text: detail })
    return {
      ...rest,
      firstMs: rest.atMs,
      targets,
      detail: words,
      via: 'group',
      verb: '',
      reason: '',
      count: 1,
    }
  })

const checkEntry = jsonState<AuditEntry>(z.union([entrySchema, oldEntrySchema]))

export class AuditLog {
  readonly #book = new AuditBook()
  #linesInFile = 0

  constructor(private readonly file: TextFile) {}

  /**
   * A last line that a kill has cut short is left out. Where more is wrong, the
   * file is set aside. Either way the next entry has it written anew.
   */
  load(): void {
    const text = this.file.read() ?? ''
    const lines = text.split('\n').filter((line) => line !== '')
    const isCutShort = text !== '' && !text.endsWith('\n')
    const whole = isCutShort ? lines.slice(0, -1) : lines
    const entries = whole.flatMap(parseEntry)
    const damaged = whole.length - entries.length
    for (const entry of entries) this.#book.add(entry)
    this.#linesInFile = damaged > 0 || isCutShort ? Number.POSITIVE_INFINITY : lines.length
    if (damaged > 0) this.file.setAside(`${damaged} of its ${lines.length} lines could not be read`)
  }

  /** Kept in memory even when the disk refuses it; then this throws. */
  add(entry: AuditEntry): void {
    this.#book.add(entry)
    if (this.#linesInFile >= 2 * MAX_AUDIT_ENTRIES) {
      const entries = this.#book.list()
      this.file.replace(entries.map(formatLine).join(''))
      this.#linesInFile = entries.length
    } else {
      this.file.append(formatLine(entry))
      this.#linesInFile++
    }
  }

  /** Newest first. */
  newest(count: number): AuditEntry[] {
    return this.#book.list().slice(-count).reverse()
  }
}

function formatLine(entry: AuditEntry): string {
  return `${JSON.stringify(entry)}\n`
}

function parseEntry(line: string): AuditEntry[] {
  try {
    return [checkEntry(line)]
  } catch {
    return []
  }
}
