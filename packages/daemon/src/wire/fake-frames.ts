/**
 * Frames for tests, built field by field. The encoders that the product itself
 * needs are used where they exist; this adds what only tests send.
 */

import { macBytes, parseIpBytes } from '@netwatcher/shared'
import { LINKTYPE_ETHERNET } from '../capture/packet-source.js'
import { writeU16 } from './bytes.js'
import { decodeFrame } from './decode-frame.js'
import { type Endpoints, encodeIcmpv6, encodeIpv4, encodeIpv6 } from './encode-ip.js'
import { PROTOCOL_TCP, PROTOCOL_UDP } from './ip.js'
import type { Packet } from './packet.js'

/** Bytes of hexadecimal text; spaces and everything behind `;` up to the end of a line are comments. */
export function hex(text: string): Uint8Array {
  const digits = text.replace(/;.*$/gm, '').replace(/\s/g, '')
  return Uint8Array.from(digits.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16))
}

export function concat(...parts: (Uint8Array | number[])[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]))
}

export function u16(value: number): number[] {
  return [value >> 8, value & 0xff]
}

export function u32(value: number): number[] {
  return [...u16(Math.floor(value / 0x10000)), ...u16(value % 0x10000)]
}

export function ipBytes(ip: string): Uint8Array {
  return parseIpBytes(ip) ?? new Uint8Array(4)
}

export function packetOf(frame: Uint8Array, timeMs = 0): Packet {
  return decodeFrame(frame, LINKTYPE_ETHERNET, frame.length, timeMs)
}

export function ethernetFrame(
  destinationMac: string,
  sourceMac: string,
  etherType: number,
  payload: Uint8Array | number[],
): Uint8Array {
  return concat(macBytes(destinationMac), macBytes(sourceMac), u16(etherType), payload)
}

/** The same frame behind these VLAN tags. */
export function taggedFrame(frame: Uint8Array, ...vlans: number[]): Uint8Array {
  return concat(
    frame.subarray(0, 12),
    ...vlans.map((vlan) => concat([0x81, 0], u16(vlan))),
    frame.subarray(12),
  )
}

export function udpFrame(ends: Endpoints, sourcePort: number, destinationPort: number, payload: Uint8Array) {
  const header = concat(u16(sourcePort), u16(destinationPort), u16(8 + payload.length), [0, 0])
  return encodeIpv4(ends, PROTOCOL_UDP, concat(header, payload))
}

export function tcpFrame(
  ends: Endpoints,
  sourcePort: number,
  destinationPort: number,
  flags: number,
  data: Uint8Array = new Uint8Array(),
) {
  const segment = concat(
    u16(sourcePort),
    u16(destinationPort),
    u32(1),
    u32(0),
    [0x50, flags],
    u16(1024),
    u32(0),
    data,
  )
  return encodeIpv4(ends, PROTOCOL_TCP, segment)
}

export interface FakeDhcp {
  transactionId?: number
  operation: 1 | 2
  /** Value of option 53. */
  messageType: number
  clientMac: string
  clientIp?: string
  yourIp?: string
  relayIp?: string
  /** Code and value of further options, in order. */
  options?: [number, Uint8Array | number[]][]
}

export function dhcpPayload(dhcp: FakeDhcp): Uint8Array {
  const fixed = new Uint8Array(236)
  fixed.set([dhcp.operation, 1, 6, 0])
  fixed.set(u32(dhcp.transactionId ?? 0), 4)
  fixed.set(ipBytes(dhcp.clientIp ?? '0.0.0.0'), 12)
  fixed.set(ipBytes(dhcp.yourIp ?? '0.0.0.0'), 16)
  fixed.set(ipBytes(dhcp.relayIp ?? '0.0.0.0'), 24)
  fixed.set(macBytes(dhcp.clientMac), 28)
  const options: [number, Uint8Array | number[]][] = [[53, [dhcp.messageType]], ...(dhcp.options ?? [])]
  const encoded = options.flatMap(([code, value]) => [code, value.length, ...value])
  return concat(fixed, hex('63825363'), encoded, [255])
}

/** A frame from a DHCP client (operation 1) or server (operation 2). */
export function dhcpFrame(ends: Endpoints, dhcp: FakeDhcp): Uint8Array {
  const [source, destination] = dhcp.operation === 1 ? [68, 67] : [67, 68]
  return udpFrame(ends, source, destination, dhcpPayload(dhcp))
}

/** Code and value of a DHCPv6 option (RFC 8415 section 21.1). */
export function dhcpv6Option(code: number, value: Uint8Array | number[]): Uint8Array {
  return concat(u16(code), u16(value.length), value)
}

/** A DUID of type 3: the link-layer address alone (RFC 8415 section 11.4). */
export function linkLayerDuid(mac: string): Uint8Array {
  return concat([0, 3, 0, 1], macBytes(mac))
}

/** IA_NA with one address (RFC 8415 sections 21.4, 21.6). */
export function dhcpv6Address(ip: string, validSeconds = 7200): Uint8Array {
  const address = dhcpv6Option(5, concat(ipBytes(ip), u32(validSeconds / 2), u32(validSeconds)))
  return dhcpv6Option(3, concat(u32(1), u32(0), u32(0), address))
}

/** Clients send to port 547, servers to 546; `messageType` is that of RFC 8415 section 7.3. */
export function dhcpv6Frame(ends: Endpoints, messageType: number, options: Uint8Array[]): Uint8Array {
  const isFromServer = [2, 7, 10].includes(messageType)
  const [source, destination] = isFromServer ? [547, 546] : [546, 547]
  const message = concat([messageType, 0x12, 0x34, 0x56], ...options)
  const header = concat(u16(source), u16(destination), u16(8 + message.length), [0, 0])
  return encodeIpv6(ends, PROTOCOL_UDP, concat(header, message), 64)
}

export function sourceLinkOption(mac: string): Uint8Array {
  return concat([1, 1], macBytes(mac))
}

export function targetLinkOption(mac: string): Uint8Array {
  return concat([2, 1], macBytes(mac))
}

export function prefixOption(prefix: string, prefixLength = 64): Uint8Array {
  return concat([3, 4, prefixLength, 0xc0], u32(86400), u32(14400), u32(0), ipBytes(prefix))
}

/** `flags` holds M, O and the preference bits of RFC 4191: 0x08 is high, 0x18 low. */
export function routerAdvertisement(
  ends: Endpoints,
  fields: { flags?: number; lifetimeSeconds?: number; options?: Uint8Array[] },
): Uint8Array {
  const fixed = concat(
    [134, 0, 0, 0, 64, fields.flags ?? 0],
    u16(fields.lifetimeSeconds ?? 1800),
    u32(0),
    u32(0),
  )
  return encodeIcmpv6(ends, concat(fixed, ...(fields.options ?? [])), 255)
}

/** `flags`: 0x80 router, 0x40 solicited, 0x20 override. */
export function neighborAdvertisement(
  ends: Endpoints,
  target: string,
  flags: number,
  targetMac: string | null,
) {
  const options = targetMac === null ? [] : targetLinkOption(targetMac)
  return encodeIcmpv6(ends, concat([136, 0, 0, 0, flags, 0, 0, 0], ipBytes(target), options), 255)
}

/** A solicitation without a source link-layer address, as duplicate address detection sends. */
export function bareNeighborSolicitation(ends: Endpoints, target: string): Uint8Array {
  return encodeIcmpv6(ends, concat([135, 0, 0, 0, 0, 0, 0, 0], ipBytes(target)), 255)
}

/** A configuration BPDU in an 802.3 frame with LLC. */
export function bpduFrame(
  sourceMac: string,
  rootPriority: number,
  rootMac: string,
  bridgeMac = rootMac,
  { rootPathCost = 0, messageAgeSeconds = 0 } = {},
) {
  const fields = concat(
    [0, 0, 0, 0, 0],
    u16(rootPriority),
    macBytes(rootMac),
    u32(rootPathCost),
    u16(rootPriority),
    macBytes(bridgeMac),
    [0x80, 1, messageAgeSeconds, 0, 20, 0, 2, 0, 15, 0],
  )
  return llcFrame(sourceMac, fields)
}

/** A topology change notification, which says nothing but that. */
export function topologyChangeFrame(sourceMac: string): Uint8Array {
  return llcFrame(sourceMac, [0, 0, 0, 0x80])
}

function llcFrame(sourceMac: string, bpdu: Uint8Array | number[]): Uint8Array {
  const body = concat([0x42, 0x42, 0x03], bpdu)
  return ethernetFrame('01:80:c2:00:00:00', sourceMac, body.length, concat(body, new Uint8Array(8)))
}

/** Overwrites the 16-bit field at `offset`: for tests of contradicting lengths. */
export function withU16(frame: Uint8Array, offset: number, value: number): Uint8Array {
  const copy = frame.slice()
  writeU16(copy, offset, value)
  return copy
}
