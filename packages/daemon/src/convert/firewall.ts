/** Requests and answers of the firewall, from and to their messages. */

import { invalidArgument, SECOND_MS, type Text } from '@netwatcher/shared'
import {
  type AuditEntry as AuditEntryMessage,
  BlockState as BlockStateMessage,
  type BlockTarget as BlockTargetMessage,
  type FirewallState,
  type PlanBlockRequest,
  type PlanBlockResponse,
} from '@netwatcher/shared/gen/netwatcher/v1/firewall'
import type {
  AuditEntry,
  BlockPlan,
  BlockRequest,
  BlockState,
  BlockView,
  FirewallView,
} from '../model/firewall.js'
import { copyText } from './text.js'

const BLOCK_STATE = {
  applied: BlockStateMessage.APPLIED,
  confirmed: BlockStateMessage.CONFIRMED,
  suspended: BlockStateMessage.SUSPENDED,
} as const satisfies Record<BlockState, BlockStateMessage>

export function toBlock(block: BlockView): FirewallState['blocks'][number] {
  return {
    id: block.id,
    targets: block.targets.map(({ type, text }) => ({ target: { $case: type, value: text } })),
    state: BLOCK_STATE[block.state],
    appliedMs: toMs(block.appliedMs),
    confirmByMs: toMs(block.confirmByMs),
    expiresMs: toMs(block.expiresMs),
    reason: block.reason,
    rules: [...block.rules],
    schedule: undefined,
    policy: undefined,
    suspended: toText(block.suspended),
  }
}

export function toFirewallState(view: FirewallView): FirewallState {
  return { ...view, blocks: view.blocks.map(toBlock), detail: toText(view.detail) }
}

export function toAuditEntry(entry: AuditEntry): AuditEntryMessage {
  return { ...entry, targets: [...entry.targets], atMs: toMs(entry.atMs), detail: toText(entry.detail) }
}

/** Nothing in it is checked but that it can be done at all. */
export function fromPlanRequest(request: PlanBlockRequest): BlockRequest {
  const { targets, lifetimeSeconds, confirmSeconds, reason, overrideMacs, schedule, policy } = request
  if (schedule) throw invalidArgument('SCHEDULE_NOT_SUPPORTED', 'This daemon knows no schedules of blocks.')
  if (policy) throw invalidArgument('POLICY_NOT_SUPPORTED', 'This daemon knows no standing policies.')
  return { targets: targets.map(fromTarget), lifetimeSeconds, confirmSeconds, reason, overrideMacs }
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
    warnings: plan.warnings.map(copyText),
    tokenExpiresMs: toMs(plan.tokenExpiresMs),
    confirmSeconds: plan.confirmMs / SECOND_MS,
    lifetimeSeconds: plan.lifetimeMs / SECOND_MS,
  }
}

/** Absent when there is nothing to say. */
function toText(text: Text) {
  return text.rule === '' ? undefined : copyText(text)
}

function toMs(ms: number): bigint {
  return BigInt(Math.round(ms))
}
