/**
 * How many lines of one kind go to the system log, which rations a unit that
 * says too much and then loses what matters. What is left out is counted and
 * told with the next line that goes in.
 */

import { MINUTE_MS } from '@netwatcher/shared'

export class LogQuota {
  #minuteMs = Number.NEGATIVE_INFINITY
  #said = 0
  #leftOut = 0

  constructor(private readonly linesPerMinute: number) {}

  /** Lines left out before this one, which may be said; null when it is to be left out, too. */
  take(nowMs: number): number | null {
    if (Math.abs(nowMs - this.#minuteMs) >= MINUTE_MS) {
      this.#minuteMs = nowMs
      this.#said = 0
    }
    if (this.#said >= this.linesPerMinute) {
      this.#leftOut++
      return null
    }
    this.#said++
    const leftOut = this.#leftOut
    this.#leftOut = 0
    return leftOut
  }
}
