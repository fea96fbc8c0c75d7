/**
 * What a device's ordinary traffic tells: where it accepts connections, and
 * which names it asks for. Names are told so that rules may look at them; what
 * becomes of them is decided where they are stored.
 */

import { isLocalIp } from '@netwatcher/shared'
import type { DnsMessage } from '../../wire/dns.js'
import type { Icmpv6 } from '../../wire/icmpv6.js'
import type { IpHeader } from '../../wire/ip.js'
import { TCP_ACK, TCP_SYN, type TcpHeader } from '../../wire/tcp.js'
import type { DetectorContext } from '../engine/detector.js'
import type { Clues } from './clue.js'

const MAX_ASKED = 4

/** Only of addresses of this LAN, whose frames are their own. */
export function tcpClues(ip: IpHeader, tcp: TcpHeader, sender: string, context: DetectorContext): Clues {
  const isAccepted = (tcp.flags & (TCP_SYN | TCP_ACK)) === (TCP_SYN | TCP_ACK)
  const owner = context.bindings.owner(ip.source)?.mac ?? sender
  if (!isAccepted || owner !== sender || !isLocalIp(ip.source) || context.roles(sender).router) return []
  return [['port_served', `tcp/${tcp.sourcePort}`]]
}

export function dnsClues({ isResponse, questions }: DnsMessage): Clues {
  if (isResponse) return []
  return questions.slice(0, MAX_ASKED).map(({ name }) => ['dns_asked', name.toLowerCase()] as const)
}

/** Whoever advertises itself as a default router (RFC 4861 section 6.2.3): with a lifetime of zero it is none. */
export function routerClues(icmp: Icmpv6): Clues {
  const isRouter = icmp.kind === 'router_advertisement' && icmp.lifetimeSeconds > 0
  return isRouter ? [['role', 'router-advertisement']] : []
}
