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
import { type Room, type Shortage, shortageOf } from './shortage.js'

export interface RetentionRunnerDeps {
  repository: Pick<RetentionRepository, 'apply'>
  policy: RetentionPolicy
  clock: Pick<BelievedClock, 'read'>
  room: () => Promise<Room>
  /** Room begins to run short, or (null) no longer does. */
  onShortage: (shortage: Shortage | null, room: Room) => void
}

export class RetentionRunner {
  private pressure = 0
  private rollUpPressure = 0
  private shortage: Shortage | null = null

  constructor(private readonly deps: RetentionRunnerDeps) {}

  async run(): Promise<void> {
    const { repository, policy, clock } = this.deps
    const { wallMs, believedMs } = await clock.read()
    const room = await this.deps.room()
    this.note(shortageOf(room), room)
    this.pressure = nextPressure(this.pressure, room.usedBytes, policy.budgetBytes)
    this.rollUpPressure = nextRollUpPressure(this.rollUpPressure, this.shortage !== null)
    const nowMs = ageCountedFrom(wallMs, believedMs, this.pressure)
    const plan = planRetention(nowMs, policy, {
      forget: this.pressure,
      rollUp: Math.max(this.pressure, this.rollUpPressure),
    })
    await repository.apply(plan)
  }

  private note(shortage: Shortage | null, room: Room): void {
    const hasChanged = shortage !== this.shortage
    this.shortage = shortage
    if (hasChanged) this.deps.onShortage(shortage, room)
  }
}
