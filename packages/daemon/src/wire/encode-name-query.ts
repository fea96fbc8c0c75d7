/**
 * Questions for the address of one name, as programs ask them: LLMNR (RFC 4795
 * section 2.1), the NetBIOS name service (RFC 1002 section 4.2.12) and mDNS
 * (RFC 6762 section 5.2). IPv4 only.
 */

import { BROADCAST_MAC } from '@netwatcher/shared'
import { writeU16 } from './bytes.js'
import { DNS_A, DNS_NETBIOS } from './dns.js'
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

const CLASS_IN = 1
/** RFC 1002 section 4.2.1.1: recursion desired, broadcast. */
const NBNS_FLAGS = 0x0110
/** A file server: what a mistyped `\\name` asks for. */
const NETBIOS_SERVER = 0x20
const ANY_TTL = 255

const MDNS = { ip: '224.0.0.251', mac: '01:00:5e:00:00:fb', port: 5353, ttl: ANY_TTL }
const LLMNR = { ip: '224.0.0.252', mac: '01:00:5e:00:00:fc', port: 5355, ttl: ANY_TTL }
const NBNS = { mac: BROADCAST_MAC, port: 137, ttl: 64 }

export function encodeNameQuestion(question: NameQuestion): Uint8Array {
  const { protocol, sourceMac, sourceIp, subnetBroadcastIp } = question
  const to = { mdns: MDNS, llmnr: LLMNR, nbns: { ...NBNS, ip: subnetBroadcastIp } }[protocol]
  const ends = { sourceMac, destinationMac: to.mac, sourceIp, destinationIp: to.ip }
  const sourcePort = protocol === 'mdns' ? MDNS.port : question.sourcePort
  return encodeUdp(ends, sourcePort, to.port, message(question), to.ttl)
}

/** RFC 1035 section 4.1, with one question. */
function message({ protocol, name, id }: NameQuestion): Uint8Array {
  const isNetbios = protocol === 'nbns'
  const labels = isNetbios ? [netbiosLabel(name)] : protocol === 'mdns' ? [name, 'local'] : [name]
  const encoded = labels.flatMap((label) => [label.length, ...new TextEncoder().encode(label)])
  const bytes = new Uint8Array(12 + encoded.length + 5)
  writeU16(bytes, 0, protocol === 'mdns' ? 0 : id)
  writeU16(bytes, 2, isNetbios ? NBNS_FLAGS : 0)
  writeU16(bytes, 4, 1)
  bytes.set(encoded, 12)
  writeU16(bytes, bytes.length - 4, isNetbios ? DNS_NETBIOS : DNS_A)
  writeU16(bytes, bytes.length - 2, CLASS_IN)
  return bytes
}

/** RFC 1001 section 14.1: 15 characters and the kind, each as two letters from A. */
function netbiosLabel(name: string): string {
  const codes = [...name.toUpperCase().padEnd(15)].map((letter) => letter.charCodeAt(0))
  return [...codes, NETBIOS_SERVER]
    .map((code) => String.fromCharCode(65 + (code >> 4), 65 + (code & 15)))
    .join('')
}
