/** Weighs what is known of one DHCPv6 server of a LAN against the others and the routers. */

import { type Text, text } from '@netwatcher/shared'
import type { Duid } from '../../wire/dhcpv6.js'
import type { DetectorContext, FindingReason } from '../engine/detector.js'
import { reason } from '../engine/finding.js'
import type { BoundedMap } from '../tables/bounded-map.js'
import type { Throttle } from '../tables/windows.js'
import type { ServerVerdict } from './dhcp-server-verdict.js'
import { type BaselineServer, sharesMac } from './server-baseline.js'

export interface Dhcpv6Offer {
  /** Networks of the addresses that it has leased. */
  networks: string[]
  dnsServers: string[]
  /** The highest that it has given itself. */
  preference: number
}

export interface KnownServer6 extends BaselineServer {
  duid: Duid
  /** Source of its messages; empty while only clients have named it. */
  ip: string
  offer: Dhcpv6Offer | null
  /** An address of its that is no host's to have: link-local, unspecified, a group; null when there was none. */
  uselessLease: string | null
  throttle: Throttle
}

/** What a router says of itself. */
export interface RouterNote {
  /** Sends hosts to a DHCPv6 server (RFC 4861 section 4.2, flags M and O). */
  sendsToServer: boolean
  sinceMs: number
}

/** RFC 8415 section 18.2.1: a client takes an offer with this preference without waiting for others. */
const MAX_PREFERENCE = 255

/** `routers` by MAC. Null: nothing to say. */
export function judgeServer6(
  server: KnownServer6,
  rivals: readonly KnownServer6[],
  routers: BoundedMap<RouterNote>,
  context: DetectorContext,
): ServerVerdict | null {
  const faults = findFaults(server, routers, context)
  const established = server.isBaseline ? [] : rivals.filter((rival) => rival.isBaseline)
  // The same machine after a new installation, or one relay in front of several servers.
  if (established.length === 0 || established.some((rival) => sharesMac(rival, server)))
    return faults.length > 0 ? accuse(faults) : null
  const figures = { server: name(server), known_servers: established.map(name) }
  const reasonsFor = [reason('second_server', figures, [context.frame()]), ...faults]
  const known = established.find((rival) => rival.offer !== null)
  if (faults.length === 0 && (server.offer === null || known?.offer == null)) {
    return { severity: 'warning', reasonsFor, reasonsAgainst: [reason('offer_not_seen')] }
  }
  const differences = server.offer && known?.offer ? findDifferences(server.offer, known.offer) : []
  if (known !== undefined && faults.length + differences.length === 0) {
    const redundant = reason('same_options', { server: name(known) })
    return { severity: 'info', reasonsFor, reasonsAgainst: [redundant] }
  }
  return accuse([...reasonsFor, ...differences])
}

/** Another network alone may be a second line to the internet; everything else is an attack on names or routes. */
function accuse(reasonsFor: FindingReason[]): ServerVerdict {
  const isGrave = reasonsFor.some(({ rule }) => GRAVE.has(rule))
  return { severity: isGrave ? 'critical' : 'warning', reasonsFor, reasonsAgainst: [] }
}

const GRAVE = new Set(['useless_lease', 'other_dns', 'puts_itself_first'])

/** What no server does that the owner of the network has set up. */
function findFaults(
  server: KnownServer6,
  routers: BoundedMap<RouterNote>,
  context: DetectorContext,
): FindingReason[] {
  const { offer, macs, uselessLease } = server
  const faults: FindingReason[] = []
  if (uselessLease !== null) faults.push(reason('useless_lease', { ip: uselessLease }, [context.frame()]))
  const isRouter = [...macs].some((mac) => routers.peek(mac) !== undefined)
  const isAnnounced = [...routers.values()].some(({ sendsToServer }) => sendsToServer)
  if (offer !== null && routers.size > 0 && !isRouter && !isAnnounced)
    faults.push(reason('not_announced', {}, [context.frame()]))
  return faults
}

function findDifferences(offer: Dhcpv6Offer, known: Dhcpv6Offer): FindingReason[] {
  const differences: FindingReason[] = []
  const foreignDns = offer.dnsServers.filter((ip) => !known.dnsServers.includes(ip))
  if (foreignDns.length > 0)
    differences.push(reason('other_dns', { dns_ips: offer.dnsServers, known_dns_ips: known.dnsServers }))
  const foreign = offer.networks.filter((network) => !known.networks.includes(network))
  if (foreign.length > 0 && known.networks.length > 0)
    differences.push(reason('other_network', { networks: foreign, known_networks: known.networks }))
  if (differences.length > 0 && offer.preference === MAX_PREFERENCE && known.preference < MAX_PREFERENCE)
    differences.push(reason('puts_itself_first', { preference: MAX_PREFERENCE }))
  return differences
}

function name({ ip, duid }: KnownServer6): string {
  return ip || duid.id
}

/** As what was seen, or as what was to be expected. */
export function describeServer6(about: 'expected' | 'seen', server: KnownServer6): Text {
  const macs = server.macs.size > 0 ? [...server.macs] : (server.duid.mac ?? '')
  const figures = { server: name(server), macs }
  if (server.offer === null) return text(`${about}_dhcpv6_server_unheard`, figures)
  const { networks, dnsServers } = server.offer
  return text(`${about}_dhcpv6_server`, { ...figures, networks, dns_ips: dnsServers })
}
