/** Sums of more than numbers hold: they stay there, and everybody else's are as they were. */

import { DAY_MS, HOUR_MS, MINUTE_MS } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import { NO_PRESSURE, planRetention } from '../ingest/retention-plan.js'
import { createTestStore } from '../testing/test-store.js'
import { DEFAULT_SITE_ID } from './site-repository.js'
import type { Store } from './store.js'

const NOW = Date.UTC(2026, 5, 15, 12, 0, 0)
const MOST = Number.MAX_SAFE_INTEGER
/** More than 2^63 in all. */
const ROWS = 1200
const GREEDY = { deviceMac: 'aa:bb:cc:dd:ee:01', deviceIp: '192.168.1.10', remoteIp: '8.8.8.8', bytes: MOST }
const HONEST = { deviceMac: 'aa:bb:cc:dd:ee:02', deviceIp: '192.168.1.11', remoteIp: '1.1.1.1', bytes: 100 }
const byBytes = { page: 1, pageSize: 10, order: { key: 'bytes' as const, isDescending: true } }

async function add(
  { database, traffic }: Store,
  { bytes, ...key }: typeof GREEDY,
  rows: number,
  endMs: number,
) {
  const flow = { ...key, protocol: 6, servicePort: 443, isSecondView: false }
  const counted = { txBytes: bytes, rxBytes: bytes, txPackets: 1, rxPackets: 1 }
  const span = { siteId: DEFAULT_SITE_ID, sensorId: 1, networkId: 2, startMs: endMs - 1000, untilMs: endMs }
  const increments = Array.from({ length: rows }, () => ({ ...flow, ...counted }))
  await database.writes.run((manager) => traffic.add(manager, span, increments))
}

async function sent({ traffic }: Store, fromMs?: number) {
  const query = { ...byBytes, ...(fromMs !== undefined && { fromMs }) }
  const lists = [await traffic.devices(query), await traffic.destinations(query)]
  const { records } = await traffic.list(query)
  return [...lists.map(({ totals }) => totals), records].map((list) => list.map(({ txBytes }) => txBytes))
}

test('a device that is said to have sent more than can be summed stays at the most, and spoils nothing', async () => {
  await using made = await createTestStore()
  const { store } = made
  for (const atMs of [NOW - 10 * DAY_MS, NOW - 2 * HOUR_MS, NOW - 2 * MINUTE_MS]) {
    await add(store, GREEDY, ROWS, atMs)
    await add(store, HONEST, 1, atMs)
    await store.traffic.fold()
    await store.windows.advance(atMs)
  }
  await store.windows.advance(NOW)
  expect(await sent(store)).toEqual([
    [MOST, 300],
    [MOST, 300],
    [MOST, 300],
  ])
  for (const fromMs of [NOW - HOUR_MS, NOW - DAY_MS, NOW - 3 * HOUR_MS - 7 * MINUTE_MS]) {
    const sums = await sent(store, fromMs)
    expect(sums.flat().every((bytes) => bytes >= 0 && bytes <= MOST)).toBe(true)
    expect(sums.map((list) => list.at(-1))).not.toContain(MOST)
  }
  const settings = { retentionDays: 365, budgetBytes: 2 ** 40 }
  await store.retention.apply(planRetention(NOW, settings, NO_PRESSURE))
  expect(await sent(store)).toEqual([
    [MOST, 300],
    [MOST, 300],
    [MOST, 300],
  ])
  const [whole] = await store.traffic.series({ fromMs: 0, toMs: NOW }, 400 * DAY_MS)
  expect(whole?.txBytes).toBe(MOST)
})
