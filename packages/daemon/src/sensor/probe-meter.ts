/** How many probes all sensors sent in the last minute, from the totals that they report every few seconds. */

import { MINUTE_MS } from '@netwatcher/shared'

/** Told as a 32-bit number. */
const MOST = 0xffff_ffff

export class ProbeMeter {
  private readonly totals = new Map<string, number>()
  private sent: { atMs: number; count: number }[] = []

  note(interfaceName: string, total: number, nowMs: number): void {
    const count = total - (this.totals.get(interfaceName) ?? 0)
    this.totals.set(interfaceName, total)
    if (count > 0) this.sent.push({ atMs: nowMs, count })
    this.expire(nowMs)
  }

  /** The next sensor of the interface counts from 0. */
  forget(interfaceName: string): void {
    this.totals.delete(interfaceName)
  }

  lastMinute(nowMs: number): number {
    this.expire(nowMs)
    const sum = this.sent.reduce((total, { count }) => total + count, 0)
    return Math.min(sum, MOST)
  }

  private expire(nowMs: number): void {
    this.sent = this.sent.filter(({ atMs }) => atMs > nowMs - MINUTE_MS)
  }
}
