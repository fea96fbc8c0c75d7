/**
 * DHCP for IPv6 (RFC 8415): which server and client speak, what is handed out.
 * Of relayed messages (section 9) only the fact is decoded: what a relay wraps
 * was, or will be, on the client's own link.
 */

import { formatIpv6, formatMac } from '@netwatcher/shared'
import { readAscii, readU8, readU16, readU32 } from './bytes.js'

export type Dhcpv6MessageType =
  | 'solicit'
  | 'advertise'
  | 'request'
  | 'confirm'
  | 'renew'
  | 'rebind'
  | 'reply'
  | 'release'
  | 'decline'
  | 'reconfigure'
  | 'information_request'
  | 'relay_forward'
  | 'relay_reply'

/** RFC 8415 section 7.3, from 1 on. */
const MESSAGE_TYPES: readonly Dhcpv6MessageType[] = [
  'solicit',
  'advertise',
  'request',
  'confirm',
  'renew',
  'rebind',
  'reply',
  'release',
  'decline',
  'reconfigure',
  'information_request',
  'relay_forward',
  'relay_reply',
]
const RELAY_FORWARD = 12

/** Message type and transaction identifier; of relays the hop count and two addresses instead. */
const FIXED_LENGTH = 4
const RELAY_FIXED_LENGTH = 34
/** RFC 8415 section 11.1: a DUID is at most 130 octets, its type included. */
const MAX_DUID_LENGTH = 130
/** More of one kind than any real server hands out. */
const MAX_ENTRIES = 16
/** RFC 8415 sections 11.2 and 11.4: DUIDs that hold a link-layer address, and where; hardware type 1 is Ethernet. */
const DUID_MAC_OFFSET = new Map([
  [1, 8],
  [3, 4],
])
/** RFC 8415 sections 21.4, 21.5 and 21.21: the fields of an IA before its own options. */
const IA_FIXED_LENGTH = new Map([
  [3, 12],
  [4, 4],
  [25, 12],
])

/** A DHCP unique identifier as hexadecimal text, and the MAC in it. */
export interface Duid {
  id: string
  mac: string | null
}

export interface Dhcpv6Address {
  ip: string
  /** 0 from a server takes the address back (RFC 8415 section 18.3.4); from a client it means nothing. */
  validSeconds: number
}

export interface Dhcpv6 {
  messageType: Dhcpv6MessageType
  transactionId: number
  client: Duid | null
  server: Duid | null
  /** Option 7; a client takes an offer with 255 at once (RFC 8415 section 18.2.1). */
  preference: number
  /** Leased or asked for: IA Address options of IA_NA and IA_TA. */
  addresses: Dhcpv6Address[]
  /** Delegated or asked for: IA Prefix options of IA_PD, as `address/length`. */
  prefixes: string[]
  dnsServers: string[]
  /** Of option 13, at the top or of an IA; 0 is success. */
  status: number
  /** Option 39: the name that the client gives itself. */
  hostname: string | null
}

/** Decodes the UDP payload; null when it is no message of RFC 8415. */
export function decodeDhcpv6(bytes: Uint8Array, offset: number, end: number): Dhcpv6 | null {
  if (end - offset < FIXED_LENGTH) return null
  const type = readU8(bytes, offset)
  const messageType = MESSAGE_TYPES[type - 1]
  if (messageType === undefined) return null
  const isRelayed = type >= RELAY_FORWARD
  if (isRelayed && end - offset < RELAY_FIXED_LENGTH) return null
  const dhcp: Dhcpv6 = {
    messageType,
    transactionId: isRelayed ? 0 : (readU8(bytes, offset + 1) << 16) | readU16(bytes, offset + 2),
    client: null,
    server: null,
    preference: 0,
    addresses: [],
    prefixes: [],
    dnsServers: [],
    status: 0,
    hostname: null,
  }
  if (!isRelayed) decodeOptions(bytes, offset + FIXED_LENGTH, end, dhcp)
  return dhcp
}

/** An option that runs past the end ends the walk: what came before it still holds. */
function decodeOptions(bytes: Uint8Array, start: number, end: number, dhcp: Dhcpv6): void {
  for (let at = start; at + 4 <= end; ) {
    const code = readU16(bytes, at)
    const length = readU16(bytes, at + 2)
    const next = at + 4 + length
    if (next > end) return
    const fixed = IA_FIXED_LENGTH.get(code)
    // An IA holds addresses or prefixes, and those hold no further IA: one level is all there is.
    if (fixed !== undefined) decodeAssociation(bytes, at + 4 + fixed, next, dhcp)
    else decodeOption(bytes, code, at + 4, length, dhcp)
    at = next
  }
}

function decodeOption(bytes: Uint8Array, code: number, at: number, length: number, dhcp: Dhcpv6): void {
  switch (code) {
    case 1:
      dhcp.client = readDuid(bytes, at, length)
      break
    case 2:
      dhcp.server = readDuid(bytes, at, length)
      break
    case 7:
      if (length === 1) dhcp.preference = readU8(bytes, at)
      break
    case 13:
      noteStatus(bytes, at, length, dhcp)
      break
    case 23:
      // RFC 3646 section 3.
      for (let i = at; i + 16 <= at + length && dhcp.dnsServers.length < MAX_ENTRIES; i += 16)
        dhcp.dnsServers.push(formatIpv6(bytes, i))
      break
    case 39:
      dhcp.hostname = readName(bytes, at + 1, at + length)
      break
  }
}

function decodeAssociation(bytes: Uint8Array, start: number, end: number, dhcp: Dhcpv6): void {
  for (let at = start; at + 4 <= end; ) {
    const code = readU16(bytes, at)
    const length = readU16(bytes, at + 2)
    if (at + 4 + length > end) return
    if (code === 5 && length >= 24 && dhcp.addresses.length < MAX_ENTRIES)
      dhcp.addresses.push({ ip: formatIpv6(bytes, at + 4), validSeconds: readU32(bytes, at + 24) })
    else if (code === 26 && length >= 25 && dhcp.prefixes.length < MAX_ENTRIES)
      dhcp.prefixes.push(`${formatIpv6(bytes, at + 13)}/${readU8(bytes, at + 12)}`)
    else if (code === 13) noteStatus(bytes, at + 4, length, dhcp)
    at += 4 + length
  }
}

function noteStatus(bytes: Uint8Array, at: number, length: number, dhcp: Dhcpv6): void {
  if (length >= 2 && dhcp.status === 0) dhcp.status = readU16(bytes, at)
}

function readDuid(bytes: Uint8Array, at: number, length: number): Duid | null {
  if (length < 3 || length > MAX_DUID_LENGTH) return null
  const macOffset = DUID_MAC_OFFSET.get(readU16(bytes, at))
  const hasMac = macOffset !== undefined && length === macOffset + 6 && readU16(bytes, at + 2) === 1
  const id = Array.from(bytes.subarray(at, at + length), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  )
  return { id, mac: hasMac ? formatMac(bytes, at + macOffset) : null }
}

/** RFC 4704 section 4.2: labels as in DNS, uncompressed; a partial name lacks the final empty one. */
function readName(bytes: Uint8Array, start: number, end: number): string | null {
  const labels: string[] = []
  for (let at = start; at < end; ) {
    const size = readU8(bytes, at)
    if (size === 0) break
    if (size > 63 || at + 1 + size > end) return null
    labels.push(readAscii(bytes, at + 1, at + 1 + size).replaceAll('.', '?'))
    at += 1 + size
  }
  return labels.join('.') || null
}

/** Tests the destination: clients listen on port 546, servers and relays on 547 (RFC 8415 section 7.2). */
export function isDhcpv6Port(destinationPort: number): boolean {
  return destinationPort === 546 || destinationPort === 547
}
