/** Blocks as they are shown, and what became of what was asked of the firewall. */

import type { IpFamily, Text } from '@netwatcher/shared'
import type { BlockStateName, StandingPolicyKindName } from '@netwatcher/shared/names'

/** Canonical text: an address, a CIDR, or a MAC. Only `parseTarget` makes one. */
export interface BlockTarget {
  readonly type: 'cidr' | 'mac'
  readonly text: string
}

/** Part of a week on the clock of the schedule; one that ends before it starts goes over midnight. */
export interface ScheduleSlot {
  /** 1 (Monday) to 7 (Sunday). */
  readonly weekday: number
  /** Minutes since midnight. */
  readonly startMinute: number
  readonly endMinute: number
}

/** A span in which the slots do not count; of several, the last one that holds. */
export interface ScheduleException {
  readonly fromMs: number
  readonly untilMs: number
  readonly isBlocked: boolean
}

export interface Schedule {
  readonly slots: readonly ScheduleSlot[]
  readonly exceptions: readonly ScheduleException[]
  /** IANA name. */
  readonly timeZone: string
}

/** Whoever is not admitted is not forwarded from these links. */
export interface Quarantine {
  readonly interfaces: readonly string[]
  readonly admittedMacs: readonly string[]
  /** Stay reachable. */
  readonly dnsServers: readonly string[]
}

/**
 * Applied: taken back at the deadline unless confirmed. Confirmed: in force
 * until it expires. Suspended: confirmed, and out of force because a guard
 * forbids it now. Waiting: confirmed, and between two slots of its schedule.
 */
export type BlockState = BlockStateName

export type PolicyKind = StandingPolicyKindName

/** What a block that comes back by itself is made of; both null for any other. */
export interface StandingParts {
  readonly schedule: Schedule | null
  readonly quarantine: Quarantine | null
}

/** Wall-clock times, and the rules in iptables-save form. */
export interface BlockView extends StandingParts {
  /** 16 hexadecimal digits. */
  readonly id: string
  readonly targets: readonly BlockTarget[]
  state: BlockState
  /** Free text of the person who asked. */
  reason: string
  appliedMs: number
  confirmByMs: number
  /** When it ends as things stand. */
  expiresMs: number
  rules: string[]
  /** Why it is suspended. */
  suspended: Text
}

export interface FirewallView {
  isEnabled: boolean
  /** Why it is not enabled. */
  detail: Text
  /** What `iptables --version` prints; empty when it is missing. */
  backend: string
  blocks: BlockView[]
  allowedPolicies: PolicyKind[]
}

/** As it came from the caller: nothing in it has been checked. */
export interface TargetRequest {
  type: 'cidr' | 'mac'
  text: string
}

export interface BlockRequest {
  /** Null where a target says neither. */
  targets: readonly (TargetRequest | null)[]
  lifetimeSeconds: number
  /** 0 means the default. */
  confirmSeconds: number
  reason: string
  /** MACs whose guard is to be overridden. */
  overrideMacs: readonly string[]
  schedule: Schedule | null
  /** Null for what ends for good. */
  policy: PolicyRequest | null
}

export interface PolicyRequest {
  kind: PolicyKind | null
  interfaces: readonly string[]
  admittedMacs: readonly string[]
}

export type Relaxation = { type: 'lift'; untilMs: number } | { type: 'admit'; mac: string }

export interface BlockPlan {
  token: string
  blockId: string
  /** The complete text for iptables-restore of each family. */
  texts: Record<IpFamily, string>
  addedRules: string[]
  warnings: Text[]
  /** Wall clock. */
  tokenExpiresMs: number
  confirmMs: number
  lifetimeMs: number
  reach: Reach
}

/** Where rules on this machine work, as it stands now. */
export interface Reach {
  /** The way of a target elsewhere leads through this machine. */
  cutsInternet: boolean
  ownAddresses: string[]
  /** CIDRs of this machine's links. */
  ownSubnets: string[]
  /** Those of them whose way elsewhere leads through this machine. */
  servedSubnets: string[]
  /** Stay reachable to whoever waits to be admitted (quarantine). */
  dnsServers: string[]
}
