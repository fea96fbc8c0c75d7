import { HOUR_MS, MINUTE_MS } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import type { EventPayload, Host } from '../daemon/types.js'
import { applyEvents } from '../ingest/apply.js'
import { NO_PRESSURE, planRetention } from '../ingest/retention-plan.js'
import {
  alertOf,
  createTestStore,
  event,
  hostOf,
  SENSOR,
  SOURCE,
  scanSummary,
  trafficOf,
} from '../testing/test-store.js'
import type { DeviceFilter } from './device-rows.js'
import type { DeviceChange } from './inventory-repository.js'
import type { Store } from './store.js'

const NOW = 1_800_000_000_000
const ONE = 'aa:bb:cc:dd:ee:01'
const TWO = 'aa:bb:cc:dd:ee:02'
const ACT = { atMs: NOW, source: 'person' as const }
const NONE: DeviceChange = { patch: {}, addTags: [], removeTags: [] }
const PAGE = { page: 1, pageSize: 50 }

let sequence = 0
async function apply(store: Store, ...payloads: EventPayload[]): Promise<void> {
  const events = payloads.map((payload) => ({ ...event(++sequence, payload), atMs: NOW }))
  await applyEvents(store, SOURCE, events, NOW)
}
const seen = (...hosts: Host[]): EventPayload => ({ kind: 'observation', hosts, names: [], clues: [] })

async function idOf(store: Store, mac: string): Promise<number> {
  const id = await store.inventory.idOf(mac)
  if (id === null) throw new Error(`${mac} is no device`)
  return id
}

async function macsOf(store: Store, filter: Partial<DeviceFilter> = {}): Promise<string[]> {
  const order = { key: 'mac', isDescending: false }
  const { devices } = await store.devices.list({ ...PAGE, shown: 'current', order, ...filter })
  return devices.map(({ mac }) => mac.slice(-2))
}

async function change(store: Store, macs: string[], wanted: Partial<DeviceChange>): Promise<void> {
  const ids = await Promise.all(macs.map((mac) => idOf(store, mac)))
  await store.inventory.change({ ids }, { ...NONE, ...wanted }, ACT)
}

test('what is ignored or archived is in no list and no count, and is there when asked for', async () => {
  await using test = await createTestStore()
  const { store } = test
  await apply(
    store,
    seen(hostOf('10.0.0.1', ONE), hostOf('10.0.0.2', TWO)),
    trafficOf([{}, { deviceMac: TWO }]),
  )
  await store.traffic.fold()
  await change(store, [TWO], { patch: { trust: 'ignored' } })
  expect(await macsOf(store)).toEqual(['01'])
  expect(await store.devices.count()).toBe(1)
  const order = { key: 'bytes', isDescending: true }
  expect((await store.traffic.devices({ ...PAGE, order })).totals.map(({ device }) => device)).toEqual([ONE])
  expect(await macsOf(store, { shown: 'ignored' })).toEqual(['02'])
  await change(store, [ONE], { patch: { isArchived: true } })
  expect(await macsOf(store)).toEqual([])
  expect(await macsOf(store, { shown: 'archived' })).toEqual(['01'])
  expect(await macsOf(store, { shown: 'all' })).toEqual(['01', '02'])
})

test('many are changed at once, found by it, and each change is logged with its old value', async () => {
  await using test = await createTestStore()
  const { store } = test
  await apply(store, seen(hostOf('10.0.0.1', ONE), hostOf('10.0.0.2', TWO)))
  await change(store, [ONE, TWO], { patch: { owner: 'Ann', trust: 'known' }, addTags: ['guests', 'hall 2'] })
  await change(store, [TWO], { addTags: ['lab'], removeTags: ['guests'] })
  expect(await macsOf(store, { owner: 'Ann', trust: 'known' })).toEqual(['01', '02'])
  expect(await macsOf(store, { tag: 'guests' })).toEqual(['01'])
  expect(await macsOf(store, { words: [{ word: 'hall', vendorPrefixes: [] }] })).toEqual(['01', '02'])
  expect(await store.inventory.tags()).toEqual([
    { tag: 'guests', devices: 1 },
    { tag: 'hall 2', devices: 2 },
    { tag: 'lab', devices: 1 },
  ])
  const { changes } = await store.changes.list(TWO, PAGE)
  expect(changes.map(({ field, before, after }) => [field, before, after])).toEqual([
    ['tags', 'guests, hall 2', 'hall 2, lab'],
    ['tags', '', 'guests, hall 2'],
    ['trust', 'new', 'known'],
    ['owner', '', 'Ann'],
  ])
})

test('all of them or none: one id that is no device leaves the others alone', async () => {
  await using test = await createTestStore()
  const { store } = test
  await apply(store, seen(hostOf('10.0.0.1', ONE)))
  const ids = [await idOf(store, ONE), 99]
  await expect(
    store.inventory.change({ ids }, { ...NONE, patch: { owner: 'Ann' } }, ACT),
  ).rejects.toMatchObject({
    reason: 'NO_DEVICE',
  })
  expect((await store.devices.get(ONE))?.owner).toBe('')
})

test('what the network changes is logged, too: addresses and names', async () => {
  await using test = await createTestStore()
  const { store } = test
  const named = (name: string): EventPayload => ({
    kind: 'observation',
    hosts: [],
    clues: [],
    names: [{ ip: '10.0.0.1', mac: ONE, name, source: 'dhcp' }],
  })
  await apply(store, seen(hostOf('10.0.0.1', ONE)))
  await apply(store, named('laptop'))
  await apply(store, named('laptop-2'), seen(hostOf('10.0.0.9', ONE)), seen(hostOf('fe80::1', ONE)))
  const { changes } = await store.changes.list(ONE, PAGE)
  expect(changes.map(({ field, before, after, source }) => [field, before, after, source])).toEqual([
    ['hostname_dhcp', 'laptop', 'laptop-2', 'network'],
    ['address', '10.0.0.1', '10.0.0.9', 'network'],
  ])
})

test('merged MACs are one device with all it did; split, each has its own again', async () => {
  await using test = await createTestStore()
  const { store } = test
  await apply(store, seen(hostOf('10.0.0.1', ONE)), trafficOf([{}]))
  await apply(
    store,
    seen(hostOf('10.0.0.2', TWO, { seenMs: NOW + MINUTE_MS })),
    trafficOf([{ deviceMac: TWO }]),
  )
  await store.traffic.fold()
  const before = await store.devices.get(TWO)
  const id = await idOf(store, ONE)
  await store.inventory.merge(id, [await idOf(store, TWO)], ACT)
  expect(await store.devices.get(TWO)).toEqual(await store.devices.get(ONE))
  expect(await store.devices.get(ONE)).toMatchObject({
    ...{ id, txBytes: 200, rxBytes: 400, lastSeenMs: NOW + MINUTE_MS },
    macs: [{ mac: ONE }, { mac: TWO }],
  })
  expect((await store.devices.get(ONE))?.addresses.map(({ ip }) => ip)).toEqual(['10.0.0.2', '10.0.0.1'])
  expect(await macsOf(store)).toEqual(['01'])
  const order = { key: 'bytes', isDescending: true }
  expect((await store.traffic.devices({ ...PAGE, order })).totals).toMatchObject([
    { device: ONE, txBytes: 200 },
  ])
  expect((await store.traffic.list({ ...PAGE, order, device: TWO })).total).toBe(2)
  await apply(store, seen(hostOf('10.0.0.2', TWO, { seenMs: NOW + 2 * MINUTE_MS })))
  expect((await store.devices.get(ONE))?.lastSeenMs).toBe(NOW + 2 * MINUTE_MS)
  await store.inventory.split(id, [TWO], ACT)
  expect(await store.devices.get(ONE)).toMatchObject({ txBytes: 100, macs: [{ mac: ONE }], lastSeenMs: NOW })
  expect(await store.devices.get(TWO)).toMatchObject({ id: before?.id, txBytes: 100, macs: [{ mac: TWO }] })
})

test('what is forgotten leaves nothing behind, and comes back as somebody new', async () => {
  await using test = await createTestStore()
  const { store } = test
  const client = (mac: string) => ({ ip: '10.0.0.1', mac, hostname: null, vendor: null, interface: 'eth0' })
  await apply(
    store,
    seen(hostOf('10.0.0.1', ONE), hostOf('10.0.0.2', TWO)),
    {
      kind: 'observation',
      hosts: [],
      clues: [],
      names: [{ ip: '10.0.0.1', mac: ONE, name: 'secret-laptop', source: 'dhcp' }],
    },
    {
      kind: 'alert',
      alert: alertOf({ parties: [{ role: 'suspect', mac: ONE, ip: '', certainty: 'likely' }] }),
    },
    trafficOf([{ remoteIp: '9.9.9.9' }, { deviceMac: TWO }]),
  )
  await store.traffic.fold()
  const clients = [ONE, TWO].map((mac) => ({
    ...client(mac),
    evidence: 'own',
    isSelf: false,
    isGateway: false,
  }))
  await store.snapshots.save(clients, 'arp', '', NOW)
  const id = await idOf(store, ONE)
  await change(store, [ONE], { patch: { notes: 'of the director' }, addTags: ['secret'] })
  expect(await store.inventory.forget({ ids: [id] })).toBe(1)
  expect(await store.devices.get(ONE)).toBeNull()
  const { read } = store.database
  const tables: { name: string }[] = await read.query("SELECT name FROM sqlite_master WHERE type = 'table'")
  for (const { name } of tables) {
    const rows = JSON.stringify(await read.query(`SELECT * FROM ${name}`))
    for (const trace of [ONE, 'secret', 'director', '9.9.9.9'])
      expect([name, rows.includes(trace)]).toEqual([name, name === 'address' && trace === '9.9.9.9'])
  }
  expect((await store.devices.get(TWO))?.txBytes).toBe(100)
  await apply(store, seen(hostOf('10.0.0.1', ONE)))
  expect(await store.devices.get(ONE)).toMatchObject({ notes: '', txBytes: 0, names: {} })
})

const flooded = (i: number) =>
  `02:00:00:00:${(i >> 8).toString(16).padStart(2, '0')}:${(i & 255).toString(16).padStart(2, '0')}`

test('after a flood the inventory is as it was, and one sentence tells of it', async () => {
  await using test = await createTestStore()
  const { store } = test
  const seenMs = NOW - HOUR_MS
  await apply(store, seen(hostOf('10.0.0.1', ONE, { seenMs }), hostOf('10.0.0.2', TWO, { seenMs })))
  const burst = (from: number, count: number) =>
    Array.from({ length: count }, (_, i) => ({
      deviceMac: flooded(from + i),
      txPackets: 1,
      rxPackets: 0,
      rxBytes: 0,
    }))
  // It begins slowly, with hosts that even claim an address, before anybody can know.
  await apply(store, seen(...burst(0, 30).map(({ deviceMac }, i) => hostOf(`10.0.1.${i}`, deviceMac))))
  for (let second = 0; second < 10; second++) {
    await apply(store, trafficOf(burst(30 + second * 200, 200), NOW + second * 1000))
    await store.traffic.fold()
  }
  await apply(store, seen(...burst(2030, 100).map(({ deviceMac }, i) => hostOf(`10.0.2.${i}`, deviceMac))))
  expect(await macsOf(store, { shown: 'all' })).toEqual(['01', '02'])
  expect(await store.devices.count()).toBe(2)
  const order = { key: 'bytes', isDescending: true }
  expect((await store.traffic.devices({ ...PAGE, order })).totals).toEqual([])
  expect(await store.devices.countShortLived(0)).toBe(2130)
  // A real one that joins meanwhile answers the next scan.
  const late = hostOf('10.0.0.3', flooded(30))
  await apply(store, { kind: 'scan', sensor: SENSOR, summary: scanSummary({ found: 1 }), hosts: [late] })
  expect(await macsOf(store)).toHaveLength(3)
  await store.retention.apply(
    planRetention(NOW + 2 * HOUR_MS, { retentionDays: 365, budgetBytes: 2 ** 40 }, NO_PRESSURE),
  )
  const [rows] = await store.database.read.query('SELECT count(*) AS n FROM device')
  expect(rows.n).toBe(3)
  expect(await store.devices.countShortLived(0)).toBe(2129)
})

test('a single frame makes no device; a second one, or a word of its own, does', async () => {
  await using test = await createTestStore()
  const { store } = test
  await apply(
    store,
    trafficOf([
      { deviceMac: ONE, txPackets: 1, rxPackets: 0 },
      { deviceMac: TWO, txPackets: 2 },
    ]),
  )
  await store.traffic.fold()
  expect(await macsOf(store)).toEqual(['02'])
  await apply(store, seen(hostOf('10.0.0.1', ONE)))
  expect(await macsOf(store)).toEqual(['01', '02'])
})

test('an address claimed falsely is disputed, and brings no gateway badge', async () => {
  await using test = await createTestStore()
  const { store } = test
  const gateway = (mac: string, atMs: number) => hostOf('10.0.0.1', mac, { seenMs: atMs, isGateway: true })
  await apply(store, seen(gateway(ONE, NOW)), seen(hostOf('10.0.0.66', TWO)))
  for (let minute = 1; minute < 30; minute++) {
    const atMs = NOW + minute * MINUTE_MS
    await apply(store, seen(gateway(TWO, atMs)), seen(gateway(ONE, atMs)))
  }
  expect(await store.devices.get(TWO)).toMatchObject({
    isGateway: false,
    addresses: [
      { ip: '10.0.0.1', isDisputed: true },
      { ip: '10.0.0.66', isDisputed: false },
    ],
  })
  expect(await store.devices.get(ONE)).toMatchObject({ isGateway: true, addresses: [{ isDisputed: false }] })
  expect((await store.devices.holderOf(SOURCE.siteId, '10.0.0.1'))?.mac).toBe(ONE)
  // Once the first is silent, the address has moved.
  await apply(store, seen(gateway(TWO, NOW + HOUR_MS)))
  expect(await store.devices.get(TWO)).toMatchObject({ isGateway: true })
})

test('what an active alert calls a lie stays one, however long the holder is silent', async () => {
  await using test = await createTestStore()
  const { store } = test
  const parties = [{ role: 'suspect' as const, mac: TWO, ip: '10.0.0.1', certainty: 'likely' as const }]
  await apply(store, seen(hostOf('10.0.0.1', ONE)), {
    kind: 'alert',
    alert: alertOf({ ip: '10.0.0.1', parties }),
  })
  await apply(store, seen(hostOf('10.0.0.1', TWO, { seenMs: NOW + HOUR_MS, isGateway: true })))
  expect(await store.devices.get(TWO)).toMatchObject({ isGateway: false, addresses: [{ isDisputed: true }] })
})
