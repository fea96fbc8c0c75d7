import { text } from '@netwatcher/shared'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { DaemonEvent, ScanSummary } from '../daemon/types.js'
import { markDeleted } from '../storage/loss.js'
import {
  alertOf,
  BOOT,
  createTestStore,
  event,
  hostOf,
  SENSOR,
  SOURCE,
  scanSummary,
  sumOf,
  trafficOf,
} from '../testing/test-store.js'
import { applyEvents, sift } from './apply.js'

const apply = (store: Parameters<typeof applyEvents>[0], events: DaemonEvent[]) =>
  applyEvents(store, SOURCE, events, 1_800_000_000_000)

const NOW = 1_800_000_000_000

test('a replayed event changes nothing', async () => {
  await using test = await createTestStore()
  const { store } = test
  const events = [event(1, trafficOf([{}])), event(2, trafficOf([{}, { remoteIp: '1.1.1.1' }]))]
  await apply(store, events)
  const again = await apply(store, [...events, event(3, trafficOf([{ txBytes: 1, rxBytes: 0 }]))])
  expect(again.events.map(({ position }) => position.sequence)).toEqual([3])
  expect(await sumOf(store, 'traffic')).toBe(901)
  expect(await store.positions.latest(SENSOR.daemonId)).toEqual({ bootId: BOOT, sequence: 3 })
})

test('every total is the sum of the same rows', async () => {
  await using test = await createTestStore()
  const { store } = test
  const minuteLater = 1_800_000_060_000
  await apply(store, [
    event(1, trafficOf([{}, { deviceMac: 'aa:bb:cc:dd:ee:02', deviceIp: '192.168.1.11' }])),
    event(2, trafficOf([{}], minuteLater)),
  ])
  expect(await sumOf(store, 'traffic')).toBe(900)
  for (const scope of [0, 1, 2]) expect(await sumOf(store, 'usage', `scope = ${scope}`)).toBe(900)
  const [flow] = await store.database.read.query(
    'SELECT sum(tx_bytes + rx_bytes) AS n, count(*) AS c FROM flow',
  )
  expect(flow).toEqual({ n: 900, c: 2 })
  const page = { page: 1, pageSize: 10, order: { key: 'bytes', isDescending: true } }
  expect((await store.traffic.destinations(page)).totals).toMatchObject([
    { dst: '8.8.8.8', devices: 2, txBytes: 300 },
  ])
  expect((await store.traffic.devices(page)).totals).toMatchObject([
    { device: 'aa:bb:cc:dd:ee:01', txBytes: 200 },
    { device: 'aa:bb:cc:dd:ee:02', txBytes: 100 },
  ])
  expect(await store.traffic.series({}, 60_000)).toEqual([
    { atMs: 1_800_000_000_000, txBytes: 200, rxBytes: 400 },
    { atMs: minuteLater, txBytes: 100, rxBytes: 200 },
  ])
})

test('what was not folded yet is in no list, and is folded once', async () => {
  await using test = await createTestStore()
  const { store } = test
  const page = { page: 1, pageSize: 10, order: { key: 'lastSeen', isDescending: true } }
  await apply(store, [event(1, trafficOf([{}, {}]))])
  expect((await store.traffic.devices(page)).totals).toEqual([])
  // What a person posts is there at once, whatever waits.
  expect(await store.traffic.post('8.8.8.8', 5, 1_800_000_000_000)).toBe(5)
  await Promise.all([store.traffic.fold(), store.traffic.fold()])
  await store.traffic.fold()
  expect((await store.traffic.destinations(page)).totals).toMatchObject([{ dst: '8.8.8.8', txBytes: 205 }])
  expect(await store.traffic.countRecords()).toBe(2)
})

test('what did not fit into the sensor is counted as other', async () => {
  await using test = await createTestStore()
  const payload = trafficOf([])
  if (payload.kind === 'traffic') payload.bucket.otherBytes = 77
  await apply(test.store, [event(1, payload)])
  await test.store.traffic.fold()
  const page = { page: 1, pageSize: 10, order: { key: 'bytes', isDescending: true } }
  expect((await test.store.traffic.list(page)).records).toMatchObject([
    { protocol: -2, rxBytes: 77, device: null },
  ])
})

test('a failed batch leaves nothing behind, and works when it is tried again', async () => {
  await using test = await createTestStore()
  const { store } = test
  const events = [event(1, trafficOf([{}])), event(2, { kind: 'alert', alert: alertOf() })]
  const broken = Object.create(store, {
    alerts: { value: { apply: () => Promise.reject(new Error('SQLITE_FULL: database or disk is full')) } },
  })
  await expect(apply(broken, events)).rejects.toThrow('SQLITE_FULL')
  expect(await sumOf(store, 'traffic')).toBe(0)
  expect(await store.positions.latest(SENSOR.daemonId)).toBeNull()
  await apply(store, events)
  expect(await sumOf(store, 'traffic')).toBe(300)
  expect(await store.alerts.count()).toBe(1)
})

test('a gap of one sensor is an event like any other: a hole before it is a hole', () => {
  const counts = { firstSequence: 0, lastSequence: 0, trafficBytes: 0, fromMs: 1, toMs: 2 }
  const gap = { ...counts, cause: text('gap_sensor_ended', { interface: 'eth0' }), sensor: SENSOR }
  const told = event(7, { kind: 'gap', gap })
  const { fresh, holes } = sift(new Map([[BOOT, 4]]), [told])
  expect(fresh).toEqual([told])
  expect(holes).toMatchObject([{ gap: { firstSequence: 5, lastSequence: 6 } }])
})

test('holes are recorded, a new boot begins anew, gaps of the daemon are kept', async () => {
  await using test = await createTestStore()
  const { store } = test
  await apply(store, [event(5, trafficOf([{}])), event(8, trafficOf([{}]))])
  const gap = {
    firstSequence: 0,
    lastSequence: 0,
    trafficBytes: 9,
    cause: text('gap_restarted'),
    fromMs: 1_800_000_000_000,
    toMs: 1_800_000_005_000,
    sensor: SENSOR,
  }
  await apply(store, [event(0, { kind: 'gap', gap }, 'c'), event(1, trafficOf([{}]), 'c')])
  await apply(store, [event(8, trafficOf([{}]))])
  expect(await sumOf(store, 'traffic')).toBe(900)
  const gaps = await store.database.read.query(
    `SELECT boot_id AS boot, first_sequence AS first, last_sequence AS last, to_ms - from_ms AS ms, interface
     FROM gap LEFT JOIN sensor ON sensor.id = sensor_id ORDER BY gap.id`,
  )
  expect(gaps).toEqual([
    { boot: BOOT, first: 6, last: 7, ms: 0, interface: null },
    { boot: 'c', first: 0, last: 0, ms: 5000, interface: 'eth0' },
  ])
  expect(await store.positions.latest(SENSOR.daemonId)).toEqual({ bootId: 'c', sequence: 1 })
})

test('what the kernel dropped is missing since its bucket began; what follows within a minute is the same gap', async () => {
  await using test = await createTestStore()
  const { store } = test
  const dropped = (sequence: number, atMs: number, count: number) => {
    const payload = trafficOf([{}], atMs - 5000)
    if (payload.kind === 'traffic') payload.bucket.dropped = count
    return { ...event(sequence, payload), atMs }
  }
  await apply(store, [dropped(1, NOW, 0), dropped(2, NOW + 5000, 7), dropped(3, NOW + 10_000, 0)])
  await apply(store, [dropped(4, NOW + 60_000, 3), dropped(5, NOW + 600_000, 1)])
  const { gaps } = await store.positions.listGaps({ page: 1, pageSize: 10 })
  expect(gaps).toMatchObject([
    { fromMs: NOW + 595_000, toMs: NOW + 600_000, cause: { params: { count: '1' } } },
    { fromMs: NOW, toMs: NOW + 60_000, cause: text('gap_frames_dropped', { count: 10, interface: 'eth0' }) },
  ])
  expect(await sumOf(store, 'traffic')).toBe(1500)
})

test('what a run of the daemon did not bring to its end is missing since its last bucket', async () => {
  await using test = await createTestStore()
  const { store } = test
  const whole = { firstSequence: 0, lastSequence: 0, trafficBytes: 0, fromMs: 0, toMs: 0, sensor: null }
  const restarted = { kind: 'gap' as const, gap: { ...whole, cause: text('gap_restarted') } }
  const at = (atMs: number, ...rest: Parameters<typeof event>) => ({ ...event(...rest), atMs })
  await apply(store, [at(NOW, 0, restarted, 'a')])
  await apply(store, [
    at(NOW + 6000, 1, trafficOf([{}], NOW), 'a'),
    at(NOW + 11_000, 2, trafficOf([{}], NOW + 5000), 'a'),
  ])
  await apply(store, [at(NOW + 20_000, 0, restarted, 'b')])
  await apply(store, [at(NOW + 30_000, 4, restarted, 'b')])
  const gaps = await store.database.read.query('SELECT from_ms AS fromMs, to_ms AS toMs FROM gap ORDER BY id')
  expect(gaps).toEqual([
    { fromMs: 0, toMs: 0 },
    { fromMs: NOW + 5000, toMs: NOW + 20_000 },
    { fromMs: NOW + 5000, toMs: NOW + 30_000 },
  ])
})

test('what the journal dropped ends with what it holds, and began with the last bucket or the lost database', async () => {
  await using test = await createTestStore()
  const { store } = test
  markDeleted(store.database.path, NOW - 60_000)
  const dropped = { firstSequence: 1, trafficBytes: 9, cause: text('gap_journal_full'), sensor: null }
  const gapTo = (lastSequence: number, toMs: number) => ({
    kind: 'gap' as const,
    gap: { ...dropped, lastSequence, fromMs: 0, toMs },
  })
  const at = (atMs: number, ...rest: Parameters<typeof event>) => ({ ...event(...rest), atMs })
  await apply(store, [at(NOW + 50_000, 1, gapTo(1, NOW - 5000))])
  await apply(store, [at(NOW + 50_000, 2, trafficOf([{}], NOW))])
  await apply(store, [at(NOW + 90_000, 8, gapTo(8, NOW + 40_000))])
  const gaps = await store.database.read.query('SELECT from_ms AS fromMs, to_ms AS toMs FROM gap ORDER BY id')
  expect(gaps).toEqual([
    { fromMs: NOW - 60_000, toMs: NOW - 5000 },
    { fromMs: NOW, toMs: NOW + 40_000 },
  ])
})

test('after a database was lost, what came before the next start of the daemon is missing', async () => {
  await using test = await createTestStore()
  const { store } = test
  const at = (atMs: number, ...rest: Parameters<typeof event>) => ({ ...event(...rest), atMs })
  markDeleted(store.database.path, NOW)
  await store.positions.expectAll([SOURCE.name])
  await apply(store, [at(NOW + 20_000, 1, trafficOf([{}], NOW + 20_000), 'b')])
  await apply(store, [at(NOW + 60_000, 1, trafficOf([{}], NOW + 60_000), 'c')])
  const gaps = () => store.database.read.query('SELECT from_ms AS fromMs, to_ms AS toMs FROM gap ORDER BY id')
  expect(await gaps()).toEqual([{ fromMs: NOW, toMs: NOW + 20_000 }])
})

test('a lost database is a gap of each daemon that the new one began with, and of none that was added', async () => {
  await using test = await createTestStore()
  const { store } = test
  markDeleted(store.database.path, NOW)
  const hear = async (name: string, digit: string, atMs: number) => {
    const source = { ...SOURCE, name, daemonId: digit.repeat(32) }
    const sensor = { ...SENSOR, daemonId: source.daemonId }
    const first = { ...event(1, trafficOf([{}], atMs, sensor), digit.repeat(32)), atMs }
    await applyEvents(store, source, [first], atMs)
  }
  await store.positions.expectAll(['removed', 'office'])
  // Started again before anybody was heard, with other settings.
  await store.positions.expectAll(['office', 'lab'])
  await hear('office', '1', NOW + 20_000)
  // And with one more, once it was new no more.
  await store.positions.expectAll(['office', 'lab', 'cellar'])
  await hear('cellar', '2', NOW + 30_000)
  await hear('lab', '3', NOW + 40_000)
  // Another machine took the place of the first.
  await hear('office', '4', NOW + 50_000)
  const gaps = await store.database.read.query(
    'SELECT daemon_id AS daemonId, from_ms AS fromMs, to_ms AS toMs FROM gap ORDER BY id',
  )
  expect(gaps).toEqual([
    { daemonId: '1'.repeat(32), fromMs: NOW, toMs: NOW + 20_000 },
    { daemonId: '3'.repeat(32), fromMs: NOW, toMs: NOW + 40_000 },
  ])
})

test('a daemon that ran before the database was lost has told all since', async () => {
  await using test = await createTestStore()
  const { store } = test
  markDeleted(store.database.path, NOW)
  await store.positions.expectAll([SOURCE.name])
  await apply(store, [{ ...event(1, trafficOf([{}], NOW - 5000), 'b'), atMs: NOW - 5000 }])
  expect(await store.positions.countGaps()).toBe(0)
})

test('however a stream is cut and replayed, each event is taken once and in order', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20), { maxLength: 10 }), (cuts) => {
      const events = Array.from({ length: 20 }, (_, i) => event(i + 1, trafficOf([])))
      let applied = new Map<string, number>([[BOOT, 0]])
      const taken: number[] = []
      for (const cut of [...cuts, 20]) {
        // The daemon replays from what was acknowledged, which may lie before what was applied.
        const from = Math.max(0, Math.min(cut, applied.get(BOOT) ?? 0) - 3)
        const { fresh, holes } = sift(applied, events.slice(from, Math.max(cut, from)))
        expect(holes).toEqual([])
        taken.push(...fresh.map(({ position }) => position.sequence))
        applied = new Map([[BOOT, Math.max(applied.get(BOOT) ?? 0, fresh.at(-1)?.position.sequence ?? 0)]])
      }
      expect(taken).toEqual(events.map(({ position }) => position.sequence))
    }),
  )
})

test('names of hosts are cleaned before they are stored', async () => {
  await using test = await createTestStore()
  const { store } = test
  const mac = 'aa:bb:cc:dd:ee:01'
  const name = '\u001b[31m\u202e<img onerror=x>\u0000'
  const hosts = [hostOf('192.168.1.10', mac)]
  const names = [{ ip: '192.168.1.10', mac, name, source: 'mdns' as const }]
  await apply(store, [event(1, { kind: 'observation', hosts, names, clues: [] })])
  expect((await store.devices.get(mac))?.names).toEqual({ mdns: '[31m<img onerror=x>' })
})

/** Three devices of an untagged /24, one of a /20 around it, one in VLAN 7, and one of another daemon's eth0. */
const OTHER = { daemonId: 'e'.repeat(32), interface: 'eth0' }
const HOME = [
  hostOf('10.0.0.1', 'aa:bb:cc:dd:ee:01'),
  hostOf('10.0.0.2', 'aa:bb:cc:dd:ee:02'),
  hostOf('10.0.0.3', 'aa:bb:cc:dd:ee:03'),
  hostOf('10.0.9.9', 'aa:bb:cc:dd:ee:09'),
  hostOf('10.0.0.7', 'aa:bb:cc:dd:ee:07', { vlan: 7 }),
]
const ELSEWHERE = hostOf('10.0.0.5', 'aa:bb:cc:dd:ee:05', { sensor: OTHER })

/** The last octets of the MACs that a scan, in which only 10.0.0.1 answered, counted a miss for. */
async function missedIn(change: Partial<ScanSummary>, found = HOME.slice(0, 1)): Promise<string[]> {
  await using test = await createTestStore()
  const { store } = test
  const summary = scanSummary({ found: 1, ...change })
  await apply(store, [event(1, { kind: 'observation', hosts: HOME, names: [], clues: [] })])
  await applyEvents(
    store,
    { ...SOURCE, daemonId: OTHER.daemonId },
    [event(1, { kind: 'observation', hosts: [ELSEWHERE], names: [], clues: [] })],
    0,
  )
  await apply(store, [event(2, { kind: 'scan', sensor: SENSOR, summary, hosts: found })])
  const { devices } = await store.devices.list({
    shown: 'all',
    ...{ page: 1, pageSize: 10 },
    order: { key: 'mac', isDescending: false },
  })
  return devices.filter(({ missedScans }) => missedScans > 0).map(({ mac }) => mac.slice(-2))
}

test.each<[string, Partial<ScanSummary>, string[]]>([
  ['of the /24 beside a /20', {}, ['02', '03']],
  ['of the /20', { targets: ['10.0.0.0/20'] }, ['02', '03', '09']],
  ['of one host', { targets: ['10.0.0.3/32'] }, ['03']],
  ['of one VLAN', { vlan: 7 }, ['07']],
  ['of a VLAN that nobody is in', { vlan: 8 }, []],
  ['that was cut off', { isComplete: false }, []],
  ["of the kernel's table", { method: 'neighbor_table' }, []],
  ['that does not say what it covered', { targets: [] }, []],
])('a scan %s counts a miss only for whom it asked', async (_name, change, missed) => {
  expect(await missedIn(change)).toEqual(missed)
})

test('a scan that found nobody says nothing about anybody', async () => {
  expect(await missedIn({}, [])).toEqual([])
})

test('a device is asked at the address that it was seen with last', async () => {
  await using test = await createTestStore()
  const { store } = test
  const mac = 'aa:bb:cc:dd:ee:02'
  const moved = hostOf('10.0.1.2', mac, { seenMs: 1_800_000_001_000 })
  const summary = scanSummary({ found: 1 })
  await apply(store, [
    event(1, { kind: 'observation', hosts: [...HOME, moved], names: [], clues: [] }),
    event(2, { kind: 'scan', sensor: SENSOR, summary, hosts: HOME.slice(0, 1) }),
  ])
  expect((await store.devices.get(mac))?.missedScans).toBe(0)
})

test('an older update of an alert changes nothing; a graver one opens it again', async () => {
  await using test = await createTestStore()
  const { store } = test
  const later = { lastSeenMs: 1_800_000_005_000, count: 5 }
  await apply(store, [event(1, { kind: 'alert', alert: alertOf(later) })])
  await store.alerts.acknowledge('a'.repeat(32), 42)
  await apply(store, [event(2, { kind: 'alert', alert: alertOf() })])
  expect(await store.alerts.get('a'.repeat(32))).toMatchObject({ alert: { count: 5 }, acknowledgedMs: 42 })
  const graver = alertOf({ ...later, count: 6, severity: 'critical' })
  await apply(store, [event(3, { kind: 'alert', alert: graver })])
  expect(await store.alerts.get('a'.repeat(32))).toMatchObject({
    alert: { severity: 'critical' },
    acknowledgedMs: null,
  })
})

test('what no interface can have carried is left out, counted, and spoils no sum', async () => {
  await using test = await createTestStore()
  const { store } = test
  const lie = { txBytes: Number.MAX_SAFE_INTEGER, rxBytes: Number.MAX_SAFE_INTEGER }
  const events = Array.from({ length: 3000 }, (_, i) => event(i + 1, trafficOf([lie])))
  const applied = await apply(store, [...events, event(3001, trafficOf([{}]))])
  expect(await sumOf(store, 'traffic')).toBe(300)
  expect(applied.implausibleRows).toBe(3000)
})
