import { DAY_MS, HOUR_MS, MINUTE_MS } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import type { Store } from '../storage/store.js'
import { createTestStore, event, rename, SOURCE, sumOf, trafficOf } from '../testing/test-store.js'
import { applyEvents } from './apply.js'
import { BelievedClock } from './believed-clock.js'
import { NO_PRESSURE, planRetention, type RetentionPlan } from './retention-plan.js'
import { RetentionRunner } from './retention-runner.js'

const NOW = Date.UTC(2026, 5, 15, 12, 34, 56)
const PLENTY = {
  usedBytes: 0,
  reusableBytes: 0,
  budgetBytes: 2 ** 40,
  freeBytes: 2 ** 40,
  totalBytes: 2 ** 40,
  shortage: null,
}
const POLICY = { retentionDays: 365, budgetBytes: 2 ** 40 }

test('each level only keeps what is young enough', async () => {
  await using test = await createTestStore()
  const { store } = test
  const ages = [MINUTE_MS, 2 * DAY_MS, 40 * DAY_MS]
  const events = ages.map((ageMs, i) => event(i + 1, trafficOf([{}], NOW - ageMs)))
  await applyEvents(store, SOURCE, events, NOW)
  await store.retention.apply(planRetention(NOW, POLICY, NO_PRESSURE))
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
  await applyEvents(store, SOURCE, [event(1, trafficOf(rows, old))], NOW)
  await store.traffic.fold()
  await rename(store, 'aa:bb:cc:dd:ee:02', 'Printer')
  await store.retention.apply(planRetention(NOW, POLICY, NO_PRESSURE))
  for (const table of ['flow', 'destination', 'traffic_minute', 'usage_day', 'address']) {
    const [row] = await store.database.read.query(`SELECT count(*) AS n FROM ${table}`)
    expect([table, row.n]).toEqual([table, 0])
  }
  expect(await store.devices.get('aa:bb:cc:dd:ee:01')).toBeNull()
  expect((await store.devices.get('aa:bb:cc:dd:ee:02'))?.name).toBe('Printer')
  // Ids that were remembered from before must not be used again.
  await applyEvents(store, SOURCE, [event(2, trafficOf(rows, NOW))], NOW)
  await store.traffic.fold()
  const page = { page: 1, pageSize: 10, order: { key: 'dst', isDescending: false } }
  expect((await store.traffic.list(page)).records.map(({ dst }) => dst).sort()).toEqual([
    '1.1.1.1',
    '8.8.8.8',
  ])
})

interface Run {
  wallMs: number
  monotonicMs: number
  isSynchronized: boolean
}

/** A process over the store of a test: what its clocks say is set from outside. */
function startRunner(store: Store, now: Run) {
  const clock = new BelievedClock(store.retention, {
    nowMs: () => now.wallMs,
    monotonicMs: () => now.monotonicMs,
    isSynchronized: () => now.isSynchronized,
  })
  return {
    clock,
    runner: new RetentionRunner({
      repository: store.retention,
      policy: POLICY,
      clock,
      room: async () => PLENTY,
    }),
  }
}

/** Longer than anything is kept. */
const JUMP = 800 * DAY_MS
const STEP = 5 * MINUTE_MS

test('a clock that is far ahead deletes nothing, however long, unless it is confirmed', async () => {
  await using test = await createTestStore()
  const { store } = test
  await applyEvents(store, SOURCE, [event(1, trafficOf([{}], NOW))], NOW)
  await store.traffic.fold()
  // It stays, so that its days go by their own age.
  await rename(store, 'aa:bb:cc:dd:ee:01', 'Printer')
  const now = { wallMs: NOW, monotonicMs: 0, isSynchronized: false }
  const { clock, runner } = startRunner(store, now)
  await runner.run()
  now.wallMs += JUMP
  for (let run = 0; run < 5; run++) {
    now.wallMs += STEP
    now.monotonicMs += STEP
    await runner.run()
  }
  expect(await sumOf(store, 'traffic')).toBe(300)
  expect(await store.volumes.days(undefined)).toMatchObject([{ txBytes: 100, rxBytes: 200 }])
  // It catches up at twice the speed of time.
  expect(clock.heldBackMs).toBe(JUMP - 5 * STEP)
  now.isSynchronized = true
  await runner.run()
  expect(clock.heldBackMs).toBe(0)
  expect(await sumOf(store, 'traffic')).toBe(0)
  expect(await store.volumes.days(undefined)).toEqual([])
})

test('a clock that is wrong when the process starts is noticed, too', async () => {
  await using test = await createTestStore()
  const { store } = test
  const startAt = async (wallMs: number) => {
    const { clock, runner } = startRunner(store, { wallMs, monotonicMs: 0, isSynchronized: false })
    await runner.run()
    return clock.heldBackMs
  }
  expect(await startAt(NOW)).toBe(0)
  await applyEvents(store, SOURCE, [event(1, trafficOf([{}], NOW))], NOW)
  expect(await startAt(NOW + JUMP)).toBe(JUMP)
  expect(await sumOf(store, 'traffic')).toBe(300)
  // A night without power needs no confirmation.
  expect(await startAt(NOW + DAY_MS / 2)).toBe(0)
})

test('the budget of bytes is kept even while deleting by age waits', async () => {
  let believed: number | null = NOW
  const clock = new BelievedClock(
    {
      believedMs: async () => believed,
      keepBelieved: async (atMs) => {
        believed = atMs
      },
    },
    { nowMs: () => NOW + JUMP, monotonicMs: () => 0, isSynchronized: () => false },
  )
  const deletedBefore: number[] = []
  const repository = {
    apply: async (plan: RetentionPlan) => {
      deletedBefore.push(plan.deleteBeforeMs)
    },
  }
  const runner = new RetentionRunner({
    repository,
    policy: { ...POLICY, budgetBytes: 1 },
    clock,
    room: async () => ({ ...PLENTY, usedBytes: 2, budgetBytes: 1, shortage: 'budget' }),
  })
  for (let run = 0; run < 32; run++) await runner.run()
  // Oldest first, ending with what was stored by the clock that is ahead.
  expect(deletedBefore).toEqual(deletedBefore.toSorted((a, b) => a - b))
  expect(deletedBefore[15]).toBe(NOW - 2 * HOUR_MS)
  expect(deletedBefore.at(-1)).toBe(NOW + JUMP - 2 * HOUR_MS)
})
