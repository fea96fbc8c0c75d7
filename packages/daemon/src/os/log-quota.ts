/**
 * The ration of lines to the system log, which rations a unit that says too much
 * and then loses what matters.
 */

import type { Logger } from './log.js'
import { MinuteQuota } from './minute-quota.js'

/** A log for what others cause: it leaves out what is beyond the quota, errors included. */
export function rationed(log: Logger, linesPerMinute: number, nowMs: () => number): Logger {
  const quota = new MinuteQuota(linesPerMinute)
  const say =
    (level: keyof Logger): Logger[keyof Logger] =>
    (message, fields = {}) => {
      const leftOut = quota.take(nowMs())
      if (leftOut !== null) log[level](message, leftOut > 0 ? { ...fields, leftOut } : fields)
    }
  return { info: say('info'), warn: say('warn'), error: say('error') }
}
