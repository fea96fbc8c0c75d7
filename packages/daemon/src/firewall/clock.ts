/** Time as the firewall needs it: durations by a clock that nobody can set. */

export interface FirewallClock {
  /** Milliseconds since 1970-01-01 UTC; may be set back and forth. */
  wallMs(): number
  /** Milliseconds that only ever grow (clock_gettime(2), CLOCK_MONOTONIC). */
  monotonicMs(): number
  /** Runs once after `delayMs`; gives back how to cancel it. */
  after(delayMs: number, run: () => void): () => void
}

export const systemClock: FirewallClock = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs)
    return () => clearTimeout(timer)
  },
}
