/** Weighs one IPv6 router of a LAN against the others. */

import { isUniqueLocalIp, MINUTE_MS, SECOND_MS, type Severity, type Text, text } from '@netwatcher/shared'
import { isVirtualRouterMac } from '../../wire/fhrp.js'
import type { RouterPreference } from '../../wire/icmpv6.js'
import type { DetectorContext, FindingReason } from '../engine/detector.js'
import { reason } from '../engine/finding.js'
import { isMadeFrom } from '../knowledge/interface-id.js'
import type { Throttle } from '../tables/windows.js'
import type { RouterAdvertisement } from './routers.js'
import type { BookedServer } from './server-book.js'

/** How a station was seen to be a host; `sinceMs` is 0 for what no router does, even when it boots. */
export interface HostSign {
  how: 'host_asked_dhcp' | 'host_solicited_routers' | 'host_advertised_itself'
  sinceMs: number
}

export interface Router extends BookedServer {
  mac: string
  /** Link-local source of its advertisements. */
  ip: string
  /** How it had behaved as an ordinary host before; null when it had not. */
  hostBefore: HostSign['how'] | null
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
  lastMulticastMs: number
  /** Advertisements to all in a row that came sooner than allowed, and that nobody had asked for. */
  hasty: number
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
/** RFC 4861 section 10, MIN_DELAY_BETWEEN_RAS, which goes for all advertisements to the group. */
const MIN_DELAY_MS = 3 * SECOND_MS
/** An answer to a solicitation is delayed by at most half a second (MAX_RA_DELAY_TIME). */
const ANSWER_MS = SECOND_MS
/** A second copy of the frame from a mirror port, not a second advertisement. */
const COPY_MS = 100
/** bettercap sends one per second; a router that comes up or is reconfigured may be hasty once. */
const HASTY = 3

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

export function notePace(router: Router, solicitedMs: number, nowMs: number): void {
  const gapMs = nowMs - router.lastMulticastMs
  if (gapMs < COPY_MS) return
  router.lastMulticastMs = nowMs
  if (nowMs - solicitedMs <= ANSWER_MS) return
  router.hasty = gapMs < MIN_DELAY_MS - ANSWER_MS ? router.hasty + 1 : 0
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
  ipv4Gateway: string,
  context: DetectorContext,
): RouterVerdict | null {
  const contradiction = findContradiction(router, others, context)
  if (contradiction !== null) return rogue('critical', [contradiction])
  const established = others.filter(
    (other) =>
      other.announced.lifetimeSeconds > 0 &&
      (other.firstMs <= router.firstMs || context.roles(other.mac).own),
  )
  const reasonsFor = [reason('router_appeared', { ip: router.ip, mac: router.mac }, [context.frame()])]
  const faults = findFaults(router, established)
  const differences = findDifferences(router, established)
  const hostSigns = findHostSigns(router, context)
  if (faults.length > 0) return rogue('critical', [...reasonsFor, ...faults, ...differences, ...hostSigns])
  const isDefaultRouter = router.announced.lifetimeSeconds > 0
  if (isDefaultRouter && hostSigns.length > 0) {
    const severity = differences.length > 0 ? 'critical' : 'warning'
    return rogue(severity, [...reasonsFor, ...hostSigns, ...differences])
  }
  const doubts = established.length === 0 ? findDoubts(router, ipv4Gateway) : []
  if (doubts.length >= 2) return rogue(doubts.length > 2 ? 'critical' : 'warning', [...reasonsFor, ...doubts])
  if (context.learning) return null
  const kind = 'new_router'
  if (isDefaultRouter && differences.length > 0)
    return { kind, severity: 'warning', reasonsFor: [...reasonsFor, ...differences], reasonsAgainst: [] }
  return { kind, severity: 'info', reasonsFor, reasonsAgainst: [excuse(router, established)] }
}

function rogue(severity: Severity, reasonsFor: FindingReason[]): RouterVerdict {
  return { kind: 'rogue_ra', severity, reasonsFor, reasonsAgainst: [] }
}

function excuse(router: Router, established: readonly Router[]): FindingReason {
  if (router.announced.lifetimeSeconds === 0) return reason('no_default_router')
  return reason(established.length === 0 ? 'only_router' : 'same_content')
}

/** What a second router of good will does not do. */
function findFaults(router: Router, established: readonly Router[]): FindingReason[] {
  const { preference, lifetimeSeconds } = router.announced
  if (established.length === 0) return []
  const faults: FindingReason[] = []
  const isPushed = established.every((other) => other.announced.preference !== 'high')
  if (preference === 'high' && lifetimeSeconds > 0 && isPushed) faults.push(reason('high_preference'))
  const servers = lifetimeSeconds === 0 ? foreignDnsServers(router, established) : []
  if (servers.length > 0) faults.push(reason('dns_without_routing', { dns_ips: servers }))
  const wide = [...router.routes].filter(isWideRoute)
  if (wide.length > 0) faults.push(reason('wide_route', { routes: wide }))
  return faults
}

/** Where no other IPv6 router is there to compare with, what the only one seldom does if it is the owner's. */
function findDoubts(router: Router, ipv4Gateway: string): FindingReason[] {
  const { preference, lifetimeSeconds, isManaged } = router.announced
  const doubts: FindingReason[] = []
  if (ipv4Gateway !== '' && ipv4Gateway !== router.mac)
    doubts.push(reason('not_the_gateway', { gateway_mac: ipv4Gateway, mac: router.mac }))
  if (preference === 'high') doubts.push(reason('high_preference'))
  if (router.hasty >= HASTY) doubts.push(reason('too_often', { interval_ms: MIN_DELAY_MS }))
  if (lifetimeSeconds === 0 && isManaged && router.prefixes.size + router.routes.size === 0)
    doubts.push(reason('only_sends_to_dhcpv6'))
  return doubts
}

/** What a second router may announce, but only because somebody set it up so. */
function findDifferences(router: Router, established: readonly Router[]): FindingReason[] {
  if (established.length === 0) return []
  const differences: FindingReason[] = []
  const known = new Set(established.flatMap((other) => [...other.prefixes]))
  const prefixes = [...router.prefixes].filter((prefix) => !known.has(prefix))
  if (prefixes.length > 0) differences.push(reason('other_prefix', { prefixes }))
  const servers = foreignDnsServers(router, established)
  const knownServers = established.flatMap((other) => other.announced.dnsServers)
  if (servers.length > 0)
    differences.push(reason('other_dns', { dns_ips: servers, known_dns_ips: knownServers }))
  return differences
}

/** A station that is the gateway for IPv4 too has every right to route. */
function findHostSigns({ mac, hostBefore }: Router, { bindings }: DetectorContext): FindingReason[] {
  if (hostBefore === null || bindings.isIpv4Gateway(mac)) return []
  return [reason(hostBefore, { mac })]
}

function foreignDnsServers({ announced }: Router, others: readonly Router[]): string[] {
  const known = new Set(others.flatMap((other) => other.announced.dnsServers))
  return announced.dnsServers.filter((server) => !known.has(server))
}

/** A route to a large part of the internet: as good as being the default router. */
function isWideRoute(route: string): boolean {
  const [network = '', length = '128'] = route.split('/')
  return Number(length) < 16 && !(isUniqueLocalIp(network) && Number(length) >= 7)
}

/** Of two that announce themselves under one address, the one that it is made from has it, else who was first. */
function isBorrowed(router: Router, other: Router, context: DetectorContext): boolean {
  const isShared = [router, other].some(({ mac }) => isVirtualRouterMac(mac) || context.roles(mac).fhrp)
  const isThere = other.lastMs > router.firstMs || router.announced.lifetimeSeconds === 0
  if (other.mac === router.mac || isShared || !isThere) return false
  if (context.roles(router.mac).own || isMadeFrom(router.ip, router.mac)) return false
  const isOthers = context.roles(other.mac).own || isMadeFrom(other.ip, other.mac)
  return isOthers || other.firstMs < router.firstMs
}

/** Advertisements under one address that cannot both be the router's own. */
function findContradiction(
  router: Router,
  others: readonly Router[],
  context: DetectorContext,
): FindingReason | null {
  const holder = others.find((other) => other.ip === router.ip && isBorrowed(router, other, context))
  if (holder !== undefined) {
    const isRevoked = router.announced.lifetimeSeconds === 0 && holder.announced.lifetimeSeconds > 0
    const figures = { ip: router.ip, holder_mac: holder.mac, mac: router.mac }
    return reason(isRevoked ? 'router_revoked' : 'borrowed_address', figures, [context.frame()])
  }
  // Once there and back is a restart: the daemon says goodbye and comes back.
  const [first, second, third, fourth] = router.changes
  const isTwice = fourth !== undefined && first?.to === third?.to && second?.to === fourth.to
  if (first && second && isTwice && fourth.atMs - first.atMs < CONTRADICTION_MS) {
    const figures = { ip: router.ip, window_ms: Math.round(fourth.atMs - first.atMs) }
    return reason('contradicting_advertisements', figures, [context.frame()])
  }
  return null
}

/** As what was seen, or as what was to be expected. */
export function describeRouter(about: 'expected' | 'seen', { ip, mac, announced, prefixes }: Router): Text {
  const figures = { ip, mac, prefixes: [...prefixes], dns_ips: announced.dnsServers }
  if (announced.lifetimeSeconds === 0) return text(`${about}_router_without_route`, figures)
  return text(`${about}_default_router`, { ...figures, preference: announced.preference })
}
