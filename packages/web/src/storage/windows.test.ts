import { DAY_MS, HOUR_MS, MINUTE_MS } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import { applyEvents } from '../ingest/apply.js'
import { NO_PRESSURE, planRetention } from '../ingest/retention-plan.js'
import { createTestStore, event, SOURCE, trafficOf } from '../testing/test-store.js'
import type { Store } from './store.js'

const PRESSED = { forget: 2, rollUp: 2 }
const START = Date.UTC(2026, 5, 15, 12, 34, 56)
const POLICY = { retentionDays: 365, budgetBytes: 2 ** 40 }

let ends = 0
/** Naming an end means that rows are summed; another one each time, because those answers are kept. */
const anEnd = () => Number.MAX_SAFE_INTEGER - ends++

const LONG = { page: 1, pageSize: 10, order: { key: 'bytes', isDescending: true } }

async function ingest(
  store: Store,
  sequence: number,
  rows: [remote: number, ageMs: number][],
): Promise<void> {
  const events = rows.map(([remote, ageMs], i) =>
    event(sequence + i, trafficOf([{ remoteIp: `8.8.8.${remote}` }], START - ageMs)),
  )
  await applyEvents(store, SOURCE, events, START)
  await store.traffic.fold()
}

async function destinationsSince(store: Store, ageMs: number): Promise<[string, number][]> {
  const query = { ...LONG, fromMs: START - (START % MINUTE_MS) - ageMs }
  const { totals } = await store.traffic.destinations(query)
  const summed = await store.traffic.destinations({ ...query, toMs: anEnd() })
  const figures = (found: typeof totals) => found.map(({ dst, txBytes }): [string, number] => [dst, txBytes])
  expect(figures(totals)).toEqual(figures(summed.totals))
  return figures(totals)
}

test('a window does not begin within an hour that is rolled up early', async () => {
  await using test = await createTestStore()
  const { store } = test
  await ingest(store, 1, [
    [1, 70 * MINUTE_MS],
    [2, 50 * MINUTE_MS],
    [3, 10 * MINUTE_MS],
  ])
  await store.windows.advance(START)
  expect((await destinationsSince(store, HOUR_MS)).map(([dst]) => dst)).toEqual(['8.8.8.3', '8.8.8.2'])
  await store.retention.apply(planRetention(START, POLICY, PRESSED))
  expect(await destinationsSince(store, HOUR_MS)).toEqual([['8.8.8.3', 100]])
})

test('what was deleted is in no window', async () => {
  await using test = await createTestStore()
  const { store } = test
  await ingest(store, 1, [
    [1, 3 * HOUR_MS],
    [1, HOUR_MS],
  ])
  expect(await destinationsSince(store, DAY_MS)).toEqual([['8.8.8.1', 200]])
  await store.retention.apply({
    ...planRetention(START, POLICY, NO_PRESSURE),
    deleteBeforeMs: START - 2 * HOUR_MS,
  })
  expect(await destinationsSince(store, DAY_MS - MINUTE_MS)).toEqual([['8.8.8.1', 100]])
})

test('a late row within an hour that a window leaves out is found', async () => {
  await using test = await createTestStore()
  const { store } = test
  await ingest(store, 1, [[1, DAY_MS + 20 * MINUTE_MS]])
  await store.retention.apply(planRetention(START, POLICY, NO_PRESSURE))
  await ingest(store, 2, [[2, DAY_MS - 15 * MINUTE_MS]])
  expect(await destinationsSince(store, DAY_MS)).toEqual([['8.8.8.2', 100]])
})

test('the spans that pages ask for are answered without summing their rows', async () => {
  await using test = await createTestStore()
  const { store } = test
  const ages = [1, 50, 70, 100, 23 * 60, 25 * 60, 6 * 24 * 60, 8 * 24 * 60, 29 * 24 * 60, 40 * 24 * 60]
  await ingest(
    store,
    1,
    ages.map((minutes, i) => [i, minutes * MINUTE_MS]),
  )
  await store.retention.apply(planRetention(START, POLICY, NO_PRESSURE))
  await store.windows.advance(START)
  store.database.analysis.query = () => Promise.reject(new Error('rows were summed'))
  const found: number[] = []
  for (const spanMs of [HOUR_MS, DAY_MS, 7 * DAY_MS, 30 * DAY_MS]) {
    const query = { ...LONG, fromMs: START - (START % MINUTE_MS) - spanMs }
    const [destinations, devices] = [
      await store.traffic.destinations(query),
      await store.traffic.devices(query),
    ]
    found.push((await store.traffic.list(query)).total, destinations.total)
    expect(devices.totals[0]).toMatchObject({ txBytes: 100 * destinations.total })
  }
  expect(found).toEqual([2, 2, 5, 5, 7, 7, 9, 9])
})

test('a window that leaves nothing behind is not written to', async () => {
  await using test = await createTestStore()
  const { store } = test
  await ingest(store, 1, [[1, 0]])
  await store.windows.advance(START + 2 * HOUR_MS)
  const since = () => store.database.read.query("SELECT since_ms FROM traffic_window WHERE name = 'hour'")
  const before = await since()
  await store.windows.advance(START + 9 * HOUR_MS)
  expect(await since()).toEqual(before)
})
