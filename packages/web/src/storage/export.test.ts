import { DAY_MS, HOUR_MS, MINUTE_MS } from '@netwatcher/shared'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { applyEvents } from '../ingest/apply.js'
import { createTestStore, event, hostOf, SOURCE, trafficOf } from '../testing/test-store.js'
import { destinationList, deviceList, flowList } from './traffic-lists.js'
import type { TrafficFilter } from './traffic-query.js'

const NOW = Date.UTC(2026, 5, 15, 12, 0, 30)
const MAC = 'aa:bb:cc:dd:ee:01'

async function all<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const row of rows) found.push(row)
  return found
}

/** 60 conversations of three devices over three days, more than a page holds. */
async function filled() {
  const test = await createTestStore()
  const events = Array.from({ length: 60 }, (_, i) => {
    const row = {
      deviceMac: `aa:bb:cc:dd:ee:0${i % 3}`,
      remoteIp: `8.8.8.${i}`,
      txBytes: 100 + i,
      rxBytes: i,
    }
    return event(i + 1, trafficOf([row], NOW - i * HOUR_MS))
  })
  const hosts = [0, 1, 2].map((i) => hostOf(`10.0.0.${i}`, `aa:bb:cc:dd:ee:0${i}`))
  await applyEvents(
    test.store,
    SOURCE,
    [...events, event(61, { kind: 'observation', hosts, names: [], clues: [] })],
    NOW,
  )
  await test.store.traffic.fold()
  await test.store.windows.advance(NOW)
  return test
}

const FILTERS: [string, TrafficFilter][] = [
  ['all time', {}],
  ['a window', { fromMs: NOW - DAY_MS }],
  ['an odd span', { fromMs: NOW - 10 * HOUR_MS, toMs: NOW - 3 * HOUR_MS }],
  ['a span of minutes', { fromMs: NOW - 90 * MINUTE_MS, toMs: NOW }],
  ['one device', { device: MAC }],
  ['one device in a window', { device: MAC, fromMs: NOW - DAY_MS }],
  ['one destination', { dst: '8.8.8.7' }],
  ['a text', { words: ['8.8.8.1'] }],
]

/** What the tests only read is filled once. */
let read: Awaited<ReturnType<typeof filled>>
beforeAll(async () => {
  read = await filled()
})
afterAll(() => read[Symbol.asyncDispose]())

test.each(FILTERS)('an export over %s is the whole list, in its order', async (_name, filter) => {
  const { traffic } = read.store
  for (const key of ['bytes', 'txBytes', 'lastSeen']) {
    const order = { key, isDescending: true }
    const query = { ...filter, order }
    const page = { ...query, page: 1, pageSize: 500 }
    const { records, total } = await traffic.list(page)
    expect(records.length).toBe(total)
    expect(await all(traffic.export(flowList(query), query))).toEqual(records)
    expect(await all(traffic.export(destinationList(query), query))).toEqual(
      (await traffic.destinations(page)).totals,
    )
    expect(await all(traffic.export(deviceList(query), query))).toEqual((await traffic.devices(page)).totals)
  }
})

test('an export of devices is the whole list', async () => {
  const { devices } = read.store
  const order = { key: 'mac', isDescending: false }
  const listed = await devices.list({ shown: 'all', page: 1, pageSize: 50, order })
  expect(await all(devices.export({ shown: 'all', order }))).toEqual(listed.devices)
  expect(
    await all(devices.export({ shown: 'all', order, words: [{ word: 'ee:02', vendorPrefixes: [] }] })),
  ).toHaveLength(1)
})

test('an export shows one moment, and holds nobody up', async () => {
  await using test = await filled()
  const { store } = test
  const query = { order: { key: 'bytes', isDescending: true } }
  const rows = store.traffic.export(flowList({}), query)
  expect((await rows.next()).done).toBe(false)
  const more = Array.from({ length: 100 }, (_, i) => ({ remoteIp: `9.9.9.${i}` }))
  await applyEvents(store, SOURCE, [event(62, trafficOf(more))], NOW)
  await store.traffic.fold()
  expect(await all(rows)).toHaveLength(59)
  // Who breaks off leaves nothing open: the database can be closed.
  const left = store.traffic.export(flowList({}), query)
  await left.next()
  await left.return(undefined)
  expect((await store.traffic.list({ ...query, page: 1, pageSize: 1 })).total).toBe(160)
})
