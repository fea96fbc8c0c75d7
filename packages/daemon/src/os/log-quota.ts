/**
 * How many lines of one kind go to the system log, which rations a unit that
 * says too much and then loses what matters. What is left out is counted and
 * told with the next line that goes in.
 */

import { MINUTE_MS } from '@netwatcher/shared'
import type { Logger } from './log.js'

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

/** A log for what others cause: it leaves out what is beyond the quota, errors included. */
export function rationed(log: Logger, linesPerMinute: number, nowMs: () => number): Logger {
  const quota = new LogQuota(linesPerMinute)
  const say =
    (level: keyof Logger): Logger[keyof Logger] =>
    (message, fields = {}) => {
      const leftOut = quota.take(nowMs())
      if (leftOut !== null) log[level](message, leftOut > 0 ? { ...fields, leftOut } : fields)
    }
  return { info: say('info'), warn: say('warn'), error: say('error') }
}
