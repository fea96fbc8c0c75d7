/** Runs the retention plan off the request path, by a time that can be believed, sooner where room runs short. */

import type { RetentionRepository } from '../storage/retention-repository.js'
import type { BelievedClock } from './believed-clock.js'
import {
  ageCountedFrom,
  nextPressure,
  nextRollUpPressure,
  planRetention,
  type RetentionPolicy,
} from './retention-plan.js'
import type { WatchedRoom } from './room-watch.js'

export interface RetentionRunnerDeps {
  repository: Pick<RetentionRepository, 'apply'>
  policy: RetentionPolicy
  clock: Pick<BelievedClock, 'read'>
  room: () => Promise<WatchedRoom>
}

export class RetentionRunner {
  private pressure = 0
  private rollUpPressure = 0

  constructor(private readonly deps: RetentionRunnerDeps) {}

  async run(): Promise<void> {
    const { repository, policy, clock } = this.deps
    const { wallMs, believedMs } = await clock.read()
    const { usedBytes, shortage } = await this.deps.room()
    this.pressure = nextPressure(this.pressure, usedBytes, policy.budgetBytes)
    this.rollUpPressure = nextRollUpPressure(this.rollUpPressure, shortage !== null)
    const nowMs = ageCountedFrom(wallMs, believedMs, this.pressure)
    const plan = planRetention(nowMs, policy, {
      forget: this.pressure,
      rollUp: Math.max(this.pressure, this.rollUpPressure),
    })
    await repository.apply(plan)
  }
}
