/** Blocks as they are shown. */

import type { BlockStateName } from '@netwatcher/shared/names'

/** Canonical text: an address, a CIDR, or a MAC. Only `parseTarget` makes one. */
export interface BlockTarget {
  readonly type: 'cidr' | 'mac'
  readonly text: string
}

/** Wall-clock times, and the rules in iptables-save form. */
export interface BlockView {
  /** 16 hexadecimal digits. */
  readonly id: string
  readonly target: BlockTarget
  state: BlockStateName
  reason: string
  appliedMs: number
  confirmByMs: number
  /** When it ends as things stand. */
  expiresMs: number
  rules: string[]
}

export interface FirewallView {
  isEnabled: boolean
  /** Why it is not enabled. */
  detail: string
  /** What `iptables --version` prints; empty when it is missing. */
  backend: string
  blocks: BlockView[]
}
