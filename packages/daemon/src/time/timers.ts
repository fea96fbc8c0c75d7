/** Time for durations and delays, so that tests run on a clock of their own. */

export interface Timers {
  /** Milliseconds with fraction, from an origin of its own; never goes back, whatever the wall clock is set to. */
  nowMs(): number
  /** Calls back once after `delayMs`, never at once. Gives what cancels it. */
  after(delayMs: number, callback: () => void): () => void
}

export const systemTimers: Timers = {
  nowMs: () => performance.now(),
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs)
    return () => clearTimeout(timer)
  },
}
