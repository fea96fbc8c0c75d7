/** Weighs what is known of one DHCP server of a LAN against the others. */

import { MINUTE_MS, SECOND_MS, type Severity, type Text, text } from '@netwatcher/shared'
import type { DetectorContext, FindingReason } from '../engine/detector.js'
import { reason } from '../engine/finding.js'
import type { Throttle } from '../tables/windows.js'
import { type BaselineServer, sharesMac } from './server-baseline.js'

export interface DhcpOffer {
  routers: string[]
  dnsServers: string[]
  subnetMask: string | null
  /** `10.0.0.0/8 via 192.168.1.1`, see Dhcpv4. */
  routes: string[]
  proxyScript: string | null
  mac: string
  /** First time that this MAC handed out something under this server identifier. */
  sinceMs: number
}

export interface KnownServer extends BaselineServer {
  /** Server identifier, option 54. */
  ip: string
  /** It was a gateway of the LAN before it was heard of as a server. */
  wasGateway: boolean
  /** What it hands out; null while only clients have named it. */
  offer: DhcpOffer | null
  /** The latest offer by source MAC: one server does not contradict itself. */
  offers: Map<string, DhcpOffer>
  /** Its latest answer with an address. */
  answered: { transactionId: number; mac: string; ip: string } | null
  /** Two MACs offered different addresses in one transaction: they are not one machine with two cards. */
  isContested: boolean
  /** Who refused requests in the name of this server without being it; empty when nobody did. */
  refuser: string
  isRelayed: boolean
  /** Option 252 of its latest answer that had one. */
  proxyScript: string | null
  /** Known only by its check whether an address is free. */
  onlyChecked: boolean
  throttle: Throttle
}

export interface ServerVerdict {
  severity: Severity
  /** MAC of whoever speaks in another server's name; absent where the server itself is in question. */
  impostor?: string
  reasonsFor: FindingReason[]
  reasonsAgainst: FindingReason[]
}

/** Null when there is nothing to say. */
export function judgeServer(
  server: KnownServer,
  rivals: readonly KnownServer[],
  context: DetectorContext,
): ServerVerdict | null {
  const impostor = judgeRefuser(server, context) ?? judgeImpostor(server, context)
  if (impostor !== null) return impostor
  const established = rivals.filter((rival) => rival.isBaseline)
  if (server.isBaseline) return judgeBeside(server, rivals, context)
  // The same machine under another address, or one relay in front of several servers.
  if (established.some((rival) => sharesMac(rival, server))) return null
  const figures = { server: server.ip, known_servers: established.map(({ ip }) => ip) }
  const reasonsFor = [reason('second_server', figures, [context.frame()])]
  const known = established.find((rival) => rival.offer !== null)
  if (server.offer === null || known?.offer == null)
    return judgeUnseen(server, established, reasonsFor, context)
  const differences = compareOffers(server.offer, known.offer, server.ip)
  if (differences.length === 0) {
    const redundant = reason('same_options', { server: known.ip })
    return { severity: 'info', reasonsFor, reasonsAgainst: [redundant] }
  }
  const reasonsAgainst = [
    ...(server.isRelayed ? [reason('relayed')] : []),
    ...(isMove(server, established, differences) ? [reason('service_moved', { server: known.ip })] : []),
  ]
  const severity = reasonsAgainst.length > 0 ? 'warning' : 'critical'
  return { severity, reasonsFor: [...reasonsFor, ...differences], reasonsAgainst }
}

/** Within this, some clients have come up and each has chosen its server. */
const TOGETHER_MS = 5 * MINUTE_MS

/** The gateway could divert everything as it is: that it serves, too, says nothing against it. */
function judgeUnseen(
  server: KnownServer,
  established: readonly KnownServer[],
  reasonsFor: FindingReason[],
  context: DetectorContext,
): ServerVerdict {
  // What it is seen to hand out may be what made it one.
  const isGateway = server.wasGateway && server.offer === null
  const twin =
    server.offer === null ? established.find((rival) => cameTogether(server, rival, context)) : undefined
  const reasonsAgainst = [
    reason('offer_not_seen'),
    ...(isGateway ? [reason('server_is_gateway')] : []),
    ...(twin ? [reason('came_together', { server: twin.ip })] : []),
  ]
  return { severity: isGateway || twin ? 'info' : 'warning', reasonsFor, reasonsAgainst }
}

/** Where the router does not serve, two servers of the network mostly do, and their clients are divided among them. */
function cameTogether(server: KnownServer, rival: KnownServer, context: DetectorContext): boolean {
  const isDedicated = ({ ip, macs }: KnownServer) =>
    macs.size > 0 && !context.bindings.isGateway(ip) && [...macs].every((mac) => !context.roles(mac).router)
  const isClose = Math.abs(server.firstMs - rival.firstMs) <= TOGETHER_MS
  return isClose && !rival.wasLearnt && isDedicated(server) && isDedicated(rival)
}

/** As when the service moves from the router to a filter of names: the router stays, the known server says no more. */
function isMove(
  server: KnownServer,
  established: readonly KnownServer[],
  differences: readonly FindingReason[],
): boolean {
  const isSilent = established.every(({ lastMs }) => lastMs < server.firstMs)
  return isSilent && differences.every(({ rule }) => rule === 'other_dns')
}

/** A machine that is replaced is gone before its successor speaks: the time for which conflicts wait, too. */
const REPLACED_MS = 2 * SECOND_MS

/** A client that is refused asks anew, so whoever refuses in the server's name decides whom it asks. */
function judgeRefuser(server: KnownServer, context: DetectorContext): ServerVerdict | null {
  if (server.refuser === '') return null
  const figures = { ip: server.ip, mac: server.refuser }
  const reasonsFor = [reason('refused_in_its_name', figures, [context.frame()])]
  return { severity: 'critical', impostor: server.refuser, reasonsFor, reasonsAgainst: [] }
}

/** Two MACs that use one server identifier, while both are there. */
function judgeImpostor(server: KnownServer, context: DetectorContext): ServerVerdict | null {
  const [first, ...others] = server.offers.values()
  if (first === undefined || server.isRelayed) return null
  const isShared = [...server.macs].some((mac) => context.roles(mac).fhrp)
  for (const other of others) {
    const lastSeenMs = context.bindings.seen(first.mac)?.lastMs
    const isThere = lastSeenMs !== undefined && lastSeenMs >= other.sinceMs - REPLACED_MS
    const differences = compareOffers(other, first, server.ip)
    const isBoth = server.isContested && !isShared
    if (!isThere || (differences.length === 0 && !isBoth)) continue
    const isOther = context.bindings.owner(server.ip)?.mac !== other.mac
    const [impostor, genuine] = isOther ? [other.mac, first.mac] : [first.mac, other.mac]
    const figures = { mac: impostor, holder_mac: genuine, ip: server.ip }
    const reasonsFor = [reason('borrowed_identifier', figures, [context.frame()]), ...differences]
    return {
      severity: differences.length > 0 ? 'critical' : 'warning',
      impostor,
      reasonsFor,
      reasonsAgainst: differences.length > 0 ? [] : [reason('same_options', { server: genuine })],
    }
  }
  return null
}

/** The first server to answer, while another one was seen to get ready to. */
function judgeBeside(
  server: KnownServer,
  rivals: readonly KnownServer[],
  context: DetectorContext,
): ServerVerdict | null {
  const checker = rivals.find((rival) => rival.onlyChecked && !sharesMac(rival, server))
  if (checker === undefined || server.offer === null) return null
  const figures = { known_server: checker.ip, server: server.ip }
  const reasonsFor = [reason('other_server_checks', figures, [context.frame()])]
  return { severity: 'warning', reasonsFor, reasonsAgainst: [] }
}

export function compareOffers(offer: DhcpOffer, known: DhcpOffer, serverId: string): FindingReason[] {
  const differences: FindingReason[] = []
  if (!sameSet(offer.routers, known.routers)) {
    differences.push(
      reason('other_router', { router_ips: offer.routers, known_router_ips: known.routers }),
      ...(offer.routers.includes(serverId) ? [reason('router_is_itself', { ip: serverId })] : []),
    )
  }
  if (!sameSet(offer.dnsServers, known.dnsServers))
    differences.push(reason('other_dns', { dns_ips: offer.dnsServers, known_dns_ips: known.dnsServers }))
  const routes = offer.routes.filter((route) => !known.routes.includes(route))
  if (routes.length > 0) differences.push(reason('other_routes', { routes }))
  if (offer.proxyScript !== null && offer.proxyScript !== known.proxyScript)
    differences.push(reason('names_proxy', { proxy_script: offer.proxyScript }))
  return differences
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((value) => b.includes(value))
}

/** As what was seen, or as what was to be expected. */
export function describeServer(about: 'expected' | 'seen', { ip, macs, offer }: KnownServer): Text {
  const figures = { server: ip, macs: [...macs] }
  if (offer === null) return text(`${about}_dhcp_server_unheard`, figures)
  const { routers, dnsServers } = offer
  return text(`${about}_dhcp_server`, { ...figures, router_ips: routers, dns_ips: dnsServers })
}
