/**
 * Where rules on this machine work. Most people believe that a block cuts a
 * device off; it does so only where the way of that device elsewhere leads
 * through this machine. That the kernel forwards is not enough: every host of
 * containers does. Pure.
 */

import { cidrContains, cidrCovers, formatCidr, isLinkLocalIp, makeCidr, parseCidr } from '@netwatcher/shared'
import type { BlockTarget, Reach } from '../model/firewall.js'
import type { InterfaceInfo } from '../model/interface.js'
import { type BlockRule, targetCidr } from './block.js'
import type { GuardFacts, ServedLink } from './guard.js'

/**
 * Of a machine that forwards: the links on which it asks nobody else for the
 * way. IPv4 decides, for over IPv6 any host can announce itself as a router.
 */
export function servedLinks(interfaces: readonly InterfaceInfo[]): ServedLink[] {
  return interfaces
    .filter((one) => one.isUp && !one.isLoopback && !one.isPointToPoint && one.mac !== '')
    .filter(({ gateways }) => gateways.every((ip) => ip.includes(':')))
    .map(({ name, addresses }) => ({ interface: name, subnets: subnetsOf(addresses) }))
    .filter(({ subnets }) => subnets.length > 0)
}

export function reachOf(
  { targets, quarantine }: Pick<BlockRule, 'targets' | 'quarantine'>,
  facts: Pick<GuardFacts, 'ownAddresses' | 'neighbors' | 'servedLinks'>,
): Reach {
  const links = facts.servedLinks.filter((link) => quarantine?.interfaces.includes(link.interface) ?? true)
  const servedSubnets = links.flatMap(({ subnets }) => subnets)
  const served = servedSubnets.map((subnet) => parseCidr(subnet)).filter((cidr) => cidr !== null)
  const isServed = (target: BlockTarget) => {
    const cidr = targetCidr(target)
    if (cidr) return served.some((subnet) => cidrCovers(subnet, cidr) || cidrCovers(cidr, subnet))
    return facts.neighbors.some(
      ({ ip, mac }) => mac === target.text && served.some((subnet) => cidrContains(subnet, ip)),
    )
  }
  return {
    cutsInternet: quarantine !== null || targets.some(isServed),
    ownAddresses: facts.ownAddresses.map(({ ip }) => ip),
    ownSubnets: subnetsOf(facts.ownAddresses),
    servedSubnets,
    dnsServers: [...(quarantine?.dnsServers ?? [])],
  }
}

function subnetsOf(addresses: GuardFacts['ownAddresses']): string[] {
  const cidrs = addresses
    .filter(({ ip }) => !isLinkLocalIp(ip))
    .map(({ ip, prefixLength }) => makeCidr(ip, prefixLength))
    .filter((cidr) => cidr !== null)
  return [...new Set(cidrs.map((cidr) => formatCidr(cidr)))]
}
