/**
 * A question for the name servers of the root (RFC 1034 section 3.6, RFC 8109):
 * what any resolver can answer that reaches the internet, and that names nobody.
 */

import { encodeDnsQuestions } from './encode-dns-questions.js'
import { type Endpoints, encodeUdp } from './encode-ip.js'

export const DNS_NS = 2
const DNS_PORT = 53
/** RFC 1035 section 4.1.1: recursion desired. */
const RECURSION_DESIRED = 0x0100

export function encodeRootQuestion(ends: Endpoints, sourcePort: number, id: number): Uint8Array {
  const question = encodeDnsQuestions({ id, flags: RECURSION_DESIRED, names: [[]], type: DNS_NS })
  return encodeUdp(ends, sourcePort, DNS_PORT, question)
}
