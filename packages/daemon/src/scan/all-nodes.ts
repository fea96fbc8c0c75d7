/**
 * Questions to all IPv6 nodes of the link at once (ff02::1, RFC 4291 section
 * 2.7.1). The echo request is not answered by hosts that are set not to answer
 * multicast, Windows among them. So the same is sent behind an option that
 * nobody knows: its type demands an answer, parameter problem, even to a
 * multicast (RFC 8200 section 4.2).
 */

import { writeU16 } from '../wire/bytes.js'
import { encodeEchoRequestV6, ipv6MulticastMac } from '../wire/encode-ip.js'

export const ALL_NODES = 'ff02::1'

const ETHERNET_HEADER = 14
const IPV6_HEADER = 40
const ICMPV6_HEADER = 8
const DESTINATION_OPTIONS = 60
const ICMPV6 = 58
/** Type with the highest bits 10: discard and report, also when the destination is a group. */
const UNKNOWN_OPTION = 0x80
const OPTIONS_LENGTH = 8

export function encodeMulticastProbes(sourceMac: string, sourceIp: string, identifier: number): Uint8Array[] {
  const ends = {
    sourceMac,
    sourceIp,
    destinationMac: ipv6MulticastMac(ALL_NODES),
    destinationIp: ALL_NODES,
  }
  const echo = encodeEchoRequestV6(ends, { identifier, sequence: 0 })
  return [echo, insertUnknownOption(echo)]
}

/** The ICMPv6 checksum does not cover extension headers, so it stays right (RFC 8200 section 8.1). */
function insertUnknownOption(echo: Uint8Array): Uint8Array {
  const headersEnd = ETHERNET_HEADER + IPV6_HEADER
  const message = echo.subarray(headersEnd, headersEnd + ICMPV6_HEADER)
  const frame = new Uint8Array(headersEnd + OPTIONS_LENGTH + ICMPV6_HEADER)
  frame.set(echo.subarray(0, headersEnd))
  writeU16(frame, ETHERNET_HEADER + 4, OPTIONS_LENGTH + ICMPV6_HEADER)
  frame[ETHERNET_HEADER + 6] = DESTINATION_OPTIONS
  // Next header, length beyond eight bytes, then one option of four zero bytes.
  frame.set([ICMPV6, 0, UNKNOWN_OPTION, 4, 0, 0, 0, 0], headersEnd)
  frame.set(message, headersEnd + OPTIONS_LENGTH)
  return frame
}
