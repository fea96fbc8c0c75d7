/**
 * The last word on what may be blocked on this machine now. Whoever calls may
 * be a compromised web application or a person in a hurry: an address that the
 * machine needs (itself, its routers, its DNS and DHCP servers, whoever
 * administers it over SSH) is refused whatever the caller says, and so is every
 * MAC that was seen for one of these within a day. Which MAC is the genuine one
 * cannot be told by the kernel's table alone: it may be poisoned right now. A
 * quarantine touches only what is forwarded, so none of these; it is of links
 * whose gateway this machine is, or it would be nothing but a false feeling.
 */

import { cidrContains, cidrLast, makeCidr, saidError, type Text, text } from '@netwatcher/shared'
import type { BlockTarget } from '../model/firewall.js'
import { type BlockRule, targetCidr } from './block.js'
import { type ProtectedMac, protectedMacs } from './protected-macs.js'

/** That a MAC has been seen for an address, and since when. */
export interface Claim {
  ip: string
  mac: string
  /** Wall clock. */
  firstMs: number
  lastMs: number
  /** Others claim the address, too. */
  isDisputed: boolean
}

export interface GuardFacts {
  /** Addresses of the machine with the prefix lengths of their subnets. */
  ownAddresses: { ip: string; prefixLength: number }[]
  ownMacs: string[]
  /** Next hops of all routes in all tables. */
  routers: string[]
  dnsServers: string[]
  /** Who has leased this machine its addresses. */
  dhcpServers: string[]
  sshPeers: string[]
  /** Which MAC answers for which address, as the kernel and the sensors know it. */
  neighbors: { ip: string; mac: string }[]
  /** Of the protected addresses, within the last day. */
  claims: Claim[]
  /** What the owner has declared. */
  pinned: { ip: string; mac: string }[]
  /** Routers on the machine's own links whose MAC nobody has told yet. */
  unknownRouters: string[]
  /** The machine passes packets on between interfaces. */
  isForwarding: boolean
  /** Links whose way elsewhere leads through this machine. */
  servedLinks: ServedLink[]
}

export interface ServedLink {
  interface: string
  /** CIDRs, without link-local ones. */
  subnets: string[]
}

export interface GuardFactsProvider {
  read(): Promise<GuardFacts>
}

/** Why a target must not be blocked. */
export interface Danger {
  /** Stable: `TARGET_GATEWAY`. */
  reason: string
  text: Text
}

/** Throws when one of the targets must not be blocked, or when it cannot be told. */
export function checkGuards(block: GuardedBlock, facts: GuardFacts): void {
  const danger = findDanger(block, facts)
  if (danger) throw saidError('failed_precondition', danger.reason, danger.text)
  if (facts.unknownRouters.length === 0 || block.targets.every(({ type }) => type === 'cidr')) return
  const unknown = text('guard_router_unknown', { ips: facts.unknownRouters })
  throw saidError('unavailable', 'GUARD_FACTS_UNAVAILABLE', unknown)
}

export type GuardedBlock = Pick<BlockRule, 'targets' | 'quarantine'> & { overrideMacs: readonly string[] }

/** Null when nothing speaks against any of the targets. */
export function findDanger(
  { targets, quarantine, overrideMacs }: GuardedBlock,
  facts: GuardFacts,
): Danger | null {
  const elsewhere = quarantine?.interfaces.find(
    (name) => !facts.servedLinks.some((link) => link.interface === name),
  )
  if (elsewhere !== undefined) {
    return { reason: 'NOT_GATEWAY', text: text('guard_not_gateway', { interface: elsewhere }) }
  }
  const macs = protectedMacs(protectedAddresses(facts), facts).filter(
    ({ mac, isFirm }) => isFirm || !overrideMacs.includes(mac),
  )
  const addresses = [...protectedAddresses(facts), ...addressesAtRouters(macs, facts)]
  for (const target of targets) {
    const danger =
      target.type === 'mac' ? macDanger(target.text, macs, facts) : addressDanger(target, addresses)
    if (danger) return danger
  }
  return null
}

export interface ProtectedAddress {
  ip: string
  reason: string
  /** Ends the names of the sentences: `guard_router`, `guard_mac_router`. */
  role: 'own_address' | 'router' | 'dns_server' | 'dhcp_server' | 'ssh_peer' | 'broadcast'
}

export function protectedAddresses(facts: GuardFacts): ProtectedAddress[] {
  const as = (ips: readonly string[], role: ProtectedAddress['role'], reason: string) =>
    ips.map((ip) => ({ ip, role, reason }))
  const own = facts.ownAddresses.map(({ ip }) => ip)
  return [
    ...as(own, 'own_address', 'TARGET_OWN_ADDRESS'),
    ...as(facts.routers, 'router', 'TARGET_GATEWAY'),
    ...as(facts.dnsServers, 'dns_server', 'TARGET_DNS_SERVER'),
    ...as(facts.dhcpServers, 'dhcp_server', 'TARGET_DHCP_SERVER'),
    ...as(facts.sshPeers, 'ssh_peer', 'TARGET_SSH_PEER'),
    ...as(facts.ownAddresses.flatMap(directedBroadcast), 'broadcast', 'TARGET_BROADCAST'),
  ]
}

/** RFC 919: the last address of each IPv4 subnet with room for one. */
function directedBroadcast({ ip, prefixLength }: GuardFacts['ownAddresses'][number]): string[] {
  const subnet = ip.includes('.') && prefixLength <= 30 ? makeCidr(ip, prefixLength) : null
  return subnet ? [cidrLast(subnet)] : []
}

/**
 * Neighbour Discovery (RFC 4861) is IPv6 itself and comes from any address of a
 * router, so the rules of a block would stop it: its link-local address counts
 * where routes name its global one, and the other way round. ARP passes rules.
 */
function addressesAtRouters(macs: readonly ProtectedMac[], facts: GuardFacts): ProtectedAddress[] {
  const routers = new Set(macs.filter(({ of }) => of.role === 'router').map(({ mac }) => mac))
  return facts.neighbors
    .filter(({ ip, mac }) => ip.includes(':') && routers.has(mac))
    .map(({ ip }) => ({ ip, role: 'router', reason: 'TARGET_GATEWAY' }))
}

function addressDanger(target: BlockTarget, addresses: readonly ProtectedAddress[]): Danger | null {
  const cidr = targetCidr(target)
  const hit = cidr && addresses.find(({ ip }) => cidrContains(cidr, ip))
  return hit
    ? { reason: hit.reason, text: text(`guard_${hit.role}`, { target: target.text, ip: hit.ip }) }
    : null
}

function macDanger(target: string, macs: readonly ProtectedMac[], facts: GuardFacts): Danger | null {
  if (facts.ownMacs.includes(target)) {
    return { reason: 'TARGET_OWN_MAC', text: text('guard_own_mac', { target }) }
  }
  const hit = macs.find(({ mac }) => mac === target)
  return hit
    ? { reason: hit.of.reason, text: text(`guard_mac_${hit.of.role}`, { target, ip: hit.of.ip }) }
    : null
}
