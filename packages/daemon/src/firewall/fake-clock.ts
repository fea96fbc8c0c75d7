/** A clock that moves only when a test says so, and runs what became due on the way. */

import type { FirewallClock } from './clock.js'

export class FakeClock implements FirewallClock {
  #monotonicMs = 5000
  #wallMs = Date.UTC(2026, 0, 1)
  readonly #timers = new Set<{ atMs: number; run: () => void }>()

  wallMs(): number {
    return this.#wallMs
  }

  monotonicMs(): number {
    return this.#monotonicMs
  }

  after(delayMs: number, run: () => void): () => void {
    const timer = { atMs: this.#monotonicMs + delayMs, run }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  /** Timers that are waiting. */
  get pending(): number {
    return this.#timers.size
  }

  /** Sets the wall clock, as an operator or NTP may; monotonic time goes on. */
  setWall(wallMs: number): void {
    this.#wallMs = wallMs
  }

  /** Lets time pass in steps to each timer, and the work it starts come to rest. */
  async advance(durationMs: number): Promise<void> {
    const endMs = this.#monotonicMs + durationMs
    for (;;) {
      const [next] = [...this.#timers].sort((a, b) => a.atMs - b.atMs)
      if (!next || next.atMs > endMs) break
      this.#moveTo(next.atMs)
      this.#timers.delete(next)
      next.run()
      await settle()
    }
    this.#moveTo(endMs)
  }

  #moveTo(monotonicMs: number): void {
    this.#wallMs += monotonicMs - this.#monotonicMs
    this.#monotonicMs = monotonicMs
  }
}

/** A macrotask: all promise work that needs no real input or output is done after it. */
async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}
