/** Clocks that nobody sets, and whether a time server has confirmed the one that can be set. */

import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { isClockConfirmedBy, SECOND_MS, SYNCHRONIZED_FILE } from '@netwatcher/shared'

/** Since the machine started, sleep included (proc_uptime(5)). Throws when it cannot be read. */
export function uptimeMs(root = '/'): number {
  const [seconds = ''] = readFileSync(join(root, 'proc/uptime'), 'utf8').split(' ')
  return Number(seconds) * SECOND_MS
}

export function isClockConfirmed(wallMs: number, root = '/'): boolean {
  const stat = statSync(join(root, SYNCHRONIZED_FILE), { throwIfNoEntry: false })
  return isClockConfirmedBy(stat?.mtimeMs ?? null, wallMs)
}
