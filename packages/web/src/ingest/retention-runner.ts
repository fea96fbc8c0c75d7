/** Runs the retention plan off the request path, by a time that can be believed. */

import type { RetentionRepository } from '../storage/retention-repository.js'
import type { BelievedClock } from './believed-clock.js'
import { ageCountedFrom, nextPressure, planRetention, type RetentionPolicy } from './retention-plan.js'

export class RetentionRunner {
  private pressure = 0

  constructor(
    private readonly repository: Pick<RetentionRepository, 'usedBytes' | 'apply'>,
    private readonly policy: RetentionPolicy,
    private readonly clock: BelievedClock,
  ) {}

  async run(): Promise<void> {
    const { wallMs, believedMs } = await this.clock.read()
    const usedBytes = await this.repository.usedBytes()
    this.pressure = nextPressure(this.pressure, usedBytes, this.policy.budgetBytes)
    const nowMs = ageCountedFrom(wallMs, believedMs, this.pressure)
    await this.repository.apply(planRetention(nowMs, this.policy, this.pressure))
  }
}
