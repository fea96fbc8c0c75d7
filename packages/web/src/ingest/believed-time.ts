/**
 * The wall time that age is counted by. A clock that is far ahead (no battery, a
 * wrong date in the firmware, a typing error) makes everything look old, and what
 * was deleted does not come back; so a jump ahead is only believed when a time
 * server confirms the clock. Otherwise the time that is believed goes on with
 * the monotonic clock, and catches up at twice its speed: a machine that was
 * off for a month and never asks a time server ends up right, too.
 */

import { DAY_MS } from '@netwatcher/shared'

export interface ClockReading {
  wallMs: number
  /** By the monotonic clock since the time that was believed last; 0 when that was in another process. */
  elapsedMs: number
  isSynchronized: boolean
}

/** A machine that is off at night needs no confirmation. */
export const BELIEVED_JUMP_MS = DAY_MS

export function believe(lastMs: number, { wallMs, elapsedMs, isSynchronized }: ClockReading): number {
  const expectedMs = lastMs + elapsedMs
  const aheadMs = wallMs - expectedMs
  if (isSynchronized || Math.abs(aheadMs) <= BELIEVED_JUMP_MS) return wallMs
  return aheadMs > 0 ? expectedMs + Math.min(aheadMs, elapsedMs) : expectedMs
}
