/**
 * Frames of links that the decoders do not read, as ones that they do
 * (pcap-linktype(7)): BSD loopback and PPP (RFC 1661, RFC 1662) as raw IP, and
 * unencrypted IEEE 802.11 data frames, bare or behind radiotap, as Ethernet.
 */

import { NetWatcherError } from '@netwatcher/shared'
import {
  type LeftOut,
  LINKTYPE_ETHERNET,
  LINKTYPE_LINUX_SLL,
  LINKTYPE_LINUX_SLL2,
  LINKTYPE_RAW,
} from './packet-source.js'
import type { SavedFrame } from './savefile.js'

const LINKTYPE_PPP = 9
const LINKTYPE_PPP_HDLC = 50
const LINKTYPE_IEEE802_11 = 105
const LINKTYPE_RADIOTAP = 127

/** Read as they are. */
export const LINK_TYPES = new Set([LINKTYPE_ETHERNET, LINKTYPE_RAW, LINKTYPE_LINUX_SLL, LINKTYPE_LINUX_SLL2])

/** Raw IP behind so many bytes: NULL and LOOP say the address family, IPV4 and IPV6 nothing. */
export const RAW_BEHIND = new Map([
  [0, 4],
  [108, 4],
  [228, 0],
  [229, 0],
])

/** Raw IP by another number (pcap-linktype(7): DLT_RAW of BSD and Linux). */
const RAW_ALIASES = new Set([12, 14])

const CONVERTED = new Set([
  ...RAW_ALIASES,
  LINKTYPE_PPP,
  LINKTYPE_PPP_HDLC,
  LINKTYPE_IEEE802_11,
  LINKTYPE_RADIOTAP,
])

const PPP_IPV4 = 0x0021
const PPP_IPV6 = 0x0057
const FCS_BYTES = 4

/** Throws a NetWatcherError for a link type that is not understood. */
export function convertLink(frame: SavedFrame): SavedFrame | LeftOut {
  const { linkType } = frame
  if (LINK_TYPES.has(linkType)) return frame
  if (RAW_ALIASES.has(linkType)) return behind(frame, 0)
  const headerBytes = RAW_BEHIND.get(linkType)
  if (headerBytes !== undefined) return behind(frame, headerBytes)
  switch (linkType) {
    case LINKTYPE_PPP:
    case LINKTYPE_PPP_HDLC:
      return fromPpp(frame)
    case LINKTYPE_IEEE802_11:
      return fromWlan(frame)
    case LINKTYPE_RADIOTAP:
      return fromRadiotap(frame)
    default:
      throw unsupported(linkType)
  }
}

/** Throws a NetWatcherError unless there is a conversion. */
export function refuseUnknownLink(linkType: number): void {
  if (!CONVERTED.has(linkType)) throw unsupported(linkType)
}

function unsupported(linkType: number): NetWatcherError {
  return new NetWatcherError(
    'invalid_argument',
    'LINK_TYPE_UNSUPPORTED',
    `The capture has link type ${linkType}; Ethernet (1), raw IP (101, 228, 229), loopback (0, 108), Linux cooked (113, 276), PPP (9, 50) and 802.11 (105, 127) are understood`,
  )
}

/** The packet without its first `headerBytes`, as raw IP. */
function behind({ bytes, timeMs, wireLength }: SavedFrame, headerBytes: number): SavedFrame {
  return {
    linkType: LINKTYPE_RAW,
    timeMs,
    bytes: bytes.subarray(Math.min(headerBytes, bytes.length)),
    wireLength: Math.max(0, wireLength - headerBytes),
  }
}

/** With or without address and control; the protocol in one byte if it is odd (RFC 1661 section 6.5). */
function fromPpp(frame: SavedFrame): SavedFrame | LeftOut {
  const { bytes } = frame
  let at = bytes[0] === 0xff && bytes[1] === 0x03 ? 2 : 0
  const first = bytes[at] ?? 0
  const isShort = (first & 1) === 1
  const protocol = isShort ? first : (first << 8) | (bytes[at + 1] ?? 0)
  at += isShort ? 1 : 2
  return protocol === PPP_IPV4 || protocol === PPP_IPV6 ? behind(frame, at) : 'no_data'
}

function fromRadiotap({ bytes, timeMs, wireLength }: SavedFrame): SavedFrame | LeftOut {
  if (bytes.length < 8) return 'no_data'
  const length = u16le(bytes, 2)
  if (length < 8 || length > bytes.length) return 'no_data'
  const inner = bytes.subarray(length)
  const isWhole = bytes.length === wireLength
  const fcs = isWhole && hasFcs(bytes, length) ? FCS_BYTES : 0
  if (inner.length < fcs) return 'no_data'
  return fromWlan({
    linkType: LINKTYPE_IEEE802_11,
    timeMs,
    bytes: inner.subarray(0, inner.length - fcs),
    wireLength: wireLength - length - fcs,
  })
}

/** The flags field, behind all presence words and the TSFT, which is aligned to eight bytes. */
function hasFcs(bytes: Uint8Array, length: number): boolean {
  const present = bytes[4] ?? 0
  if ((present & 2) === 0) return false
  let at = 8
  while (at < length && ((bytes[at - 1] ?? 0) & 0x80) !== 0) at += 4
  if ((present & 1) !== 0) at = Math.ceil(at / 8) * 8 + 8
  return at < length && ((bytes[at] ?? 0) & 0x10) !== 0
}

/** IEEE 802.11 clause 9.3.2: addresses by the direction bits; the payload is LLC and SNAP. */
function fromWlan({ bytes, timeMs, wireLength }: SavedFrame): SavedFrame | LeftOut {
  const control = bytes[0] ?? 0
  const flags = bytes[1] ?? 0
  const isData = (control & 0x0f) === 0x08
  // Subtype bit 2: null functions, without any data.
  if (!isData || (control & 0x40) !== 0) return 'no_data'
  if ((flags & 0x40) !== 0) return 'encrypted'
  const direction = flags & 3
  const isQos = (control & 0x80) !== 0
  const addresses = direction === 3 ? 30 : 24
  // A QoS frame may aggregate several (bit 7 of its control field) or have an HT control field (order bit).
  if (isQos && ((bytes[addresses] ?? 0) & 0x80) !== 0) return 'no_data'
  const header = addresses + (isQos ? 2 : 0) + (isQos && (flags & 0x80) !== 0 ? 4 : 0)
  if (bytes.length < header + 8) return 'no_data'
  const destination = (direction & 1) === 0 ? 4 : 16
  const source = direction === 3 ? 24 : (direction & 2) === 0 ? 10 : 16
  return asEthernet(bytes, { header, destination, source, timeMs, wireLength })
}

interface WlanLayout {
  header: number
  destination: number
  source: number
  timeMs: number
  wireLength: number
}

function asEthernet(bytes: Uint8Array, layout: WlanLayout): SavedFrame {
  const { header, destination, source, timeMs, wireLength } = layout
  const skipped = header + (isSnapOfEtherType(bytes, header) ? 6 : 0)
  const hasType = skipped > header
  const frame = new Uint8Array(12 + (hasType ? 0 : 2) + bytes.length - skipped)
  frame.set(bytes.subarray(destination, destination + 6))
  frame.set(bytes.subarray(source, source + 6), 6)
  if (!hasType) new DataView(frame.buffer).setUint16(12, Math.min(1500, wireLength - header))
  frame.set(bytes.subarray(skipped), hasType ? 12 : 14)
  return {
    linkType: LINKTYPE_ETHERNET,
    timeMs,
    bytes: frame,
    wireLength: Math.max(frame.length, wireLength + frame.length - bytes.length),
  }
}

/** RFC 1042, and its bridge-tunnel twin: the EtherType follows these six bytes. */
function isSnapOfEtherType(bytes: Uint8Array, at: number): boolean {
  const isSnap = bytes[at] === 0xaa && bytes[at + 1] === 0xaa && bytes[at + 2] === 3
  const last = bytes[at + 5] ?? -1
  return isSnap && bytes[at + 3] === 0 && bytes[at + 4] === 0 && (last === 0 || last === 0xf8)
}

function u16le(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8)
}
