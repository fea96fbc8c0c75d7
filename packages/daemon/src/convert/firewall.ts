/** Requests and answers of the firewall, from and to their messages. */

import { invalidArgument, isNoText, SECOND_MS, type Text } from '@netwatcher/shared'
import type {
  AuditEntry as AuditEntryMessage,
  BlockTarget as BlockTargetMessage,
  FirewallState,
  PlanBlockRequest,
  PlanBlockResponse,
} from '@netwatcher/shared/gen/netwatcher/v1/firewall'
import { BLOCK_STATE } from '@netwatcher/shared/names'
import type { AuditEntry } from '../model/audit.js'
import type { BlockPlan, BlockRequest, BlockView, FirewallView } from '../model/firewall.js'
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
    schedule: undefined,
    policy: undefined,
    suspended: toOptionalText(block.suspended),
  }
}

export function toFirewallState(view: FirewallView): FirewallState {
  return { ...view, blocks: view.blocks.map(toBlock), detail: toOptionalText(view.detail) }
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
