/**
 * Whether something repeats at a regular interval. Tools that poison caches do
 * so from a timer: arpspoof every 2 s, bettercap every 1 s, ettercap every 10 s
 * after its first rounds. A host has no reason to tell one other host the same
 * thing again and again unasked.
 */

import { MINUTE_MS, SECOND_MS } from '@netwatcher/shared'

/** Three equal intervals in a row: fewer come about by chance. */
const NEEDED_INTERVALS = 3
/** A question out of view is repeated for some seconds (arp(7): three times, 1 s apart), and so are its answers. */
const NEEDED_MS = 5 * SECOND_MS
/** A timer in user space on a busy machine drifts by some percent of its interval. */
const TOLERANCE = 0.2
/** A beat or two that was not captured leaves a gap of two or three intervals. */
const MOST_MISSED = 3
/** Frames of one burst (several victims, several copies) count once. */
const BURST_MS = 200
/** Slower than this and it is no longer poisoning: Linux forgets an unused entry after 60 s (gc_stale_time). */
const MAX_INTERVAL_MS = MINUTE_MS

export interface Cadence {
  /** First and last beat of the regular run. */
  sinceMs: number
  lastMs: number
  /** Mean interval of the run, and how many it has. */
  intervalMs: number
  count: number
}

/** Takes in one more beat; null is the cadence before the first. */
export function beat(cadence: Cadence | null, nowMs: number): Cadence {
  if (cadence === null) return { sinceMs: nowMs, lastMs: nowMs, intervalMs: 0, count: 0 }
  const elapsedMs = nowMs - cadence.lastMs
  if (elapsedMs < BURST_MS) return cadence
  const previousMs = cadence.lastMs
  cadence.lastMs = nowMs
  const missed = Math.round(elapsedMs / cadence.intervalMs)
  const isRegular = Math.abs(elapsedMs - missed * cadence.intervalMs) <= TOLERANCE * cadence.intervalMs
  if (cadence.count > 0 && isRegular && missed >= 1 && missed <= MOST_MISSED) {
    if (missed === 1) {
      cadence.intervalMs = (cadence.intervalMs * cadence.count + elapsedMs) / (cadence.count + 1)
      cadence.count++
    }
    return cadence
  }
  cadence.sinceMs = previousMs
  cadence.intervalMs = elapsedMs
  cadence.count = elapsedMs <= MAX_INTERVAL_MS ? 1 : 0
  return cadence
}

/** The interval in milliseconds when it is regular, else null. */
export function regularInterval(cadence: Cadence | null): number | null {
  if (cadence === null) return null
  const { sinceMs, lastMs, intervalMs, count } = cadence
  return count >= NEEDED_INTERVALS && lastMs - sinceMs >= NEEDED_MS ? intervalMs : null
}
