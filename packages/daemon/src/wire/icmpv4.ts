/**
 * ICMP for IPv4 (RFC 792). Of errors and redirects the quoted packet is
 * decoded too: it says whose traffic the message is about.
 */

import { formatIpv4 } from '@netwatcher/shared'
import { foldChecksum, isMalformed, readU8, readU16, sumWords } from './bytes.js'
import { decodeIp, type IpHeader } from './ip.js'

export const ICMP_ECHO_REPLY = 0
export const ICMP_UNREACHABLE = 3
export const ICMP_REDIRECT = 5
export const ICMP_ECHO_REQUEST = 8

export interface Icmpv4 {
  type: number
  code: number
  /** False when the checksum is wrong; true also when it could not be verified. */
  isChecksumRight: boolean
  /** Echo only, else 0. */
  identifier: number
  sequence: number
  /** The better gateway of a redirect; null for other types. */
  gateway: string | null
  /** Header of the packet that an error or redirect quotes. */
  quoted: IpHeader | null
}

export function decodeIcmpv4(bytes: Uint8Array, ip: IpHeader): Icmpv4 | null {
  const offset = ip.payloadOffset
  if (ip.payloadEnd - offset < 8) return null
  const type = readU8(bytes, offset)
  const isEcho = type === ICMP_ECHO_REQUEST || type === ICMP_ECHO_REPLY
  const canVerify = ip.isComplete && ip.fragment === null
  return {
    type,
    code: readU8(bytes, offset + 1),
    isChecksumRight: !canVerify || foldChecksum(sumWords(bytes, offset, ip.payloadEnd)) === 0,
    identifier: isEcho ? readU16(bytes, offset + 4) : 0,
    sequence: isEcho ? readU16(bytes, offset + 6) : 0,
    gateway: type === ICMP_REDIRECT ? formatIpv4(bytes, offset + 4) : null,
    quoted: isEcho ? null : decodeQuoted(bytes, offset + 8, ip.payloadEnd),
  }
}

/** The quoted packet is cut by design (RFC 792: header and 8 bytes), so it never counts as malformed. */
export function decodeQuoted(bytes: Uint8Array, offset: number, end: number): IpHeader | null {
  const quoted = decodeIp(bytes, offset, end)
  return quoted === null || isMalformed(quoted) ? null : quoted
}
