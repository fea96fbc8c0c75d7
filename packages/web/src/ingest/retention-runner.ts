/** Runs the retention plan off the request path, and not when the clock cannot be believed. */

import type { RetentionRepository } from '../storage/retention-repository.js'
import { hasClockJumped, nextPressure, planRetention, type RetentionPolicy } from './retention-plan.js'

export class RetentionRunner {
  private pressure = 0
  private last: { wallMs: number; monotonicMs: number } | null = null

  constructor(
    private readonly repository: RetentionRepository,
    private readonly policy: RetentionPolicy,
    private readonly nowMs: () => number,
    private readonly monotonicMs: () => number,
  ) {}

  /** False when nothing was done because the clock had jumped. */
  async run(): Promise<boolean> {
    const now = { wallMs: this.nowMs(), monotonicMs: this.monotonicMs() }
    const { last } = this
    this.last = now
    if (last && hasClockJumped(now.wallMs - last.wallMs, now.monotonicMs - last.monotonicMs)) return false
    const usedBytes = await this.repository.usedBytes()
    this.pressure = nextPressure(this.pressure, usedBytes, this.policy.budgetBytes)
    await this.repository.apply(planRetention(now.wallMs, this.policy, this.pressure))
    return true
  }
}
