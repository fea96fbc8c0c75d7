/**
 * Hostile frames through the live path, from the count of frames to alerts: no
 * frame may throw, cost 5 ms of work, or leave memory behind.
 */

import { readdirSync, readFileSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { MIB } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import { Accountant } from '../account/accountant.js'
import { makeBatch } from '../account/fake-batch.js'
import { NO_CONTEXT } from '../detect/engine/detection.js'
import { createDetectionEngine } from '../detect/engine/engine.js'
import { Pipeline } from '../pipeline/pipeline.js'
import { FileClock } from '../time/file-clock.js'
import { FRAMES, SECONDS, SEED, TIMEOUT_MS } from './fake-budget.js'
import { HostileFrames } from './fake-hostile-frames.js'
import { Random } from './fake-random.js'

const LINK_TYPES = [1, 1, 1, 1, 101, 113, 276, 0, 105]
/** So few that a sound batch stays below `MOST_MS`. */
const BATCH = 16
const MOST_MS = 5
const REPETITIONS = 3
/** How often it is told how far it has come, and what it holds. */
const STEPS = 20
const CORPUS = new URL('corpus/', import.meta.url)

function createPipeline(): Pipeline {
  return new Pipeline({
    linkType: 1,
    clock: new FileClock(),
    accountant: new Accountant({ flowCapacity: 4096 }),
    engine: createDetectionEngine(
      {
        ...NO_CONTEXT,
        ownMac: '02:00:00:00:00:01',
        ownIps: ['10.0.0.2'],
        gateways: ['10.0.0.1'],
      },
      { learningMs: 0, activeVerification: true, allowedScanners: [] },
    ),
    observers: [],
    bucketMs: 60_000,
    onOutput: () => {},
    onBucket: () => {},
    onClockStep: () => {},
  })
}

/** What this thread has had of a processor so far, in ms (proc(5)): pauses on a busy machine do not count. */
function workedMs(): number {
  // The kernel sums up only at its ticks of 4 ms, unless getrusage(2) asks (thread_group_cputime in kernel/sched/cputime.c).
  process.cpuUsage()
  return Number(readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')[0]) / 1e6
}

/** The least work of some repetitions, in ms, and null when that is little. */
function excess(pipeline: Pipeline, bytes: Uint8Array, timeMs: number, linkType: number): number | null {
  let least = Number.POSITIVE_INFINITY
  for (let i = 0; i < REPETITIONS && least > MOST_MS; i++) {
    const startMs = workedMs()
    pipeline.process({ ...makeBatch([{ bytes, timeMs }]), linkType })
    least = Math.min(least, workedMs() - startMs)
  }
  return least > MOST_MS ? least : null
}

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')

function heldBytes(): number {
  collect()
  return process.memoryUsage().heapUsed
}

class Fuzzer {
  frames = 0
  private readonly pipeline = createPipeline()
  private readonly random = new Random(SEED)
  private readonly hostile = new HostileFrames(this.random)
  private timeMs = Date.UTC(2026, 0, 1)

  batch(): void {
    const linkType = this.random.pick(LINK_TYPES)
    const frames = Array.from({ length: BATCH }, () => this.frame())
    const startMs = performance.now()
    try {
      this.pipeline.process({ ...makeBatch(frames), linkType })
    } catch (error) {
      throw new Error(`link type ${linkType}, one of: ${frames.map(({ bytes }) => hexOf(bytes)).join(' ')}`, {
        cause: error,
      })
    }
    if (performance.now() - startMs > MOST_MS) this.weigh(frames, linkType)
    this.frames += BATCH
  }

  private frame() {
    this.timeMs += this.random.oneIn(5000) ? this.random.int(10_000_000) : this.random.int(4)
    const bytes = this.hostile.next()
    const wireLength = bytes.length + (this.random.oneIn(8) ? this.random.int(2000) : 0)
    return { bytes, wireLength, timeMs: this.timeMs }
  }

  private weigh(frames: { bytes: Uint8Array }[], linkType: number): void {
    for (const { bytes } of frames) {
      const costMs = excess(this.pipeline, bytes, this.timeMs, linkType)
      if (costMs !== null) throw new Error(`${costMs} ms, link type ${linkType}: ${hexOf(bytes)}`)
    }
  }
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

test('no hostile frame throws, costs 5 ms or leaves memory behind', { timeout: TIMEOUT_MS }, () => {
  const fuzzer = new Fuzzer()
  const startMs = performance.now()
  const done = () => (FRAMES > 0 ? fuzzer.frames / FRAMES : (performance.now() - startMs) / (SECONDS * 1000))
  const heldAfter = (share: number) => {
    while (done() < share) fuzzer.batch()
    const bytes = heldBytes()
    process.stdout.write(`fuzz: ${fuzzer.frames} frames, heap ${(bytes / MIB).toFixed(1)} MiB\n`)
    return bytes
  }
  const held = Array.from({ length: STEPS }, (_, step) => heldAfter((step + 1) / STEPS))
  // In the first half tables fill and code is compiled.
  const grownBytes = (held.at(-1) ?? 0) - (held[STEPS / 2 - 1] ?? 0)
  expect(grownBytes).toBeLessThan(24 * MIB)
})

/** What was found once: link type and frame in hexadecimal, a comment before it. */
test.each(readdirSync(CORPUS).filter((name) => name.endsWith('.hex')))('%s is harmless', (name) => {
  const lines = readFileSync(new URL(name, CORPUS), 'utf8').split('\n')
  const pipeline = createPipeline()
  for (const line of lines.filter((one) => one !== '' && !one.startsWith('#'))) {
    const [linkType = '1', frame = ''] = line.split(' ')
    const bytes = Buffer.from(frame, 'hex')
    expect(excess(pipeline, bytes, 0, Number(linkType))).toBeNull()
  }
})
