/** Weighs one IPv6 router of a LAN against the others. */

import { cidrContains, MINUTE_MS, makeCidr, type Severity } from '@netwatcher/shared'
import { isVirtualRouterMac } from '../wire/fhrp.js'
import type { RouterPreference } from '../wire/icmpv6.js'
import type { DetectorContext, FindingReason } from './detector.js'
import { reason } from './finding.js'
import type { RouterAdvertisement } from './routers.js'
import type { Throttle } from './windows.js'

export interface Router {
  mac: string
  /** Link-local source of its advertisements. */
  ip: string
  firstMs: number
  lastMs: number
  /** No other default router was known when it appeared. */
  isFirst: boolean
  /** How it had behaved as an ordinary host before; null when it had not. */
  hostBefore: string | null
  announced: {
    preference: RouterPreference
    lifetimeSeconds: number
    isManaged: boolean
    dnsServers: string[]
  }
  /** All prefixes and routes that it has announced, as text. */
  prefixes: Set<string>
  routes: Set<string>
  /** Times at which it stopped or started being a default router, or changed its preference. */
  changes: { atMs: number; to: string }[]
  throttle: Throttle
}

export interface RouterVerdict {
  kind: 'rogue_ra' | 'new_router'
  severity: Severity
  reasonsFor: FindingReason[]
  reasonsAgainst: FindingReason[]
}

const MAX_PREFIXES = 64
/** RFC 4861 section 6.2.1: a router that stops says so a few times and is silent then. */
const CONTRADICTION_MS = 10 * MINUTE_MS
const UNIQUE_LOCAL = makeCidr('fc00::', 7)

export function advertise(router: Router, advertisement: RouterAdvertisement, nowMs: number): void {
  const { preference, lifetimeSeconds, isManaged, dnsServers, prefixes, routes } = advertisement
  const before = stance(router)
  const wasKnown = router.lastMs > router.firstMs || router.changes.length > 0
  router.lastMs = nowMs
  router.announced = {
    preference,
    lifetimeSeconds,
    isManaged,
    dnsServers: [...new Set([...router.announced.dnsServers, ...dnsServers])].slice(0, 16),
  }
  for (const { prefix, prefixLength } of prefixes) remember(router.prefixes, `${prefix}/${prefixLength}`)
  for (const { prefix, prefixLength } of routes) remember(router.routes, `${prefix}/${prefixLength}`)
  const after = stance(router)
  if (!wasKnown || after !== before)
    router.changes = [...router.changes, { atMs: nowMs, to: after }].slice(-4)
}

function remember(set: Set<string>, value: string): void {
  if (set.size < MAX_PREFIXES) set.add(value)
}

function stance({ announced }: Router): string {
  return announced.lifetimeSeconds === 0
    ? 'not a default router'
    : `default router, preference ${announced.preference}`
}

/** Null when there is nothing to say. */
export function judgeRouter(
  router: Router,
  others: readonly Router[],
  context: DetectorContext,
): RouterVerdict | null {
  const contradiction = findContradiction(router, others, context)
  if (contradiction !== null) return rogue('critical', [contradiction])
  if (context.learning) return null
  const isDefaultRouter = router.announced.lifetimeSeconds > 0
  const reasonsFor = [
    reason('router_appeared', `${router.ip} (${router.mac}) announces itself`, [context.frame()]),
  ]
  const faults = findFaults(router, others)
  const isHost = router.hostBefore !== null
  if (isHost && isDefaultRouter)
    faults.push(reason('host_before', `${router.mac} ${router.hostBefore} before, as routers do not`))
  const established = others.filter((other) => other.announced.lifetimeSeconds > 0)
  if (router.isFirst && !isHost) {
    const against = [reason('only_router', 'It is the only IPv6 router here')]
    return { kind: 'new_router', severity: 'info', reasonsFor, reasonsAgainst: against }
  }
  if (!isDefaultRouter && faults.length === 0) {
    const against = [
      reason(
        'no_default_router',
        'It does not offer itself as a default router (RFC 4191), as gateways of home automation networks do',
      ),
    ]
    return { kind: 'new_router', severity: 'info', reasonsFor, reasonsAgainst: against }
  }
  const prefixes = newPrefixes(router, established)
  const prefixReason =
    prefixes.length > 0
      ? [reason('other_prefix', `It announces ${prefixes.join(', ')}, which no other router does`)]
      : []
  if (faults.length > 0) return rogue('critical', [...reasonsFor, ...faults, ...prefixReason])
  if (prefixReason.length > 0)
    return {
      kind: 'new_router',
      severity: 'warning',
      reasonsFor: [...reasonsFor, ...prefixReason],
      reasonsAgainst: [],
    }
  const against = [reason('same_content', 'It announces nothing that the known router does not')]
  return { kind: 'new_router', severity: 'info', reasonsFor, reasonsAgainst: against }
}

function rogue(severity: Severity, reasonsFor: FindingReason[]): RouterVerdict {
  return { kind: 'rogue_ra', severity, reasonsFor, reasonsAgainst: [] }
}

/** What a second router of good will does not do. */
function findFaults(router: Router, others: readonly Router[]): FindingReason[] {
  const { preference, dnsServers, lifetimeSeconds } = router.announced
  const established = others.filter(
    (other) => other.announced.lifetimeSeconds > 0 && other.firstMs <= router.firstMs,
  )
  if (established.length === 0) return []
  const faults: FindingReason[] = []
  const isPushed = established.every((other) => other.announced.preference !== 'high')
  if (preference === 'high' && lifetimeSeconds > 0 && isPushed)
    faults.push(
      reason('high_preference', 'It puts itself before the known router (preference high, RFC 4191)'),
    )
  const known = new Set(established.flatMap((other) => other.announced.dnsServers))
  const foreign = dnsServers.filter((server) => !known.has(server))
  if (foreign.length > 0)
    faults.push(
      reason('other_dns', `It names the DNS servers ${foreign.join(', ')}, which no other router does`),
    )
  const wide = [...router.routes].filter(isWideRoute)
  if (wide.length > 0) faults.push(reason('wide_route', `It claims the way to ${wide.join(', ')}`))
  return faults
}

/** A route to a large part of the internet: as good as being the default router. */
function isWideRoute(route: string): boolean {
  const [network = '', length = '128'] = route.split('/')
  return (
    Number(length) < 16 &&
    !(UNIQUE_LOCAL !== null && cidrContains(UNIQUE_LOCAL, network) && Number(length) >= 7)
  )
}

function newPrefixes(router: Router, others: readonly Router[]): string[] {
  const known = new Set(others.flatMap((other) => [...other.prefixes]))
  return [...router.prefixes].filter((prefix) => !known.has(prefix))
}

/** Advertisements under one address that cannot both be the router's own. */
function findContradiction(
  router: Router,
  others: readonly Router[],
  context: DetectorContext,
): FindingReason | null {
  const twin = others.find((other) => other.ip === router.ip && other.mac !== router.mac)
  const isVirtual = [router.mac, twin?.mac ?? ''].some(
    (mac) => isVirtualRouterMac(mac) || (mac !== '' && context.roles(mac).fhrp),
  )
  if (twin !== undefined && !isVirtual && twin.lastMs > router.firstMs) {
    const text = `Both ${router.mac} and ${twin.mac} announce themselves as ${router.ip}`
    return reason('borrowed_address', text, [context.frame()])
  }
  if (
    twin !== undefined &&
    !isVirtual &&
    router.announced.lifetimeSeconds === 0 &&
    twin.announced.lifetimeSeconds > 0
  ) {
    const text = `${router.mac} says in the name of ${twin.mac} that ${router.ip} is no router any more`
    return reason('router_revoked', text, [context.frame()])
  }
  const [first, second, third] = router.changes.slice(-3)
  if (first && second && third && first.to === third.to && third.atMs - first.atMs < CONTRADICTION_MS) {
    const text = `${router.ip} alternates between "${first.to}" and "${second.to}"`
    return reason('contradicting_advertisements', text, [context.frame()])
  }
  return null
}

export function describeRouter(router: Router): string {
  const { dnsServers } = router.announced
  const prefixes = [...router.prefixes].join(', ') || 'no prefix'
  const dns = dnsServers.length > 0 ? `, DNS ${dnsServers.join(', ')}` : ''
  return `${router.ip} (${router.mac}): ${stance(router)}, ${prefixes}${dns}`
}
