/**
 * Plans that wait for somebody to apply them. A token is 256 random bits, works
 * once, and stands for the exact texts that were shown. The number of plans is
 * bounded: the oldest gives way.
 */

import { MINUTE_MS, NetWatcherError } from '@netwatcher/shared'
import type { RuleTexts } from './rules.js'
import type { CheckedRequest } from './target.js'

export interface Plan extends CheckedRequest {
  /** Of the block to be. */
  id: string
  texts: RuleTexts
}

export const PLAN_LIFETIME_MS = 5 * MINUTE_MS
const MAX_PLANS = 32

export class PlanStore {
  readonly #plans = new Map<string, { plan: Plan; endsMs: number }>()

  constructor(private readonly createToken: () => string) {}

  /** The token of the plan. `nowMs` is monotonic. */
  add(plan: Plan, nowMs: number): string {
    const token = this.createToken()
    this.#plans.set(token, { plan, endsMs: nowMs + PLAN_LIFETIME_MS })
    for (const oldest of this.#plans.keys()) {
      if (this.#plans.size <= MAX_PLANS) break
      this.#plans.delete(oldest)
    }
    return token
  }

  /** Gives the plan out, once. */
  take(token: string, nowMs: number): Plan {
    const entry = this.#plans.get(token)
    this.#plans.delete(token)
    if (entry && nowMs < entry.endsMs) return entry.plan
    throw new NetWatcherError(
      'failed_precondition',
      'TOKEN_NOT_VALID',
      'This plan is not known, was used already, or is older than five minutes: plan again.',
    )
  }
}
