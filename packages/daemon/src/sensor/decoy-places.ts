/**
 * Which interface answers for which decoy: the first that is watched and has
 * the address in its network, for two cards in one LAN must not take it from
 * each other. Never an address of this machine, of a router, or of a subnet as
 * a whole.
 */

import { type Cidr, cidrContains, cidrLast, cidrSize, formatIp, makeCidr } from '@netwatcher/shared'
import type { InterfaceInfo } from '../model/interface.js'

/** Decoys by interface name. */
export function placeDecoys(
  decoys: readonly string[],
  watchedNames: readonly string[],
  all: readonly InterfaceInfo[],
): Map<string, string[]> {
  const taken = new Set(
    all.flatMap(({ addresses, gateways }) => [...addresses.map(({ ip }) => ip), ...gateways]),
  )
  const watched = watchedNames.flatMap((name) => all.find((one) => one.name === name) ?? [])
  const places = new Map<string, string[]>()
  for (const ip of decoys) {
    const place = taken.has(ip) ? undefined : watched.find((one) => hasRoomFor(ip, one))
    if (place) places.set(place.name, [...(places.get(place.name) ?? []), ip])
  }
  return places
}

function hasRoomFor(ip: string, { mac, hasArp, addresses }: InterfaceInfo): boolean {
  if (mac === '' || !hasArp) return false
  const subnets = addresses.flatMap((own) => makeCidr(own.ip, own.prefixLength) ?? [])
  return subnets.some((subnet) => cidrContains(subnet, ip)) && subnets.every((subnet) => !isEdge(ip, subnet))
}

/** The network's own address, which in IPv6 is any router's (RFC 4291 section 2.6.1), and the broadcast address. */
function isEdge(ip: string, subnet: Cidr): boolean {
  if (cidrSize(subnet) <= 2) return false
  return ip === formatIp(subnet.network) || (!ip.includes(':') && ip === cidrLast(subnet))
}
