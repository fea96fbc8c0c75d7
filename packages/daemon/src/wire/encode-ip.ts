/**
 * Whole frames for probing: ICMP echo over IPv4 and IPv6, neighbour
 * solicitation, and any payload in an IPv4 packet. Checksums are filled in.
 */

import { isUnspecifiedIp, macBytes, parseIpBytes } from '@netwatcher/shared'
import { foldChecksum, sumWords, writeU16 } from './bytes.js'
import { ETHERTYPE_IPV4, ETHERTYPE_IPV6 } from './ethernet.js'
import { ICMP_ECHO_REQUEST } from './icmpv4.js'
import {
  ICMPV6_ECHO_REQUEST,
  icmpv6Checksum,
  NEIGHBOR_ADVERTISEMENT,
  NEIGHBOR_SOLICITATION,
} from './icmpv6.js'
import { PROTOCOL_ICMP, PROTOCOL_ICMPV6, PROTOCOL_UDP } from './ip.js'

/** Both ends of a frame and of the IP packet in it. Addresses are canonical texts. */
export interface Endpoints {
  sourceMac: string
  destinationMac: string
  sourceIp: string
  destinationIp: string
}

export interface Echo {
  identifier: number
  sequence: number
  data?: Uint8Array
}

/** Room for the three headers; frames are padded to the Ethernet minimum of 60 bytes. */
const ETHERNET_HEADER = 14
const MINIMUM_FRAME = 60
const ND_SOLICITED = 0x40

function startFrame(ends: Endpoints, etherType: number, packetLength: number): Uint8Array {
  const frame = new Uint8Array(Math.max(MINIMUM_FRAME, ETHERNET_HEADER + packetLength))
  frame.set(macBytes(ends.destinationMac), 0)
  frame.set(macBytes(ends.sourceMac), 6)
  writeU16(frame, 12, etherType)
  return frame
}

export function encodeIpv4(ends: Endpoints, protocol: number, payload: Uint8Array, ttl = 64): Uint8Array {
  const frame = startFrame(ends, ETHERTYPE_IPV4, 20 + payload.length)
  frame[14] = 0x45
  writeU16(frame, 16, 20 + payload.length)
  // Don't fragment, so that an identification of zero is right (RFC 6864).
  writeU16(frame, 20, 0x4000)
  frame[22] = ttl
  frame[23] = protocol
  frame.set(parseIpBytes(ends.sourceIp) ?? [], 26)
  frame.set(parseIpBytes(ends.destinationIp) ?? [], 30)
  writeU16(frame, 24, foldChecksum(sumWords(frame, 14, 34)))
  frame.set(payload, 34)
  return frame
}

export function encodeIpv6(
  ends: Endpoints,
  protocol: number,
  payload: Uint8Array,
  hopLimit: number,
): Uint8Array {
  const frame = startFrame(ends, ETHERTYPE_IPV6, 40 + payload.length)
  frame[14] = 0x60
  writeU16(frame, 18, payload.length)
  frame[20] = protocol
  frame[21] = hopLimit
  frame.set(parseIpBytes(ends.sourceIp) ?? [], 22)
  frame.set(parseIpBytes(ends.destinationIp) ?? [], 38)
  frame.set(payload, 54)
  return frame
}

/** RFC 768, over IPv4, with its checksum. */
export function encodeUdp(
  ends: Endpoints,
  sourcePort: number,
  destinationPort: number,
  payload: Uint8Array,
  ttl = 64,
): Uint8Array {
  const datagram = new Uint8Array(8 + payload.length)
  writeU16(datagram, 0, sourcePort)
  writeU16(datagram, 2, destinationPort)
  writeU16(datagram, 4, datagram.length)
  datagram.set(payload, 8)
  const addresses = [ends.sourceIp, ends.destinationIp].map((ip) => parseIpBytes(ip) ?? new Uint8Array(4))
  const pseudo = addresses.reduce(
    (sum, address) => sum + sumWords(address, 0, 4),
    PROTOCOL_UDP + datagram.length,
  )
  // 0 would say that there is none.
  writeU16(datagram, 6, foldChecksum(sumWords(datagram, 0, datagram.length) + pseudo) || 0xffff)
  return encodeIpv4(ends, PROTOCOL_UDP, datagram, ttl)
}

function echoMessage(type: number, echo: Echo): Uint8Array {
  const data = echo.data ?? new Uint8Array(0)
  const message = new Uint8Array(8 + data.length)
  message[0] = type
  writeU16(message, 4, echo.identifier)
  writeU16(message, 6, echo.sequence)
  message.set(data, 8)
  return message
}

export function encodeEchoRequest(ends: Endpoints, echo: Echo, ttl = 64): Uint8Array {
  const message = echoMessage(ICMP_ECHO_REQUEST, echo)
  writeU16(message, 2, foldChecksum(sumWords(message, 0, message.length)))
  return encodeIpv4(ends, PROTOCOL_ICMP, message, ttl)
}

/** Fills in the checksum of `message`, in place, and wraps it. */
export function encodeIcmpv6(ends: Endpoints, message: Uint8Array, hopLimit: number): Uint8Array {
  writeU16(message, 2, icmpv6Checksum(message, 0, message.length, ends.sourceIp, ends.destinationIp))
  return encodeIpv6(ends, PROTOCOL_ICMPV6, message, hopLimit)
}

export function encodeEchoRequestV6(ends: Endpoints, echo: Echo, hopLimit = 64): Uint8Array {
  return encodeIcmpv6(ends, echoMessage(ICMPV6_ECHO_REQUEST, echo), hopLimit)
}

/** RFC 4861 section 4.3, with the source link-layer address option, which a packet from no address must not have. */
export function encodeNeighborSolicitation(ends: Endpoints, target: string): Uint8Array {
  const options = isUnspecifiedIp(ends.sourceIp) ? [] : [1, 1, ...macBytes(ends.sourceMac)]
  return encodeNeighborMessage(ends, NEIGHBOR_SOLICITATION, 0, target, options)
}

/** RFC 4861 section 4.4: to who asked (Solicited), and without Override. */
export function encodeNeighborAdvertisement(ends: Endpoints, target: string): Uint8Array {
  const options = [2, 1, ...macBytes(ends.sourceMac)]
  return encodeNeighborMessage(ends, NEIGHBOR_ADVERTISEMENT, ND_SOLICITED, target, options)
}

function encodeNeighborMessage(
  ends: Endpoints,
  type: number,
  flags: number,
  target: string,
  options: number[],
): Uint8Array {
  const message = new Uint8Array(24 + options.length)
  message[0] = type
  message[4] = flags
  message.set(parseIpBytes(target) ?? [], 8)
  message.set(options, 24)
  return encodeIcmpv6(ends, message, 255)
}

/** Multicast MAC of an IPv6 group (RFC 2464 section 7), for example 33:33:00:00:00:01 of ff02::1. */
export function ipv6MulticastMac(group: string): string {
  const bytes = parseIpBytes(group) ?? new Uint8Array(16)
  const tail = Array.from(bytes.subarray(12), (byte) => byte.toString(16).padStart(2, '0'))
  return `33:33:${tail.join(':')}`
}

/** Solicited-node multicast group of an address (RFC 4291 section 2.7.1). */
export function solicitedNodeGroup(ip: string): string {
  const bytes = parseIpBytes(ip) ?? new Uint8Array(16)
  const hex = (index: number) => (bytes[index] ?? 0).toString(16).padStart(2, '0')
  return `ff02::1:ff${hex(13)}:${Number.parseInt(hex(14) + hex(15), 16).toString(16)}`
}
