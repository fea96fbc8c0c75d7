/**
 * Addresses that a station makes from its MAC (modified EUI-64, RFC 4291 appendix A): nobody else comes by one
 * honestly, whoever was seen with it first.
 */

import { macBytes, parseIpBytes } from '@netwatcher/shared'

const INTERFACE_ID = 8
/** RFC 4291 section 2.5.1: the universal bit is inverted. */
const UNIVERSAL = 0x02

/** Whether the last 64 bits of this address are made from this MAC. */
export function isMadeFrom(ip: string, mac: string): boolean {
  if (!ip.includes(':')) return false
  const address = parseIpBytes(ip)
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = macBytes(mac)
  const made = [a ^ UNIVERSAL, b, c, 0xff, 0xfe, d, e, f]
  return address !== null && made.every((byte, i) => address[INTERFACE_ID + i] === byte)
}
