/**
 * `netwatcherd replay FILE [--json]`: a capture file through the live path.
 * Needs no privilege, and gives up any that it has before it decodes a byte.
 */

import { errorMessage, NetWatcherError } from '@netwatcher/shared'
import { Accountant } from '../account/accountant.js'
import { openFile } from '../capture/file-source.js'
import type { PacketSource } from '../capture/packet-source.js'
import { createDetectionEngine } from '../detect/engine/engine.js'
import { Pipeline } from '../pipeline/pipeline.js'
import { FileClock } from '../time/file-clock.js'
import { jsonLines, type ReplaySummary, textLines } from './print.js'
import { ReplayResult } from './replay-result.js'

const USAGE = 'usage: netwatcherd replay FILE [--json]'
const FLOW_CAPACITY = 65_536
const BUCKET_MS = 60_000
/**
 * A file has no time before it in which to learn, so nothing in it is taken
 * for granted: what a live sensor would learn silently is weighed here.
 */
const LEARNING_MS = 0

/** Where the lines go; `write` may be asked for many of them. */
export interface ReplayOutput {
  out(line: string): void
  error(line: string): void
}

/** Returns the exit status: 0 also for a file that ends in the middle of a packet, 1 for an unreadable one, 2 for wrong usage. */
export async function replay(
  args: readonly string[],
  output: ReplayOutput,
  giveUpRoot: () => void,
): Promise<number> {
  const files = args.filter((arg) => arg !== '--json')
  const [file] = files
  if (file === undefined || files.length > 1 || file.startsWith('--')) {
    output.error(USAGE)
    return 2
  }
  try {
    const source = openFile(file)
    giveUpRoot()
    const { result, summary, problem } = await replaySource(source)
    if (problem !== null && summary.packets === 0 && !summary.truncated) throw problem
    if (problem !== null)
      output.error(`netwatcherd: ${file}: ${plain(problem)}; what came before was processed`)
    for (const line of args.includes('--json') ? jsonLines(result, summary) : textLines(result, summary))
      output.out(line)
    return 0
  } catch (error) {
    output.error(`netwatcherd: ${file}: ${plain(error)}`)
    return 1
  }
}

/** Everything that a source has, to its end. `problem` is what ended it early, else null. */
export async function replaySource(source: PacketSource) {
  const result = new ReplayResult()
  const accountant = new Accountant({ flowCapacity: FLOW_CAPACITY })
  const engine = createDetectionEngine(
    { ownMac: '', ownIps: [], subnets: [], gateways: [], isGateway: false, pinned: [], decoys: [] },
    { learningMs: LEARNING_MS, activeVerification: false, allowedScanners: [] },
  )
  const clock = new FileClock()
  let clockSteps = 0
  const pipeline = new Pipeline({
    linkType: source.linkType,
    clock,
    accountant,
    engine,
    observers: [],
    bucketMs: BUCKET_MS,
    onOutput: (output) => result.addOutput(output),
    onBucket: (bucket) => result.addBucket(bucket),
    onClockStep: () => {
      clockSteps++
    },
  })
  let firstMs: number | null = null
  source.start((batch) => {
    firstMs ??= batch.timesMs[0] ?? 0
    pipeline.process(batch)
  })
  const problem = await source.done.then(
    () => null,
    (error: unknown) => error,
  )
  pipeline.finish()
  source.close()
  const totals = accountant.totals()
  const summary: ReplaySummary = {
    packets: totals.packets,
    bytes: totals.bytes,
    malformed: totals.malformed + pipeline.malformed,
    durationMs: firstMs === null ? 0 : clock.nowMs() - firstMs,
    clockSteps,
    truncated: problem !== null && /truncated/.test(errorMessage(problem)),
  }
  return { result, summary, problem }
}

/** One line without the stack. */
function plain(error: unknown): string {
  if (error instanceof NetWatcherError) return firstLine(error.message)
  return `cannot be read: ${firstLine(errorMessage(error))}`
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? ''
}
