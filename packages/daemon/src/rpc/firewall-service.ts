/**
 * FirewallService: the verbs of proto/netwatcher/v1/firewall.proto on the
 * firewall. Every check of what is asked for is the firewall's own.
 */

import { SECOND_MS } from '@netwatcher/shared'
import {
  type ApplyPlanRequest,
  type AuditEntry as AuditEntryMessage,
  type ConfirmBlockRequest,
  FirewallServiceService,
  type ListAuditRequest,
  type PlanBlockRequest,
  type PlanBlockResponse,
  type RevokeBlockRequest,
} from '@netwatcher/shared/gen/netwatcher/v1/firewall'
import { toBlock, toFirewallState } from '../convert/firewall.js'
import type { AuditEntry } from '../firewall/audit-log.js'
import type { BlockPlan, Firewall } from '../firewall/firewall.js'
import type { BlockRequest } from '../firewall/target.js'
import type { Handlers } from './handlers.js'
import { checkPageSize } from './requests.js'
import type { RpcService } from './service.js'

export interface FirewallServiceDependencies {
  handlers: Handlers
  firewall: Pick<Firewall, 'view' | 'auditEntries' | 'plan' | 'apply' | 'confirm' | 'revoke'>
}

export function createFirewallService({ handlers, firewall }: FirewallServiceDependencies): RpcService {
  return {
    definition: FirewallServiceService,
    implementation: {
      getFirewallState: handlers.unary(() => ({ state: toFirewallState(firewall.view()) })),
      listAudit: handlers.unary((request: ListAuditRequest) => {
        return { entries: firewall.auditEntries(checkPageSize(request.pageSize)).map(toAuditEntry) }
      }),
      planBlock: handlers.unary(async (request: PlanBlockRequest) => {
        return toPlanResponse(await firewall.plan(fromPlanRequest(request)))
      }),
      applyPlan: handlers.unary(async ({ token }: ApplyPlanRequest) => {
        return { block: toBlock(await firewall.apply(token)) }
      }),
      confirmBlock: handlers.unary(async ({ blockId }: ConfirmBlockRequest) => {
        return { block: toBlock(await firewall.confirm(blockId)) }
      }),
      revokeBlock: handlers.unary(async ({ blockId }: RevokeBlockRequest) => {
        return { state: toFirewallState(await firewall.revoke(blockId)) }
      }),
    },
  }
}

function fromPlanRequest(request: PlanBlockRequest): BlockRequest {
  const { target, lifetimeSeconds, confirmSeconds, reason } = request
  return {
    target: target ? { type: target.$case, text: target.value } : null,
    lifetimeSeconds,
    confirmSeconds,
    reason,
  }
}

function toPlanResponse(plan: BlockPlan): PlanBlockResponse {
  return {
    token: plan.token,
    blockId: plan.blockId,
    ipv4Rules: plan.texts[4],
    ipv6Rules: plan.texts[6],
    addedRules: plan.addedRules,
    warnings: plan.warnings,
    tokenExpiresMs: BigInt(Math.round(plan.tokenExpiresMs)),
    confirmSeconds: plan.confirmMs / SECOND_MS,
    lifetimeSeconds: plan.lifetimeMs / SECOND_MS,
  }
}

function toAuditEntry(entry: AuditEntry): AuditEntryMessage {
  return { ...entry, atMs: BigInt(entry.atMs) }
}
