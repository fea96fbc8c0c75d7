/**
 * Blocks in three steps: plan (nothing changes), apply (what was planned, typed
 * by the person), confirm before the daemon takes it back by itself.
 */

import { cleanName, invalidArgument, render } from '@netwatcher/shared'
import {
  applyBody,
  auditSchema,
  blockBody,
  firewallBlockSchema,
  firewallSchema,
  MAX_REASON,
  type PlanResponse,
  planBody,
  planSchema,
} from '../contract/firewall.js'
import { parseTarget, type Target, targetText } from '../contract/target.js'
import type { DaemonApi } from '../daemon/types.js'
import type { Store } from '../storage/store.js'
import { auditView, blockView, firewallView } from '../views/firewall-view.js'
import type { PlanBook } from './plan-book.js'
import { type Route, route } from './route.js'

export interface FirewallDeps {
  daemon: DaemonApi
  store: Store
  plans: PlanBook
}

const block = { status: 200 as const, description: 'The block', schema: firewallBlockSchema }
const state = { status: 200 as const, description: 'The blocks in force', schema: firewallSchema }

export function firewallRoutes(deps: FirewallDeps): Route[] {
  const { daemon } = deps
  return [
    route({
      method: 'GET',
      path: '/api/firewall',
      tag: 'firewall',
      summary: 'Lists the blocks in force',
      response: state,
      handle: async ({ c, language }) => c.json(firewallView(await daemon.getFirewall(), language)),
    }),
    route({
      method: 'GET',
      path: '/api/firewall/audit',
      tag: 'firewall',
      summary: 'Lists what was planned, applied, confirmed, revoked and refused',
      response: { status: 200, description: 'Entries, newest first', schema: auditSchema },
      handle: async ({ c, language }) => c.json(auditView(await daemon.listAudit(), language)),
    }),
    planRoute(deps),
    applyRoute(deps),
    route({
      method: 'POST',
      path: '/api/firewall/confirm',
      tag: 'firewall',
      summary: 'Keeps an applied block until its lifetime ends',
      body: blockBody,
      response: block,
      handle: async ({ c, body, language }) =>
        c.json(blockView(await daemon.confirmBlock(body.blockId), language)),
    }),
    route({
      method: 'POST',
      path: '/api/firewall/revoke',
      tag: 'firewall',
      summary: 'Takes a block back at once',
      body: blockBody,
      response: state,
      handle: async ({ c, body, language }) =>
        c.json(firewallView(await daemon.revokeBlock(body.blockId), language)),
    }),
  ]
}

function planRoute({ daemon, store, plans }: FirewallDeps): Route {
  return route({
    method: 'POST',
    path: '/api/firewall/plan',
    tag: 'firewall',
    summary: 'Works out the exact rules of a block; nothing changes yet',
    body: planBody,
    response: { status: 200, description: 'The rules, and a token to apply them once', schema: planSchema },
    handle: async ({ c, body, language }) => {
      const plan = await daemon.planBlock({ ...body, reason: cleanName(body.reason, MAX_REASON) ?? '' })
      const deviceNames = await givenNames(store, body.targets)
      const { token, targets, tokenExpiresMs: expiresMs } = plan
      plans.note(token, { targets, deviceNames, expiresMs })
      const warnings = plan.warnings.map((warning) => render(warning, language))
      const response: PlanResponse = { ...plan, warnings, deviceNames }
      return c.json(response)
    },
  })
}

function applyRoute({ daemon, plans }: FirewallDeps): Route {
  return route({
    method: 'POST',
    path: '/api/firewall/apply',
    tag: 'firewall',
    summary: 'Applies a plan; it is taken back unless confirmed in time',
    body: applyBody,
    response: block,
    handle: async ({ c, body: { token, target, confirmation }, language }) => {
      const plan = plans.check(token, confirmation)
      if (target !== undefined && !isTargetOf(plan.targets, target)) {
        throw invalidArgument('TARGET', 'That is not among the targets of this plan.')
      }
      const applied = await daemon.applyPlan(token)
      plans.forget(token)
      return c.json(blockView(applied, language))
    },
  })
}

function isTargetOf(targets: readonly string[], typed: string): boolean {
  const target = parseTarget(typed.trim())
  return target !== null && targets.includes(targetText(target))
}

/**
 * What the person calls the devices with those MACs, or the ones that had those
 * addresses last. Names that devices give themselves do not count: one could
 * call itself by its neighbour's.
 */
async function givenNames({ devices }: Store, targets: readonly Target[]): Promise<string[]> {
  const found = await Promise.all(
    targets.map((target) => ('mac' in target ? devices.get(target.mac) : devices.holderOf(target.cidr))),
  )
  return [...new Set(found.flatMap((device) => device?.name ?? []))]
}
