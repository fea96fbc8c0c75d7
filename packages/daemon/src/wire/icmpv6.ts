/**
 * ICMPv6 (RFC 4443) with Neighbor Discovery (RFC 4861) and Multicast Listener
 * Discovery (RFC 2710, 3810). The validity rules that every host applies to ND
 * (RFC 4861 sections 6.1, 7.1, 8.1; RFC 6980) are applied here, so that a
 * message that all hosts ignore is reported as malformed and nothing more.
 */

import { formatIpv6, isLinkLocalIp, isMulticastIp, isUnspecifiedIp, parseIpBytes } from '@netwatcher/shared'
import { foldChecksum, type Malformed, malformed, readU8, readU16, sumWords } from './bytes.js'
import { decodeQuoted } from './icmpv4.js'
import { type IpHeader, PROTOCOL_ICMPV6 } from './ip.js'
import { decodeNdOptions, type NdOptions, type NdPrefix, type NdRoute } from './nd-options.js'

export type RouterPreference = 'high' | 'medium' | 'low' | 'reserved'

export type Icmpv6Message =
  | { kind: 'echo_request' | 'echo_reply'; identifier: number; sequence: number }
  | { kind: 'router_solicitation'; sourceMac: string | null }
  | {
      kind: 'router_advertisement'
      hopLimit: number
      isManaged: boolean
      hasOtherConfig: boolean
      preference: RouterPreference
      lifetimeSeconds: number
      sourceMac: string | null
      mtu: number | null
      prefixes: NdPrefix[]
      routes: NdRoute[]
      dnsServers: string[]
      searchDomains: string[]
    }
  | { kind: 'neighbor_solicitation'; target: string; sourceMac: string | null; hasNonce: boolean }
  | {
      kind: 'neighbor_advertisement'
      target: string
      targetMac: string | null
      isRouter: boolean
      isSolicited: boolean
      isOverride: boolean
    }
  | {
      kind: 'redirect'
      target: string
      destination: string
      targetMac: string | null
      quoted: IpHeader | null
    }
  | { kind: 'mld'; isQuery: boolean; group: string | null }
  | { kind: 'error'; quoted: IpHeader | null }
  | { kind: 'other' }

export type Icmpv6 = Icmpv6Message & {
  type: number
  code: number
  /** False when the checksum is wrong; true also when it could not be verified. */
  isChecksumRight: boolean
}

export const ICMPV6_ECHO_REQUEST = 128
export const ICMPV6_ECHO_REPLY = 129
const ROUTER_SOLICITATION = 133
export const ROUTER_ADVERTISEMENT = 134
export const NEIGHBOR_SOLICITATION = 135
export const NEIGHBOR_ADVERTISEMENT = 136
const REDIRECT = 137
/** Bytes before the options of each ND message, which is also its least length. */
const ND_FIXED_LENGTH = new Map([
  [ROUTER_SOLICITATION, 8],
  [ROUTER_ADVERTISEMENT, 16],
  [NEIGHBOR_SOLICITATION, 24],
  [NEIGHBOR_ADVERTISEMENT, 24],
  [REDIRECT, 40],
])
/** RFC 4191 section 2.1, by the two bits of the field. */
const PREFERENCES: readonly RouterPreference[] = ['medium', 'high', 'reserved', 'low']

export function decodeIcmpv6(bytes: Uint8Array, ip: IpHeader): Icmpv6 | Malformed | null {
  const offset = ip.payloadOffset
  const end = ip.payloadEnd
  if (end - offset < 4) return null
  const type = readU8(bytes, offset)
  const common = { type, code: readU8(bytes, offset + 1), isChecksumRight: checkChecksum(bytes, ip) }
  if (ND_FIXED_LENGTH.has(type)) {
    const message = decodeNd(bytes, ip, type, common)
    return message === null || 'malformed' in message ? message : { ...message, ...common }
  }
  if (type === ICMPV6_ECHO_REQUEST || type === ICMPV6_ECHO_REPLY) {
    if (end - offset < 8) return null
    const kind = type === ICMPV6_ECHO_REQUEST ? 'echo_request' : 'echo_reply'
    return {
      ...common,
      kind,
      identifier: readU16(bytes, offset + 4),
      sequence: readU16(bytes, offset + 6),
    }
  }
  if (type >= 130 && type <= 132) {
    if (end - offset < 24) return null
    return { ...common, kind: 'mld', isQuery: type === 130, group: formatIpv6(bytes, offset + 8) }
  }
  if (type === 143) return { ...common, kind: 'mld', isQuery: false, group: null }
  // RFC 4443 section 2.1: error messages have the high bit clear.
  if (type < 128) return { ...common, kind: 'error', quoted: decodeQuoted(bytes, offset + 8, end) }
  return { ...common, kind: 'other' }
}

/** RFC 8200 section 8.1: the pseudo-header of both addresses, the length and the protocol is summed too. */
function checkChecksum(bytes: Uint8Array, ip: IpHeader): boolean {
  if (!ip.isComplete || ip.fragment !== null || ip.version !== 6) return true
  return icmpv6Checksum(bytes, ip.payloadOffset, ip.payloadEnd, ip.source, ip.destination) === 0
}

export function icmpv6Checksum(
  bytes: Uint8Array,
  start: number,
  end: number,
  source: string,
  destination: string,
): number {
  const addresses = [source, destination].map((ip) => parseIpBytes(ip) ?? new Uint8Array(16))
  const pseudo = addresses.reduce((sum, address) => sum + sumWords(address, 0, 16), 0)
  return foldChecksum(sumWords(bytes, start, end) + pseudo + (end - start) + PROTOCOL_ICMPV6)
}

function decodeNd(
  bytes: Uint8Array,
  ip: IpHeader,
  type: number,
  { code, isChecksumRight }: { code: number; isChecksumRight: boolean },
): Icmpv6Message | Malformed | null {
  const offset = ip.payloadOffset
  const fixed = ND_FIXED_LENGTH.get(type) ?? 0
  if (ip.fragment !== null) return malformed('nd_fragment')
  if (ip.ttl !== 255) return malformed('nd_hop_limit', { value: ip.ttl })
  if (!isChecksumRight) return malformed('wrong_checksum')
  if (code !== 0) return malformed('icmpv6_code', { value: code })
  if (ip.payloadEnd - offset < fixed) return ip.isComplete ? malformed('message_cut_short') : null
  const options = decodeNdOptions(bytes, offset + fixed, ip.payloadEnd, ip.isComplete)
  if ('malformed' in options) return options
  const message = ndMessage(bytes, offset, type, options, ip)
  const problem = ndProblem(message, ip)
  return problem === null ? message : malformed(problem)
}

function ndMessage(
  bytes: Uint8Array,
  offset: number,
  type: number,
  options: NdOptions,
  ip: IpHeader,
): Icmpv6Message {
  const flags = readU8(bytes, offset + 4)
  switch (type) {
    case ROUTER_SOLICITATION:
      return { kind: 'router_solicitation', sourceMac: options.sourceMac }
    case ROUTER_ADVERTISEMENT:
      return routerAdvertisement(bytes, offset, options)
    case NEIGHBOR_SOLICITATION: {
      const target = formatIpv6(bytes, offset + 8)
      return {
        kind: 'neighbor_solicitation',
        target,
        sourceMac: options.sourceMac,
        hasNonce: options.hasNonce,
      }
    }
    case NEIGHBOR_ADVERTISEMENT:
      return {
        kind: 'neighbor_advertisement',
        target: formatIpv6(bytes, offset + 8),
        targetMac: options.targetMac,
        isRouter: (flags & 0x80) !== 0,
        isSolicited: (flags & 0x40) !== 0,
        isOverride: (flags & 0x20) !== 0,
      }
    default:
      return {
        kind: 'redirect',
        target: formatIpv6(bytes, offset + 8),
        destination: formatIpv6(bytes, offset + 24),
        targetMac: options.targetMac,
        quoted:
          options.redirectedAt === null ? null : decodeQuoted(bytes, options.redirectedAt, ip.payloadEnd),
      }
  }
}

function routerAdvertisement(bytes: Uint8Array, offset: number, options: NdOptions): Icmpv6Message {
  const flags = readU8(bytes, offset + 5)
  return {
    kind: 'router_advertisement',
    hopLimit: readU8(bytes, offset + 4),
    isManaged: (flags & 0x80) !== 0,
    hasOtherConfig: (flags & 0x40) !== 0,
    preference: PREFERENCES[(flags >> 3) & 3] ?? 'medium',
    lifetimeSeconds: readU16(bytes, offset + 6),
    sourceMac: options.sourceMac,
    mtu: options.mtu,
    prefixes: options.prefixes,
    routes: options.routes,
    dnsServers: options.dnsServers,
    searchDomains: options.searchDomains,
  }
}

/** The rule for which a receiver discards a well-formed ND message, or null. */
function ndProblem(message: Icmpv6Message, ip: IpHeader): string | null {
  switch (message.kind) {
    case 'router_advertisement':
      return isLinkLocalIp(ip.source) ? null : 'ra_not_link_local'
    case 'neighbor_solicitation':
      if (isMulticastIp(message.target)) return 'multicast_target'
      if (isUnspecifiedIp(ip.source) && message.sourceMac !== null) return 'source_link_layer_address'
      return null
    case 'router_solicitation':
      return isUnspecifiedIp(ip.source) && message.sourceMac !== null ? 'source_link_layer_address' : null
    case 'neighbor_advertisement':
      if (isMulticastIp(message.target)) return 'multicast_target'
      return isMulticastIp(ip.destination) && message.isSolicited ? 'solicited_multicast' : null
    case 'redirect':
      if (!isLinkLocalIp(ip.source)) return 'redirect_not_link_local'
      return isMulticastIp(message.destination) ? 'redirect_of_multicast' : null
    default:
      return null
  }
}
