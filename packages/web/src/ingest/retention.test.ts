import { DAY_MS, HOUR_MS, MINUTE_MS } from '@netwatcher/shared'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createTestStore, event, SENSOR, sumOf, trafficOf } from '../testing/test-store.js'
import { applyEvents } from './apply.js'
import { planRetention } from './retention-plan.js'
import { RetentionRunner } from './retention-runner.js'

const NOW = Date.UTC(2026, 5, 15, 12, 34, 56)
const POLICY = { retentionDays: 365, budgetBytes: 2 ** 40 }

test('rolling up never changes a sum', async () => {
  const bucket = fc.record({
    ageMs: fc.nat(200 * DAY_MS),
    device: fc.nat(5),
    remote: fc.nat(5),
    txBytes: fc.nat(10_000),
    rxBytes: fc.nat(10_000),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(bucket, { minLength: 1, maxLength: 40 }), async (buckets) => {
      await using test = await createTestStore()
      const { store } = test
      const events = buckets.map(({ ageMs, device, remote, txBytes, rxBytes }, i) => {
        const row = { deviceMac: `aa:bb:cc:dd:ee:0${device}`, remoteIp: `8.8.8.${remote}`, txBytes, rxBytes }
        return event(i + 1, trafficOf([row], NOW - ageMs))
      })
      await applyEvents(store, SENSOR.daemonId, events, NOW)
      const total = buckets.reduce((sum, { txBytes, rxBytes }) => sum + txBytes + rxBytes, 0)
      await store.retention.apply(planRetention(NOW, POLICY, 0))
      // Late rows of hours that were rolled up already are added to them by the next run.
      await applyEvents(store, SENSOR.daemonId, [event(1000, trafficOf([{}], NOW - 3 * DAY_MS))], NOW)
      await store.retention.apply(planRetention(NOW + HOUR_MS, POLICY, 0))
      expect(await sumOf(store, 'traffic')).toBe(total + 300)
      for (const scope of [0, 1, 2]) expect(await sumOf(store, 'usage', `scope = ${scope}`)).toBe(total + 300)
    }),
    { numRuns: 5 },
  )
})

test('each level only keeps what is young enough', async () => {
  await using test = await createTestStore()
  const { store } = test
  const ages = [MINUTE_MS, 2 * DAY_MS, 40 * DAY_MS]
  const events = ages.map((ageMs, i) => event(i + 1, trafficOf([{}], NOW - ageMs)))
  await applyEvents(store, SENSOR.daemonId, events, NOW)
  await store.retention.apply(planRetention(NOW, POLICY, 0))
  for (const level of ['minute', 'hour', 'day']) {
    const [row] = await store.database.read.query(`SELECT count(*) AS n FROM traffic_${level}`)
    expect([level, row.n]).toEqual([level, 1])
  }
})

test('what is too old goes with its keys; what a person named stays', async () => {
  await using test = await createTestStore()
  const { store } = test
  const old = NOW - 400 * DAY_MS
  const rows = [{}, { deviceMac: 'aa:bb:cc:dd:ee:02', remoteIp: '1.1.1.1' }]
  await applyEvents(store, SENSOR.daemonId, [event(1, trafficOf(rows, old))], NOW)
  await store.devices.patch('aa:bb:cc:dd:ee:02', { name: 'Printer' })
  await store.retention.apply(planRetention(NOW, POLICY, 0))
  for (const table of ['flow', 'destination', 'traffic_minute', 'usage_day', 'address']) {
    const [row] = await store.database.read.query(`SELECT count(*) AS n FROM ${table}`)
    expect([table, row.n]).toEqual([table, 0])
  }
  expect(await store.devices.get('aa:bb:cc:dd:ee:01')).toBeNull()
  expect((await store.devices.get('aa:bb:cc:dd:ee:02'))?.name).toBe('Printer')
  // Ids that were remembered from before must not be used again.
  await applyEvents(store, SENSOR.daemonId, [event(2, trafficOf(rows, NOW))], NOW)
  await store.traffic.fold()
  const page = { page: 1, pageSize: 10, order: { key: 'dst', isDescending: false } }
  expect((await store.traffic.list(page)).records.map(({ dst }) => dst).sort()).toEqual([
    '1.1.1.1',
    '8.8.8.8',
  ])
})

test('nothing is rolled up when the clock jumped, and it goes on the time after', async () => {
  await using test = await createTestStore()
  const { store } = test
  await applyEvents(store, SENSOR.daemonId, [event(1, trafficOf([{}], NOW))], NOW)
  let wallMs = NOW
  let monotonicMs = 0
  const runner = new RetentionRunner(
    store.retention,
    POLICY,
    () => wallMs,
    () => monotonicMs,
  )
  expect(await runner.run()).toBe(true)
  wallMs += 500 * DAY_MS
  monotonicMs += 5 * MINUTE_MS
  expect(await runner.run()).toBe(false)
  expect(await sumOf(store, 'traffic')).toBe(300)
  wallMs += 5 * MINUTE_MS
  monotonicMs += 5 * MINUTE_MS
  expect(await runner.run()).toBe(true)
})
