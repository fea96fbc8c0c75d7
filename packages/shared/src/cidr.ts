/** Prefixes in CIDR notation (RFC 4632), held by their network bytes. */

import { formatIp, parseIpBytes } from './ip.js'

export interface Cidr {
  /** Network address, host bits zero: 4 or 16 bytes. */
  readonly network: Uint8Array
  readonly prefixLength: number
}

/**
 * Parses `10.0.0.0/24`, or a bare address as a host prefix. Host bits must be
 * zero unless `allowHostBits`, so that nobody blocks more than they wrote.
 */
export function parseCidr(text: string, options: { allowHostBits?: boolean } = {}): Cidr | null {
  const [address = '', length, ...rest] = text.split('/')
  const bytes = parseIpBytes(address)
  if (!bytes || rest.length > 0) return null
  if (length !== undefined && !/^(0|[1-9]\d{0,2})$/.test(length)) return null
  const prefixLength = length === undefined ? bytes.length * 8 : Number(length)
  if (prefixLength > bytes.length * 8) return null
  const network = maskBytes(bytes, prefixLength)
  if (!options.allowHostBits && !network.every((byte, i) => byte === bytes[i])) return null
  return { network, prefixLength }
}

export function makeCidr(ip: string, prefixLength: number): Cidr | null {
  return parseCidr(`${ip}/${prefixLength}`, { allowHostBits: true })
}

function maskBytes(bytes: Uint8Array, prefixLength: number): Uint8Array {
  return bytes.map((byte, i) => byte & (0xff00 >> Math.min(8, Math.max(0, prefixLength - 8 * i))) & 0xff)
}

export function formatCidr(cidr: Cidr): string {
  return `${formatIp(cidr.network)}/${cidr.prefixLength}`
}

export function cidrContainsBytes(cidr: Cidr, bytes: Uint8Array): boolean {
  if (bytes.length !== cidr.network.length) return false
  const masked = maskBytes(bytes, cidr.prefixLength)
  return masked.every((byte, i) => byte === cidr.network[i])
}

export function cidrContains(cidr: Cidr, ip: string): boolean {
  const bytes = parseIpBytes(ip)
  return bytes !== null && cidrContainsBytes(cidr, bytes)
}

/** True when every address of `inner` is in `outer`. */
export function cidrCovers(outer: Cidr, inner: Cidr): boolean {
  return inner.prefixLength >= outer.prefixLength && cidrContainsBytes(outer, inner.network)
}

/** Number of addresses, network and broadcast included. */
export function cidrSize(cidr: Cidr): number {
  return 2 ** (cidr.network.length * 8 - cidr.prefixLength)
}

/** Last address: the directed broadcast of an IPv4 prefix. */
export function cidrLast(cidr: Cidr): string {
  const last = cidr.network.map(
    (byte, i) => byte | (0xff >> Math.min(8, Math.max(0, cidr.prefixLength - 8 * i))),
  )
  return formatIp(last)
}
