/** Which interfaces are to be watched, from the configuration and what the machine has. */

import { isLinkLocalIp, text } from '@netwatcher/shared'
import type { LeftOutInterface } from '../model/capture.js'
import type { InterfaceInfo } from '../model/interface.js'

/** Sensors that are started without being asked for by name. */
const MAX_AUTOMATIC = 16

/**
 * The configured names; or else every interface that is up and has an address,
 * save loopback. An IPv6 link-local address does not count: the kernel gives
 * one to every container's and every bridge's port.
 */
export function interfacesToWatch(configured: readonly string[], all: readonly InterfaceInfo[]): string[] {
  if (configured.length > 0) return [...new Set(configured)]
  return usable(all).slice(0, MAX_AUTOMATIC)
}

/** Those that would be watched but for their number. */
export function interfacesLeftOut(
  configured: readonly string[],
  all: readonly InterfaceInfo[],
): LeftOutInterface[] {
  if (configured.length > 0) return []
  const cause = text('too_many_interfaces', { count: MAX_AUTOMATIC })
  return usable(all)
    .slice(MAX_AUTOMATIC)
    .map((name) => ({ name, cause }))
}

function usable(all: readonly InterfaceInfo[]): string[] {
  const found = all.filter((one) => one.isUp && !one.isLoopback && one.addresses.some(isOwnAddress))
  return found.map((one) => one.name)
}

function isOwnAddress({ ip }: { ip: string }): boolean {
  return !(ip.includes(':') && isLinkLocalIp(ip))
}
