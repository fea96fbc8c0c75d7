/**
 * Clocks that nobody sets, and whether a time server has confirmed the one that
 * can be set: systemd-timesyncd touches a file at every synchronisation, at least
 * each 34 minutes (timesyncd.conf(5)). Where another program keeps the time
 * nothing is known, which counts as no.
 */

import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '@netwatcher/shared'

const SYNCHRONIZED_FILE = 'run/systemd/timesync/synchronized'
const FRESH_MS = 2 * HOUR_MS

/** Since the machine started, sleep included (proc_uptime(5)). Throws when it cannot be read. */
export function uptimeMs(root = '/'): number {
  const [seconds = ''] = readFileSync(join(root, 'proc/uptime'), 'utf8').split(' ')
  return Number(seconds) * SECOND_MS
}

/** Once the clock is moved by anything else, the file's own time stamp is no longer near it. */
export function isClockConfirmed(wallMs: number, root = '/'): boolean {
  const stat = statSync(join(root, SYNCHRONIZED_FILE), { throwIfNoEntry: false })
  const ageMs = stat ? wallMs - stat.mtimeMs : Number.POSITIVE_INFINITY
  return ageMs > -MINUTE_MS && ageMs < FRESH_MS
}
