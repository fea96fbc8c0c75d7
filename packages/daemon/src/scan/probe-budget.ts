/** Counts what was sent in the last minute, to keep to so many frames a minute. */

import { MINUTE_MS } from '@netwatcher/shared'

export class ProbeBudget {
  /** Times of the frames of the last minute, oldest first; at most `framesPerMinute` of them. */
  private sentMs: number[] = []

  constructor(private readonly framesPerMinute: number) {}

  /** False, and nothing counted, when the budget of this minute is used up. */
  spend(nowMs: number): boolean {
    if (this.usedAt(nowMs) >= this.framesPerMinute) return false
    this.sentMs.push(nowMs)
    return true
  }

  leftAt(nowMs: number): number {
    return this.framesPerMinute - this.usedAt(nowMs)
  }

  usedAt(nowMs: number): number {
    const firstWithin = this.sentMs.findIndex((sentMs) => sentMs > nowMs - MINUTE_MS)
    this.sentMs = firstWithin < 0 ? [] : this.sentMs.slice(firstWithin)
    return this.sentMs.length
  }

  /** Milliseconds until a frame may be sent. */
  waitMs(nowMs: number): number {
    if (this.usedAt(nowMs) < this.framesPerMinute) return 0
    return (this.sentMs[0] ?? nowMs) + MINUTE_MS - nowMs
  }
}
