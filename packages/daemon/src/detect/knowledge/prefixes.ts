/** Which addresses belong to this LAN: by configuration, by DHCP and router advertisements, or by who claims them. */

import {
  type Cidr,
  cidrContains,
  formatIp,
  isLinkLocalIp,
  isLocalIp,
  makeCidr,
  parseIpBytes,
  type TableStatus,
} from '@netwatcher/shared'
import { KnownSet } from '../tables/known-set.js'

const MAX_PREFIXES = 64

export class Prefixes {
  #configured: readonly Cidr[]
  /** /24 prefixes in which addresses were claimed by ARP, where no subnet is configured. */
  readonly #claimed = new KnownSet(MAX_PREFIXES)
  /** Prefixes that DHCP servers and RAs name, by their text. */
  readonly #announced = new KnownSet(MAX_PREFIXES)
  #onLink: Cidr[] = []

  constructor(configured: readonly Cidr[]) {
    this.#configured = configured
  }

  tables(): TableStatus[] {
    return [this.#claimed.status('claimed_prefixes'), this.#announced.status('announced_prefixes')]
  }

  configure(subnets: readonly Cidr[]): void {
    this.#configured = subnets
  }

  add(prefix: Cidr | null, nowMs: number): void {
    if (!prefix || prefix.prefixLength === 0) return
    if (!this.#announced.add(keyOf(prefix), nowMs)) return
    const stillKnown = this.#onLink.filter((known) => this.#announced.has(keyOf(known)))
    this.#onLink = [...stillKnown, prefix]
  }

  /** As a DHCP server gives it with an address. */
  addMask(ip: string, mask: string, nowMs: number): void {
    const bits = parseIpBytes(mask)?.reduce(
      (sum, byte) => sum + (byte.toString(2).match(/1/g)?.length ?? 0),
      0,
    )
    if (bits !== undefined && bits >= 8) this.add(makeCidr(ip, bits), nowMs)
  }

  addClaimed(ip: string, nowMs: number): void {
    if (!ip.includes(':')) this.#claimed.add(prefix24(ip), nowMs)
  }

  isOnLink(ip: string): boolean {
    if (isLinkLocalIp(ip)) return true
    const known = [...this.#configured, ...this.#onLink]
    if (known.some((prefix) => cidrContains(prefix, ip))) return true
    return this.#claimed.has(prefix24(ip))
  }

  /** Whether any is known for the family of this address. */
  isAnyKnown(ip: string): boolean {
    const isIpv6 = ip.includes(':')
    if (this.#configured.some((prefix) => (prefix.network.length === 16) === isIpv6)) return true
    return isIpv6 ? this.#onLink.some((prefix) => prefix.network.length === 16) : this.#claimed.size > 0
  }

  /** Not of this LAN: outside the known prefixes, or, where none is known, a public address on its way to a private one. */
  isOffLan(from: string, destination: string): boolean {
    if (this.isOnLink(from)) return false
    return this.isAnyKnown(from) || (isLocalIp(destination) && !from.includes(':') && !isLocalIp(from))
  }
}

function keyOf({ network, prefixLength }: Cidr): string {
  return `${formatIp(network)}/${prefixLength}`
}

function prefix24(ip: string): string {
  return ip.includes(':') ? '' : ip.slice(0, ip.lastIndexOf('.'))
}
