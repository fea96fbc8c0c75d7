/**
 * ICMP redirects (RFC 792, RFC 4861 section 8): a router tells a host about a
 * better first hop. Hosts obey only their present gateway (RFC 1122 section
 * 3.2.2.2), so a redirect from anybody else is an attempt to divert traffic, or
 * the mark of a man in the middle whose system forwards and gives itself away.
 */

import { isLinkLocalIp } from '@netwatcher/shared'
import { ICMP_REDIRECT } from '../wire/icmpv4.js'
import type { Packet } from '../wire/packet.js'
import type { Detector, DetectorContext, FindingReason } from './detector.js'
import { finding, reason } from './finding.js'

interface Redirect {
  from: string
  to: string
  victim: string
  destination: string
}

export function createIcmpRedirectDetector(): Detector {
  return { observe }
}

function observe(packet: Packet, context: DetectorContext): void {
  const redirect = readRedirect(packet)
  if (redirect === null) return
  const mac = packet.ethernet.sourceMac
  const { from, to, victim, destination } = redirect
  const owner = context.bindings.owner(from)
  const isForged = owner !== null && owner.mac !== mac
  const lease = context.bindings.claims(to).find((claim) => claim.counts.dhcp > 0)
  const isToHost = lease !== undefined && !context.roles(lease.mac).router
  const isGateway = context.bindings.isGateway(from) && !isForged && !isToHost
  const reasonsFor: FindingReason[] = []
  const text = `${from} (${mac}) told ${victim} to send what is for ${destination} to ${to}`
  reasonsFor.push(reason('redirect', text, [context.frame()]))
  if (isForged)
    reasonsFor.push(
      reason('borrowed_address', `${from} belongs to ${owner.mac}, but the frame came from ${mac}`),
    )
  if (isToHost)
    reasonsFor.push(reason('to_a_host', `${to} is a host that has its address by DHCP, not a router`))
  context.raise(
    finding({
      kind: 'icmp_redirect',
      severity: isForged ? 'critical' : isGateway ? 'info' : 'warning',
      macs: [mac],
      ip: from,
      victim: { ip: victim, mac: context.bindings.owner(victim)?.mac ?? packet.ethernet.destinationMac },
      expected: 'Only the gateway tells hosts about other routers',
      seen: text,
      reasonsFor,
      reasonsAgainst: isGateway ? [reason('from_gateway', `${from} is a gateway of this LAN`)] : [],
      advice: isGateway
        ? 'The gateway knows a better way for this destination; add a route if it happens often.'
        : 'This device forwards traffic of others. If it is not a router, find out why; turn off accepting redirects.',
    }),
  )
}

function readRedirect({ payload, ethernet }: Packet): Redirect | null {
  if (payload.type === 'icmpv4' && payload.icmp.type === ICMP_REDIRECT && payload.icmp.gateway !== null) {
    const { ip, icmp } = payload
    return {
      from: ip.source,
      to: payload.icmp.gateway,
      victim: ip.destination,
      destination: icmp.quoted?.destination ?? 'unknown',
    }
  }
  if (payload.type !== 'icmpv6' || payload.icmp.kind !== 'redirect') return null
  const { ip, icmp } = payload
  if (!isLinkLocalIp(ip.source) || ethernet.isCooked) return null
  return { from: ip.source, to: icmp.target, victim: ip.destination, destination: icmp.destination }
}
