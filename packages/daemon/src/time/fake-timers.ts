/** A clock that moves only when told to, for tests. */

import type { Timers } from './timers.js'

export class FakeTimers implements Timers {
  private timeMs = 1_000_000
  private queue: { atMs: number; callback: () => void }[] = []

  nowMs(): number {
    return this.timeMs
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = { atMs: this.timeMs + delayMs, callback }
    const index = this.queue.findIndex((other) => other.atMs > timer.atMs)
    this.queue.splice(index < 0 ? this.queue.length : index, 0, timer)
    return () => {
      this.queue = this.queue.filter((other) => other !== timer)
    }
  }

  /** Runs everything due in the next `durationMs`, in order. */
  advance(durationMs: number): void {
    const endMs = this.timeMs + durationMs
    for (;;) {
      const next = this.queue[0]
      if (!next || next.atMs > endMs) break
      this.queue.shift()
      this.timeMs = next.atMs
      next.callback()
    }
    this.timeMs = endMs
  }

  get pending(): number {
    return this.queue.length
  }
}
