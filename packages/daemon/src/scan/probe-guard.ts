/**
 * Whom an active probe may be sent to: hosts on this link by their own MAC.
 * Never a virtual router MAC, because several routers listen to it and the
 * one in charge may change; never a group; never ourselves.
 */

import { cidrContains, isGroupMac, isLinkLocalIp, makeCidr, ZERO_MAC } from '@netwatcher/shared'
import type { InterfaceFacts } from '../model/interface.js'
import { isVirtualRouterMac } from '../wire/fhrp.js'

export function mayProbe(target: { ip: string; mac: string }, facts: InterfaceFacts): boolean {
  const { ip, mac } = target
  if (facts.mac === '' || mac === '' || mac === ZERO_MAC || mac === facts.mac) return false
  if (isGroupMac(mac) || isVirtualRouterMac(mac)) return false
  return !facts.addresses.some((own) => own.ip === ip) && sourceFor(ip, facts) !== null
}

/** Our address to ask about `ip` from: the one in its subnet. Null when `ip` is not on this link. */
export function sourceFor(ip: string, facts: InterfaceFacts): string | null {
  const isIpv6 = ip.includes(':')
  const candidates = facts.addresses.filter((own) => own.ip.includes(':') === isIpv6)
  const own = candidates.find((candidate) => {
    const cidr = makeCidr(candidate.ip, candidate.prefixLength)
    return cidr !== null && cidrContains(cidr, ip)
  })
  // fe80::/10 is on every link (RFC 4291 section 2.5.6).
  if (!own && isIpv6 && isLinkLocalIp(ip)) return candidates[0]?.ip ?? null
  return own?.ip ?? null
}
