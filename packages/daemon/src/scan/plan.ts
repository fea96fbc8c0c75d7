/**
 * The addresses that a scan asks, the gateways first and then in random order. Network and broadcast addresses follow from the interface's
 * real netmask (none in a /31, RFC 3021, or /32); our own addresses are known
 * and never asked for.
 */

import {
  type Cidr,
  cidrContains,
  cidrSize,
  formatIpv4,
  makeCidr,
  parseCidr,
  parseIpBytes,
} from '@netwatcher/shared'
import type { InterfaceAddress, InterfaceFacts } from '../model/interface.js'
import { readU32 } from '../wire/bytes.js'

export interface ScanPlan {
  /** Addresses to ask for as 32-bit numbers: a router that answers for all is to be known by its own. */
  order: Uint32Array
  /** Our own addresses within the targets. */
  own: string[]
  /** Our own address in the subnet of `address`: what a question about it is sent from. */
  senderFor(address: number): string
}

/** `random` gives numbers from 0 up to 1, like Math.random. */
export function planScan(
  targets: readonly string[],
  { addresses, gateways }: Pick<InterfaceFacts, 'addresses' | 'gateways'>,
  random: () => number,
): ScanPlan {
  const subnets = ipv4Subnets(addresses)
  const cidrs = targets.map((target) => parseCidr(target)).filter((cidr) => cidr !== null)
  const ownIps = addresses.map(({ ip }) => ip)
  const own = ownIps.filter((ip) => cidrs.some((cidr) => cidrContains(cidr, ip)))
  const ownNumbers = new Set(ownIps.map(ipv4Number))
  const isAskable = (address: number) => {
    const subnet = findSubnet(subnets, address)
    return subnet !== undefined && !ownNumbers.has(address) && !isNetworkOrBroadcast(subnet, address)
  }
  const order = uniqueAddresses(cidrs).filter(isAskable)
  shuffle(order, random)
  moveToFront(order, gateways.map(ipv4Number))
  return { order, own, senderFor: (address) => findSubnet(subnets, address)?.ip ?? '' }
}

interface Subnet {
  /** Our address in it. */
  ip: string
  cidr: Cidr
  first: number
  last: number
}

/** The longest prefix first, so that the first match of an address is its subnet. */
export function ipv4Subnets(addresses: readonly InterfaceAddress[]): Subnet[] {
  const subnets = addresses.flatMap(({ ip, prefixLength }) => {
    const cidr = ip.includes(':') ? null : makeCidr(ip, prefixLength)
    return cidr ? [{ ip, cidr, ...bounds(cidr) }] : []
  })
  return subnets.sort((a, b) => b.cidr.prefixLength - a.cidr.prefixLength)
}

function findSubnet(subnets: readonly Subnet[], address: number): Subnet | undefined {
  return subnets.find((subnet) => address >= subnet.first && address <= subnet.last)
}

function isNetworkOrBroadcast(subnet: Subnet, address: number): boolean {
  return subnet.cidr.prefixLength <= 30 && (address === subnet.first || address === subnet.last)
}

function bounds(cidr: Cidr): { first: number; last: number } {
  const first = readU32(cidr.network, 0)
  return { first, last: first + cidrSize(cidr) - 1 }
}

/** Every address of the prefixes once, also where they overlap. */
function uniqueAddresses(cidrs: readonly Cidr[]): Uint32Array {
  const all = new Uint32Array(cidrs.reduce((sum, cidr) => sum + cidrSize(cidr), 0))
  let end = 0
  for (const cidr of cidrs) {
    const { first, last } = bounds(cidr)
    for (let address = first; address <= last; address++) all[end++] = address
  }
  return all.sort().filter((address, i) => i === 0 || address !== all[i - 1])
}

/** Fisher-Yates. */
function shuffle(values: Uint32Array, random: () => number): void {
  for (let i = values.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    const swapped = values[i] ?? 0
    values[i] = values[j] ?? 0
    values[j] = swapped
  }
}

function moveToFront(values: Uint32Array, wanted: readonly number[]): void {
  let front = 0
  for (const value of wanted) {
    const at = values.indexOf(value)
    if (at < front) continue
    values[at] = values[front] ?? 0
    values[front++] = value
  }
}

/** -1 for anything but IPv4, which no IPv4 address is equal to. */
export function ipv4Number(ip: string): number {
  const bytes = parseIpBytes(ip)
  return bytes?.length === 4 ? readU32(bytes, 0) : -1
}

export function ipv4Text(address: number): string {
  return formatIpv4(Uint8Array.of(address >>> 24, address >>> 16, address >>> 8, address))
}
