/** Requests and answers of the firewall, from and to their messages. */

import { invalidArgument, isNoText, SECOND_MS, type Text } from '@netwatcher/shared'
import type {
  AuditEntry as AuditEntryMessage,
  BlockTarget as BlockTargetMessage,
  FirewallState,
  PlanBlockRequest,
  PlanBlockResponse,
  RelaxPolicyRequest,
  Schedule as ScheduleMessage,
  StandingPolicy as StandingPolicyMessage,
} from '@netwatcher/shared/gen/netwatcher/v1/firewall'
import { BLOCK_STATE, nameOf, STANDING_POLICY_KIND } from '@netwatcher/shared/names'
import type { AuditEntry } from '../model/audit.js'
import type {
  BlockPlan,
  BlockRequest,
  BlockView,
  FirewallView,
  PolicyRequest,
  Relaxation,
  Schedule,
} from '../model/firewall.js'
import { wholeNumber } from './numbers.js'
import { toText } from './text.js'

export function toBlock(block: BlockView): FirewallState['blocks'][number] {
  return {
    id: block.id,
    targets: block.targets.map(({ type, text }) => ({ target: { $case: type, value: text } })),
    state: BLOCK_STATE[block.state],
    appliedMs: wholeNumber(block.appliedMs),
    confirmByMs: wholeNumber(block.confirmByMs),
    expiresMs: wholeNumber(block.expiresMs),
    reason: block.reason,
    rules: [...block.rules],
    schedule: block.schedule ? toSchedule(block.schedule) : undefined,
    policy: toPolicy(block),
    suspended: toOptionalText(block.suspended),
  }
}

export function toFirewallState(view: FirewallView): FirewallState {
  return {
    ...view,
    blocks: view.blocks.map(toBlock),
    detail: toOptionalText(view.detail),
    allowedPolicies: view.allowedPolicies.map((kind) => STANDING_POLICY_KIND[kind]),
  }
}

function toSchedule({ slots, exceptions, timeZone }: Schedule): ScheduleMessage {
  return {
    slots: slots.map((slot) => ({ ...slot })),
    exceptions: exceptions.map(({ fromMs, untilMs, isBlocked }) => ({
      fromMs: BigInt(fromMs),
      untilMs: BigInt(untilMs),
      isBlocked,
    })),
    timeZone,
  }
}

function toPolicy({ schedule, quarantine, expiresMs }: BlockView): StandingPolicyMessage | undefined {
  if (!schedule && !quarantine) return undefined
  return {
    kind: STANDING_POLICY_KIND[quarantine ? 'quarantine' : 'schedule'],
    confirmedUntilMs: wholeNumber(expiresMs),
    admittedMacs: [...(quarantine?.admittedMacs ?? [])],
    interfaces: [...(quarantine?.interfaces ?? [])],
  }
}

export function toAuditEntry(entry: AuditEntry): AuditEntryMessage {
  return {
    ...entry,
    targets: [...entry.targets],
    atMs: wholeNumber(entry.atMs),
    firstMs: wholeNumber(entry.firstMs),
    detail: toOptionalText(entry.detail),
  }
}

/** Nothing in it is checked but that it can be done at all. */
export function fromPlanRequest(request: PlanBlockRequest): BlockRequest {
  const { targets, lifetimeSeconds, confirmSeconds, reason, overrideMacs, schedule, policy } = request
  return {
    targets: targets.map(fromTarget),
    lifetimeSeconds,
    confirmSeconds,
    reason,
    overrideMacs,
    schedule: schedule ? fromSchedule(schedule) : null,
    policy: policy ? fromPolicy(policy) : null,
  }
}

function fromSchedule({ slots, exceptions, timeZone }: ScheduleMessage): Schedule {
  return {
    slots: slots.map((slot) => ({ ...slot })),
    exceptions: exceptions.map(({ fromMs, untilMs, isBlocked }) => ({
      fromMs: Number(fromMs),
      untilMs: Number(untilMs),
      isBlocked,
    })),
    timeZone,
  }
}

function fromPolicy({ kind, interfaces, admittedMacs }: StandingPolicyMessage): PolicyRequest {
  return { kind: nameOf(STANDING_POLICY_KIND, kind), interfaces, admittedMacs }
}

export function fromRelaxation({ relaxation }: RelaxPolicyRequest): Relaxation {
  if (!relaxation) throw invalidArgument('RELAXATION_MISSING', 'Say what is to be let through.')
  return relaxation.$case === 'liftedUntilMs'
    ? { type: 'lift', untilMs: Number(relaxation.value) }
    : { type: 'admit', mac: relaxation.value }
}

function fromTarget({ target }: BlockTargetMessage): BlockRequest['targets'][number] {
  return target ? { type: target.$case, text: target.value } : null
}

export function toPlanResponse(plan: BlockPlan): PlanBlockResponse {
  return {
    token: plan.token,
    blockId: plan.blockId,
    ipv4Rules: plan.texts[4],
    ipv6Rules: plan.texts[6],
    addedRules: plan.addedRules,
    warnings: plan.warnings.map(toText),
    tokenExpiresMs: wholeNumber(plan.tokenExpiresMs),
    confirmSeconds: plan.confirmMs / SECOND_MS,
    lifetimeSeconds: plan.lifetimeMs / SECOND_MS,
    reach: plan.reach,
  }
}

/** Absent when there is nothing to say. */
function toOptionalText(text: Text) {
  return isNoText(text) ? undefined : toText(text)
}
