/**
 * ICMP redirects (RFC 792, RFC 4861 section 8): a router tells a host about a
 * better first hop. Hosts obey only their present gateway (RFC 1122 section
 * 3.2.2.2), so a redirect from anybody else is an attempt to divert traffic, or
 * the mark of a man in the middle whose system forwards and gives itself away.
 */

import {
  cidrContains,
  isLinkLocalIp,
  isMulticastIp,
  type TableStatus,
  type Text,
  text,
  ZERO_MAC,
} from '@netwatcher/shared'
import { ICMP_REDIRECT } from '../../wire/icmpv4.js'
import type { Packet } from '../../wire/packet.js'
import type { Detector, DetectorContext, FindingReason } from '../engine/detector.js'
import { finding, reason } from '../engine/finding.js'
import { affected, holder, suspect } from '../engine/parties.js'
import { BoundedMap } from '../tables/bounded-map.js'

interface Redirect {
  from: string
  to: string
  victim: string
  /** Empty where the message quotes too little. */
  destination: string
  /** MAC of the new first hop, where the message gives it (RFC 4861 section 4.5). */
  toMac: string | null
}

const MAX_HOSTS = 4096
const MAX_PEERS = 64

export function createIcmpRedirectDetector(): Detector {
  /** Stations that do not route, by VLAN, MAC and IP version: a router for one may be a host for the other. */
  const hosts = new BoundedMap<true>(MAX_HOSTS)
  /** Addresses to which a gateway sends its advertisements alone: members of its group (keepalived, unicast_peer). */
  const peers = new BoundedMap<true>(MAX_PEERS)
  return {
    observe(packet, context) {
      noteHost(hosts, packet, context)
      notePeer(peers, packet, context)
      const redirect = readRedirect(packet)
      if (redirect !== null && mayBeObeyed(redirect, context) && !isProvoked(redirect, context))
        observe(redirect, hosts, peers, packet, context)
    },
    tables: (): TableStatus[] => [hosts.status('redirect_hosts'), peers.status('unicast_group_peers')],
  }
}

/**
 * RFC 4861: only hosts solicit routers (section 6.3.7), and routers set the R flag (section 4.4). For IPv4, a host
 * asks for its address by DHCP.
 */
function noteHost(hosts: BoundedMap<true>, packet: Packet, { vlan }: DetectorContext): void {
  const { payload, ethernet } = packet
  if (payload.type === 'dhcpv4' && payload.dhcp.operation === 1 && payload.dhcp.relayIp === '0.0.0.0')
    hosts.set(`${vlan}|${payload.dhcp.clientMac}|4`, true)
  if (payload.type !== 'icmpv6') return
  const { icmp } = payload
  if (icmp.kind === 'router_solicitation' || (icmp.kind === 'neighbor_advertisement' && !icmp.isRouter))
    hosts.set(`${vlan}|${ethernet.sourceMac}|6`, true)
}

function notePeer(peers: BoundedMap<true>, packet: Packet, { bindings, vlan }: DetectorContext): void {
  if (packet.payload.type !== 'fhrp') return
  const { source, destination } = packet.payload.ip
  if (!isMulticastIp(destination) && bindings.isGateway(source)) peers.set(`${vlan}|${destination}`, true)
}

/** The forwarding probe asks for it: a packet of this machine to itself (scan/probe-method.ts), through somebody else. */
function isProvoked({ victim, destination }: Redirect, { network }: DetectorContext): boolean {
  return network.ownIps.includes(victim) && network.ownIps.includes(destination)
}

/**
 * RFC 1122 section 3.2.2.2: a host drops a redirect to a router that is not in its own network. Those of routers
 * far away, which quote what somebody sent in this address's name, name routers there.
 */
function mayBeObeyed({ to, victim }: Redirect, { network }: DetectorContext): boolean {
  if (victim.includes(':')) return true
  const subnet = network.subnets.find((prefix) => cidrContains(prefix, victim))
  if (subnet) return cidrContains(subnet, to)
  const [first, second] = victim.split('.')
  return to.startsWith(first === '10' ? '10.' : `${first}.${second}.`)
}

function observe(
  redirect: Redirect,
  hosts: BoundedMap<true>,
  peers: BoundedMap<true>,
  packet: Packet,
  context: DetectorContext,
): void {
  const mac = packet.ethernet.sourceMac
  const { from, to, victim, destination } = redirect
  const owner = context.bindings.owner(from)
  const isForged = owner !== null && owner.mac !== mac
  // Anybody can write a source into a packet: its own is what the sender has shown otherwise.
  const ownIp = owner?.mac === mac ? from : (context.bindings.owned(mac)[0] ?? '')
  const host = findHost(redirect, hosts, context)
  const isToHost = host !== null
  // Routers of a redundancy group send redirects in their own name (RFC 9568 section 8.1.1).
  const isMember = context.roles(mac).fhrp || peers.peek(`${context.vlan}|${from}`) !== undefined
  const isRouter = context.bindings.isGateway(from) || isMember
  const isGateway = isRouter && !isForged && !isToHost
  const reasonsFor: FindingReason[] = []
  const figures = { ip: from, mac, affected_ip: victim, destination_ip: destination, next_hop_ip: to }
  reasonsFor.push(reason('redirect', figures, [context.frame()]))
  if (isForged) reasonsFor.push(reason('borrowed_address', { ip: from, holder_mac: owner.mac, mac }))
  if (isToHost) reasonsFor.push({ ...host, frames: [] })
  context.raise(
    finding({
      kind: 'icmp_redirect',
      severity: isForged ? 'critical' : isGateway ? 'info' : 'warning',
      parties: [
        suspect(mac, isForged || isToHost ? 'likely' : 'possible', ownIp),
        ...(isForged ? [holder(owner.mac, 'likely', from)] : []),
        affected(context.bindings.owner(victim)?.mac ?? packet.ethernet.destinationMac, 'proven', victim),
      ],
      ip: from,
      expected: text('expected_redirects_of_gateway'),
      seen: text('seen_redirect', figures),
      reasonsFor,
      reasonsAgainst: isGateway ? [reason('from_gateway', { ip: from })] : [],
      advice: text(isGateway ? 'advice_redirect_of_gateway' : 'advice_redirect'),
    }),
  )
}

/** Why the new first hop is none, or null. A redirect to the destination itself only says that it is on the link. */
function findHost(
  { to, toMac, destination }: Redirect,
  hosts: BoundedMap<true>,
  context: DetectorContext,
): Text | null {
  const lease = context.bindings.claims(to).find((claim) => claim.counts.dhcp > 0)
  if (lease !== undefined && !context.roles(lease.mac).router) return text('to_a_dhcp_host', { ip: to })
  const mac = toMac ?? context.bindings.owner(to)?.mac
  if (to === destination || mac === undefined || context.roles(mac).router) return null
  const family = to.includes(':') ? 6 : 4
  return hosts.peek(`${context.vlan}|${mac}|${family}`) ? text('to_a_host', { ip: to, mac }) : null
}

function readRedirect({ payload, ethernet }: Packet): Redirect | null {
  if (payload.type === 'icmpv4' && payload.icmp.type === ICMP_REDIRECT && payload.icmp.gateway !== null) {
    const { ip, icmp } = payload
    return {
      from: ip.source,
      to: payload.icmp.gateway,
      victim: ip.destination,
      destination: icmp.quoted?.destination ?? '',
      toMac: null,
    }
  }
  if (payload.type !== 'icmpv6' || payload.icmp.kind !== 'redirect') return null
  const { ip, icmp } = payload
  if (!isLinkLocalIp(ip.source) || (ethernet.isCooked && ethernet.sourceMac === ZERO_MAC)) return null
  return {
    from: ip.source,
    to: icmp.target,
    victim: ip.destination,
    destination: icmp.destination,
    toMac: icmp.targetMac,
  }
}
