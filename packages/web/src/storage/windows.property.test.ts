import { DAY_MS, HOUR_MS, MINUTE_MS } from '@netwatcher/shared'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { applyEvents } from '../ingest/apply.js'
import { NO_PRESSURE, planRetention } from '../ingest/retention-plan.js'
import { createTestStore, event, SOURCE, trafficOf } from '../testing/test-store.js'
import type { Store } from './store.js'
import type { TrafficQuery } from './traffic-query.js'

const PRESSED = { forget: 2, rollUp: 2 }
const START = Date.UTC(2026, 5, 15, 12, 34, 56)
const POLICY = { retentionDays: 365, budgetBytes: 2 ** 40 }

const rowOf = fc.record({
  /** Mostly young, sometimes as late as a daemon that was away. */
  ageMs: fc.oneof(fc.nat(2 * HOUR_MS), fc.nat(40 * DAY_MS)),
  device: fc.integer({ min: 1, max: 3 }),
  remote: fc.integer({ min: 1, max: 5 }),
  txBytes: fc.nat(1000),
  rxBytes: fc.integer({ min: 1, max: 100_000 }),
})
const actionOf = fc.record({
  passMs: fc.oneof(fc.nat(3 * MINUTE_MS), fc.nat(90 * MINUTE_MS), fc.nat(2 * DAY_MS)),
  rows: fc.array(rowOf, { maxLength: 12 }),
  job: fc.constantFrom('advance', 'advance', 'retain', 'press', 'nothing'),
})
type Action = typeof actionOf extends fc.Arbitrary<infer T> ? T : never

async function perform(store: Store, action: Action, nowMs: number, sequence: number): Promise<void> {
  const events = action.rows.map(({ ageMs, device, remote, txBytes, rxBytes }, i) => {
    const key = { deviceMac: `aa:bb:cc:dd:ee:0${device}`, remoteIp: `8.8.8.${remote}` }
    return event(sequence + i, trafficOf([{ ...key, txBytes, rxBytes }], nowMs - ageMs))
  })
  await applyEvents(store, SOURCE, events, nowMs)
  await store.traffic.fold()
  if (action.job === 'advance') await store.windows.advance(nowMs)
  else if (action.job !== 'nothing') {
    await store.retention.apply(planRetention(nowMs, POLICY, action.job === 'press' ? PRESSED : NO_PRESSURE))
  }
}

/** Everything but when devices and destinations were last seen, which rows know only by their start. */
async function lists(store: Store, query: TrafficQuery) {
  const withoutTime = <T extends { lastSeenMs: number }>(totals: T[]) =>
    totals.map(({ lastSeenMs: _lastSeenMs, ...total }) => total)
  const records = await store.traffic.list(query)
  if (['dst', 'firstSeen', 'lastSeen'].includes(query.order.key)) return { records }
  const destinations = await store.traffic.destinations(query)
  const devices = await store.traffic.devices(query)
  return {
    records,
    destinations: { ...destinations, totals: withoutTime(destinations.totals) },
    devices: { ...devices, totals: withoutTime(devices.totals) },
  }
}

test('a list out of a window is the list of the sums of its rows', async () => {
  const queryOf = fc.record({
    fromMs: fc.oneof(
      fc.constantFrom(HOUR_MS, DAY_MS, 7 * DAY_MS, 30 * DAY_MS),
      fc.nat(3 * HOUR_MS),
      fc.nat(40 * DAY_MS),
    ),
    key: fc.constantFrom('bytes', 'txBytes', 'packets', 'lastSeen', 'firstSeen', 'dst'),
    isDescending: fc.boolean(),
    page: fc.integer({ min: 1, max: 2 }),
    pageSize: fc.integer({ min: 1, max: 4 }),
    filter: fc.constantFrom(
      {},
      {},
      { device: 'aa:bb:cc:dd:ee:01' },
      { dst: '8.8.8.1' },
      { words: ['8.8.8.2'] },
    ),
  })
  const actionsOf = fc.array(actionOf, { minLength: 2, maxLength: 5 })
  await fc.assert(
    fc.asyncProperty(
      actionsOf,
      fc.array(queryOf, { minLength: 5, maxLength: 5 }),
      async (actions, queries) => {
        await using test = await createTestStore()
        const { store } = test
        let nowMs = START
        let sequence = 1
        for (const action of actions) {
          nowMs += action.passMs
          await perform(store, action, nowMs, sequence)
          sequence += action.rows.length
          for (const { fromMs, key, isDescending, page, pageSize, filter } of queries) {
            const order = { key, isDescending }
            const query = { ...filter, page, pageSize, order, fromMs: nowMs - (nowMs % MINUTE_MS) - fromMs }
            expect(await lists(store, query)).toEqual(await lists(store, { ...query, toMs: anEnd() }))
          }
        }
      },
    ),
    { numRuns: 5, endOnFailure: true },
  )
})

let ends = 0
/** Naming an end means that rows are summed; another one each time, because those answers are kept. */
const anEnd = () => Number.MAX_SAFE_INTEGER - ends++
