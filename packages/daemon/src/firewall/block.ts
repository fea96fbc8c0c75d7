/**
 * The words of the firewall: what can be blocked, and a block in force. Times
 * of running blocks are on the monotonic clock, so that a step of the wall
 * clock neither ends a block nor makes it last; wall-clock times are worked out
 * when a block is shown.
 */

import { type Cidr, parseCidr } from '@netwatcher/shared'
import type { BlockTarget } from '../model/firewall.js'

/** All that the rules of a block are made of. */
export interface BlockRule {
  /** 16 hexadecimal digits. */
  readonly id: string
  readonly target: BlockTarget
}

export interface ActiveBlock extends BlockRule {
  readonly state: 'applied' | 'confirmed'
  /** Free text of the person who asked; never part of a rule. */
  readonly reason: string
  /** Wall clock, for display only. */
  readonly appliedMs: number
  readonly lifetimeMs: number
  /** Monotonic. */
  readonly confirmByMs: number
  /** Monotonic: the time to confirm while applied, then the end of the lifetime. */
  readonly endsMs: number
}

/** The bytes of a target by address; null for a MAC. */
export function targetCidr(target: BlockTarget): Cidr | null {
  return target.type === 'cidr' ? parseCidr(target.text) : null
}
