/** How far traffic went: what is bytes of the connection to the internet, and what never left the house. */

import { isLoopbackIp, isMulticastIp, isUnspecifiedIp } from '../ip.js'
import { isLocalIp } from '../ranges.js'

/** `group` is broadcast and multicast; `not_ip` frames of the link alone, and what was counted without a row. */
export const REACHES = ['internet', 'local', 'group', 'not_ip'] as const
export type Reach = (typeof REACHES)[number]

/**
 * By the address of the other end, canonical; empty for frames that are not IP. Hosts of this LAN that talk by public
 * addresses (IPv6 of the provider's prefix) look like the internet.
 */
export function reachOf(ip: string): Reach {
  if (ip === '') return 'not_ip'
  if (isMulticastIp(ip) || ip === '255.255.255.255') return 'group'
  return isLocalIp(ip) || isLoopbackIp(ip) || isUnspecifiedIp(ip) ? 'local' : 'internet'
}
