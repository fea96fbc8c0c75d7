/**
 * First-hop redundancy protocols: VRRP v2 and v3 (RFC 3768, 9568), CARP, HSRP
 * v1 (RFC 2281) and v2, GLBP. What matters is who speaks for which virtual
 * address, because that explains an address that moves between machines.
 */

import { formatIp, formatIpv4 } from '@netwatcher/shared'
import { readU8, readU16 } from './bytes.js'
import type { IpHeader } from './ip.js'

export interface Fhrp {
  protocol: 'vrrp' | 'carp' | 'hsrp' | 'glbp'
  group: number
  /** The speaker says that it is the one that forwards at present. */
  isActive: boolean
  priority: number
  /** Virtual addresses; empty where the protocol does not carry them (CARP). */
  addresses: string[]
}

const HSRP_PORT = 1985
const HSRP_IPV6_PORT = 2029
const GLBP_PORT = 3222
const CARP_LENGTH = 36
const CARP_COUNTER_WORDS = 7
const MAX_ADDRESSES = 20

/** Payload of IP protocol 112, which VRRP and CARP share. */
export function decodeVrrpOrCarp(bytes: Uint8Array, ip: IpHeader): Fhrp | null {
  const offset = ip.payloadOffset
  const length = ip.payloadEnd - offset
  if (length < 8) return null
  const version = readU8(bytes, offset) >> 4
  const type = readU8(bytes, offset) & 0x0f
  const group = readU8(bytes, offset + 1)
  if (type !== 1 || (version !== 2 && version !== 3)) return null
  // CARP has VRRP's first byte; its authentication length is always 7 words behind an 8-byte header,
  // where VRRPv2 would add 8 bytes of authentication data.
  if (version === 2 && readU8(bytes, offset + 3) === CARP_COUNTER_WORDS && length === CARP_LENGTH)
    return {
      protocol: 'carp',
      group,
      isActive: true,
      priority: 255 - readU8(bytes, offset + 2),
      addresses: [],
    }
  const priority = readU8(bytes, offset + 2)
  const addressLength = ip.version === 4 ? 4 : 16
  const addresses: string[] = []
  const count = Math.min(readU8(bytes, offset + 3), MAX_ADDRESSES)
  for (let i = 0; i < count && 8 + (i + 1) * addressLength <= length; i++)
    addresses.push(formatIp(bytes, offset + 8 + i * addressLength, addressLength))
  // Priority 0 says that the master stops (RFC 9568 section 5.2.4).
  return { protocol: 'vrrp', group, isActive: priority > 0, priority, addresses }
}

/** HSRP and GLBP by UDP port; null when it is neither. */
export function decodeUdpFhrp(bytes: Uint8Array, offset: number, end: number, port: number): Fhrp | null {
  if (port === HSRP_PORT || port === HSRP_IPV6_PORT)
    return readU8(bytes, offset) === 0 ? decodeHsrp1(bytes, offset, end) : decodeHsrp2(bytes, offset, end)
  return port === GLBP_PORT ? decodeGlbp(bytes, offset, end) : null
}

function decodeHsrp1(bytes: Uint8Array, offset: number, end: number): Fhrp | null {
  if (end - offset < 20) return null
  return {
    protocol: 'hsrp',
    group: readU8(bytes, offset + 6),
    // State 16 is active (RFC 2281 section 5.3).
    isActive: readU8(bytes, offset + 2) === 16,
    priority: readU8(bytes, offset + 5),
    addresses: [formatIpv4(bytes, offset + 16)],
  }
}

/** Version 2 is a list of type-length-value items; type 1 is the group state. */
function decodeHsrp2(bytes: Uint8Array, offset: number, end: number): Fhrp | null {
  for (let at = offset; at + 2 <= end; at += 2 + readU8(bytes, at + 1)) {
    if (readU8(bytes, at) !== 1 || readU8(bytes, at + 1) < 40 || at + 42 > end) continue
    const addressLength = readU8(bytes, at + 5) === 6 ? 16 : 4
    return {
      protocol: 'hsrp',
      group: readU16(bytes, at + 6),
      isActive: readU8(bytes, at + 4) === 6,
      priority: Math.min(255, readU16(bytes, at + 16)),
      addresses: [formatIp(bytes, at + 26, addressLength)],
    }
  }
  return null
}

/** A 12-byte header, then items whose length counts their own two bytes; type 1 is the hello. */
function decodeGlbp(bytes: Uint8Array, offset: number, end: number): Fhrp | null {
  if (end - offset < 12 || readU8(bytes, offset) !== 1) return null
  const fhrp: Fhrp = {
    protocol: 'glbp',
    group: readU16(bytes, offset + 2),
    isActive: false,
    priority: 0,
    addresses: [],
  }
  for (let at = offset + 12; at + 2 <= end; at += Math.max(2, readU8(bytes, at + 1))) {
    if (readU8(bytes, at) !== 1 || at + 24 > end) continue
    fhrp.isActive = readU8(bytes, at + 3) === 32
    fhrp.priority = readU8(bytes, at + 5)
    const length = readU8(bytes, at + 23)
    if ((length === 4 || length === 16) && at + 24 + length <= end)
      fhrp.addresses.push(formatIp(bytes, at + 24, length))
  }
  return fhrp
}

/** MAC prefixes of virtual routers: VRRP and CARP, HSRP v1, v2 and IPv6, GLBP. ucarp 1.5 advertises from 00:00:5e:00:00. */
const VIRTUAL_MAC_PREFIXES = [
  '00:00:5e:00:00:',
  '00:00:5e:00:01:',
  '00:00:5e:00:02:',
  '00:00:0c:07:ac:',
  '00:00:0c:9f:f',
  '00:05:73:a0:0',
  '00:07:b4:',
]

export function isVirtualRouterMac(mac: string): boolean {
  return VIRTUAL_MAC_PREFIXES.some((prefix) => mac.startsWith(prefix))
}
