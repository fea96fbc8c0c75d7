/** How many probes all sensors sent in the last minute, from the totals that they report every few seconds. */

import { MINUTE_MS } from '@netwatcher/shared'

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
    return this.sent.reduce((sum, { count }) => sum + count, 0)
  }

  private expire(nowMs: number): void {
    this.sent = this.sent.filter(({ atMs }) => atMs > nowMs - MINUTE_MS)
  }
}
