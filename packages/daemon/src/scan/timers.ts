/** Time for scanning and probing, so that tests run on a clock of their own. */

export interface Timers {
  /** Milliseconds since 1970-01-01 UTC with fraction; never goes back. */
  nowMs(): number
  /** Calls back once after `delayMs`, never at once. Gives what cancels it. */
  after(delayMs: number, callback: () => void): () => void
}

export const systemTimers: Timers = {
  // Monotonic, unlike Date.now(): a clock that is set during a scan must not stall it.
  nowMs: () => performance.timeOrigin + performance.now(),
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs)
    return () => clearTimeout(timer)
  },
}
