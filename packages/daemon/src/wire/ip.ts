/**
 * IPv4 (RFC 791) and IPv6 (RFC 8200) headers as one type. Offsets are into the
 * frame. Lengths that contradict each other are reported; a packet that only
 * the snap length cut is not malformed, its `payloadEnd` is where the bytes end.
 */

import { formatIpv4, formatIpv6 } from '@netwatcher/shared'
import { type Malformed, malformed, readU8, readU16, readU32 } from './bytes.js'

export const PROTOCOL_ICMP = 1
export const PROTOCOL_IGMP = 2
export const PROTOCOL_TCP = 6
export const PROTOCOL_UDP = 17
export const PROTOCOL_ICMPV6 = 58
export const PROTOCOL_VRRP = 112

const HOP_BY_HOP = 0
const ROUTING = 43
const FRAGMENT = 44
const AUTHENTICATION = 51
const DESTINATION_OPTIONS = 60
/** Mobility, HIP, Shim6: extension headers with the generic format of RFC 6564. */
const GENERIC_EXTENSIONS = new Set([HOP_BY_HOP, ROUTING, DESTINATION_OPTIONS, 135, 139, 140])

export interface IpFragment {
  id: number
  offset: number
  hasMore: boolean
  /** Where the fragment's part of the packet begins in the frame. */
  dataOffset: number
}

export interface IpHeader {
  version: 4 | 6
  source: string
  destination: string
  /** Upper-layer protocol, behind all extension headers that could be read. */
  protocol: number
  /** Time to live or hop limit. */
  ttl: number
  payloadOffset: number
  /** End of the payload within the captured bytes; link padding is excluded. */
  payloadEnd: number
  /** The whole packet was captured, so checksums can be verified. */
  isComplete: boolean
  /** Null for a packet that is no fragment. An `offset` above 0 means that no upper-layer header follows. */
  fragment: IpFragment | null
}

/** Decodes at `offset`; `end` is the end of the captured payload of the link layer. */
export function decodeIp(bytes: Uint8Array, offset: number, end: number): IpHeader | Malformed | null {
  if (end <= offset) return null
  const version = readU8(bytes, offset) >> 4
  if (version === 4) return decodeIpv4(bytes, offset, end)
  if (version === 6) return decodeIpv6(bytes, offset, end)
  return malformed('ip_version', { value: version })
}

function decodeIpv4(bytes: Uint8Array, offset: number, end: number): IpHeader | Malformed | null {
  if (end - offset < 20) return null
  const headerLength = (readU8(bytes, offset) & 0x0f) * 4
  if (headerLength < 20) return malformed('ip_header_length', { value: headerLength })
  // Zero is what a sending host with segmentation offload shows (TSO): the real length is not known.
  const totalLength = readU16(bytes, offset + 2) || end - offset
  if (totalLength < headerLength) return malformed('ip_total_length', { value: totalLength })
  if (offset + headerLength > end) return null
  const fragmentField = readU16(bytes, offset + 6)
  const fragmentOffset = (fragmentField & 0x1fff) * 8
  const hasMore = (fragmentField & 0x2000) !== 0
  return {
    version: 4,
    source: formatIpv4(bytes, offset + 12),
    destination: formatIpv4(bytes, offset + 16),
    protocol: readU8(bytes, offset + 9),
    ttl: readU8(bytes, offset + 8),
    payloadOffset: offset + headerLength,
    payloadEnd: Math.min(end, offset + totalLength),
    isComplete: offset + totalLength <= end,
    fragment:
      fragmentOffset > 0 || hasMore
        ? {
            id: readU16(bytes, offset + 4),
            offset: fragmentOffset,
            hasMore,
            dataOffset: offset + headerLength,
          }
        : null,
  }
}

function decodeIpv6(bytes: Uint8Array, offset: number, end: number): IpHeader | Malformed | null {
  if (end - offset < 40) return null
  const payloadLength = readU16(bytes, offset + 4)
  // Zero means a jumbogram (RFC 2675) or segmentation offload.
  const packetEnd = payloadLength === 0 ? end : offset + 40 + payloadLength
  const header: IpHeader = {
    version: 6,
    source: formatIpv6(bytes, offset + 8),
    destination: formatIpv6(bytes, offset + 24),
    protocol: readU8(bytes, offset + 6),
    ttl: readU8(bytes, offset + 7),
    payloadOffset: offset + 40,
    payloadEnd: Math.min(end, packetEnd),
    isComplete: packetEnd <= end,
    fragment: null,
  }
  return skipExtensions(bytes, header)
}

/** Every step moves at least eight bytes forward, so this ends; ESP and unknown headers stop it. */
function skipExtensions(bytes: Uint8Array, header: IpHeader): IpHeader | Malformed | null {
  for (;;) {
    const length = extensionLength(bytes, header)
    if (length === 0) return header
    if (header.payloadOffset + length > header.payloadEnd) {
      if (!header.isComplete) return null
      // RFC 7112 forbids it, but hosts reassemble it: the rest of the chain is in a later fragment.
      return header.fragment?.hasMore ? header : malformed('extension_cut_short')
    }
    const at = header.payloadOffset
    if (header.protocol === FRAGMENT) {
      // A packet that is whole may say so once more (RFC 6946): that makes it no less a fragment.
      if (!header.fragment?.hasMore) header.fragment = readFragment(bytes, at)
    }
    header.protocol = readU8(bytes, at)
    header.payloadOffset = at + length
    if (header.fragment && header.fragment.offset > 0) return header
  }
}

function readFragment(bytes: Uint8Array, at: number): IpFragment {
  const field = readU16(bytes, at + 2)
  return {
    id: readU32(bytes, at + 4),
    offset: field & 0xfff8,
    hasMore: (field & 1) === 1,
    dataOffset: at + 8,
  }
}

/** Bytes of the extension header at the payload, 0 when it is none. */
export function extensionLength(bytes: Uint8Array, header: IpHeader): number {
  const field = readU8(bytes, header.payloadOffset + 1)
  if (GENERIC_EXTENSIONS.has(header.protocol)) return (field + 1) * 8
  if (header.protocol === FRAGMENT) return 8
  // RFC 4302: in 4-byte units, minus two.
  if (header.protocol === AUTHENTICATION) return Math.max(8, (field + 2) * 4)
  return 0
}
