/**
 * DHCP (RFC 2131) with the options of RFC 2132 that identify servers, leases
 * and clients, option overload included. BOOTP without the magic cookie
 * (RFC 951) decodes with `messageType` null.
 */

import { formatIpv4, formatMac, ZERO_MAC } from '@netwatcher/shared'
import { readAscii, readText, readU8, readU32 } from './bytes.js'

export type DhcpMessageType =
  | 'discover'
  | 'offer'
  | 'request'
  | 'decline'
  | 'ack'
  | 'nak'
  | 'release'
  | 'inform'

const MESSAGE_TYPES: readonly DhcpMessageType[] = [
  'discover',
  'offer',
  'request',
  'decline',
  'ack',
  'nak',
  'release',
  'inform',
]

const FIXED_LENGTH = 236
/** Up to the end of the client's hardware address: what a short snap length may leave. */
const LEAST_LENGTH = 44
const MAGIC_COOKIE = 0x63825363
/** More addresses in one option than any real server hands out. */
const MAX_ADDRESSES = 16

export interface Dhcpv4 {
  /** 1 from clients, 2 from servers. */
  operation: number
  transactionId: number
  clientMac: string
  clientIp: string
  yourIp: string
  nextServerIp: string
  relayIp: string
  relayHops: number
  /** Null for BOOTP and for types beyond RFC 2131. */
  messageType: DhcpMessageType | null
  serverId: string | null
  requestedIp: string | null
  subnetMask: string | null
  routers: string[]
  dnsServers: string[]
  /** Options 121 (RFC 3442) and 249, `10.0.0.0/8 via 192.168.1.1`: a client that is given any ignores the router. */
  routes: string[]
  /** Option 252: where to find the proxy script (WPAD); null when absent. */
  proxyScript: string | null
  hostname: string | null
  /** Option 61, hexadecimal; null when absent. */
  clientId: string | null
  vendorClass: string | null
  leaseSeconds: number | null
  /** Option 55: which options a client asks for, in its order, tells operating systems apart. */
  parameterRequestList: number[]
  /** Option 82 is present: a relay agent or a snooping switch handled the message. */
  hasRelayInformation: boolean
}

/**
 * Decodes the UDP payload; null when it is not DHCP over Ethernet. `isCut`: the snap length took the rest,
 * so that the client is known but not what it says.
 */
export function decodeDhcpv4(bytes: Uint8Array, offset: number, end: number, isCut = false): Dhcpv4 | null {
  if (end - offset < (isCut ? LEAST_LENGTH : FIXED_LENGTH)) return null
  const operation = readU8(bytes, offset)
  if (operation !== 1 && operation !== 2) return null
  const isEthernet = readU8(bytes, offset + 2) === 6
  const dhcp: Dhcpv4 = {
    operation,
    transactionId: readU32(bytes, offset + 4),
    clientMac: isEthernet ? formatMac(bytes, offset + 28) : ZERO_MAC,
    clientIp: formatIpv4(bytes, offset + 12),
    yourIp: formatIpv4(bytes, offset + 16),
    nextServerIp: formatIpv4(bytes, offset + 20),
    relayIp: formatIpv4(bytes, offset + 24),
    relayHops: readU8(bytes, offset + 3),
    messageType: null,
    serverId: null,
    requestedIp: null,
    subnetMask: null,
    routers: [],
    dnsServers: [],
    routes: [],
    proxyScript: null,
    hostname: null,
    clientId: null,
    vendorClass: null,
    leaseSeconds: null,
    parameterRequestList: [],
    hasRelayInformation: false,
  }
  if (end - offset >= FIXED_LENGTH + 4 && readU32(bytes, offset + FIXED_LENGTH) === MAGIC_COOKIE) {
    const overload = decodeOptions(bytes, offset + FIXED_LENGTH + 4, end, dhcp)
    // RFC 2131 section 4.1: the `file` field is read before `sname`.
    if (overload & 1) decodeOptions(bytes, offset + 108, offset + 236, dhcp)
    if (overload & 2) decodeOptions(bytes, offset + 44, offset + 108, dhcp)
  }
  return dhcp
}

/** Returns the value of the overload option (52), or 0. An option that runs past the end ends the walk. */
function decodeOptions(bytes: Uint8Array, start: number, end: number, dhcp: Dhcpv4): number {
  let overload = 0
  for (let at = start; at < end; ) {
    const code = readU8(bytes, at)
    if (code === 255) break
    if (code === 0) {
      at++
      continue
    }
    const length = readU8(bytes, at + 1)
    if (at + 2 + length > end) break
    if (code === 52 && length === 1) overload = readU8(bytes, at + 2)
    else decodeOption(bytes, code, at + 2, length, dhcp)
    at += 2 + length
  }
  return overload
}

function decodeOption(bytes: Uint8Array, code: number, at: number, length: number, dhcp: Dhcpv4): void {
  const address = () => (length === 4 ? formatIpv4(bytes, at) : null)
  switch (code) {
    case 1:
      dhcp.subnetMask = address()
      break
    case 3:
      dhcp.routers = addresses(bytes, at, length)
      break
    case 6:
      dhcp.dnsServers = addresses(bytes, at, length)
      break
    case 12:
      dhcp.hostname = readText(bytes, at, at + length) || null
      break
    case 50:
      dhcp.requestedIp = address()
      break
    case 51:
      dhcp.leaseSeconds = length === 4 ? readU32(bytes, at) : null
      break
    case 53:
      dhcp.messageType = length === 1 ? (MESSAGE_TYPES[readU8(bytes, at) - 1] ?? null) : null
      break
    case 54:
      dhcp.serverId = address()
      break
    case 55:
      dhcp.parameterRequestList = Array.from(bytes.subarray(at, at + length))
      break
    case 60:
      dhcp.vendorClass = readAscii(bytes, at, at + length) || null
      break
    case 61:
      dhcp.clientId = Array.from(bytes.subarray(at, at + length), (b) =>
        b.toString(16).padStart(2, '0'),
      ).join('')
      break
    case 81:
      // RFC 4702: flags and two result codes before the name, which only old clients write as ASCII.
      if (length > 3 && (readU8(bytes, at) & 4) === 0)
        dhcp.hostname ??= readText(bytes, at + 3, at + length) || null
      break
    case 121:
    case 249:
      dhcp.routes = classlessRoutes(bytes, at, at + length)
      break
    case 252:
      dhcp.proxyScript = readAscii(bytes, at, at + length).replace(/\0+$/, '') || null
      break
    case 82:
      dhcp.hasRelayInformation = true
      break
  }
}

function addresses(bytes: Uint8Array, at: number, length: number): string[] {
  const list: string[] = []
  for (let i = at; i + 4 <= at + length && list.length < MAX_ADDRESSES; i += 4)
    list.push(formatIpv4(bytes, i))
  return list
}

/** RFC 3442: the width of each destination, as many of its octets as are significant, and the router. */
function classlessRoutes(bytes: Uint8Array, start: number, end: number): string[] {
  const routes: string[] = []
  for (let at = start; at < end && routes.length < MAX_ADDRESSES; ) {
    const width = readU8(bytes, at)
    const octets = Math.ceil(width / 8)
    if (width > 32 || at + 1 + octets + 4 > end) break
    const destination = new Uint8Array(4)
    destination.set(bytes.subarray(at + 1, at + 1 + octets))
    routes.push(`${formatIpv4(destination, 0)}/${width} via ${formatIpv4(bytes, at + 1 + octets)}`)
    at += 1 + octets + 4
  }
  return routes
}

/** Tests whether the two UDP ports are those of DHCP (67 server and relay, 68 client). */
export function isDhcpPorts(sourcePort: number, destinationPort: number): boolean {
  const isDhcp = (port: number) => port === 67 || port === 68
  return isDhcp(sourcePort) && isDhcp(destinationPort)
}
