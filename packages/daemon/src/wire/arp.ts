/**
 * ARP (RFC 826) and RARP (RFC 903) for IPv4 over Ethernet. What an ARP frame
 * says is decoded as it stands; whether it is true is the detectors' question.
 */

import { formatIpv4, formatMac, macBytes, parseIpBytes, ZERO_MAC } from '@netwatcher/shared'
import { type Malformed, malformed, readU8, readU16, writeU16 } from './bytes.js'

export const ARP_REQUEST = 1
export const ARP_REPLY = 2
/** DRARP, InARP and MARS: assigned (IANA arp-parameters), not used on Ethernet LANs. */
const LAST_ASSIGNED_OPERATION = 25

const ARP_LENGTH = 28
const HARDWARE_ETHERNET = 1
/** IEEE 802 hardware type, which RFC 5342 section 3 asks to be treated like Ethernet. */
const HARDWARE_IEEE802 = 6

export interface Arp {
  operation: number
  senderMac: string
  senderIp: string
  targetMac: string
  targetIp: string
  /** Zero bytes only behind the ARP message: Ethernet padding. */
  hasCleanPadding: boolean
}

export function decodeArp(bytes: Uint8Array, offset: number, end: number): Arp | Malformed {
  if (end - offset < 8) return malformed('header_cut_short')
  const hardware = readU16(bytes, offset)
  const protocol = readU16(bytes, offset + 2)
  const hardwareLength = readU8(bytes, offset + 4)
  const protocolLength = readU8(bytes, offset + 5)
  const operation = readU16(bytes, offset + 6)
  if (hardware !== HARDWARE_ETHERNET && hardware !== HARDWARE_IEEE802)
    return malformed('hardware_type', { value: hardware })
  if (protocol !== 0x0800) return malformed('protocol_type', { value: `0x${protocol.toString(16)}` })
  if (hardwareLength !== 6) return malformed('hardware_length', { value: hardwareLength })
  if (protocolLength !== 4) return malformed('protocol_length', { value: protocolLength })
  if (operation < 1 || operation > LAST_ASSIGNED_OPERATION)
    return malformed('arp_operation', { value: operation })
  if (end - offset < ARP_LENGTH) return malformed('addresses_cut_short')
  return {
    operation,
    senderMac: formatMac(bytes, offset + 8),
    senderIp: formatIpv4(bytes, offset + 14),
    targetMac: formatMac(bytes, offset + 18),
    targetIp: formatIpv4(bytes, offset + 24),
    hasCleanPadding: bytes.subarray(offset + ARP_LENGTH, end).every((byte) => byte === 0),
  }
}

export interface ArpFrame {
  destinationMac: string
  sourceMac: string
  operation: number
  senderMac: string
  senderIp: string
  targetMac: string
  targetIp: string
  vlan?: number
}

/** A whole Ethernet frame, padded to the minimum of 60 bytes. */
export function encodeArp(frame: ArpFrame): Uint8Array {
  const bytes = new Uint8Array(60)
  bytes.set(macBytes(frame.destinationMac), 0)
  bytes.set(macBytes(frame.sourceMac), 6)
  let offset = 12
  if (frame.vlan !== undefined) {
    writeU16(bytes, offset, 0x8100)
    writeU16(bytes, offset + 2, frame.vlan)
    offset += 4
  }
  writeU16(bytes, offset, 0x0806)
  bytes.set([0, HARDWARE_ETHERNET, 0x08, 0x00, 6, 4], offset + 2)
  writeU16(bytes, offset + 8, frame.operation)
  bytes.set(macBytes(frame.senderMac), offset + 10)
  bytes.set(parseIpBytes(frame.senderIp) ?? [], offset + 16)
  bytes.set(macBytes(frame.targetMac), offset + 20)
  bytes.set(parseIpBytes(frame.targetIp) ?? [], offset + 26)
  return bytes
}

/** Broadcast who-has, as RFC 826 puts it: the target's hardware address is unknown, zero. */
export function encodeArpRequest(senderMac: string, senderIp: string, targetIp: string): Uint8Array {
  return encodeArp({
    destinationMac: 'ff:ff:ff:ff:ff:ff',
    sourceMac: senderMac,
    operation: ARP_REQUEST,
    senderMac,
    senderIp,
    targetMac: ZERO_MAC,
    targetIp,
  })
}
