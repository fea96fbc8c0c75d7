/**
 * The hosts that a scan has found, each reported once per way it was learnt.
 * Bounded, because answers come from the wire: one scan can make up neither
 * endless addresses nor endless MACs for one address.
 */

import type { HostSeen } from '../model/host.js'

/** More claimants of one address than any conflict has. */
const MAX_MACS_PER_IP = 8
/** IPv6 neighbours are not asked for one by one, so their number has no other bound. */
export const MAX_IPV6_HOSTS = 4096

export class FoundHosts {
  private readonly macs = new Map<string, Set<string>>()
  private readonly reported = new Set<string>()
  private ipv6Count = 0

  constructor(private readonly onHost: (host: HostSeen) => void) {}

  add(host: HostSeen): void {
    const key = `${host.ip} ${host.mac} ${host.evidence}`
    if (this.reported.has(key) || !this.hasRoom(host)) return
    this.reported.add(key)
    const macs = this.macs.get(host.ip)
    if (macs) macs.add(host.mac)
    else this.macs.set(host.ip, new Set([host.mac]))
    this.onHost(host)
  }

  has(ip: string): boolean {
    return this.macs.has(ip)
  }

  /** Number of distinct addresses. */
  get count(): number {
    return this.macs.size
  }

  /** Every address with the MAC that was found first. */
  bindings(): { ip: string; mac: string }[] {
    return Array.from(this.macs, ([ip, macs]) => ({ ip, mac: macs.values().next().value ?? '' }))
  }

  private hasRoom(host: HostSeen): boolean {
    const macs = this.macs.get(host.ip)
    if (macs) return macs.has(host.mac) || macs.size < MAX_MACS_PER_IP
    if (!host.ip.includes(':')) return true
    return ++this.ipv6Count <= MAX_IPV6_HOSTS
  }
}
