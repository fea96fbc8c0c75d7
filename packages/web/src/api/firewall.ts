/**
 * Blocks in three steps: plan (nothing changes), apply (what was planned, typed
 * by the person), confirm before the daemon takes it back by itself.
 */

import { cleanName, DAY_MS, invalidArgument, NetWatcherError, render } from '@netwatcher/shared'
import { daemonQuery } from '../contract/fields.js'
import {
  applyBody,
  auditSchema,
  blockBody,
  type CutResponse,
  firewallBlockSchema,
  firewallSchema,
  MAX_REASON,
  MAX_TARGETS,
  type PlanResponse,
  planBody,
  planSchema,
} from '../contract/firewall.js'
import { protocolName } from '../contract/protocols.js'
import { parseTarget, type Target, targetText } from '../contract/target.js'
import type { Daemon, Daemons } from '../daemon/daemons.js'
import type { Reach } from '../daemon/types.js'
import type { Store } from '../storage/store.js'
import { auditView, blockView, firewallView } from '../views/firewall-view.js'
import type { Views } from '../views/views.js'
import type { PlanBook } from './plan-book.js'
import { type Route, route } from './route.js'

export interface FirewallDeps {
  daemons: Daemons
  store: Store
  plans: PlanBook
  views: Views
  nowMs: () => number
}

/** What a plan shows that it would have cut. */
const SHOWN_SPAN_MS = 7 * DAY_MS

const block = { status: 200 as const, description: 'The block', schema: firewallBlockSchema }
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
      summary: 'Keeps an applied block until its lifetime ends',
      query: daemonQuery,
      body: blockBody,
      response: block,
      handle: async ({ c, query, body, language }) =>
        c.json(blockView(await daemons.pick(query.daemon).api.confirmBlock(body.blockId), language)),
    }),
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
  ]
}

function planRoute(deps: FirewallDeps): Route {
  const { daemons, store, plans } = deps
  return route({
    method: 'POST',
    path: '/api/firewall/plan',
    tag: 'firewall',
    summary: 'Works out the exact rules of a block; nothing changes yet',
    query: daemonQuery,
    body: planBody,
    response: { status: 200, description: 'The rules, and a token to apply them once', schema: planSchema },
    handle: async ({ c, query, body, language }) => {
      const daemon = daemons.pick(query.daemon)
      const { device, targets: named, ...times } = body
      const wanted = device === undefined ? (named ?? []) : await targetsOf(store, daemon.siteId, device)
      const reason = cleanName(body.reason, MAX_REASON) ?? ''
      const { reach, ...plan } = await daemon.api.planBlock({ ...times, targets: wanted, reason })
      const deviceNames = await givenNames(store, daemon.siteId, wanted)
      const { token, targets, tokenExpiresMs: expiresMs } = plan
      plans.note(token, { daemon: daemon.name, targets, deviceNames, expiresMs })
      const [scope = '', ...warnings] = plan.warnings.map((warning) => render(warning, language))
      const response: PlanResponse = {
        daemon: daemon.name,
        ...plan,
        scope,
        cutsInternet: reach.cutsInternet,
        wouldHaveCut: await wouldHaveCut(deps, daemon, wanted, reach),
        warnings,
        deviceNames,
      }
      return c.json(response)
    },
  })
}

function applyRoute({ daemons, plans }: FirewallDeps): Route {
  return route({
    method: 'POST',
    path: '/api/firewall/apply',
    tag: 'firewall',
    summary: 'Applies a plan; it is taken back unless confirmed in time',
    query: daemonQuery,
    body: applyBody,
    response: block,
    handle: async ({ c, query, body: { token, target, confirmation }, language }) => {
      const plan = plans.check(token, confirmation)
      if (query.daemon !== undefined && query.daemon !== plan.daemon) {
        throw invalidArgument('DAEMON', `That plan is of ${plan.daemon}.`)
      }
      if (target !== undefined && !isTargetOf(plan.targets, target)) {
        throw invalidArgument('TARGET', 'That is not among the targets of this plan.')
      }
      const applied = await daemons.pick(plan.daemon).api.applyPlan(token)
      plans.forget(token)
      return c.json(blockView(applied, language))
    },
  })
}

function isTargetOf(targets: readonly string[], typed: string): boolean {
  const target = parseTarget(typed.trim())
  return target !== null && targets.includes(targetText(target))
}

/** Every MAC of the device, and as many of its addresses as there is room for. */
async function targetsOf({ devices }: Store, siteId: number, mac: string): Promise<Target[]> {
  const paths = await devices.pathsTo(siteId, mac)
  if (!paths) throw new NetWatcherError('not_found', 'NO_DEVICE', `No device has the MAC ${mac}.`)
  const macs: Target[] = paths.macs.map((one) => ({ mac: one }))
  const addresses = paths.ips.flatMap((ip) => parseTarget(ip) ?? [])
  return [...macs, ...addresses].slice(0, MAX_TARGETS)
}

async function wouldHaveCut(
  { store, views, nowMs }: FirewallDeps,
  { siteId, site }: Daemon,
  targets: readonly Target[],
  reach: Reach,
): Promise<CutResponse> {
  const sinceMs = nowMs() - SHOWN_SPAN_MS
  const macs = targets.flatMap((target) => ('mac' in target ? target.mac : []))
  const cidrs = targets.flatMap((target) => ('cidr' in target ? target.cidr : []))
  const cut = await store.cuts.wouldHaveCut({ siteId, cidrs, macs, reach, fromMs: sinceMs })
  const names = new Map(
    (
      await store.names.namesOf(
        siteId,
        cut.conversations.map(({ remoteIp }) => remoteIp),
      )
    ).map((one) => [one.ip, one.name]),
  )
  const conversations = cut.conversations.map((one) => ({
    ...one,
    protocol: protocolName(one.protocol),
    remoteName: views.addressName(site, one.remoteIp, names.get(one.remoteIp) ?? null),
  }))
  return { ...cut, sinceMs, conversations }
}

/**
 * What the person calls the devices with those MACs, or the ones that had those
 * addresses last. Names that devices give themselves do not count: one could
 * call itself by its neighbour's.
 */
async function givenNames({ devices }: Store, siteId: number, targets: readonly Target[]): Promise<string[]> {
  const found = await Promise.all(
    targets.map((target) =>
      'mac' in target ? devices.ofMac(siteId, target.mac) : devices.holderOf(siteId, target.cidr),
    ),
  )
  return [...new Set(found.flatMap((device) => device?.name ?? []))]
}
