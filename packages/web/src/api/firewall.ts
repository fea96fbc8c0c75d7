/**
 * Blocks in three steps: plan (nothing changes), apply (what was planned, typed
 * by the person), confirm before the daemon takes it back by itself.
 */

import { invalidArgument } from '@netwatcher/shared'
import { z } from 'zod'
import { daemonQuery } from '../contract/fields.js'
import { auditSchema, blockBody, confirmBody, firewallSchema } from '../contract/firewall.js'
import { isConfirmation, parseTarget } from '../contract/target.js'
import type { Daemon } from '../daemon/daemons.js'
import { auditView, blockView, firewallView } from '../views/firewall-view.js'
import { applyRoute, block, type FirewallDeps, givenNames, planRoute } from './firewall-plan.js'
import { standingRoutes } from './firewall-standing.js'
import { type Route, route } from './route.js'

const state = { status: 200 as const, description: 'The blocks in force', schema: firewallSchema }

export function firewallRoutes(deps: FirewallDeps): Route[] {
  const { daemons } = deps
  const stateOf = async ({ name, api }: Daemon) => ({ daemon: name, state: await api.getFirewall() })
  return [
    route({
      method: 'GET',
      path: '/api/firewall',
      tag: 'firewall',
      summary: 'Lists the blocks in force',
      query: daemonQuery,
      response: state,
      handle: async ({ c, query, language }) =>
        c.json(firewallView(await stateOf(daemons.pick(query.daemon)), language)),
    }),
    route({
      method: 'GET',
      path: '/api/firewall/audit',
      tag: 'firewall',
      summary: 'Lists what was planned, applied, confirmed, revoked and refused',
      query: daemonQuery,
      response: { status: 200, description: 'Entries, newest first', schema: auditSchema },
      handle: async ({ c, query, language }) =>
        c.json(auditView(await daemons.pick(query.daemon).api.listAudit(), language)),
    }),
    planRoute(deps),
    applyRoute(deps),
    route({
      method: 'POST',
      path: '/api/firewall/confirm',
      tag: 'firewall',
      summary:
        'Keeps an applied block until its lifetime ends, or a standing policy for its lifetime from now on',
      query: daemonQuery,
      body: confirmBody,
      response: block,
      handle: async ({ c, query, body: { blockId, confirmation }, language }) => {
        const daemon = daemons.pick(query.daemon)
        await checkRenewal(deps, daemon, blockId, confirmation)
        return c.json(blockView(await daemon.api.confirmBlock(blockId), language))
      },
    }),
    ...standingRoutes(deps),
    route({
      method: 'POST',
      path: '/api/firewall/revoke',
      tag: 'firewall',
      summary: 'Takes a block back at once',
      query: daemonQuery,
      body: blockBody,
      response: state,
      handle: async ({ c, query, body, language }) => {
        const { name: daemon, api } = daemons.pick(query.daemon)
        return c.json(firewallView({ daemon, state: await api.revokeBlock(body.blockId) }, language))
      },
    }),
    route({
      method: 'POST',
      path: '/api/firewall/revoke-all',
      tag: 'firewall',
      summary: 'Takes all blocks and standing policies back at once',
      query: daemonQuery,
      body: z.strictObject({}),
      response: state,
      handle: async ({ c, query, language }) => {
        const { name: daemon, api } = daemons.pick(query.daemon)
        return c.json(firewallView({ daemon, state: await api.revokeAll() }, language))
      },
    }),
  ]
}

/** Once it stands, what is typed says that a person still wants it. */
async function checkRenewal(
  { store }: FirewallDeps,
  { api, siteId }: Daemon,
  blockId: string,
  typed: string,
): Promise<void> {
  const { blocks } = await api.getFirewall()
  const standing = blocks.find(({ id, state: at }) => id === blockId && at !== 'applied')
  if (!standing) return
  const { targets, policy } = standing
  const names = await givenNames(
    store,
    siteId,
    targets.flatMap((target) => parseTarget(target) ?? []),
  )
  if (isConfirmation(typed, targets, [...names, ...(policy?.interfaces ?? [])])) return
  throw invalidArgument('CONFIRMATION', 'Type a target of the block, the name of its device, or its link.')
}
