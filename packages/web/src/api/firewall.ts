/**
 * Blocks in three steps: plan (nothing changes), apply (what was planned, typed
 * by the person), confirm before the daemon takes it back by itself.
 */

import { cleanName, invalidArgument } from '@netwatcher/shared'
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
      handle: async ({ c }) => c.json(await daemon.getFirewall()),
    }),
    route({
      method: 'GET',
      path: '/api/firewall/audit',
      tag: 'firewall',
      summary: 'Lists what was planned, applied, confirmed, revoked and refused',
      response: { status: 200, description: 'Entries, newest first', schema: auditSchema },
      handle: async ({ c }) => c.json({ entries: await daemon.listAudit() }),
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
      handle: async ({ c, body }) => c.json(await daemon.confirmBlock(body.blockId)),
    }),
    route({
      method: 'POST',
      path: '/api/firewall/revoke',
      tag: 'firewall',
      summary: 'Takes a block back at once',
      body: blockBody,
      response: state,
      handle: async ({ c, body }) => c.json(await daemon.revokeBlock(body.blockId)),
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
    handle: async ({ c, body }) => {
      const plan = await daemon.planBlock({ ...body, reason: cleanName(body.reason, MAX_REASON) ?? '' })
      const deviceNames = await givenNames(store, body.target)
      const { token, tokenExpiresMs: expiresMs } = plan
      plans.note(token, { targets: [plan.target], deviceNames, expiresMs })
      const response: PlanResponse = { ...plan, deviceNames }
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
    handle: async ({ c, body: { token, target, confirmation } }) => {
      const plan = plans.check(token, confirmation)
      if (target !== undefined && !isTargetOf(plan.targets, target)) {
        throw invalidArgument('TARGET', 'That is not the target of this plan.')
      }
      const applied = await daemon.applyPlan(token)
      plans.forget(token)
      return c.json(applied)
    },
  })
}

function isTargetOf(targets: readonly string[], typed: string): boolean {
  const target = parseTarget(typed.trim())
  return target !== null && targets.includes(targetText(target))
}

/**
 * What the person calls the device with that MAC, or the one that had that
 * address last. Names that devices give themselves do not count: one could
 * call itself by its neighbour's.
 */
async function givenNames(store: Store, target: Target): Promise<string[]> {
  const { devices } = store
  const device = await ('mac' in target ? devices.get(target.mac) : devices.holderOf(target.cidr))
  return device?.name == null ? [] : [device.name]
}
