/**
 * A block in force. Times of running blocks are on the monotonic clock, so that
 * a step of the wall clock neither ends a block nor makes it last; wall-clock
 * times are worked out when a block is shown.
 */

import { type Cidr, parseCidr, type Text } from '@netwatcher/shared'
import type { BlockState, BlockTarget, Quarantine, Schedule } from '../model/firewall.js'

/** All that the rules of a block are made of. */
export interface BlockRule {
  /** 16 hexadecimal digits. */
  readonly id: string
  /** Each once; at least one but for a quarantine. */
  readonly targets: readonly BlockTarget[]
  readonly quarantine: Quarantine | null
}

export interface ActiveBlock extends BlockRule {
  /** Null for a block that is in force all the time. */
  readonly schedule: Schedule | null
  /** Applied between two slots: it has no rules until it is confirmed. */
  readonly startsIdle: boolean
  readonly state: BlockState
  /** Free text of the person who asked; never part of a rule. */
  readonly reason: string
  /** MACs whose guard the owner has overridden by name. */
  readonly overrideMacs: readonly string[]
  /** Why it is suspended. */
  readonly suspended: Text
  /** Wall clock, for display only. */
  readonly appliedMs: number
  readonly lifetimeMs: number
  /** Monotonic. */
  readonly confirmByMs: number
  /** Monotonic: the time to confirm while applied, then the end of the lifetime. */
  readonly endsMs: number
}

/** Whether it has rules. */
export function isInForce({ state, startsIdle }: ActiveBlock): boolean {
  return state === 'confirmed' || (state === 'applied' && !startsIdle)
}

/** The bytes of a target by address; null for a MAC. */
export function targetCidr(target: BlockTarget): Cidr | null {
  return target.type === 'cidr' ? parseCidr(target.text) : null
}

export function targetTexts({ targets }: Pick<BlockRule, 'targets'>): string[] {
  return targets.map(({ text }) => text)
}
