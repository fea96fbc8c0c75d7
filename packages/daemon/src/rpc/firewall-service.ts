/**
 * FirewallService: the verbs of proto/netwatcher/v1/firewall.proto on the
 * firewall. Every check of what is asked for is the firewall's own; the service
 * tells it which socket the caller came by.
 */

import {
  type ApplyPlanRequest,
  type ConfirmBlockRequest,
  FirewallServiceService,
  type ListAuditRequest,
  type PlanBlockRequest,
  type RelaxPolicyRequest,
  type RevokeBlockRequest,
} from '@netwatcher/shared/gen/netwatcher/v1/firewall'
import {
  fromPlanRequest,
  fromRelaxation,
  toAuditEntry,
  toBlock,
  toFirewallState,
  toPlanResponse,
} from '../convert/firewall.js'
import type { Firewall } from '../firewall/firewall.js'
import type { AuditLog } from '../journal/audit-log.js'
import type { Handlers } from './handlers.js'
import { checkPageSize } from './requests.js'
import type { RpcService } from './service.js'

export interface FirewallServiceDependencies {
  handlers: Handlers
  firewall: Pick<Firewall, 'view' | 'plan' | 'apply' | 'confirm' | 'relax' | 'revoke' | 'revokeAll'>
  audit: Pick<AuditLog, 'newest'>
  /** The socket that is served: the group's, or root's alone. */
  via: 'group' | 'admin'
}

export function createFirewallService(deps: FirewallServiceDependencies): RpcService {
  const { handlers, firewall, audit, via } = deps
  return {
    definition: FirewallServiceService,
    implementation: {
      getFirewallState: handlers.unary(() => ({ state: toFirewallState(firewall.view()) })),
      listAudit: handlers.unary((request: ListAuditRequest) => {
        return { entries: audit.newest(checkPageSize(request.pageSize)).map(toAuditEntry) }
      }),
      planBlock: handlers.unary(async (request: PlanBlockRequest) => {
        return toPlanResponse(await firewall.plan(fromPlanRequest(request), via))
      }),
      applyPlan: handlers.unary(async ({ token }: ApplyPlanRequest) => {
        return { block: toBlock(await firewall.apply(token, via)) }
      }),
      confirmBlock: handlers.unary(async ({ blockId }: ConfirmBlockRequest) => {
        return { block: toBlock(await firewall.confirm(blockId, via)) }
      }),
      relaxPolicy: handlers.unary(async (request: RelaxPolicyRequest) => {
        return { block: toBlock(await firewall.relax(request.blockId, fromRelaxation(request), via)) }
      }),
      revokeAll: handlers.unary(async () => ({ state: toFirewallState(await firewall.revokeAll(via)) })),
      revokeBlock: handlers.unary(async ({ blockId }: RevokeBlockRequest) => {
        return { state: toFirewallState(await firewall.revoke(blockId, via)) }
      }),
    },
  }
}
