/**
 * Options of Neighbor Discovery messages: RFC 4861 (addresses, prefix, MTU,
 * redirected header), 4191 (routes), 8106 (DNS), 3971 (nonce). An option of
 * length zero, or one that runs past the message, spoils the whole message
 * (RFC 4861 section 4.6).
 */

import { formatIpv6, formatMac } from '@netwatcher/shared'
import { type Malformed, malformed, readU8, readU32 } from './bytes.js'
import type { RouterPreference } from './icmpv6.js'

export interface NdPrefix {
  /** Network address as announced, without the length. */
  prefix: string
  prefixLength: number
  isOnLink: boolean
  isAutonomous: boolean
  validSeconds: number
  preferredSeconds: number
}

export interface NdRoute {
  prefix: string
  prefixLength: number
  preference: RouterPreference
  lifetimeSeconds: number
}

export interface NdOptions {
  sourceMac: string | null
  targetMac: string | null
  mtu: number | null
  hasNonce: boolean
  prefixes: NdPrefix[]
  routes: NdRoute[]
  dnsServers: string[]
  searchDomains: string[]
  /** Where the quoted packet of a redirect starts. */
  redirectedAt: number | null
}

/** More entries of one kind than any router sends; an attack's surplus is not kept. */
const MAX_ENTRIES = 32
const PREFERENCES: readonly RouterPreference[] = ['medium', 'high', 'reserved', 'low']

export function decodeNdOptions(
  bytes: Uint8Array,
  start: number,
  end: number,
  isComplete: boolean,
): NdOptions | Malformed {
  const options: NdOptions = {
    sourceMac: null,
    targetMac: null,
    mtu: null,
    hasNonce: false,
    prefixes: [],
    routes: [],
    dnsServers: [],
    searchDomains: [],
    redirectedAt: null,
  }
  for (let at = start; at < end; ) {
    if (end - at < 2) return isComplete ? malformed('option_cut_short') : options
    const length = readU8(bytes, at + 1) * 8
    if (length === 0) return malformed('option_length_zero')
    if (at + length > end) return isComplete ? malformed('option_too_long') : options
    const problem = decodeOption(bytes, at, length, options)
    if (problem !== null) return problem
    at += length
  }
  return options
}

/** Adds one option; gives what is wrong with it, or null. */
function decodeOption(bytes: Uint8Array, at: number, length: number, options: NdOptions): Malformed | null {
  switch (readU8(bytes, at)) {
    case 1:
      options.sourceMac = formatMac(bytes, at + 2)
      return null
    case 2:
      options.targetMac = formatMac(bytes, at + 2)
      return null
    case 3:
      return decodePrefix(bytes, at, length, options)
    case 4:
      options.redirectedAt = at + 8
      return null
    case 5:
      options.mtu = readU32(bytes, at + 4)
      return null
    case 14:
      options.hasNonce = true
      return null
    case 24:
      return decodeRoute(bytes, at, length, options)
    case 25:
      return decodeDnsServers(bytes, at, length, options)
    case 31:
      return decodeSearchDomains(bytes, at, length, options)
    default:
      return null
  }
}

function decodePrefix(bytes: Uint8Array, at: number, length: number, options: NdOptions): Malformed | null {
  if (length !== 32) return malformed('prefix_option_length', { value: length })
  const prefixLength = readU8(bytes, at + 2)
  if (prefixLength > 128) return malformed('prefix_length', { value: prefixLength })
  const flags = readU8(bytes, at + 3)
  if (options.prefixes.length < MAX_ENTRIES) {
    options.prefixes.push({
      prefix: formatIpv6(bytes, at + 16),
      prefixLength,
      isOnLink: (flags & 0x80) !== 0,
      isAutonomous: (flags & 0x40) !== 0,
      validSeconds: readU32(bytes, at + 4),
      preferredSeconds: readU32(bytes, at + 8),
    })
  }
  return null
}

/** RFC 4191 section 2.3: the prefix field is 0, 8 or 16 bytes, as the option's length says. */
function decodeRoute(bytes: Uint8Array, at: number, length: number, options: NdOptions): Malformed | null {
  const prefixLength = readU8(bytes, at + 2)
  if (length > 24 || prefixLength > 128 || prefixLength > (length - 8) * 8)
    return malformed('route_option', { prefix_length: prefixLength, value: length })
  const prefix = new Uint8Array(16)
  prefix.set(bytes.subarray(at + 8, at + length))
  if (options.routes.length < MAX_ENTRIES) {
    options.routes.push({
      prefix: formatIpv6(prefix),
      prefixLength,
      preference: PREFERENCES[(readU8(bytes, at + 3) >> 3) & 3] ?? 'medium',
      lifetimeSeconds: readU32(bytes, at + 4),
    })
  }
  return null
}

/** RFC 8106 section 5.1: an address list, so the length is odd and at least 3 units. */
function decodeDnsServers(
  bytes: Uint8Array,
  at: number,
  length: number,
  options: NdOptions,
): Malformed | null {
  if (length < 24 || length % 16 !== 8) return malformed('dns_option_length', { value: length })
  for (let i = at + 8; i < at + length && options.dnsServers.length < MAX_ENTRIES; i += 16)
    options.dnsServers.push(formatIpv6(bytes, i))
  return null
}

/** RFC 8106 section 5.2: uncompressed names, padded with zeros. */
function decodeSearchDomains(
  bytes: Uint8Array,
  at: number,
  length: number,
  options: NdOptions,
): Malformed | null {
  if (length < 16) return malformed('search_list_length', { value: length })
  const end = at + length
  let labels: string[] = []
  for (let i = at + 8; i < end; ) {
    const size = readU8(bytes, i)
    if (size > 63 || i + 1 + size > end) return malformed('search_label_too_long')
    if (size === 0 && labels.length > 0 && options.searchDomains.length < MAX_ENTRIES)
      options.searchDomains.push(labels.join('.'))
    if (size === 0) labels = []
    else
      labels.push(String.fromCharCode(...bytes.subarray(i + 1, i + 1 + size)).replace(/[^\x20-\x7e]/g, '?'))
    i += 1 + size
  }
  return labels.length > 0 ? malformed('search_name_unterminated') : null
}
