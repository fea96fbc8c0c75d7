/**
 * Whether something repeats at a regular interval. Tools that poison caches do
 * so from a timer: arpspoof every 2 s, bettercap every 1 s, ettercap every 10 s
 * after its first rounds. A host has no reason to tell one other host the same
 * thing again and again unasked.
 */

/** Three equal intervals in a row: fewer come about by chance. */
const NEEDED_INTERVALS = 3
/** A timer in user space on a busy machine drifts by some percent of its interval. */
const TOLERANCE = 0.2
/** Frames of one burst (several victims, several copies) count once. */
const BURST_MS = 200
/** Slower than this and it is no longer poisoning: Linux forgets a confirmed entry after about 60 s. */
const MAX_INTERVAL_MS = 60_000

export interface Cadence {
  lastMs: number
  /** Most recent intervals, at most `NEEDED_INTERVALS`. */
  intervals: number[]
}

export function newCadence(): Cadence {
  return { lastMs: Number.NEGATIVE_INFINITY, intervals: [] }
}

export function beat(cadence: Cadence, nowMs: number): void {
  const interval = nowMs - cadence.lastMs
  if (interval < BURST_MS) return
  cadence.lastMs = nowMs
  if (interval > MAX_INTERVAL_MS) {
    cadence.intervals = []
    return
  }
  cadence.intervals.push(interval)
  if (cadence.intervals.length > NEEDED_INTERVALS) cadence.intervals.shift()
}

/** The interval in milliseconds when it is regular, else null. */
export function regularInterval(cadence: Cadence): number | null {
  const { intervals } = cadence
  if (intervals.length < NEEDED_INTERVALS) return null
  const mean = intervals.reduce((sum, interval) => sum + interval, 0) / intervals.length
  return intervals.every((interval) => Math.abs(interval - mean) <= TOLERANCE * mean) ? mean : null
}
