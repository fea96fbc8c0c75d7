/**
 * Whether a time server has confirmed the wall clock lately. The kernel's own
 * answer (adjtimex, STA_UNSYNC) is not in /proc or /sys, and neither program
 * loads native code for it; systemd-timesyncd touches a file at every
 * synchronisation, at least each 34 minutes (timesyncd.conf(5)). Where another
 * program keeps the time nothing is known, which counts as no.
 */

import { HOUR_MS, MINUTE_MS } from './units.js'

export const SYNCHRONIZED_FILE = '/run/systemd/timesync/synchronized'
const FRESH_MS = 2 * HOUR_MS

/** Once the clock is moved by anything else, the file's own time stamp (null: there is none) is no longer near it. */
export function isClockConfirmedBy(touchedMs: number | null, wallMs: number): boolean {
  if (touchedMs === null) return false
  const ageMs = wallMs - touchedMs
  return ageMs > -MINUTE_MS && ageMs < FRESH_MS
}
