/** Traffic that crosses two interfaces of one machine: once in totals, in each view for its device. */

import { HOUR_MS } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import { applyEvents } from '../ingest/apply.js'
import { createTestStore, event, SOURCE, trafficOf } from '../testing/test-store.js'

const NOW = Date.UTC(2026, 5, 15, 12, 34, 56)
const REMOTE = '8.8.8.8'
const HOST = { deviceMac: 'aa:bb:cc:dd:ee:01', deviceIp: '10.0.0.2', remoteIp: REMOTE }
const GUEST = { deviceMac: '02:42:ac:11:00:02', deviceIp: '172.17.0.2', remoteIp: REMOTE, isSecondView: true }
const COUNTERS = { protocol: 6, servicePort: 443, txBytes: 100, rxBytes: 20_000 }
const page = { page: 1, pageSize: 10, order: { key: 'bytes', isDescending: true } }

test('what two interfaces count is in totals once, and shown for each device', async () => {
  await using test = await createTestStore()
  const { store } = test
  const rows = [HOST, GUEST].map((ends) => ({ ...COUNTERS, ...ends }))
  const events = rows.map((row, i) => event(i + 1, trafficOf([row], NOW - i * 1000)))
  await applyEvents(store, SOURCE, events, NOW)
  await store.traffic.fold()
  const once = { txBytes: 100, rxBytes: 20_000 }
  // Totals of all time, of a window, of an odd span, and sums of conversations.
  for (const span of [
    {},
    { fromMs: NOW - HOUR_MS },
    { fromMs: NOW - HOUR_MS, toMs: NOW + 1 },
    { protocol: 6 },
  ]) {
    const { totals } = await store.traffic.destinations({ ...page, ...span })
    expect(totals).toMatchObject([{ dst: REMOTE, devices: 2, ...once }])
  }
  const series = await store.traffic.series({ fromMs: NOW - HOUR_MS, toMs: NOW + 1 }, HOUR_MS)
  expect(series.reduce((sum, { rxBytes }) => sum + rxBytes, 0)).toBe(20_000)
  const { totals: devices } = await store.traffic.devices(page)
  expect(devices).toMatchObject([once, once])
  expect((await store.traffic.list(page)).records).toMatchObject([once, once])
  const ofGuest = { ...page, device: GUEST.deviceMac }
  expect((await store.traffic.list(ofGuest)).records).toMatchObject([{ ...once, deviceIp: GUEST.deviceIp }])
  expect((await store.traffic.destinations(ofGuest)).totals).toMatchObject([once])
})
