/**
 * The last word on what may be blocked on this machine now. Whoever calls may
 * be a compromised web application or a person in a hurry: an address that the
 * machine needs (itself, its gateway, its DNS servers, whoever administers it
 * over SSH) is refused whatever the caller says.
 */

import { cidrContains, cidrLast, makeCidr, NetWatcherError } from '@netwatcher/shared'
import type { BlockTarget } from '../model/firewall.js'
import { targetCidr } from './block.js'

export interface GuardFacts {
  /** Addresses of the machine with the prefix lengths of their subnets. */
  ownAddresses: { ip: string; prefixLength: number }[]
  ownMacs: string[]
  gateways: string[]
  dnsServers: string[]
  sshPeers: string[]
  /** The neighbour table: which MAC answers for which address. */
  neighbors: { ip: string; mac: string }[]
  /** The machine passes packets on between interfaces. */
  isForwarding: boolean
}

export interface GuardFactsProvider {
  read(): Promise<GuardFacts>
}

/** Throws `failed_precondition` when the target must not be blocked. */
export function checkGuards(target: BlockTarget, facts: GuardFacts): void {
  const refusal = target.type === 'mac' ? macRefusal(target.text, facts) : addressRefusal(target, facts)
  if (refusal) throw new NetWatcherError('failed_precondition', refusal.reason, refusal.message)
}

interface ProtectedAddress {
  ip: string
  reason: string
  role: string
}

function protectedAddresses(facts: GuardFacts): ProtectedAddress[] {
  return [
    ...facts.ownAddresses.map(({ ip }) => ({
      ip,
      reason: 'TARGET_OWN_ADDRESS',
      role: 'this machine itself',
    })),
    ...facts.gateways.map((ip) => ({ ip, reason: 'TARGET_GATEWAY', role: 'the default gateway' })),
    ...facts.dnsServers.map((ip) => ({ ip, reason: 'TARGET_DNS_SERVER', role: 'a DNS server in use' })),
    ...facts.sshPeers.map((ip) => ({
      ip,
      reason: 'TARGET_SSH_PEER',
      role: 'the other end of an SSH session',
    })),
    ...facts.ownAddresses.flatMap(directedBroadcast),
  ]
}

/** RFC 919: the last address of each IPv4 subnet with room for one. */
function directedBroadcast({ ip, prefixLength }: GuardFacts['ownAddresses'][number]): ProtectedAddress[] {
  const subnet = ip.includes('.') && prefixLength <= 30 ? makeCidr(ip, prefixLength) : null
  return subnet
    ? [{ ip: cidrLast(subnet), reason: 'TARGET_BROADCAST', role: 'the broadcast address of the subnet' }]
    : []
}

function addressRefusal(target: BlockTarget, facts: GuardFacts) {
  const cidr = targetCidr(target)
  const hit = cidr && protectedAddresses(facts).find(({ ip }) => cidrContains(cidr, ip))
  if (!hit) return null
  const covers = hit.ip === target.text ? 'is' : `covers ${hit.ip},`
  return { reason: hit.reason, message: `${target.text} ${covers} ${hit.role}: it is never blocked.` }
}

function macRefusal(mac: string, facts: GuardFacts) {
  if (facts.ownMacs.includes(mac)) {
    return { reason: 'TARGET_OWN_MAC', message: `${mac} is this machine itself: it is never blocked.` }
  }
  const ips = facts.neighbors.filter((neighbor) => neighbor.mac === mac).map(({ ip }) => ip)
  const hit = protectedAddresses(facts).find(({ ip }) => ips.includes(ip))
  if (!hit) return null
  return {
    reason: hit.reason,
    message: `${mac} answers for ${hit.ip}, ${hit.role}: it is not blocked while it does.`,
  }
}
