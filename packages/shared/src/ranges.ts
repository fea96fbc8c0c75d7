/**
 * Address ranges with a meaning of their own (registries of RFC 6890), and the
 * questions that are asked about an address. Those are answered from its text,
 * because they are asked for every connection attempt; a test holds them
 * against the table.
 */

import { type Cidr, parseCidr } from './cidr.js'
import { isLinkLocalIp } from './ip.js'

export const RANGES = {
  /** RFC 1918: of the network's own choosing. */
  private_use: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'],
  /** RFC 6598: between a provider's address translator and its customers. */
  shared_space: ['100.64.0.0/10'],
  /** RFC 4193: the private addresses of IPv6. */
  unique_local: ['fc00::/7'],
  /** RFC 3927 and RFC 4291: never leaves the link. */
  link_local: ['169.254.0.0/16', 'fe80::/10'],
} as const satisfies Record<string, readonly string[]>

export type RangeName = keyof typeof RANGES

export function rangesOf(...names: RangeName[]): Cidr[] {
  return names.flatMap((name) => RANGES[name].flatMap((text) => parseCidr(text) ?? []))
}

const PRIVATE_IPV4 =
  /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)/

/** Unique local. `ip` is canonical, here and below. */
export function isUniqueLocalIp(ip: string): boolean {
  return /^f[cd]..:/.test(ip)
}

/** Private use, shared space or unique local: not a host of the internet, perhaps behind a router. */
export function isPrivateIp(ip: string): boolean {
  return ip.includes(':') ? isUniqueLocalIp(ip) : PRIVATE_IPV4.test(ip)
}

/** Private or link-local: not a host of the internet at all. */
export function isLocalIp(ip: string): boolean {
  return isLinkLocalIp(ip) || isPrivateIp(ip)
}
