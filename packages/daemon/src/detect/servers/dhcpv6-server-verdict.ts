/** Weighs what is known of one DHCPv6 server of a LAN against the others and the routers. */

import type { Duid } from '../../wire/dhcpv6.js'
import type { DetectorContext, FindingReason } from '../engine/detector.js'
import { reason } from '../engine/finding.js'
import type { Throttle } from '../tables/windows.js'
import type { ServerVerdict } from './dhcp-server-verdict.js'
import type { BaselineServer } from './server-baseline.js'

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
  macs: Set<string>
  lastMs: number
  offer: Dhcpv6Offer | null
  /** An address of its that is no host's to have: link-local, unspecified, a group; null when there was none. */
  uselessLease: string | null
  throttle: Throttle
}

/** RFC 8415 section 18.2.1: a client takes an offer with this preference without waiting for others. */
const MAX_PREFERENCE = 255

/** `routers` says of each router, by MAC, whether it sends hosts to a DHCPv6 server. Null: nothing to say. */
export function judgeServer6(
  server: KnownServer6,
  rivals: readonly KnownServer6[],
  routers: ReadonlyMap<string, boolean>,
  context: DetectorContext,
): ServerVerdict | null {
  const faults = findFaults(server, routers, context)
  const established = server.isBaseline ? [] : rivals.filter((rival) => rival.isBaseline)
  // The same machine after a new installation, or one relay in front of several servers.
  if (established.length === 0 || established.some((rival) => sharesMac(rival, server)))
    return faults.length > 0 ? accuse(faults) : null
  const others = established.map(name).join(', ')
  const text = `${name(server)} hands out configuration besides ${others}`
  const reasonsFor = [reason('second_server', text, [context.frame()]), ...faults]
  const known = established.find((rival) => rival.offer !== null)
  if (faults.length === 0 && (server.offer === null || known?.offer == null)) {
    const unseen = 'What it hands out was not seen: answers to clients do not pass here'
    return { severity: 'warning', reasonsFor, reasonsAgainst: [reason('offer_not_seen', unseen)] }
  }
  const differences = server.offer && known?.offer ? findDifferences(server.offer, known.offer) : []
  if (known !== undefined && faults.length + differences.length === 0) {
    const same = `It hands out the same networks and DNS servers as ${name(known)}: a redundant server`
    return { severity: 'info', reasonsFor, reasonsAgainst: [reason('same_options', same)] }
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
  routers: ReadonlyMap<string, boolean>,
  context: DetectorContext,
): FindingReason[] {
  const { offer, macs, uselessLease } = server
  const faults: FindingReason[] = []
  if (uselessLease !== null) {
    const text = `It leases ${uselessLease}, with which nobody gets anywhere (hosts make link-local addresses themselves, RFC 4862 section 5.3): spoofers do that, who only want to be asked for names`
    faults.push(reason('useless_lease', text, [context.frame()]))
  }
  const isRouter = [...macs].some((mac) => routers.has(mac))
  const isAnnounced = [...routers.values()].some((sendsToServer) => sendsToServer)
  if (offer !== null && routers.size > 0 && !isRouter && !isAnnounced) {
    const text =
      'The router tells hosts that there is no DHCPv6 server here (flags M and O, RFC 4861 section 4.2)'
    faults.push(reason('not_announced', text, [context.frame()]))
  }
  return faults
}

function findDifferences(offer: Dhcpv6Offer, known: Dhcpv6Offer): FindingReason[] {
  const differences: FindingReason[] = []
  const foreignDns = offer.dnsServers.filter((ip) => !known.dnsServers.includes(ip))
  if (foreignDns.length > 0) {
    const text = `It names the DNS servers ${list(offer.dnsServers)}, not ${list(known.dnsServers)}`
    differences.push(reason('other_dns', text))
  }
  const foreign = offer.networks.filter((network) => !known.networks.includes(network))
  if (foreign.length > 0 && known.networks.length > 0) {
    const text = `It leases addresses of ${list(foreign)}, not of ${list(known.networks)}`
    differences.push(reason('other_network', text))
  }
  if (differences.length > 0 && offer.preference === MAX_PREFERENCE && known.preference < MAX_PREFERENCE) {
    const text = `It has clients take its offer at once (preference ${MAX_PREFERENCE}, RFC 8415 section 18.2.1)`
    differences.push(reason('puts_itself_first', text))
  }
  return differences
}

function sharesMac(a: KnownServer6, b: KnownServer6): boolean {
  return [...a.macs].some((mac) => b.macs.has(mac))
}

function list(values: readonly string[]): string {
  return values.join(', ') || 'none'
}

function name({ ip, duid }: KnownServer6): string {
  return ip || `the server with DUID ${duid.id}`
}

export function describeServer6(server: KnownServer6): string {
  const macs = [...server.macs].join(', ') || (server.duid.mac ?? 'a device not seen')
  const base = `DHCPv6 server ${server.ip || server.duid.id} at ${macs}`
  if (server.offer === null) return base
  return `${base}, networks ${list(server.offer.networks)}, DNS ${list(server.offer.dnsServers)}`
}
