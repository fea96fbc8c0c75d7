import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { openFile } from '../capture/file-source.js'
import { ALICE, BOB, GATEWAY, MALLORY } from '../detect/engine/fake-traffic.js'
import type { SensorSettings } from '../model/sensor.js'
import { replay } from '../replay/replay.js'
import { SETTINGS } from './fake-sensor.js'
import { FakeWire, START_MS } from './fake-wire.js'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** A suspended machine looks like one whose clock was set ahead: its monotonic clock stood still. */
const SUSPENDED = 10 * MINUTE
const STEPS = [3 * SECOND, 30 * SECOND, 90 * SECOND, HOUR, DAY].flatMap((ms) => [ms, -ms])

const OWN = { ip: '192.168.1.5', mac: '02:00:00:00:00:05' }
/** Speaks only when spoken to. */
const CAROL = { ip: '192.168.1.30', mac: 'a4:bb:6d:00:00:30' }
/** Is heard until the step. */
const DAVE = { ip: '192.168.1.40', mac: 'a4:bb:6d:00:00:40' }
const BUCKET_MS = 10 * SECOND

const settings: SensorSettings = {
  ...SETTINGS,
  bucketMs: BUCKET_MS,
  learningMs: MINUTE / 2,
  periodicProbing: true,
  facts: {
    ...SETTINGS.facts,
    mac: OWN.mac,
    addresses: [{ ip: OWN.ip, prefixLength: 24 }],
    gateways: [GATEWAY.ip],
  },
}

const folder = mkdtempSync(join(tmpdir(), 'netwatcher-step-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Three minutes of a LAN; halfway, in the middle of a scan, the clock is set. */
function watch(stepMs: number, options: { spoofFromS?: number } = {}) {
  const hosts = [GATEWAY, ALICE, BOB, CAROL, MALLORY].map(({ ip, mac }) => ({ ip, mac, ips: [ip] }))
  const wire = new FakeWire(settings, hosts)
  const { machine, timers, traffic, sensor } = wire
  const startedMs = timers.nowMs()
  sensor.start()
  const scan = (scanId: number) => {
    const order = { scanId, targets: ['192.168.1.0/27'], pace: 'normal', ping: true, ipv6: false } as const
    sensor.command({ type: 'start_scan', order: { ...order, targets: [...order.targets] } })
  }
  let beforeMs = 0
  for (let second = 0; second < 180; second++) {
    if (second % 20 === 0) traffic.resolve(ALICE, GATEWAY)
    if (second % 25 === 3) traffic.resolve(BOB, ALICE)
    if (second % 5 === 0) traffic.surf(ALICE)
    if (second % 10 === 0) traffic.chatter(BOB)
    if (second % 10 === 0 && second < 90) traffic.chatter(DAVE)
    if (second % 2 === 0 && second >= (options.spoofFromS ?? 180))
      traffic.tell(MALLORY.mac, GATEWAY.ip, ALICE)
    if (second % 60 === 29) scan(second)
    timers.advance(130)
    if (second === 89) {
      beforeMs = machine.wallMs()
      machine.offsetMs += stepMs
    }
    timers.advance(870)
  }
  const elapsedMs = timers.nowMs() - startedMs
  sensor.stop()
  return { wire, beforeMs, elapsedMs }
}

function loudAlerts({ wire }: ReturnType<typeof watch>) {
  const latest = new Map(wire.reportsOf('alert').map(({ report: { alert } }) => [alert.id, alert]))
  return [...latest.values()].filter(({ severity }) => severity !== 'info')
}

describe.each([...STEPS, SUSPENDED])('the wall clock jumps by %d ms', (stepMs) => {
  const run = watch(stepMs)
  const { wire, beforeMs } = run
  const spoofed = watch(stepMs, { spoofFromS: 60 })

  test('which is told once', () => {
    const steps = wire.reportsOf('clock_step').map(({ report }) => report.stepMs)
    expect(steps).toHaveLength(1)
    expect(wire.reportsOf('status').at(-1)?.report.counters.clockSteps).toBe(1)
    expect(Math.abs((steps[0] ?? 0) - stepMs)).toBeLessThanOrEqual(1)
  })

  test('an ordinary network stays quiet, and answers to our own scans were asked for', () => {
    expect(loudAlerts(run)).toEqual([])
    const carol = wire
      .reportsOf('observation')
      .flatMap(({ report }) => report.hosts.filter(({ mac }) => mac === CAROL.mac))
    expect(carol.length).toBeGreaterThan(2)
    expect(new Set(carol.map(({ evidence }) => evidence))).toEqual(new Set(['arp_solicited']))
  })

  test('scans find everybody', () => {
    const summaries = wire
      .reportsOf('scan')
      .flatMap(({ report: { step } }) => (step.type === 'summary' ? [step.summary] : []))
    expect(summaries.map(({ found }) => found)).toEqual([5, 5, 5])
    for (const { durationMs } of summaries) expect(durationMs).toBeLessThan(20 * SECOND)
  })

  test('every frame is counted once, in buckets that neither overlap nor leave anything out', () => {
    const buckets = wire.reportsOf('traffic').map(({ report }) => report.traffic)
    const rows = buckets.flatMap((bucket) => bucket.rows)
    const bytes = rows.reduce((sum, row) => sum + row.txBytes + row.rxBytes, 0)
    expect(bytes).toBe(wire.frames.reduce((sum, frame) => sum + frame.bytes.length, 0))
    const jumps = buckets.slice(1).map((bucket, i) => {
      const before = buckets[i]
      return bucket.startMs - (before?.startMs ?? 0) - (before?.durationMs ?? 0)
    })
    const isContinuous = (jumpMs: number) => Math.abs(jumpMs) <= 3
    expect(jumps.filter((jumpMs) => !isContinuous(jumpMs))).toHaveLength(1)
    expect(jumps.filter((jumpMs) => isContinuous(jumpMs - stepMs))).toHaveLength(1)
    for (const { durationMs } of buckets) expect(durationMs).toBeLessThanOrEqual(BUCKET_MS + 2 * SECOND)
    const sum = buckets.reduce((total, { durationMs }) => total + durationMs, 0)
    expect(Math.abs(sum - run.elapsedMs)).toBeLessThan(SECOND)
  })

  test('hosts are seen when the wall clock shows it, and who has fallen silent is not', () => {
    const sightings = wire
      .reportsOf('observation')
      .flatMap(({ wallMs, report }) => report.hosts.map((host) => ({ ...host, agoMs: wallMs - host.seenMs })))
    // What was seen just before the step is told just after it.
    const isPlain = ({ agoMs }: { agoMs: number }) => agoMs > -1 && agoMs < 2 * SECOND
    for (const sighting of sightings.filter((one) => !isPlain(one)))
      expect(isPlain({ agoMs: sighting.agoMs - stepMs })).toBe(true)
    const after = wire.reportsOf('observation').slice(-5)
    for (const { ip } of [GATEWAY, ALICE, BOB])
      expect(sightings.filter((one) => one.ip === ip && isPlain(one)).length).toBeGreaterThan(3)
    expect(after.flatMap(({ report }) => report.hosts).map(({ mac }) => mac)).not.toContain(DAVE.mac)
    const dave = sightings.filter(({ mac }) => mac === DAVE.mac)
    expect(dave.length).toBeGreaterThan(2)
    for (const { seenMs } of dave) expect(seenMs).toBeLessThanOrEqual(beforeMs)
  })

  test('a spoof that is under way is one alert before and after, with evidence as it was stamped', async () => {
    const [alert, ...more] = loudAlerts(spoofed).filter(({ kind }) => kind === 'gateway_spoof')
    expect(more).toEqual([])
    expect(alert).toMatchObject({ state: 'active', ip: GATEWAY.ip })
    expect(alert?.firstSeenMs).toBeGreaterThanOrEqual(START_MS + 60 * SECOND)
    expect(alert?.firstSeenMs).toBeLessThan(spoofed.beforeMs)
    expect(Math.abs((alert?.lastSeenMs ?? 0) - spoofed.wire.machine.wallMs())).toBeLessThan(5 * SECOND)
    const evidence = spoofed.wire
      .reportsOf('alert')
      .flatMap(({ report }) => (report.alert.id === alert?.id && report.evidence ? [report.evidence] : []))
      .at(-1)
    const stamps = await stampsOf(evidence ?? new Uint8Array())
    expect(stamps.length).toBeGreaterThan(2)
    const real = new Set(spoofed.wire.frames.map(({ timeMs }) => Math.round(timeMs)))
    for (const stamp of stamps) expect(real.has(Math.round(stamp))).toBe(true)
  })

  test('a spoof that begins afterwards is found, at the time of the new clock', () => {
    const alert = loudAlerts(watch(stepMs, { spoofFromS: 120 })).find(({ kind }) => kind === 'gateway_spoof')
    const begunMs = START_MS + 120 * SECOND + stepMs
    expect(Math.abs((alert?.firstSeenMs ?? 0) - begunMs)).toBeLessThan(20 * SECOND)
  })

  test('a file of the same frames tells the same', async () => {
    expect(await replayed(wire)).toEqual([])
    expect(await replayed(spoofed.wire)).toContain('gateway_spoof')
  })
})

async function stampsOf(pcapng: Uint8Array): Promise<number[]> {
  const path = join(folder, 'evidence.pcapng')
  writeFileSync(path, pcapng)
  const stamps: number[] = []
  const source = openFile(path)
  source.start(({ count, timesMs }) => stamps.push(...timesMs.subarray(0, count)))
  await source.done
  return stamps
}

/** Kinds of the loud alerts, after a look at whether all bytes were counted. */
async function replayed(wire: FakeWire): Promise<string[]> {
  const path = join(folder, 'frames.pcap')
  writeFileSync(path, wire.file())
  const lines: string[] = []
  await replay([path, '--json'], { out: (line) => lines.push(line), error: expect.unreachable }, () => {})
  const objects = lines.map((line) => JSON.parse(line))
  const bytes = objects
    .filter(({ type }) => type === 'traffic')
    .reduce((sum, { txBytes, rxBytes }) => sum + txBytes + rxBytes, 0)
  expect(bytes).toBe(wire.frames.reduce((sum, frame) => sum + frame.bytes.length, 0))
  const loud = objects.filter(({ type, severity }) => type === 'alert' && severity !== 'info')
  return [...new Set(loud.map(({ kind }) => kind))]
}
