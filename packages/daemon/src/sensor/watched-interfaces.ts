/** Which interfaces are to be watched, from the configuration and what the machine has. */

import { isLinkLocalIp, type Text, text } from '@netwatcher/shared'
import type { LeftOutInterface } from '../model/capture.js'
import type { InterfaceInfo } from '../model/interface.js'

/** Sensors that are started without being asked for by name. */
const MAX_AUTOMATIC = 16

export interface Choice {
  watched: string[]
  /** Those that are up and have an address, but are not watched. */
  leftOut: LeftOutInterface[]
}

/**
 * The configured names; or else every interface that is up and has an address,
 * save loopback. An IPv6 link-local address does not count: the kernel gives
 * one to every container's and every bridge's port. Where there are too many,
 * those that lead out of the machine come first.
 */
export function chooseInterfaces(configured: readonly string[], all: readonly InterfaceInfo[]): Choice {
  if (configured.length > 0) return { watched: [...new Set(configured)], leftOut: [] }
  const usable = all.filter((one) => one.isUp && !one.isLoopback && one.addresses.some(isOwnAddress))
  const [guests, others] = partition(usable, isGuestPort)
  const ranked = others.map(({ name }) => name).sort((a, b) => rank(others, a) - rank(others, b))
  const tooMany = text('too_many_interfaces', { count: MAX_AUTOMATIC })
  return {
    watched: ranked.slice(0, MAX_AUTOMATIC),
    leftOut: [
      ...leaveOut(ranked.slice(MAX_AUTOMATIC), tooMany),
      ...leaveOut(
        guests.map(({ name }) => name),
        text('guest_port'),
      ),
    ],
  }
}

/** The host's end of a container's or virtual machine's cable in a bridge: the bridge shows all of it. */
export function isGuestPort({ kind, master }: InterfaceInfo): boolean {
  return master !== '' && (kind === 'pair' || kind === 'tap')
}

/** A default route first, then hardware, then what the machine has made up; pairs last. */
function rank(all: readonly InterfaceInfo[], name: string): number {
  const info = all.find((one) => one.name === name)
  if (!info || info.gateways.length > 0) return 0
  if (info.kind === 'physical') return 1
  return info.kind === 'pair' ? 3 : 2
}

function leaveOut(names: readonly string[], cause: Text): LeftOutInterface[] {
  return names.map((name) => ({ name, cause }))
}

function isOwnAddress({ ip }: { ip: string }): boolean {
  return !(ip.includes(':') && isLinkLocalIp(ip))
}

function partition<Item>(items: readonly Item[], isFirst: (item: Item) => boolean): [Item[], Item[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))]
}
