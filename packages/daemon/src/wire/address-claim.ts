/**
 * Who says by a frame that an address is, or is about to be, its own: RFC 5227
 * sections 2.1.1 and 2.4 for ARP, RFC 4862 section 5.4 for neighbour discovery,
 * a client or server of DHCP (RFC 2131), and whoever sends packets from it.
 */

import { BROADCAST_MAC, isUnspecifiedIp } from '@netwatcher/shared'
import { ARP_REQUEST, type Arp } from './arp.js'
import type { Packet, Payload } from './packet.js'

/** MAC of the claimant; null when the frame claims another address, or none. */
export function claimantOf({ payload, ethernet }: Packet, ip: string): string | null {
  const { sourceMac } = ethernet
  if (payload.type === 'arp') return arpClaimant(payload.arp, ethernet.destinationMac, ip)
  if (payload.type === 'dhcpv4') {
    const { clientIp, requestedIp, yourIp, clientMac } = payload.dhcp
    if ([clientIp, requestedIp, yourIp].includes(ip)) return clientMac
  }
  if (payload.type === 'icmpv6') {
    const mac = neighborClaimant(payload, sourceMac, ip)
    if (mac !== null) return mac
  }
  return 'ip' in payload && payload.ip?.source === ip ? sourceMac : null
}

/** A probe goes to all (RFC 5227); switches that look after their ports ask one station with sender 0.0.0.0. */
function arpClaimant(arp: Arp, destinationMac: string, ip: string): string | null {
  const isProbe =
    arp.operation === ARP_REQUEST &&
    isUnspecifiedIp(arp.senderIp) &&
    arp.targetIp === ip &&
    destinationMac === BROADCAST_MAC
  return isProbe || arp.senderIp === ip ? arp.senderMac : null
}

function neighborClaimant(
  { ip: header, icmp }: Payload & { type: 'icmpv6' },
  sourceMac: string,
  ip: string,
): string | null {
  if (icmp.kind === 'neighbor_advertisement' && icmp.target === ip) return icmp.targetMac ?? sourceMac
  const isProbe = icmp.kind === 'neighbor_solicitation' && isUnspecifiedIp(header.source)
  return isProbe && icmp.target === ip ? sourceMac : null
}
