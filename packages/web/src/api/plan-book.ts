/**
 * Plans that were made through this web part and not applied yet: what each is
 * about, so that what a person types is compared with the plan and not with
 * what the caller says the plan was. Bounded; a plan goes when its token expires.
 */

import { invalidArgument, NetWatcherError } from '@netwatcher/shared'
import { isConfirmation } from '../contract/target.js'

export interface PlannedBlock {
  /** Name of the daemon that planned it. */
  daemon: string
  /** Canonical text of addresses, CIDRs and MACs. */
  targets: readonly string[]
  /** Names that the person gave to the devices that these are. */
  deviceNames: readonly string[]
  /** Milliseconds since 1970-01-01 UTC. */
  expiresMs: number
}

/** The daemon holds no more either. */
const MAX_PLANS = 32

export class PlanBook {
  private readonly plans = new Map<string, PlannedBlock>()

  constructor(private readonly nowMs: () => number) {}

  note(token: string, plan: PlannedBlock): void {
    this.forgetExpired()
    this.plans.set(token, plan)
    for (const oldest of this.plans.keys()) {
      if (this.plans.size <= MAX_PLANS) break
      this.plans.delete(oldest)
    }
  }

  /** Throws unless the token was planned here and `typed` names what was planned. */
  check(token: string, typed: string): PlannedBlock {
    this.forgetExpired()
    const plan = this.plans.get(token)
    if (!plan) {
      throw new NetWatcherError(
        'failed_precondition',
        'TOKEN_NOT_VALID',
        'No plan has that token: it was not planned here, was applied, or has expired. Plan again.',
      )
    }
    if (!isConfirmation(typed, plan.targets, plan.deviceNames)) {
      throw invalidArgument(
        'CONFIRMATION',
        'The confirmation is neither the target of the plan nor the name of its device: type one of them.',
      )
    }
    return plan
  }

  forget(token: string): void {
    this.plans.delete(token)
  }

  private forgetExpired(): void {
    const nowMs = this.nowMs()
    for (const [token, { expiresMs }] of this.plans) if (expiresMs <= nowMs) this.plans.delete(token)
  }
}
