/**
 * Planning and applying: whom a plan is about, what its rules would have stopped,
 * and what a person must type before it is applied.
 */

import { cleanName, DAY_MS, invalidArgument, NetWatcherError, protocolName, render } from '@netwatcher/shared'
import type { z } from 'zod'
import { daemonQuery } from '../contract/fields.js'
import {
  applyBody,
  type CutResponse,
  firewallBlockSchema,
  MAX_REASON,
  MAX_TARGETS,
  type PlanResponse,
  planBody,
  planSchema,
} from '../contract/firewall.js'
import { parseTarget, type Target, targetText } from '../contract/target.js'
import type { Daemon, Daemons } from '../daemon/daemons.js'
import type { BlockRequest, Reach } from '../daemon/types.js'
import type { Store } from '../storage/store.js'
import { blockView } from '../views/firewall-view.js'
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

type PlanBody = z.output<typeof planBody>

/** What a plan shows that it would have cut. */
const SHOWN_SPAN_MS = 7 * DAY_MS

export const block = { status: 200 as const, description: 'The block', schema: firewallBlockSchema }

export function planRoute(deps: FirewallDeps): Route {
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
      const subject = await subjectOf(deps, daemon, body)
      const { targets: wanted, quarantine } = subject
      const { lifetimeSeconds, confirmSeconds, schedule = null } = body
      const reason = cleanName(body.reason, MAX_REASON) ?? ''
      const request = { targets: wanted, lifetimeSeconds, confirmSeconds, reason, schedule, quarantine }
      const { reach, ...plan } = await daemon.api.planBlock(request)
      const deviceNames = quarantine?.interfaces ?? (await givenNames(store, daemon.siteId, wanted))
      const { token, targets, tokenExpiresMs: expiresMs } = plan
      plans.note(token, { daemon: daemon.name, targets, deviceNames, expiresMs })
      const [scope = '', ...warnings] = plan.warnings.map((warning) => render(warning, language))
      const response: PlanResponse = {
        daemon: daemon.name,
        ...plan,
        scope,
        cutsInternet: reach.cutsInternet,
        wouldHaveCut: await wouldHaveCut(deps, daemon, subject, reach),
        warnings,
        deviceNames,
      }
      return c.json(response)
    },
  })
}

export function applyRoute({ daemons, plans }: FirewallDeps): Route {
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

/** Whom a plan is about. */
type Subject = Pick<BlockRequest, 'targets' | 'quarantine'>

async function subjectOf(
  { store, nowMs }: FirewallDeps,
  { siteId }: Daemon,
  body: PlanBody,
): Promise<Subject> {
  if (body.quarantine) {
    const { interfaces, admit } = body.quarantine
    const admittedMacs = await store.quarantine.admittable(siteId, admit, nowMs())
    return { targets: [], quarantine: { interfaces, admittedMacs } }
  }
  if (body.tag !== undefined)
    return { targets: await taggedTargets(store, siteId, body.tag), quarantine: null }
  const targets =
    body.device === undefined ? (body.targets ?? []) : await targetsOf(store, siteId, body.device)
  return { targets, quarantine: null }
}

/** Every MAC of the device, and as many of its addresses as there is room for. */
async function targetsOf({ devices }: Store, siteId: number, mac: string): Promise<Target[]> {
  const paths = await devices.pathsTo(siteId, mac)
  if (!paths) throw new NetWatcherError('not_found', 'NO_DEVICE', `No device has the MAC ${mac}.`)
  const macs: Target[] = paths.macs.map((one) => ({ mac: one }))
  const addresses = paths.ips.flatMap((ip) => parseTarget(ip) ?? [])
  return [...macs, ...addresses].slice(0, MAX_TARGETS)
}

/** By MAC, since addresses change while a policy stands: all of them or none. */
async function taggedTargets({ devices }: Store, siteId: number, tag: string): Promise<Target[]> {
  const macs = await devices.macsTagged(siteId, tag)
  if (macs.length === 0) throw new NetWatcherError('not_found', 'NO_DEVICE', `No device has the tag ${tag}.`)
  if (macs.length > MAX_TARGETS) {
    const message = `Devices tagged ${tag} have ${macs.length} MACs; at most ${MAX_TARGETS} can be blocked at once.`
    throw invalidArgument('TOO_MANY_TARGETS', message)
  }
  return macs.map((mac) => ({ mac }))
}

async function wouldHaveCut(
  { store, views, nowMs }: FirewallDeps,
  { siteId, site }: Daemon,
  { targets, quarantine }: Subject,
  reach: Reach,
): Promise<CutResponse> {
  const sinceMs = nowMs() - SHOWN_SPAN_MS
  const macs = targets.flatMap((target) => ('mac' in target ? target.mac : []))
  const cidrs = targets.flatMap((target) => ('cidr' in target ? target.cidr : []))
  const admittedMacs = quarantine?.admittedMacs ?? null
  const cut = await store.cuts.wouldHaveCut({ siteId, cidrs, macs, admittedMacs, reach, fromMs: sinceMs })
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
export async function givenNames(
  { devices }: Store,
  siteId: number,
  targets: readonly Target[],
): Promise<string[]> {
  const found = await Promise.all(
    targets.map((target) =>
      'mac' in target ? devices.ofMac(siteId, target.mac) : devices.holderOf(siteId, target.cidr),
    ),
  )
  return [...new Set(found.flatMap((device) => device?.name ?? []))]
}
