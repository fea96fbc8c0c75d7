/** Whether a time server has confirmed the wall clock lately: when the file that says so was touched. */

import { statSync } from 'node:fs'
import { isClockConfirmedBy } from '@netwatcher/shared'

export function isClockSynchronized(path: string, wallMs: number): boolean {
  const stat = statSync(path, { throwIfNoEntry: false })
  return isClockConfirmedBy(stat?.mtimeMs ?? null, wallMs)
}
