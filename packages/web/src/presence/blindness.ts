/**
 * When a sensor sees nothing: it does not run, a scan of it found nobody, or all
 * who were there fell silent at once. That is one event about the sensor, not
 * one about each device.
 */

import type { BlindCause } from '../contract/presence.js'

export interface Blindness {
  sensorId: number
  fromMs: number
  /** Null while it lasts. */
  untilMs: number | null
  cause: BlindCause
}

/** Fewer may well have left together. */
const LEAST_SILENT = 3

/** All who were there and are now silent although they were asked; `present` includes them. */
export function areAllSilent(silent: number, present: number): boolean {
  return silent >= LEAST_SILENT && silent === present
}

/** Whether it is over: the sensor runs again, or somebody has been seen since. */
export function isOver(
  { cause, fromMs }: Blindness,
  watchingSinceMs: number | null,
  lastSeenMs: number,
): boolean {
  if (watchingSinceMs === null) return false
  return cause === 'not_watching' || lastSeenMs > fromMs
}

/** Since when silence counts: the sensor runs, and sees. */
export function seesSinceMs(
  watchingSinceMs: number | null,
  blind: readonly Blindness[],
): { sinceMs: number } | null {
  if (watchingSinceMs === null || blind.some(({ untilMs }) => untilMs === null)) return null
  return { sinceMs: Math.max(watchingSinceMs, ...blind.map(({ untilMs }) => untilMs ?? 0)) }
}
