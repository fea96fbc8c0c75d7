/**
 * Reads from a frame who claims which address and how: ARP (RFC 826, RFC 5227),
 * neighbour discovery (RFC 4861), DHCP ACKs (RFC 2131) and the sources of IP
 * packets. Questions go to the request book on the way.
 */

import { isGroupMac, isMulticastIp, isUnspecifiedIp, ZERO_MAC } from '@netwatcher/shared'
import { ARP_REPLY, ARP_REQUEST, type Arp } from '../../wire/arp.js'
import type { Dhcpv4 } from '../../wire/dhcpv4.js'
import type { EthernetHeader } from '../../wire/ethernet.js'
import type { Icmpv6 } from '../../wire/icmpv6.js'
import type { IpHeader } from '../../wire/ip.js'
import type { Packet } from '../../wire/packet.js'
import type { ClaimEvidence } from '../engine/detector.js'
import type { ObservedClaim } from './claim.js'
import type { Question, RequestBook } from './request-book.js'

export interface Observed {
  claims: ObservedClaim[]
  /** A question with an unspecified sender: somebody is about to take this address. */
  probe: { ip: string; mac: string } | null
  /** The question that this frame answers. */
  answered: Question | null
}

const NOTHING: Observed = { claims: [], probe: null, answered: null }

export function observeClaims(packet: Packet, vlan: string, requests: RequestBook): Observed {
  const { ethernet, payload, timeMs } = packet
  if (ethernet.isPointToPoint) return NOTHING
  switch (payload.type) {
    case 'arp':
      return observeArp(payload.arp, ethernet, vlan, timeMs, requests)
    case 'icmpv6':
      return observeNd(payload.icmp, payload.ip, ethernet, vlan, timeMs, requests)
    case 'dhcpv4':
      return observeDhcp(payload.dhcp, payload.ip, ethernet)
    case 'fhrp':
    case 'icmpv4':
    case 'dhcpv6':
    case 'dns':
    case 'tcp':
    case 'udp':
    case 'ip':
      return only(ipSource(payload.ip, ethernet))
    default:
      return NOTHING
  }
}

function only(claim: ObservedClaim | null): Observed {
  return claim === null ? NOTHING : { claims: [claim], probe: null, answered: null }
}

function isUsable(ip: string, mac: string): boolean {
  return (
    !isUnspecifiedIp(ip) &&
    !isMulticastIp(ip) &&
    ip !== '255.255.255.255' &&
    mac !== ZERO_MAC &&
    !isGroupMac(mac)
  )
}

function recipientOf(ethernet: EthernetHeader, ip: string, mac: string): ObservedClaim['recipient'] {
  if (ethernet.isCooked) return ethernet.destinationMac === ZERO_MAC ? { ip, mac } : null
  return isGroupMac(ethernet.destinationMac) ? null : { ip, mac: ethernet.destinationMac }
}

/** Cooked captures do not tell whom a frame was sent to (pcap-linktype(7), LINUX_SLL). */
function askedMac({ isCooked, destinationMac }: EthernetHeader): string | null {
  return isCooked || isGroupMac(destinationMac) ? null : destinationMac
}

function observeArp(
  arp: Arp,
  ethernet: EthernetHeader,
  vlan: string,
  nowMs: number,
  requests: RequestBook,
): Observed {
  if (arp.operation !== ARP_REQUEST && arp.operation !== ARP_REPLY) return NOTHING
  const isAnnouncement = arp.senderIp === arp.targetIp
  // Cooked captures do not tell where the machine itself sent a frame; announcements go to all.
  const isUnaddressed = ethernet.isCooked && isAnnouncement
  const recipient = isUnaddressed ? null : recipientOf(ethernet, arp.targetIp, arp.targetMac)
  let probe: Observed['probe'] = null
  if (arp.operation === ARP_REQUEST && !isAnnouncement && isUsable(arp.targetIp, arp.senderMac)) {
    // Switches ask known hosts alone, without an address, whether they are still there (IP device tracking).
    const isProbe = isUnspecifiedIp(arp.senderIp) && askedMac(ethernet) === null
    if (isProbe) probe = { ip: arp.targetIp, mac: arp.senderMac }
    const who = { requesterMac: arp.senderMac, requesterIp: arp.senderIp, askedMac: askedMac(ethernet) }
    requests.ask(vlan, { ip: arp.targetIp, askedMs: nowMs, isProbe, ...who })
  }
  if (!isUsable(arp.senderIp, arp.senderMac)) return { ...NOTHING, probe }
  const answered =
    arp.operation === ARP_REPLY
      ? requests.answer(vlan, arp.senderIp, arp.senderMac, recipient?.mac ?? arp.targetMac, nowMs)
      : null
  const evidence = arpEvidence(arp, recipient !== null, isAnnouncement, answered !== null)
  const claim: ObservedClaim = {
    ip: arp.senderIp,
    mac: arp.senderMac,
    evidence,
    frameMac: ethernet.isCooked ? arp.senderMac : ethernet.sourceMac,
    recipient,
    contradictsTarget: arp.operation === ARP_REPLY && recipient !== null && contradicts(arp, ethernet),
    wasAsked: recipient !== null && requests.wasAnswered(vlan, arp.senderIp, arp.senderMac, recipient.mac),
  }
  return { claims: [claim], probe, answered }
}

function arpEvidence(
  arp: Arp,
  isPrivate: boolean,
  isAnnouncement: boolean,
  isAnswer: boolean,
): ClaimEvidence {
  if (isAnswer) return 'solicited'
  // RFC 5227 announcements go to all: one to a single host is a message for that host.
  if (isAnnouncement && isPrivate) return 'unsolicited'
  if (arp.operation === ARP_REQUEST) return isAnnouncement ? 'gratuitous' : 'request'
  return isPrivate ? 'unsolicited' : 'gratuitous'
}

/** RFC 826: a reply's target hardware address is where it is sent. */
function contradicts(arp: Arp, ethernet: EthernetHeader): boolean {
  if (ethernet.isCooked) return false
  return arp.targetMac !== ethernet.destinationMac
}

function observeNd(
  icmp: Icmpv6,
  ip: IpHeader,
  ethernet: EthernetHeader,
  vlan: string,
  nowMs: number,
  requests: RequestBook,
): Observed {
  if (icmp.kind === 'neighbor_solicitation') {
    const isProbe = isUnspecifiedIp(ip.source)
    const requesterMac = icmp.sourceMac ?? ethernet.sourceMac
    const recipient = recipientOf(ethernet, icmp.target, ethernet.destinationMac)
    const who = { requesterMac, requesterIp: ip.source, askedMac: askedMac(ethernet) }
    requests.ask(vlan, { ip: icmp.target, askedMs: nowMs, isProbe, ...who })
    const claim = ndClaim(ip.source, icmp.sourceMac, 'request', ethernet, recipient)
    if (claim && recipient) claim.wasAsked = requests.wasAnswered(vlan, claim.ip, claim.mac, recipient.mac)
    return {
      claims: claim ? [claim] : [],
      probe: isProbe ? { ip: icmp.target, mac: requesterMac } : null,
      answered: null,
    }
  }
  if (icmp.kind === 'neighbor_advertisement') {
    const recipient = recipientOf(ethernet, ip.destination, ethernet.destinationMac)
    const mac = icmp.targetMac ?? ethernet.sourceMac
    const answered = requests.answer(vlan, icmp.target, mac, ethernet.destinationMac, nowMs)
    // RFC 4861 section 7.2.7 and 7.2.8: anycast and proxy advertisements leave Override clear and displace nobody.
    if (!icmp.isOverride && !answered) return NOTHING
    const evidence = answered ? 'solicited' : recipient ? 'unsolicited' : 'gratuitous'
    const claim = ndClaim(icmp.target, mac, evidence, ethernet, recipient)
    const claims = claim ? [{ ...claim, displacesNobody: !icmp.isOverride }] : []
    return { claims, probe: null, answered }
  }
  if (icmp.kind === 'router_solicitation' || icmp.kind === 'router_advertisement') {
    return only(ndClaim(ip.source, icmp.sourceMac, 'request', ethernet, null))
  }
  return only(ipSource(ip, ethernet))
}

function ndClaim(
  ip: string,
  mac: string | null,
  evidence: ClaimEvidence,
  ethernet: EthernetHeader,
  recipient: ObservedClaim['recipient'],
): ObservedClaim | null {
  const claimed = mac ?? ethernet.sourceMac
  if (!isUsable(ip, claimed)) return null
  const frameMac = ethernet.isCooked ? claimed : ethernet.sourceMac
  return { ip, mac: claimed, evidence, frameMac, recipient, contradictsTarget: false, wasAsked: false }
}

function observeDhcp(dhcp: Dhcpv4, ip: IpHeader, ethernet: EthernetHeader): Observed {
  const source = ipSource(ip, ethernet)
  const claims = source ? [source] : []
  const isLease = dhcp.messageType === 'ack' && isUsable(dhcp.yourIp, dhcp.clientMac)
  // An ACK that its own beneficiary sends proves nothing.
  if (isLease && ethernet.sourceMac !== dhcp.clientMac) {
    claims.push({
      ip: dhcp.yourIp,
      mac: dhcp.clientMac,
      evidence: 'dhcp',
      frameMac: dhcp.clientMac,
      recipient: null,
      contradictsTarget: false,
      wasAsked: false,
    })
  }
  return { claims, probe: null, answered: null }
}

function ipSource(ip: IpHeader, ethernet: EthernetHeader): ObservedClaim | null {
  if (ethernet.isCooked && ethernet.sourceMac === ZERO_MAC) return null
  if (!isUsable(ip.source, ethernet.sourceMac)) return null
  const recipient = recipientOf(ethernet, ip.destination, ethernet.destinationMac)
  return {
    ip: ip.source,
    mac: ethernet.sourceMac,
    evidence: 'ip_source',
    frameMac: ethernet.sourceMac,
    recipient,
    contradictsTarget: false,
    wasAsked: false,
  }
}
