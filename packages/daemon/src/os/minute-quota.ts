/**
 * How much of a kind is let through in a minute: lines to the system log, and
 * changes that become messages. What is left out is counted, and told with the
 * next that is let through.
 */

import { MINUTE_MS } from '@netwatcher/shared'

export class MinuteQuota {
  #minuteMs = Number.NEGATIVE_INFINITY
  #passed = 0
  #leftOut = 0

  constructor(private readonly perMinute: number) {}

  /** How many were left out before this one, which is let through; null when it is to be left out, too. */
  take(nowMs: number): number | null {
    if (Math.abs(nowMs - this.#minuteMs) >= MINUTE_MS) {
      this.#minuteMs = nowMs
      this.#passed = 0
    }
    if (this.#passed >= this.perMinute) {
      this.#leftOut++
      return null
    }
    this.#passed++
    const leftOut = this.#leftOut
    this.#leftOut = 0
    return leftOut
  }
}
