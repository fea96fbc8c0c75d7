/**
 * How many probes all sensors sent in the last minute, from the totals that they
 * report every few seconds; a taken-over one thousands of times a second, so
 * that what is kept is a figure for each second.
 */

import { MINUTE_MS, SECOND_MS } from '@netwatcher/shared'

/** Told as a 32-bit number. */
const MOST = 0xffff_ffff

export class ProbeMeter {
  private readonly totals = new Map<string, number>()
  /** By the second, the oldest first. */
  private readonly sent = new Map<number, number>()

  note(interfaceName: string, total: number, nowMs: number): void {
    const count = total - (this.totals.get(interfaceName) ?? 0)
    this.totals.set(interfaceName, total)
    const second = Math.floor(nowMs / SECOND_MS)
    if (count > 0) this.sent.set(second, (this.sent.get(second) ?? 0) + count)
    this.expire(nowMs)
  }

  /** The next sensor of the interface counts from 0. */
  forget(interfaceName: string): void {
    this.totals.delete(interfaceName)
  }

  lastMinute(nowMs: number): number {
    this.expire(nowMs)
    const sum = [...this.sent.values()].reduce((total, count) => total + count, 0)
    return Math.min(sum, MOST)
  }

  private expire(nowMs: number): void {
    for (const second of this.sent.keys()) {
      if (second * SECOND_MS > nowMs - MINUTE_MS) return
      this.sent.delete(second)
    }
  }
}
