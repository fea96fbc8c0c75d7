import { expect, test } from 'vitest'
import type { PacketBatch } from '../capture/packet-source.js'
import type { DetectionEngine, InterfaceContext } from '../detect/engine/detection.js'
import type { Report } from '../model/sensor.js'
import type { TrafficBucket } from '../model/traffic.js'
import { FakeMachine } from '../time/fake-machine.js'
import { FakeTimers } from '../time/fake-timers.js'
import { startLiveClock } from '../time/live-clock.js'
import { encodeArpRequest } from '../wire/arp.js'
import { SETTINGS } from './fake-sensor.js'
import { Sensor } from './sensor.js'

const MAC = '02:00:00:00:00:01'
const FACTS = { ...SETTINGS.facts, mac: MAC, addresses: [{ ip: '10.0.0.5', prefixLength: 24 }] }

function batchOf(frame: Uint8Array, timeMs: number): PacketBatch {
  return {
    count: 1,
    bytes: frame,
    offsets: Uint32Array.of(0),
    capturedLengths: Uint32Array.of(frame.length),
    wireLengths: Uint32Array.of(frame.length),
    timesMs: Float64Array.of(timeMs),
  }
}

function sensor(changes: object = {}) {
  const timers = new FakeTimers()
  const machine = new FakeMachine(timers)
  const reports: Report[] = []
  const contexts: InterfaceContext[] = []
  const sent: Uint8Array[] = []
  const state = {
    frames: 0,
    ticksMs: [] as number[],
    uncollected: 0,
    snapshot: Uint8Array.of(1),
    restored: new Uint8Array(0),
    dropped: 0,
    onBatch: (_: PacketBatch) => {},
  }
  const totals = {
    packets: 0,
    bytes: 0,
    malformed: 0,
    overflowed: 0,
    foreignUnicast: 0,
    withheld: 0,
    flows: 0,
    flowCapacity: 9,
  }
  const engine: DetectionEngine = {
    observe: () => {
      state.frames++
    },
    tick: (nowMs) => state.ticksMs.push(nowMs),
    verified: () => {},
    setContext: (context) => contexts.push(context),
    drain: () => ({ alerts: [], hosts: [], names: [], clues: [], probes: [] }),
    bindings: () => [{ ip: '10.0.0.9', mac: '02:00:00:00:00:09', evidence: 'dhcp', seenMs: 0, vlan: 0 }],
    hellos: () => ({ named: 0, veiled: 0, split: 0, unnamed: 0 }),
    tables: () => [{ table: 'bindings', entries: 1, capacity: 9, evicted: 0, refused: 0 }],
    snapshot: () => state.snapshot,
    restore: (snapshot) => {
      state.restored = Buffer.from(snapshot)
    },
    learningUntilMs: 0,
  }
  const one = new Sensor({
    settings: { ...SETTINGS, facts: FACTS, learnt: Uint8Array.of(1), ...changes },
    source: {
      linkType: 1,
      start: (onBatch) => {
        state.onBatch = onBatch
      },
      done: new Promise(() => {}),
      statistics: () => ({ received: 0, dropped: state.dropped, interfaceDropped: 0 }),
      close: () => {},
      send: (frame) => sent.push(frame),
    },
    accountant: {
      account: (_batch, _linkType, onControl) => {
        totals.packets++
        state.uncollected++
        onControl(0)
      },
      takeBucket: (startMs, endMs): TrafficBucket => {
        const otherPackets = state.uncollected
        state.uncollected = 0
        return { startMs, durationMs: endMs - startMs, rows: [], otherBytes: 0, otherPackets }
      },
      totals: () => totals,
      setLocal: () => {},
      setSecondViews: () => {},
    },
    engine,
    writer: { write: (report) => void reports.push(report), isCongested: () => false },
    clock: startLiveClock(machine),
    after: (delayMs, callback) => timers.after(delayMs, callback),
    memory: { residentBytes: () => 1, collect: () => {} },
    random: () => 0.5,
  })
  one.start()
  const receive = () => state.onBatch(batchOf(encodeArpRequest(MAC, '10.0.0.5', '10.0.0.7'), timers.nowMs()))
  const count = (type: Report['type']) => reports.filter((report) => report.type === type).length
  return { one, timers, reports, contexts, sent, state, receive, count }
}

test('the engine gets what was learnt and what the interface is, again after each change', () => {
  const { one, contexts, state } = sensor()
  expect(state.restored).toEqual(Buffer.from([1]))
  expect(contexts.at(-1)).toMatchObject({ ownMac: MAC, ownIps: ['10.0.0.5'], pinned: [] })
  one.command({ type: 'set_pinned', pinned: [{ ip: '10.0.0.1', mac: MAC }] })
  one.command({ type: 'facts', facts: { ...FACTS, gateways: ['10.0.0.1'] } })
  expect(contexts.at(-1)).toMatchObject({ gateways: ['10.0.0.1'], pinned: [{ ip: '10.0.0.1', mac: MAC }] })
})

test('a quiet network costs a sign of life now and then, and nothing else', () => {
  const { timers, reports, count } = sensor()
  timers.advance(10_000)
  expect(count('status')).toBe(1)
  timers.advance(50_000)
  expect(count('status')).toBeLessThanOrEqual(3)
  expect(reports.every(({ type }) => type === 'status')).toBe(true)
})

test('where nothing comes the detectors still look around every half second', () => {
  const { timers, state } = sensor()
  timers.advance(10_000)
  const waitsMs = state.ticksMs.slice(1).map((ms, i) => ms - (state.ticksMs[i] ?? 0))
  expect(waitsMs.length).toBeGreaterThan(10)
  expect(Math.max(...waitsMs)).toBeLessThanOrEqual(500)
})

test('frames are counted in buckets, with what the kernel dropped in each', () => {
  const { timers, reports, state, receive, count } = sensor()
  receive()
  expect(state.frames).toBe(1)
  state.dropped = 5
  timers.advance(1000)
  receive()
  state.dropped = 7
  timers.advance(1000)
  const drops = reports.flatMap((report) => (report.type === 'traffic' ? [report.traffic.dropped] : []))
  expect(drops).toEqual([5, 2])
  timers.advance(5000)
  expect(count('status')).toBeGreaterThanOrEqual(1)
})

test('what was learnt is told when it has changed, and at the end', () => {
  const { one, timers, state, count } = sensor()
  timers.advance(300_000)
  expect(count('learnt')).toBe(0)
  state.snapshot = Uint8Array.of(2)
  timers.advance(300_000)
  timers.advance(300_000)
  expect(count('learnt')).toBe(1)
  state.snapshot = Uint8Array.of(3)
  one.stop()
  expect(count('learnt')).toBe(2)
})

test('a scan is carried out, and its end told', () => {
  const { one, timers, reports, sent } = sensor()
  const order = { scanId: 4, targets: ['10.0.0.8/31'], pace: 'fast', ping: false, ipv6: false } as const
  one.command({ type: 'start_scan', order: { ...order, targets: [...order.targets] } })
  timers.advance(5000)
  expect(sent.length).toBeGreaterThanOrEqual(2)
  const counters = reports.flatMap((report) => (report.type === 'status' ? [report.counters] : [])).at(-1)
  const sentBytes = sent.reduce((sum, frame) => sum + frame.length, 0)
  expect(counters).toMatchObject({ sentPackets: sent.length, sentBytes })
  const steps = reports.flatMap((report) => (report.type === 'scan' ? [report] : []))
  expect(steps.at(-1)).toMatchObject({
    scanId: 4,
    step: { type: 'summary', summary: { method: 'arp', found: 0 } },
  })
})

test('whom the bindings know is woken, and nobody else; either way an answer comes', () => {
  const { one, sent, reports } = sensor()
  one.command({ type: 'wake', wakeId: 1, mac: '02:00:00:00:00:08' })
  expect(sent).toEqual([])
  one.command({ type: 'wake', wakeId: 2, mac: '02:00:00:00:00:09' })
  expect(sent).toHaveLength(3)
  expect(reports.filter(({ type }) => type === 'woken')).toEqual([
    { type: 'woken', wakeId: 1, sent: 0 },
    { type: 'woken', wakeId: 2, sent: 3 },
  ])
})

test('devices are asked what they are, and what was sent is told once it is', () => {
  const { one, timers, sent, reports } = sensor({ nameProbing: false })
  one.command({ type: 'announce', announceId: 1, kinds: ['ssdp', 'mdns', 'unknown_name'] })
  timers.advance(5000)
  expect(sent).toHaveLength(2)
  expect(reports.filter(({ type }) => type === 'announced')).toEqual([
    { type: 'announced', announceId: 1, sent: 2 },
  ])
})

test('a made-up name is asked for on demand where root allows it', () => {
  const { one, sent, reports } = sensor({ nameProbing: true })
  one.command({ type: 'announce', announceId: 1, kinds: ['unknown_name'] })
  expect(sent).toHaveLength(3)
  expect(reports.filter(({ type }) => type === 'announced')).toEqual([
    { type: 'announced', announceId: 1, sent: 3 },
  ])
})

test('known hosts are only probed over and over when that is switched on', () => {
  const quiet = sensor()
  quiet.timers.advance(60_000)
  expect(quiet.sent).toEqual([])
  const periodic = sensor({ periodicProbing: true })
  periodic.timers.advance(60_000)
  expect(periodic.sent.length).toBeGreaterThan(0)
  const optedOut = sensor({ periodicProbing: true, activeVerification: false })
  optedOut.timers.advance(60_000)
  expect(optedOut.sent).toEqual([])
})
