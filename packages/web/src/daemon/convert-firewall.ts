/** Blocks, plans and standing policies: generated protobuf types to plain domain types and back (see convert.ts). */

import type * as pbFirewall from '@netwatcher/shared/gen/netwatcher/v1/firewall'
import { BLOCK_STATE, nameOf, STANDING_POLICY_KIND } from '@netwatcher/shared/names'
import type { Schedule } from '../contract/standing.js'
import { plainText } from './plain-text.js'
import type {
  AuditEntry,
  Block,
  BlockPlan,
  BlockRequest,
  FirewallState,
  Relaxation,
  StandingPolicy,
} from './types.js'

export function blockFrom(block: pbFirewall.Block | undefined): Block {
  return {
    id: block?.id ?? '',
    targets: block?.targets.map(targetFrom) ?? [],
    state: nameOf(BLOCK_STATE, block?.state ?? BLOCK_STATE.applied) ?? 'applied',
    appliedMs: Number(block?.appliedMs ?? 0n),
    confirmByMs: Number(block?.confirmByMs ?? 0n),
    expiresMs: Number(block?.expiresMs ?? 0n),
    reason: block?.reason ?? '',
    rules: block?.rules ?? [],
    suspended: plainText(block?.suspended),
    schedule: block?.schedule ? scheduleFrom(block.schedule) : null,
    policy: block?.policy ? policyFrom(block.policy) : null,
  }
}

function scheduleFrom({ slots, exceptions, timeZone }: pbFirewall.Schedule): Schedule {
  const span = ({ fromMs, untilMs, isBlocked }: pbFirewall.ScheduleException) => {
    return { fromMs: Number(fromMs), untilMs: Number(untilMs), isBlocked }
  }
  return { slots, exceptions: exceptions.map(span), timeZone }
}

export function scheduleTo({ slots, exceptions, timeZone }: Schedule): pbFirewall.Schedule {
  const span = ({ fromMs, untilMs, isBlocked }: Schedule['exceptions'][number]) => {
    return { fromMs: BigInt(fromMs), untilMs: BigInt(untilMs), isBlocked }
  }
  return { slots, exceptions: exceptions.map(span), timeZone }
}

function policyFrom(policy: pbFirewall.StandingPolicy): StandingPolicy {
  const { confirmedUntilMs, admittedMacs, interfaces } = policy
  const kind = nameOf(STANDING_POLICY_KIND, policy.kind) ?? 'schedule'
  return { kind, confirmedUntilMs: Number(confirmedUntilMs), admittedMacs, interfaces }
}

/** What makes of a request a standing policy; absent where it is none. */
export function policyTo({
  schedule,
  quarantine,
}: Pick<BlockRequest, 'schedule' | 'quarantine'>): pbFirewall.StandingPolicy | undefined {
  if (!schedule && !quarantine) return undefined
  const kind = STANDING_POLICY_KIND[quarantine ? 'quarantine' : 'schedule']
  const { interfaces, admittedMacs } = quarantine ?? { interfaces: [], admittedMacs: [] }
  return { kind, confirmedUntilMs: 0n, interfaces, admittedMacs }
}

export function relaxationTo(relaxation: Relaxation): pbFirewall.RelaxPolicyRequest['relaxation'] {
  return 'liftedUntilMs' in relaxation
    ? { $case: 'liftedUntilMs', value: BigInt(relaxation.liftedUntilMs) }
    : { $case: 'admittedMac', value: relaxation.admittedMac }
}

function targetFrom({ target }: pbFirewall.BlockTarget): string {
  return target?.value ?? ''
}

export function targetTo(target: { cidr: string } | { mac: string }): pbFirewall.BlockTarget {
  return {
    target: 'mac' in target ? { $case: 'mac', value: target.mac } : { $case: 'cidr', value: target.cidr },
  }
}

export function auditEntryFrom(entry: pbFirewall.AuditEntry): AuditEntry {
  const { atMs, firstMs } = entry
  return { ...entry, atMs: Number(atMs), firstMs: Number(firstMs || atMs), detail: plainText(entry.detail) }
}

export function firewallFrom(state: pbFirewall.FirewallState | undefined): FirewallState {
  return {
    isEnabled: state?.isEnabled ?? false,
    detail: plainText(state?.detail),
    backend: state?.backend ?? '',
    blocks: state?.blocks.map(blockFrom) ?? [],
    allowedPolicies: state?.allowedPolicies.flatMap((kind) => nameOf(STANDING_POLICY_KIND, kind) ?? []) ?? [],
  }
}

export function planFrom(plan: pbFirewall.PlanBlockResponse, targets: string[]): BlockPlan {
  return {
    token: plan.token,
    blockId: plan.blockId,
    targets,
    ipv4Rules: plan.ipv4Rules,
    ipv6Rules: plan.ipv6Rules,
    addedRules: plan.addedRules,
    warnings: plan.warnings,
    tokenExpiresMs: Number(plan.tokenExpiresMs),
    confirmSeconds: plan.confirmSeconds,
    lifetimeSeconds: plan.lifetimeSeconds,
    reach: plan.reach ?? {
      cutsInternet: false,
      ownAddresses: [],
      ownSubnets: [],
      servedSubnets: [],
      dnsServers: [],
    },
  }
}
