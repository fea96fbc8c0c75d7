/**
 * One captured frame to a `Packet`: the only entry into the decoders. It never
 * throws, and what only the snap length cut off is not called malformed.
 */

import { text, ZERO_MAC } from '@netwatcher/shared'
import {
  LINKTYPE_ETHERNET,
  LINKTYPE_LINUX_SLL,
  LINKTYPE_LINUX_SLL2,
  LINKTYPE_RAW,
} from '../capture/packet-source.js'
import { decodeArp } from './arp.js'
import { decodeBeacon } from './beacons.js'
import { decodeBrowserAnnouncement, NETBIOS_DATAGRAM_PORT } from './browser-announcement.js'
import { isMalformed, readU16 } from './bytes.js'
import { CDP_PROTOCOL, decodeCdp } from './cdp.js'
import { decodeDhcpv4, isDhcpPorts } from './dhcpv4.js'
import { decodeDhcpv6, isDhcpv6Port } from './dhcpv6.js'
import { decodeDns } from './dns.js'
import {
  decodeEthernet,
  decodeLinuxSll,
  decodeLinuxSll2,
  decodeRawIp,
  ETHERTYPE_ARP,
  ETHERTYPE_IPV4,
  ETHERTYPE_IPV6,
  ETHERTYPE_RARP,
  type EthernetHeader,
} from './ethernet.js'
import { decodeUdpFhrp, decodeVrrpOrCarp } from './fhrp.js'
import { decodeIcmpv4 } from './icmpv4.js'
import { decodeIcmpv6 } from './icmpv6.js'
import {
  decodeIp,
  type IpHeader,
  PROTOCOL_ICMP,
  PROTOCOL_ICMPV6,
  PROTOCOL_TCP,
  PROTOCOL_UDP,
  PROTOCOL_VRRP,
} from './ip.js'
import { decodeLldp, ETHERTYPE_LLDP } from './lldp.js'
import type { Announcement, Packet, Payload } from './packet.js'
import { decodeSsdp, SSDP_PORT } from './ssdp.js'
import { decodeStp } from './stp.js'
import { decodeTcp } from './tcp.js'

/** DSAP of the spanning tree protocol, and its Cisco per-VLAN form behind SNAP. */
const LLC_STP = 0x42
const CISCO_OUI = 0x00000c
const CISCO_PVST = 0x010b

const DNS_PORTS = new Map<number, 'dns' | 'mdns' | 'nbns' | 'llmnr'>([
  [53, 'dns'],
  [5353, 'mdns'],
  [137, 'nbns'],
  [5355, 'llmnr'],
])

const UNREADABLE: EthernetHeader = {
  destinationMac: ZERO_MAC,
  sourceMac: ZERO_MAC,
  etherType: -1,
  vlans: [],
  llc: null,
  payloadOffset: 0,
  payloadEnd: 0,
  isCooked: false,
  isPointToPoint: false,
}

/**
 * `bytes` is the frame as captured, `wireLength` its length before the snap length cut it, `timeMs` its
 * capture time; `stampMs` differs from that where the wall clock was set.
 */
export function decodeFrame(
  bytes: Uint8Array,
  linkType: number,
  wireLength: number,
  timeMs: number,
  stampMs = timeMs,
): Packet {
  const ethernet = decodeLink(bytes, linkType)
  const isCut = wireLength > bytes.length
  const payload: Payload =
    ethernet !== null
      ? decodePayload(bytes, ethernet, isCut)
      : { type: 'malformed', layer: 'ethernet', fault: text('frame_cut_short'), ip: null }
  return { timeMs, stampMs, wireLength, bytes, ethernet: ethernet ?? UNREADABLE, payload }
}

function decodeLink(bytes: Uint8Array, linkType: number): EthernetHeader | null {
  switch (linkType) {
    case LINKTYPE_ETHERNET:
      return decodeEthernet(bytes)
    case LINKTYPE_RAW:
      return decodeRawIp(bytes)
    case LINKTYPE_LINUX_SLL:
      return decodeLinuxSll(bytes)
    case LINKTYPE_LINUX_SLL2:
      return decodeLinuxSll2(bytes)
    default:
      return null
  }
}

function decodePayload(bytes: Uint8Array, ethernet: EthernetHeader, isCut: boolean): Payload {
  const { etherType, llc, payloadOffset, payloadEnd } = ethernet
  if (etherType === ETHERTYPE_ARP || etherType === ETHERTYPE_RARP) {
    const arp = decodeArp(bytes, payloadOffset, payloadEnd)
    if (!isMalformed(arp)) return { type: 'arp', arp }
    return isCut ? { type: 'other' } : { type: 'malformed', layer: 'arp', fault: arp.malformed, ip: null }
  }
  if (etherType === ETHERTYPE_IPV4 || etherType === ETHERTYPE_IPV6) {
    const ip = decodeIp(bytes, payloadOffset, payloadEnd)
    if (ip !== null && !isMalformed(ip)) return decodeUpper(bytes, ip)
    if (ip === null && isCut) return { type: 'other' }
    const fault = ip === null ? text('header_cut_short') : ip.malformed
    return { type: 'malformed', layer: 'ip', fault, ip: null }
  }
  if (etherType === ETHERTYPE_LLDP) {
    const lldp = decodeLldp(bytes, payloadOffset, payloadEnd)
    return lldp === null ? { type: 'other' } : { type: 'lldp', lldp }
  }
  return llc === null ? { type: 'other' } : decodeLlcPayload(bytes, ethernet, llc)
}

function decodeLlcPayload(
  bytes: Uint8Array,
  { payloadOffset, payloadEnd }: EthernetHeader,
  llc: NonNullable<EthernetHeader['llc']>,
): Payload {
  if (llc.oui === CISCO_OUI && llc.protocolId === CDP_PROTOCOL) {
    const cdp = decodeCdp(bytes, payloadOffset, payloadEnd)
    return cdp === null ? { type: 'other' } : { type: 'cdp', cdp }
  }
  const isStp = llc.dsap === LLC_STP || (llc.oui === CISCO_OUI && llc.protocolId === CISCO_PVST)
  const stp = isStp ? decodeStp(bytes, payloadOffset, payloadEnd) : null
  return stp === null ? { type: 'other' } : { type: 'stp', stp }
}

function decodeUpper(bytes: Uint8Array, ip: IpHeader): Payload {
  const bare: Payload = { type: 'ip', ip }
  if (ip.fragment !== null && ip.fragment.offset > 0) return bare
  switch (ip.protocol) {
    case PROTOCOL_TCP: {
      const tcp = decodeTcp(bytes, ip.payloadOffset, ip.payloadEnd)
      return tcp === null ? bare : { type: 'tcp', ip, tcp }
    }
    case PROTOCOL_UDP:
      return decodeUdp(bytes, ip) ?? bare
    case PROTOCOL_ICMP: {
      const icmp = ip.version === 4 ? decodeIcmpv4(bytes, ip) : null
      return icmp === null ? bare : { type: 'icmpv4', ip, icmp }
    }
    case PROTOCOL_ICMPV6: {
      const icmp = ip.version === 6 ? decodeIcmpv6(bytes, ip) : null
      if (icmp === null) return bare
      return isMalformed(icmp)
        ? { type: 'malformed', layer: 'nd', fault: icmp.malformed, ip }
        : { type: 'icmpv6', ip, icmp }
    }
    case PROTOCOL_VRRP: {
      const fhrp = decodeVrrpOrCarp(bytes, ip)
      return fhrp === null ? bare : { type: 'fhrp', ip, ...fhrp }
    }
    default:
      return bare
  }
}

/** UDP (RFC 768) and what it carries. A payload that does not decode leaves the plain UDP packet. */
function decodeUdp(bytes: Uint8Array, ip: IpHeader): Payload | null {
  const at = ip.payloadOffset
  if (ip.payloadEnd - at < 8) return null
  const sourcePort = readU16(bytes, at)
  const destinationPort = readU16(bytes, at + 2)
  const length = readU16(bytes, at + 4)
  const start = at + 8
  const end = length >= 8 ? Math.min(ip.payloadEnd, at + length) : ip.payloadEnd
  const udp: Payload = { type: 'udp', ip, sourcePort, destinationPort, announcement: null }
  if (isDhcpPorts(sourcePort, destinationPort)) {
    const dhcp = decodeDhcpv4(bytes, start, end, !ip.isComplete)
    return dhcp === null ? udp : { type: 'dhcpv4', ip, dhcp }
  }
  if (ip.version === 6 && isDhcpv6Port(destinationPort)) {
    const dhcp = decodeDhcpv6(bytes, start, end)
    return dhcp === null ? udp : { type: 'dhcpv6', ip, dhcp }
  }
  const source = DNS_PORTS.get(sourcePort) ?? DNS_PORTS.get(destinationPort)
  if (source !== undefined) {
    const message = decodeDns(bytes, start, end)
    return message === null ? udp : { type: 'dns', ip, source, message }
  }
  const fhrp = decodeUdpFhrp(bytes, start, end, destinationPort)
  if (fhrp !== null) return { type: 'fhrp', ip, ...fhrp }
  return { ...udp, announcement: decodeAnnouncement(bytes, start, end, sourcePort, destinationPort) }
}

function decodeAnnouncement(
  bytes: Uint8Array,
  start: number,
  end: number,
  sourcePort: number,
  destinationPort: number,
): Announcement | null {
  if (sourcePort === SSDP_PORT || destinationPort === SSDP_PORT) {
    const ssdp = decodeSsdp(bytes, start, end)
    return ssdp && { protocol: 'ssdp', ssdp }
  }
  if (destinationPort === NETBIOS_DATAGRAM_PORT) {
    const browser = decodeBrowserAnnouncement(bytes, start, end)
    return browser && { protocol: 'browser', browser }
  }
  const beacon = decodeBeacon(bytes, start, end, sourcePort, destinationPort)
  return beacon && { protocol: 'beacon', beacon }
}
