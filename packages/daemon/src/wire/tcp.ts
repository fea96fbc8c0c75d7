/** TCP header (RFC 9293): what scans and sessions are told by. Options and data are not decoded. */

import { readU8, readU16, readU32 } from './bytes.js'

export const TCP_FIN = 0x01
export const TCP_SYN = 0x02
export const TCP_RST = 0x04
export const TCP_PSH = 0x08
export const TCP_ACK = 0x10
export const TCP_URG = 0x20

export interface TcpHeader {
  sourcePort: number
  destinationPort: number
  sequence: number
  acknowledgment: number
  /** Bits TCP_FIN to TCP_URG (and ECE, CWR). */
  flags: number
  window: number
  payloadOffset: number
}

/** Null when the header is cut short or its length field is impossible. */
export function decodeTcp(bytes: Uint8Array, offset: number, end: number): TcpHeader | null {
  if (end - offset < 20) return null
  const headerLength = (readU8(bytes, offset + 12) >> 4) * 4
  if (headerLength < 20) return null
  return {
    sourcePort: readU16(bytes, offset),
    destinationPort: readU16(bytes, offset + 2),
    sequence: readU32(bytes, offset + 4),
    acknowledgment: readU32(bytes, offset + 8),
    flags: readU8(bytes, offset + 13),
    window: readU16(bytes, offset + 14),
    payloadOffset: Math.min(end, offset + headerLength),
  }
}
