/**
 * Ethernet II and IEEE 802.3 framing with VLAN tags (802.1Q, 802.1ad) and
 * LLC/SNAP (RFC 1042), and the cooked headers of Linux (SLL and SLL2), which
 * are presented as Ethernet with the sender's MAC so that nothing above has to
 * know the link type. IP in a PPPoE session (RFC 2516) is presented as if it came
 * without: such a link resolves no addresses. Frames between switches of a Cisco
 * FabricPath network carry the frame of a station whole, which is the one that counts.
 */

import { BROADCAST_MAC, formatMac, ZERO_MAC } from '@netwatcher/shared'
import { readU8, readU16 } from './bytes.js'

export const ETHERTYPE_IPV4 = 0x0800
export const ETHERTYPE_ARP = 0x0806
export const ETHERTYPE_RARP = 0x8035
export const ETHERTYPE_IPV6 = 0x86dd
const ETHERTYPE_PPPOE_SESSION = 0x8864
/** PPP protocol numbers of IPv4 (RFC 1332) and IPv6 (RFC 5072), as EtherTypes. */
const PPP_ETHERTYPES = new Map([
  [0x0021, ETHERTYPE_IPV4],
  [0x0057, ETHERTYPE_IPV6],
])
/** Version and type 1, code 0: session data. */
const PPPOE_DATA = 0x1100
const PPPOE_HEADER = 6

/** Cisco FabricPath (Wireshark packet-cisco-fp.c): switch addresses, this type, tree and time to live, then the frame. */
const ETHERTYPE_FABRICPATH = 0x8903
const FABRICPATH_HEADER = 16

const VLAN_ETHERTYPES = new Set([0x8100, 0x88a8, 0x9100, 0x9200])
/** 802.3 length fields are at most 1500; larger values are EtherTypes. */
const MAX_LENGTH_FIELD = 1500
/** More tags than any network uses: the rest is left undecoded. */
const MAX_VLAN_TAGS = 4

/** What the packet type of a cooked header says about the destination: 1 is broadcast, 2 some multicast group. */
const COOKED_DESTINATIONS: Record<number, string> = { 1: BROADCAST_MAC, 2: '01:00:00:00:00:00' }

export interface EthernetHeader {
  destinationMac: string
  sourceMac: string
  /** EtherType behind all tags and SNAP; -1 when there is only LLC. */
  etherType: number
  /** VLAN identifiers, outermost first. */
  vlans: number[]
  /** 802.2 header of an 802.3 frame. `oui` is -1 without SNAP, `protocolId` its SNAP protocol. */
  llc: { dsap: number; ssap: number; oui: number; protocolId: number } | null
  payloadOffset: number
  /** End of the payload: an 802.3 length excludes the padding. */
  payloadEnd: number
  /** No destination is known (cooked capture): `destinationMac` is what the packet type implies, else zero. */
  isCooked: boolean
  /** In a PPPoE session: the MACs are of its two ends, not of the hosts behind them. */
  isPointToPoint: boolean
}

/** Null when the frame is shorter than its headers. */
export function decodeEthernet(bytes: Uint8Array): EthernetHeader | null {
  if (bytes.length < 14) return null
  const isCarried = readU16(bytes, 12) === ETHERTYPE_FABRICPATH
  return decodeStationFrame(bytes, isCarried ? FABRICPATH_HEADER : 0)
}

function decodeStationFrame(bytes: Uint8Array, start: number): EthernetHeader | null {
  if (bytes.length < start + 14) return null
  const vlans: number[] = []
  let offset = start + 12
  while (vlans.length < MAX_VLAN_TAGS && VLAN_ETHERTYPES.has(readU16(bytes, offset))) {
    if (bytes.length < offset + 6) return null
    vlans.push(readU16(bytes, offset + 2) & 0x0fff)
    offset += 4
  }
  const header: EthernetHeader = {
    destinationMac: formatMac(bytes, start),
    sourceMac: formatMac(bytes, start + 6),
    etherType: readU16(bytes, offset),
    vlans,
    llc: null,
    payloadOffset: offset + 2,
    payloadEnd: bytes.length,
    isCooked: false,
    isPointToPoint: false,
  }
  if (header.etherType === ETHERTYPE_PPPOE_SESSION) enterSession(bytes, header)
  return header.etherType <= MAX_LENGTH_FIELD ? decodeLlc(bytes, header) : header
}

/** What is neither IPv4 nor IPv6 (LCP, IPCP, compressed or encrypted data) is left as the session's frame. */
function enterSession(bytes: Uint8Array, header: EthernetHeader): void {
  const at = header.payloadOffset
  if (bytes.length < at + PPPOE_HEADER + 2 || readU16(bytes, at) !== PPPOE_DATA) return
  const etherType = PPP_ETHERTYPES.get(readU16(bytes, at + PPPOE_HEADER))
  if (etherType === undefined) return
  header.etherType = etherType
  header.isPointToPoint = true
  header.payloadOffset = at + PPPOE_HEADER + 2
  header.payloadEnd = Math.min(bytes.length, at + PPPOE_HEADER + readU16(bytes, at + 4))
}

function decodeLlc(bytes: Uint8Array, header: EthernetHeader): EthernetHeader | null {
  const start = header.payloadOffset
  header.payloadEnd = Math.min(bytes.length, start + header.etherType)
  header.etherType = -1
  if (header.payloadEnd < start + 3) return null
  const llc = { dsap: readU8(bytes, start), ssap: readU8(bytes, start + 1), oui: -1, protocolId: -1 }
  header.llc = llc
  // Unnumbered frames (low bits 11) have a control field of one byte, others of two.
  header.payloadOffset = start + ((readU8(bytes, start + 2) & 3) === 3 ? 3 : 4)
  if (header.payloadOffset > header.payloadEnd) return null
  if (llc.dsap !== 0xaa || llc.ssap !== 0xaa) return header
  if (header.payloadEnd < start + 8) return null
  llc.oui = (readU8(bytes, start + 3) << 16) | readU16(bytes, start + 4)
  llc.protocolId = readU16(bytes, start + 6)
  header.payloadOffset = start + 8
  // RFC 1042: OUI zero means that the protocol is an EtherType; 0000f8 is its bridge-tunnel twin.
  if (llc.oui === 0 || llc.oui === 0x0000f8) header.etherType = llc.protocolId
  return header
}

/** Linux cooked capture, version 1 (16 bytes). */
export function decodeLinuxSll(bytes: Uint8Array): EthernetHeader | null {
  if (bytes.length < 16) return null
  return cooked(bytes, readU16(bytes, 0), readU16(bytes, 4), 6, readU16(bytes, 14), 16)
}

/** Linux cooked capture, version 2 (20 bytes). */
export function decodeLinuxSll2(bytes: Uint8Array): EthernetHeader | null {
  if (bytes.length < 20) return null
  return cooked(bytes, readU8(bytes, 10), readU8(bytes, 11), 12, readU16(bytes, 0), 20)
}

function cooked(
  bytes: Uint8Array,
  packetType: number,
  addressLength: number,
  addressOffset: number,
  protocol: number,
  payloadOffset: number,
): EthernetHeader {
  const vlans: number[] = []
  let etherType = protocol
  let offset = payloadOffset
  // libpcap puts a tag that the kernel has taken off back in front of the protocol (pcap-linux.c, vlan_offset).
  while (vlans.length < MAX_VLAN_TAGS && VLAN_ETHERTYPES.has(etherType) && bytes.length >= offset + 4) {
    vlans.push(readU16(bytes, offset) & 0x0fff)
    etherType = readU16(bytes, offset + 2)
    offset += 4
  }
  return {
    destinationMac: COOKED_DESTINATIONS[packetType] ?? ZERO_MAC,
    sourceMac: addressLength === 6 ? formatMac(bytes, addressOffset) : ZERO_MAC,
    etherType: etherType > MAX_LENGTH_FIELD ? etherType : -1,
    vlans,
    llc: null,
    payloadOffset: offset,
    payloadEnd: bytes.length,
    isCooked: true,
    isPointToPoint: false,
  }
}

/** A packet without any link header: the addresses are zero. */
export function decodeRawIp(bytes: Uint8Array): EthernetHeader | null {
  const version = readU8(bytes, 0) >> 4
  if (version !== 4 && version !== 6) return null
  return {
    destinationMac: ZERO_MAC,
    sourceMac: ZERO_MAC,
    etherType: version === 4 ? ETHERTYPE_IPV4 : ETHERTYPE_IPV6,
    vlans: [],
    llc: null,
    payloadOffset: 0,
    payloadEnd: bytes.length,
    isCooked: true,
    isPointToPoint: false,
  }
}
