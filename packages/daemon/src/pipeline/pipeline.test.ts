import { expect, test } from 'vitest'
import type { PacketBatch } from '../capture/packet-source.js'
import type { DetectionEngine, DetectionOutput } from '../detect/engine/detection.js'
import type { TrafficBucket } from '../model/traffic.js'
import type { CaptureClock } from '../time/capture-clock.js'
import { FileClock } from '../time/file-clock.js'
import { startLiveClock } from '../time/live-clock.js'
import { encodeArpRequest } from '../wire/arp.js'
import { encodeEchoRequest, encodeNeighborSolicitation } from '../wire/encode-ip.js'
import { Pipeline } from './pipeline.js'

const FRAME = encodeArpRequest('aa:bb:cc:dd:ee:01', '192.168.1.10', '192.168.1.1')

function batchAt(...timesMs: number[]): PacketBatch {
  return {
    count: timesMs.length,
    bytes: Uint8Array.from(timesMs.flatMap(() => [...FRAME])),
    offsets: Uint32Array.from(timesMs, (_, i) => i * FRAME.length),
    capturedLengths: Uint32Array.from(timesMs, () => FRAME.length),
    wireLengths: Uint32Array.from(timesMs, () => FRAME.length),
    timesMs: Float64Array.from(timesMs),
  }
}

/** A pipeline whose engine and accountant write down what they are called with. */
function recorded(isControl: (index: number) => boolean = () => true, clock: CaptureClock = new FileClock()) {
  const steps: number[] = []
  const calls: string[] = []
  const buckets: TrafficBucket[] = []
  const outputs: DetectionOutput[] = []
  let pending = false
  const engine: DetectionEngine = {
    observe: (packet) => {
      calls.push(`observe ${packet.timeMs} ${packet.payload.type}`)
      pending = true
    },
    tick: (nowMs) => calls.push(`tick ${nowMs}`),
    verified: () => {},
    setContext: () => {},
    drain: (options) => {
      if (options?.isLast) calls.push('drain the rest')
      const hosts = pending
        ? [
            {
              ip: '192.168.1.10',
              mac: 'aa:bb:cc:dd:ee:01',
              evidence: 'arp_request' as const,
              seenMs: 0,
              vlan: 0,
            },
          ]
        : []
      pending = false
      return { alerts: [], hosts, names: [], clues: [], probes: [] }
    },
    bindings: () => [],
    hellos: () => ({ named: 0, veiled: 0, split: 0, unnamed: 0 }),
    tables: () => [],
    snapshot: () => new Uint8Array(),
    restore: () => {},
    learningUntilMs: 0,
  }
  const pipeline = new Pipeline({
    linkType: 1,
    clock,
    accountant: {
      account: (batch, _linkType, onControl) => {
        for (let i = 0; i < batch.count; i++) if (isControl(i)) onControl(i)
      },
      takeBucket: (startMs, endMs) => ({
        startMs,
        durationMs: endMs - startMs,
        rows: [],
        otherBytes: 60,
        otherPackets: 1,
      }),
    },
    engine,
    observers: [(packet) => calls.push(`seen ${packet.timeMs}`)],
    bucketMs: 10_000,
    onOutput: (output) => outputs.push(output),
    onBucket: (bucket) => buckets.push(bucket),
    onClockStep: (stepMs) => steps.push(stepMs),
  })
  return { pipeline, calls, buckets, outputs, steps }
}

test('decodes control frames, ticks twice a second of packet time and tells observers', () => {
  const { pipeline, calls, outputs } = recorded()
  pipeline.process(batchAt(0, 400, 1000, 1400))
  expect(calls).toEqual([
    'tick 0',
    'observe 0 arp',
    'seen 0',
    'observe 400 arp',
    'seen 400',
    'tick 1000',
    'observe 1000 arp',
    'seen 1000',
    'observe 1400 arp',
    'seen 1400',
  ])
  expect(outputs).toHaveLength(1)
})

test('lets time pass on frames that are only counted', () => {
  let nowMs = 2500
  const clock = startLiveClock({ monotonicMs: () => nowMs, wallMs: () => nowMs })
  const { pipeline, calls, outputs } = recorded((index) => index === 0, clock)
  pipeline.process(batchAt(0, 400, 2500))
  expect(calls).toEqual(['tick 0', 'observe 0 arp', 'seen 0', 'tick 2500'])
  nowMs = 4000
  pipeline.advance()
  expect(calls.at(-1)).toBe('tick 4000')
  expect(outputs).toHaveLength(1)
})

test('frames that are out of order take the time of the newest', () => {
  const { pipeline, calls, steps } = recorded()
  pipeline.process(batchAt(100_000, 99_000))
  expect(calls.filter((call) => call.startsWith('observe'))).toEqual([
    'observe 100000 arp',
    'observe 100000 arp',
  ])
  expect(steps).toEqual([])
})

test('stamps that go back are a step, on both sides of which time and buckets go on', () => {
  const { pipeline, calls, buckets, steps } = recorded()
  pipeline.process(batchAt(100_000, 101_000, 41_000, 42_000, 43_000))
  pipeline.finish()
  expect(calls.filter((call) => call.startsWith('observe'))).toEqual([
    'observe 100000 arp',
    'observe 101000 arp',
    'observe 101001 arp',
    'observe 102001 arp',
    'observe 103001 arp',
  ])
  expect(steps).toEqual([-60_001])
  expect(buckets.map(({ startMs, durationMs }) => [startMs, durationMs])).toEqual([
    [100_000, 1001],
    [41_000, 2000],
  ])
})

test('closes a bucket every bucketMs and at the end', () => {
  const { pipeline, buckets, calls } = recorded()
  pipeline.process(batchAt(0))
  pipeline.process(batchAt(9000))
  pipeline.process(batchAt(12_000))
  pipeline.process(batchAt(13_000))
  pipeline.finish()
  expect(calls.at(-1)).toBe('drain the rest')
  expect(buckets.map(({ startMs, durationMs }) => [startMs, durationMs])).toEqual([
    [0, 12_000],
    [12_000, 1000],
  ])
})

test('counts malformed frames', () => {
  const { pipeline } = recorded()
  const batch = batchAt(0, 1)
  batch.bytes[14 + 4] = 8 // hardware address length of the first frame
  pipeline.process(batch)
  expect(pipeline.malformed).toBe(1)
})

test('finishing an empty capture gives nothing', () => {
  const { pipeline, calls, buckets } = recorded()
  pipeline.finish()
  expect(calls).toEqual([])
  expect(buckets).toEqual([])
})

test('of what is sent, questions are shown to detection, at their time', () => {
  const { pipeline, calls } = recorded()
  const ends = { sourceMac: 'aa:bb:cc:dd:ee:01', destinationMac: 'aa:bb:cc:dd:ee:02' }
  const ipv6 = { ...ends, sourceIp: 'fe80::1', destinationIp: 'fe80::2' }
  const ipv4 = { ...ends, sourceIp: '192.168.1.10', destinationIp: '192.168.1.10' }
  pipeline.noteSent(FRAME, 1000)
  pipeline.noteSent(encodeNeighborSolicitation(ipv6, 'fe80::2'), 1001)
  pipeline.noteSent(encodeEchoRequest(ipv4, { identifier: 1, sequence: 1, data: new Uint8Array() }), 1002)
  expect(calls).toEqual(['tick 1000', 'observe 1000 arp', 'observe 1001 icmpv6'])
})
