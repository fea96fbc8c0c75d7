import { DAY_MS, MINUTE_MS } from '@netwatcher/shared'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { applyEvents } from '../ingest/apply.js'
import { NO_PRESSURE, planRetention } from '../ingest/retention-plan.js'
import { createTestStore, event, SOURCE, trafficOf } from '../testing/test-store.js'

const NOW = Date.UTC(2026, 5, 15, 12, 34, 56)
const LAST_MINUTE = NOW - (NOW % MINUTE_MS)
const macOf = (device: number) => `aa:bb:cc:dd:ee:0${device}`
const ipOf = (remote: number) => `8.8.8.${remote}`
const page = { page: 1, pageSize: 100, order: { key: 'bytes', isDescending: true } }

interface Row {
  minutesAgo: number
  device: number
  remote: number
  txBytes: number
  rxBytes: number
}

const rowsOf = fc.array(
  fc.record({
    minutesAgo: fc.nat(120),
    device: fc.integer({ min: 1, max: 3 }),
    remote: fc.integer({ min: 1, max: 3 }),
    txBytes: fc.integer({ min: 1, max: 1e6 }),
    rxBytes: fc.nat(1e6),
  }),
  { minLength: 1, maxLength: 40 },
)
const filterOf = fc.record({
  from: fc.nat(120),
  to: fc.option(fc.nat(120)),
  device: fc.option(fc.integer({ min: 1, max: 3 })),
  remote: fc.option(fc.integer({ min: 1, max: 3 })),
})

function sumBy(rows: readonly Row[], keyOf: (row: Row) => string): [string, number][] {
  const sums = new Map<string, number>()
  for (const row of rows) {
    sums.set(keyOf(row), (sums.get(keyOf(row)) ?? 0) + row.txBytes + row.rxBytes)
  }
  return [...sums].sort()
}

const bytesBy = <T extends { txBytes: number; rxBytes: number }>(found: T[], keyOf: (row: T) => string) =>
  found.map((row): [string, number] => [keyOf(row), row.txBytes + row.rxBytes]).sort()

test('every list over a span of time is the sum of exactly its rows', async () => {
  await fc.assert(
    fc.asyncProperty(rowsOf, fc.array(filterOf, { minLength: 3, maxLength: 6 }), async (rows, filters) => {
      await using test = await createTestStore()
      const { store } = test
      const events = rows.map(({ minutesAgo, device, remote, txBytes, rxBytes }, i) => {
        const row = { deviceMac: macOf(device), remoteIp: ipOf(remote), txBytes, rxBytes }
        return event(i + 1, trafficOf([row], LAST_MINUTE - minutesAgo * MINUTE_MS))
      })
      await applyEvents(store, SOURCE, events, NOW)
      await store.traffic.fold()
      for (const { from, to, device, remote } of filters) {
        const fromMs = LAST_MINUTE - from * MINUTE_MS
        const toMs = to === null ? null : LAST_MINUTE - to * MINUTE_MS
        const filter = {
          fromMs,
          ...(toMs !== null && { toMs }),
          ...(device !== null && { device: macOf(device) }),
          ...(remote !== null && { dst: ipOf(remote) }),
        }
        const wanted = rows.filter((row) => {
          const atMs = LAST_MINUTE - row.minutesAgo * MINUTE_MS
          const isIn = atMs >= fromMs && (toMs === null || atMs < toMs)
          return isIn && (device ?? row.device) === row.device && (remote ?? row.remote) === row.remote
        })
        const records = await store.traffic.list({ ...page, ...filter })
        const flowKey = (mac: string | null, dst: string) => `${mac} ${dst}`
        expect(bytesBy(records.records, (row) => flowKey(row.device, row.dst))).toEqual(
          sumBy(wanted, (row) => flowKey(macOf(row.device), ipOf(row.remote))),
        )
        expect(records.total).toBe(records.records.length)
        const destinations = await store.traffic.destinations({ ...page, ...filter })
        expect(bytesBy(destinations.totals, ({ dst }) => dst)).toEqual(
          sumBy(wanted, (row) => ipOf(row.remote)),
        )
        const devices = await store.traffic.devices({ ...page, ...filter })
        expect(bytesBy(devices.totals, (row) => row.device ?? '')).toEqual(
          sumBy(wanted, (row) => macOf(row.device)),
        )
        const points = await store.traffic.series(filter, MINUTE_MS)
        expect(bytesBy(points, ({ atMs }) => String(atMs))).toEqual(
          sumBy(wanted, (row) => String(LAST_MINUTE - row.minutesAgo * MINUTE_MS)),
        )
        if (device === null || remote !== null) continue
        const span = { fromMs, toMs: toMs ?? NOW }
        const together = await store.traffic.seriesOf([1, 2, 3].map(macOf), span, MINUTE_MS)
        expect(together.get(macOf(device)) ?? []).toEqual(points)
      }
    }),
    { numRuns: 4 },
  )
})

test('a list is ordered exactly, page by page, by sums and by time', async () => {
  await using test = await createTestStore()
  const { store } = test
  const rows = Array.from({ length: 60 }, (_, i) => ({
    remoteIp: `9.9.${i}.1`,
    txBytes: (i * 7919) % 1000,
    rxBytes: 0,
  }))
  const events = rows.map((row, i) => event(i + 1, trafficOf([row], NOW - ((i * 104_729) % DAY_MS))))
  await applyEvents(store, SOURCE, events, NOW)
  await store.traffic.fold()
  for (const key of ['bytes', 'lastSeen', 'txBytes', 'packets', 'dst']) {
    for (const isDescending of [true, false]) {
      const values: number[] = []
      for (let n = 1; n <= 4; n++) {
        const { records, total } = await store.traffic.list({
          page: n,
          pageSize: 15,
          order: { key, isDescending },
        })
        expect(total).toBe(60)
        values.push(
          ...records.map((row) =>
            key === 'lastSeen' ? row.lastSeenMs : key === 'bytes' || key === 'txBytes' ? row.txBytes : 0,
          ),
        )
      }
      const sorted = [...values].sort((a, b) => (isDescending ? b - a : a - b))
      expect([key, values]).toEqual([key, sorted])
      expect(values).toHaveLength(60)
    }
  }
})

test('lists that an index orders do not sort the whole table', async () => {
  await using test = await createTestStore()
  const { store } = test
  const plans: string[] = []
  const { read } = store.database
  const query = read.query.bind(read)
  read.query = async (sql: string, parameters?: unknown[]) => {
    const plan: { detail: string }[] = await query(`EXPLAIN QUERY PLAN ${sql}`, parameters)
    plans.push(plan.map(({ detail }) => detail).join('\n'))
    return await query(sql, parameters)
  }
  for (const key of ['bytes', 'lastSeen']) {
    await store.traffic.list({ ...page, order: { key, isDescending: true } })
    await store.traffic.destinations({ ...page, order: { key, isDescending: true } })
  }
  const lists = plans.filter((plan) => plan.includes('ORDER BY'))
  expect(lists).toHaveLength(4)
  for (const plan of lists) {
    expect(plan).toMatch(
      /USING INDEX \w+_by_(bytes|last_seen)[^\n]*\nUSE TEMP B-TREE FOR LAST 2 TERMS OF ORDER BY/,
    )
  }
})

test('what was rolled up is still found in a span, by its key', async () => {
  await using test = await createTestStore()
  const { store } = test
  const old = NOW - 40 * DAY_MS
  await applyEvents(store, SOURCE, [event(1, trafficOf([{}], old)), event(2, trafficOf([{}], NOW))], NOW)
  await store.retention.apply(planRetention(NOW, { retentionDays: 365, budgetBytes: 2 ** 40 }, NO_PRESSURE))
  const filter = { fromMs: NOW - 50 * DAY_MS, toMs: NOW - 30 * DAY_MS, device: 'aa:bb:cc:dd:ee:01' }
  expect((await store.traffic.destinations({ ...page, ...filter })).totals).toMatchObject([{ txBytes: 100 }])
  expect((await store.traffic.series(filter, DAY_MS)).map(({ txBytes }) => txBytes)).toEqual([100])
})
