/**
 * The hosts that a scan has found, each reported once per way it was learnt.
 * Bounded, because answers come from the wire: one scan can make up neither
 * endless addresses nor endless MACs for one address. What one station answers
 * for beyond its first address waits until the sweep is over: a router that
 * answers for everybody (local proxy ARP, RFC 3069) is not all hosts.
 */

import type { HostSeen } from '../model/host.js'

/** More claimants of one address than any conflict has. */
const MAX_MACS_PER_IP = 8
/** IPv6 neighbours are not asked for one by one, so their number has no other bound. */
export const MAX_IPV6_HOSTS = 4096
/** A station that answers for so many of the addresses that were asked for does so for all. */
const ALL = { least: 24, share: 0.8 }

export class FoundHosts {
  private readonly macs = new Map<string, Set<string>>()
  private readonly reported = new Set<string>()
  /** Who has answered for each address, and for how many of them each has. */
  private readonly answerers = new Map<string, Set<string>>()
  private readonly answers = new Map<string, number>()
  private held: HostSeen[] = []
  private ipv6Count = 0

  constructor(private readonly onHost: (host: HostSeen) => void) {}

  /** An answer to our question, which is not yet known to be its sender's own address. */
  addAnswer(host: HostSeen): void {
    const macs = this.answerers.get(host.ip) ?? new Set()
    if (macs.has(host.mac) || macs.size >= MAX_MACS_PER_IP) return
    this.answerers.set(host.ip, macs.add(host.mac))
    const answers = (this.answers.get(host.mac) ?? 0) + 1
    this.answers.set(host.mac, answers)
    if (answers === 1) this.add(host)
    else this.held.push(host)
  }

  /** The sweep is over: `asked` addresses were asked for. Gives the MACs that answered for all of them. */
  settle(asked: number): string[] {
    const isForAll = (mac: string) => {
      const count = this.answers.get(mac) ?? 0
      return count >= ALL.least && count >= asked * ALL.share
    }
    for (const host of this.held.splice(0)) if (!isForAll(host.mac)) this.add(host)
    return [...this.answers.keys()].filter(isForAll)
  }

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
