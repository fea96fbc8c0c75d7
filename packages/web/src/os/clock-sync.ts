/**
 * Whether a time server has confirmed the wall clock lately. The kernel's own
 * answer (adjtimex, STA_UNSYNC) is not in /proc or /sys, and this process loads
 * no native code, starts nothing and cannot reach D-Bus; systemd-timesyncd
 * touches a file at every successful synchronisation, at least each 34 minutes
 * (timesyncd.conf(5)). Where another program keeps the time nothing is known,
 * which counts as no.
 */

import { statSync } from 'node:fs'
import { HOUR_MS, MINUTE_MS } from '@netwatcher/shared'

export const SYNCHRONIZED_FILE = '/run/systemd/timesync/synchronized'

const FRESH_MS = 2 * HOUR_MS

/** Once the clock is moved by anything else, the file's own time stamp is no longer near it. */
export function isClockSynchronized(path: string, wallMs: number): boolean {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (!stat) return false
  const ageMs = wallMs - stat.mtimeMs
  return ageMs > -MINUTE_MS && ageMs < FRESH_MS
}
