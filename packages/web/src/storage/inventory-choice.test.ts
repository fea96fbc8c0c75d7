import { DAY_MS } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import type { EventPayload } from '../daemon/types.js'
import { applyEvents } from '../ingest/apply.js'
import { NO_PRESSURE, planRetention } from '../ingest/retention-plan.js'
import {
  createTestStore,
  event,
  hostOf,
  SENSOR,
  SOURCE,
  scanSummary,
  sumOf,
  trafficOf,
} from '../testing/test-store.js'
import type { Store } from './store.js'

const NOW = 1_800_000_000_000
const POLICY = { retentionDays: 365, budgetBytes: 2 ** 31 }
const ORDER = { key: 'lastSeen', isDescending: true }
const MACS = ['aa:bb:cc:dd:ee:01', 'aa:bb:cc:dd:ee:02', 'aa:bb:cc:dd:ee:03']
const ACT = { atMs: NOW, source: 'person' as const }

let sequence = 0
async function apply(store: Store, ...payloads: EventPayload[]): Promise<void> {
  const events = payloads.map((payload) => ({ ...event(++sequence, payload), atMs: NOW }))
  await applyEvents(store, SOURCE, events, NOW)
}

/** Three that had the same address one after the other, and spoke with the same destination. */
async function withDevices(store: Store): Promise<void> {
  for (const mac of MACS) {
    const hosts = [hostOf('10.0.0.1', mac, { seenMs: NOW })]
    await apply(store, { kind: 'scan', sensor: SENSOR, summary: scanSummary(), hosts })
    await apply(store, trafficOf([{ deviceMac: mac, deviceIp: '10.0.0.1' }]))
    await store.traffic.fold()
  }
}

async function macs(store: Store): Promise<string[]> {
  const { devices } = await store.devices.list({ page: 1, pageSize: 50, shown: 'all', order: ORDER })
  return devices.map(({ mac }) => mac).sort()
}

async function retain(store: Store, atMs: number): Promise<void> {
  await store.retention.apply(planRetention(atMs, POLICY, NO_PRESSURE))
}

/** Of flows, and of the rows that they are made of. */
async function bytes(store: Store): Promise<number[]> {
  const order = { key: 'bytes', isDescending: true }
  const { records } = await store.traffic.list({ page: 1, pageSize: 50, order })
  const ofFlows = records.reduce((sum, { txBytes, rxBytes }) => sum + txBytes + rxBytes, 0)
  return [ofFlows, await sumOf(store, 'traffic')]
}

test('until somebody says yes, a device is forgotten a day after it was last seen, and no byte with it', async () => {
  await using test = await createTestStore()
  const { store } = test
  await withDevices(store)
  const before = await bytes(store)
  expect(before[0]).toBeGreaterThan(0)
  expect(await store.inventoryChoices.get()).toBeNull()
  await retain(store, NOW + DAY_MS - 1000)
  expect(await macs(store)).toEqual(MACS)
  await retain(store, NOW + 2 * DAY_MS)
  expect(await macs(store)).toEqual([])
  expect(await bytes(store)).toEqual(before)
})

test('whom somebody has named, noted, tagged or merged is kept in any case', async () => {
  await using test = await createTestStore()
  const { store } = test
  await withDevices(store)
  const [first = 0, second = 0] = await Promise.all(MACS.map((mac) => store.inventory.idOf(mac)))
  if (!first || !second) throw new Error('they are no devices')
  await store.inventory.change({ ids: [first] }, { patch: {}, addTags: ['mine'], removeTags: [] }, ACT)
  await store.inventory.merge(first, [second], ACT)
  await store.inventoryChoices.set('off')
  await retain(store, NOW + 2 * DAY_MS)
  expect(await macs(store)).toEqual(MACS.slice(0, 1))
  expect((await store.devices.get(first))?.macs).toHaveLength(2)
})

test('with an inventory they are remembered', async () => {
  await using test = await createTestStore()
  const { store } = test
  await withDevices(store)
  await store.inventoryChoices.set('on')
  await retain(store, NOW + 60 * DAY_MS)
  expect(await macs(store)).toEqual(MACS)
  expect(await store.inventoryChoices.get()).toBe('on')
})
