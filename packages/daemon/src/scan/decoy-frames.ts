/**
 * What is sent for a decoy: probes whether anybody has its address, from no
 * address (RFC 5227 section 2.1.1; RFC 4862 section 5.4.2), and answers to
 * whoever asks for it. Advertisements leave the Override flag clear: they take
 * nobody's place in a neighbour cache (RFC 4861 section 7.2.5).
 */

import { BROADCAST_MAC, isGroupMac, isUnspecifiedIp, ZERO_MAC } from '@netwatcher/shared'
import { ARP_REPLY, ARP_REQUEST, encodeArp } from '../wire/arp.js'
import {
  encodeNeighborAdvertisement,
  encodeNeighborSolicitation,
  ipv6MulticastMac,
  solicitedNodeGroup,
} from '../wire/encode-ip.js'
import type { Packet } from '../wire/packet.js'

export function decoyProbe(ip: string, ownMac: string): Uint8Array {
  if (ip.includes(':')) {
    const group = solicitedNodeGroup(ip)
    const ends = { sourceMac: ownMac, destinationMac: ipv6MulticastMac(group) }
    return encodeNeighborSolicitation({ ...ends, sourceIp: '::', destinationIp: group }, ip)
  }
  return encodeArp({
    sourceMac: ownMac,
    destinationMac: BROADCAST_MAC,
    operation: ARP_REQUEST,
    senderMac: ownMac,
    senderIp: '0.0.0.0',
    targetMac: ZERO_MAC,
    targetIp: ip,
  })
}

/** Null when the packet is no question for this address, or nobody can be answered. */
export function decoyAnswer({ payload, ethernet }: Packet, ip: string, ownMac: string): Uint8Array | null {
  if (payload.type === 'arp') {
    const { operation, senderMac, senderIp, targetIp } = payload.arp
    if (operation !== ARP_REQUEST || targetIp !== ip || !isStation(senderMac)) return null
    const ends = { sourceMac: ownMac, destinationMac: senderMac }
    const answer = { senderMac: ownMac, senderIp: ip, targetMac: senderMac, targetIp: senderIp }
    return encodeArp({ ...ends, operation: ARP_REPLY, ...answer })
  }
  if (payload.type !== 'icmpv6' || payload.icmp.kind !== 'neighbor_solicitation') return null
  const asker = payload.icmp.sourceMac ?? ethernet.sourceMac
  if (payload.icmp.target !== ip || isUnspecifiedIp(payload.ip.source) || !isStation(asker)) return null
  const ends = { sourceMac: ownMac, destinationMac: asker }
  return encodeNeighborAdvertisement({ ...ends, sourceIp: ip, destinationIp: payload.ip.source }, ip)
}

function isStation(mac: string): boolean {
  return mac !== ZERO_MAC && !isGroupMac(mac)
}
