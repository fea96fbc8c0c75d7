/**
 * Questions that make devices tell what they are: a search by SSDP (UPnP Device
 * Architecture 1.1 section 1.3.2; what 2.0 adds would tell everybody who asks),
 * and by mDNS for services (RFC 6763 sections 4.1 and 9), asked from its own
 * port, so that the answers go to all (RFC 6762 section 6). IPv4 only.
 */

import { DNS_PTR } from './dns.js'
import { encodeDnsQuestions } from './encode-dns-questions.js'
import { encodeUdp } from './encode-ip.js'
import { MDNS_GROUP } from './encode-name-query.js'
import { SSDP_PORT } from './ssdp.js'

export const SERVICE_ENUMERATION = '_services._dns-sd._udp.local'
export const SSDP_ALL = 'ssdp:all'

const SSDP_GROUP = { ip: '239.255.255.250', mac: '01:00:5e:7f:ff:fa', ttl: 2 }
/** Seconds over which devices spread their answers. */
const ANSWER_WITHIN = 3

export interface Asker {
  mac: string
  ip: string
}

export function encodeSsdpSearch({ mac, ip }: Asker, sourcePort: number): Uint8Array {
  const lines = [
    'M-SEARCH * HTTP/1.1',
    `HOST: ${SSDP_GROUP.ip}:${SSDP_PORT}`,
    'MAN: "ssdp:discover"',
    `MX: ${ANSWER_WITHIN}`,
    `ST: ${SSDP_ALL}`,
  ]
  const payload = new TextEncoder().encode(`${lines.join('\r\n')}\r\n\r\n`)
  const ends = { sourceMac: mac, destinationMac: SSDP_GROUP.mac, sourceIp: ip, destinationIp: SSDP_GROUP.ip }
  return encodeUdp(ends, sourcePort, SSDP_PORT, payload, SSDP_GROUP.ttl)
}

/** One question for pointers of each name, all in one message; names of at most 63 octets a label. */
export function encodeServiceQuestions({ mac, ip }: Asker, names: readonly string[]): Uint8Array {
  const questions = { id: 0, flags: 0, names: names.map((name) => name.split('.')), type: DNS_PTR }
  const { port, ttl, ...group } = MDNS_GROUP
  const ends = { sourceMac: mac, destinationMac: group.mac, sourceIp: ip, destinationIp: group.ip }
  return encodeUdp(ends, port, port, encodeDnsQuestions(questions), ttl)
}
