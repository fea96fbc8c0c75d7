import { DAY_MS, HOUR_MS, MIB, MINUTE_MS } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import {
  ageCountedFrom,
  finestStepMs,
  NO_PRESSURE,
  nextPressure,
  nextRollUpPressure,
  planRetention,
} from './retention-plan.js'

const NOW = Date.UTC(2026, 5, 15, 12, 34, 56)
const POLICY = { retentionDays: 365, budgetBytes: 100 * MIB }

test('cut-offs lie on whole hours and days', () => {
  const plan = planRetention(NOW, POLICY, NO_PRESSURE)
  expect(new Date(plan.trafficMinutesBeforeMs).toISOString()).toBe('2026-06-15T06:00:00.000Z')
  expect(new Date(plan.trafficHoursBeforeMs).toISOString()).toBe('2026-05-16T00:00:00.000Z')
  expect(plan.usageMinutesBeforeMs % HOUR_MS).toBe(0)
  expect(NOW - plan.deleteBeforeMs).toBe(365 * DAY_MS)
})

test('pressure halves every window, but never deletes the last two hours', () => {
  const plan = planRetention(NOW, POLICY, { forget: 1, rollUp: 1 })
  expect(NOW - plan.deleteBeforeMs).toBe((365 * DAY_MS) / 2)
  expect(NOW - planRetention(NOW, POLICY, { forget: 20, rollUp: 20 }).deleteBeforeMs).toBe(2 * HOUR_MS)
})

test('pressure rises while over the budget and falls only with room', () => {
  expect(nextPressure(0, 101 * MIB, POLICY.budgetBytes)).toBe(1)
  expect(nextPressure(1, 90 * MIB, POLICY.budgetBytes)).toBe(1)
  expect(nextPressure(1, 60 * MIB, POLICY.budgetBytes)).toBe(0)
  expect(nextPressure(0, 0, POLICY.budgetBytes)).toBe(0)
})

test('where room runs short detail goes early, and nothing is forgotten for it', () => {
  const plan = planRetention(NOW, POLICY, { forget: 0, rollUp: 3 })
  expect(NOW - plan.deleteBeforeMs).toBe(365 * DAY_MS)
  expect(NOW - plan.trafficMinutesBeforeMs).toBeLessThan(2 * HOUR_MS)
  expect(nextRollUpPressure(0, true)).toBe(1)
  expect(nextRollUpPressure(16, true)).toBe(16)
  expect(nextRollUpPressure(1, false)).toBe(0)
  expect(nextRollUpPressure(0, false)).toBe(0)
})

test('age is counted by the time that is believed, and by the clock itself only in need', () => {
  const ahead = 400 * DAY_MS
  expect(ageCountedFrom(NOW + ahead, NOW, 0)).toBe(NOW)
  expect(ageCountedFrom(NOW + ahead, NOW, 16)).toBe(NOW)
  expect(ageCountedFrom(NOW + ahead, NOW, 24)).toBe(NOW + ahead / 2)
  expect(ageCountedFrom(NOW + ahead, NOW, 32)).toBe(NOW + ahead)
  expect(ageCountedFrom(NOW - ahead, NOW, 0)).toBe(NOW - ahead)
})

test('the step of a chart is never finer than what is kept', () => {
  expect(finestStepMs(HOUR_MS + MINUTE_MS, true)).toBe(MINUTE_MS)
  expect(finestStepMs(DAY_MS, true)).toBe(HOUR_MS)
  expect(finestStepMs(DAY_MS, false)).toBe(MINUTE_MS)
  expect(finestStepMs(30 * DAY_MS, false)).toBe(HOUR_MS)
  expect(finestStepMs(365 * DAY_MS, false)).toBe(DAY_MS)
})
