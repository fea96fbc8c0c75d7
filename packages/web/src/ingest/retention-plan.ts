/**
 * What to roll up and what to forget, as a pure plan. Minutes become hours and
 * hours become days when they are old enough; days, and whatever was not seen
 * since, go at the end of the retention. When the database is over its budget
 * of bytes every window is halved, once per run, until it fits; when room is about
 * to run short, only those of the detail are.
 */

import { DAY_MS, HOUR_MS, MINUTE_MS } from '@netwatcher/shared'

export interface RetentionPolicy {
  retentionDays: number
  budgetBytes: number
}

export interface RetentionPlan {
  /** The moment that age is counted from. */
  nowMs: number
  /** Per-flow minutes that start before it become hours. */
  trafficMinutesBeforeMs: number
  trafficHoursBeforeMs: number
  /** Totals per device and destination are coarsened sooner; per sensor later. */
  usageMinutesBeforeMs: number
  sensorMinutesBeforeMs: number
  usageHoursBeforeMs: number
  /** Everything last seen before it is deleted. */
  deleteBeforeMs: number
  /** What was there for a moment only and not seen since. */
  shortLivedBeforeMs: number
  /** Where no inventory is kept: whoever was not seen since. */
  unkeptBeforeMs: number
}

const TRAFFIC_MINUTES_MS = 6 * HOUR_MS
const TRAFFIC_HOURS_MS = 30 * DAY_MS
const USAGE_MINUTES_MS = HOUR_MS + 5 * MINUTE_MS
const SENSOR_MINUTES_MS = 7 * DAY_MS
const USAGE_HOURS_MS = 90 * DAY_MS
/** Nothing younger is ever deleted. */
const SHORTEST_RETENTION_MS = 2 * HOUR_MS
/** Windows are at their shortest then. */
const FULL_PRESSURE = 16
/** What was stored while the clock was ahead is given up with the rest of the pressure, oldest first. */
const MAX_PRESSURE = 2 * FULL_PRESSURE

/** How many times windows are halved: of what is kept at all, and of how long it is kept in detail. */
export interface Pressure {
  forget: number
  rollUp: number
}

export const NO_PRESSURE: Pressure = { forget: 0, rollUp: 0 }

/** Cut-offs lie on whole hours and days (UTC), so that a step is never split. */
export function planRetention(nowMs: number, policy: RetentionPolicy, pressure: Pressure): RetentionPlan {
  const halved = (windowMs: number, times: number) => windowMs / 2 ** Math.min(times, FULL_PRESSURE)
  const before = (windowMs: number, gridMs: number) =>
    floorTo(nowMs - halved(windowMs, pressure.rollUp), gridMs)
  const retentionMs = Math.max(halved(policy.retentionDays * DAY_MS, pressure.forget), SHORTEST_RETENTION_MS)
  return {
    nowMs,
    trafficMinutesBeforeMs: before(TRAFFIC_MINUTES_MS, HOUR_MS),
    trafficHoursBeforeMs: before(TRAFFIC_HOURS_MS, DAY_MS),
    usageMinutesBeforeMs: before(USAGE_MINUTES_MS, HOUR_MS),
    sensorMinutesBeforeMs: before(SENSOR_MINUTES_MS, HOUR_MS),
    usageHoursBeforeMs: before(USAGE_HOURS_MS, DAY_MS),
    deleteBeforeMs: nowMs - retentionMs,
    shortLivedBeforeMs: nowMs - HOUR_MS,
    unkeptBeforeMs: nowMs - DAY_MS,
  }
}

/**
 * The moment that age is counted from: what is believed of the wall clock (see
 * `believed-time.ts`), and only when the disk is needed the clock itself.
 */
export function ageCountedFrom(wallMs: number, believedMs: number, pressure: number): number {
  const heldBackMs = Math.max(0, wallMs - believedMs)
  const givenUp = Math.max(0, pressure - FULL_PRESSURE) / FULL_PRESSURE
  return wallMs - heldBackMs * (1 - givenUp)
}

/** Pressure of the next run: up while over the budget, down once there is room again. */
export function nextPressure(pressure: number, usedBytes: number, budgetBytes: number): number {
  if (usedBytes > budgetBytes) return Math.min(pressure + 1, MAX_PRESSURE)
  if (usedBytes < budgetBytes * 0.7) return Math.max(pressure - 1, 0)
  return pressure
}

/** What somebody else has filled the disk with is no reason to forget: only detail is given up for it. */
export function nextRollUpPressure(pressure: number, isShort: boolean): number {
  return isShort ? Math.min(pressure + 1, FULL_PRESSURE) : Math.max(pressure - 1, 0)
}

/** The finest step that everything since then is kept in; `isKeyed` for one device or destination. */
export function finestStepMs(ageMs: number, isKeyed: boolean): number {
  if (ageMs > USAGE_HOURS_MS) return DAY_MS
  return ageMs > (isKeyed ? USAGE_MINUTES_MS : SENSOR_MINUTES_MS) ? HOUR_MS : MINUTE_MS
}

function floorTo(atMs: number, gridMs: number): number {
  return Math.floor(atMs / gridMs) * gridMs
}
