/**
 * Questions for the address of one name, as programs ask them: LLMNR (RFC 4795
 * section 2.1), the NetBIOS name service (RFC 1002 section 4.2.12) and mDNS
 * (RFC 6762 section 5.2). IPv4 only.
 */

import { BROADCAST_MAC } from '@netwatcher/shared'
import { DNS_A, DNS_NETBIOS } from './dns.js'
import { encodeDnsQuestions } from './encode-dns-questions.js'
import { encodeUdp } from './encode-ip.js'

export type NameProtocol = 'llmnr' | 'nbns' | 'mdns'

export interface NameQuestion {
  protocol: NameProtocol
  /** One label of at most 15 letters. */
  name: string
  id: number
  sourceMac: string
  sourceIp: string
  /** Of LLMNR and NetBIOS; mDNS has its own, to which all answers go. */
  sourcePort: number
  /** Where NetBIOS asks. */
  subnetBroadcastIp: string
}

/** RFC 1002 section 4.2.1.1: recursion desired, broadcast. */
const NBNS_FLAGS = 0x0110
/** A file server: what a mistyped `\\name` asks for. */
const NETBIOS_SERVER = 0x20
const ANY_TTL = 255

export const MDNS_GROUP = { ip: '224.0.0.251', mac: '01:00:5e:00:00:fb', port: 5353, ttl: ANY_TTL }
const LLMNR = { ip: '224.0.0.252', mac: '01:00:5e:00:00:fc', port: 5355, ttl: ANY_TTL }
const NBNS = { mac: BROADCAST_MAC, port: 137, ttl: 64 }

export function encodeNameQuestion(question: NameQuestion): Uint8Array {
  const { protocol, sourceMac, sourceIp, subnetBroadcastIp } = question
  const to = { mdns: MDNS_GROUP, llmnr: LLMNR, nbns: { ...NBNS, ip: subnetBroadcastIp } }[protocol]
  const ends = { sourceMac, destinationMac: to.mac, sourceIp, destinationIp: to.ip }
  const sourcePort = protocol === 'mdns' ? MDNS_GROUP.port : question.sourcePort
  return encodeUdp(ends, sourcePort, to.port, message(question), to.ttl)
}

function message({ protocol, name, id }: NameQuestion): Uint8Array {
  if (protocol === 'nbns')
    return encodeDnsQuestions({ id, flags: NBNS_FLAGS, names: [[netbiosLabel(name)]], type: DNS_NETBIOS })
  if (protocol === 'mdns')
    return encodeDnsQuestions({ id: 0, flags: 0, names: [[name, 'local']], type: DNS_A })
  return encodeDnsQuestions({ id, flags: 0, names: [[name]], type: DNS_A })
}

/** RFC 1001 section 14.1: 15 characters and the kind, each as two letters from A. */
function netbiosLabel(name: string): string {
  const codes = [...name.toUpperCase().padEnd(15)].map((letter) => letter.charCodeAt(0))
  return [...codes, NETBIOS_SERVER]
    .map((code) => String.fromCharCode(65 + (code >> 4), 65 + (code & 15)))
    .join('')
}
