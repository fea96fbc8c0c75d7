/** What LLMNR, NetBIOS and mDNS messages say about names, each name by whatever protocol as its first label. */

import { DNS_A, DNS_AAAA, DNS_NETBIOS, decodeNetbiosName } from '../../wire/dns.js'
import type { NameProtocol } from '../../wire/encode-name-query.js'
import type { Packet } from '../../wire/packet.js'

export interface NameAnswer {
  name: string
  ip: string
  protocol: NameProtocol
}

/** The addresses that a message gives to names. */
export function nameAnswers({ payload }: Packet): NameAnswer[] {
  if (payload.type !== 'dns' || payload.source === 'dns') return []
  const { source } = payload
  const types = source === 'nbns' ? [DNS_NETBIOS] : [DNS_A, DNS_AAAA]
  return payload.message.answers.flatMap(({ name, type, data }) => {
    const plain = types.includes(type) && data !== '' ? plainName(name, source) : ''
    return plain === '' ? [] : [{ name: plain, ip: data, protocol: source }]
  })
}

export function plainName(name: string, protocol: NameProtocol): string {
  return protocol === 'nbns' ? (decodeNetbiosName(name)?.name.toLowerCase() ?? '') : baseName(name)
}

/** One name of a host by whatever protocol: the first label, in lower case. */
export function baseName(name: string): string {
  return name.split('.')[0]?.toLowerCase() ?? ''
}
