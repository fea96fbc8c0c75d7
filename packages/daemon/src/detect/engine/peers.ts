/**
 * Hosts on a link without hardware addresses (tun, WireGuard): the address is
 * all that they have. The link may be the way to the whole world, so only its
 * own network and addresses that no provider routes are peers.
 */

import { cidrContains, isLinkLocalIp, isMulticastIp, isUnspecifiedIp, rangesOf } from '@netwatcher/shared'
import type { InterfaceContext } from './detection.js'

/** What tunnels use: RFC 1918, RFC 6598 (Tailscale), RFC 4193. */
const PRIVATE = rangesOf('private_use', 'shared_space', 'unique_local')

export function isPeer({ ownIps, subnets }: InterfaceContext, ip: string): boolean {
  if (ownIps.includes(ip) || isUnspecifiedIp(ip) || isMulticastIp(ip) || isLinkLocalIp(ip)) return false
  return [...subnets, ...PRIVATE].some((prefix) => cidrContains(prefix, ip))
}
