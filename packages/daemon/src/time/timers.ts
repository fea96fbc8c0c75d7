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

/**
 * For a process that reads what others send: a time that is up is only told once what had arrived by
 * then has been read (setImmediate comes after the poll phase of the event loop). Who was held up, or
 * stopped for a while, would else take answers that lie in the ring for silence, and close a bucket
 * before the frames that belong into it.
 */
export const readingTimers: Timers = {
  nowMs: systemTimers.nowMs,
  after: (delayMs, callback) => {
    let immediate: NodeJS.Immediate | undefined
    const timer = setTimeout(() => {
      immediate = setImmediate(callback)
    }, delayMs)
    return () => {
      clearTimeout(timer)
      clearImmediate(immediate)
    }
  },
}
