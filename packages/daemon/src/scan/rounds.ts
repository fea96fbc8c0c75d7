/**
 * Asks a list of questions at a given pace: all of them once, in order, then
 * again those that were not answered when their wait is over. It is done when
 * the last of them has been answered or given up. Waits grow from round to
 * round, so in a long list nothing waits: the first is due again when the last
 * has been asked.
 */

import type { Timers } from '../time/timers.js'
import type { Pacer } from './pacing.js'

export interface Questions {
  readonly count: number
  isAnswered(index: number): boolean
  /** Sends the question. Throws when the kernel refuses the frame. */
  ask(index: number): void
}

/** The transmit queue may be full for a moment (ENOBUFS); an interface that is gone stays so. */
const SEND_RETRY_MS = 50
const MAX_SEND_FAILURES = 10
/** However much gets lost, a scan ends. */
const MAX_ROUNDS = 8

export class Rounds {
  private round = 0
  private next = 0
  private readonly dueMs: Float64Array
  private readonly waitsMs: number[]
  private sendFailures = 0
  private cancelTimer: () => void = () => {}
  private isOver = false

  constructor(
    private readonly timers: Timers,
    private readonly pacer: Pacer,
    waitsMs: readonly number[],
    private readonly questions: Questions,
    /** Called once, unless cancelled; with an error when nothing can be sent any more. */
    private readonly onDone: (error: unknown) => void,
  ) {
    this.dueMs = new Float64Array(questions.count)
    this.waitsMs = [...waitsMs]
  }

  start(): void {
    this.step()
  }

  /** Asks once more than planned what then has no answer, with the longest wait. */
  addRound(): void {
    if (this.waitsMs.length < MAX_ROUNDS) this.waitsMs.push(this.waitsMs.at(-1) ?? 0)
  }

  cancel(): void {
    this.isOver = true
    this.cancelTimer()
  }

  private step(): void {
    if (this.isOver) return
    const now = this.timers.nowMs()
    const index = this.seek()
    const dueMs = index === null ? this.lastDueMs() : (this.dueMs[index] ?? 0)
    if (dueMs > now) this.sleep(dueMs - now, () => this.step())
    else if (index === null) this.finish(null)
    else this.sleep(this.pacer.reserve(now), () => this.sendBurst())
  }

  private sendBurst(): void {
    const now = this.timers.nowMs()
    for (let sent = 0; sent < this.pacer.burst; sent++) {
      const index = this.seek()
      if (index === null || (this.dueMs[index] ?? 0) > now) break
      try {
        this.questions.ask(index)
      } catch (error) {
        this.sendFailures++
        if (this.sendFailures > MAX_SEND_FAILURES) this.finish(error)
        else this.sleep(SEND_RETRY_MS, () => this.step())
        return
      }
      this.sendFailures = 0
      this.dueMs[index] = now + (this.waitsMs[this.round] ?? 0)
      this.next++
    }
    this.step()
  }

  /** The next question to ask, or null when all rounds have been asked. */
  private seek(): number | null {
    while (this.round < this.waitsMs.length) {
      while (this.next < this.questions.count) {
        if (!this.questions.isAnswered(this.next)) return this.next
        this.next++
      }
      this.round++
      this.next = 0
    }
    return null
  }

  /** When the last unanswered question is given up; they were asked in order. */
  private lastDueMs(): number {
    for (let index = this.questions.count - 1; index >= 0; index--) {
      if (!this.questions.isAnswered(index)) return this.dueMs[index] ?? 0
    }
    return 0
  }

  private finish(error: unknown): void {
    this.isOver = true
    this.onDone(error)
  }

  private sleep(delayMs: number, callback: () => void): void {
    if (delayMs > 0) this.cancelTimer = this.timers.after(delayMs, callback)
    else callback()
  }
}
