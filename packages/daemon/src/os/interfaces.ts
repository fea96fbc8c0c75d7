/**
 * The machine's network interfaces: addresses by getifaddrs(3) (through
 * os.networkInterfaces), the rest by /sys/class/net, gateways by the routing
 * table. getifaddrs in Node leaves out interfaces that are down or have no
 * address, so /sys has the list of names.
 */

import { readdir, readlink } from 'node:fs/promises'
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os'
import { basename, join } from 'node:path'
import { parseIp, parseMac, ZERO_MAC } from '@netwatcher/shared'
import type { InterfaceAddress, InterfaceInfo, InterfaceKind } from '../model/interface.js'
import { defaultRoutes } from './routes.js'
import { readIfPresent } from './system-file.js'

/** Where to read; tests point it at fixtures. */
export interface InterfaceSources {
  root: string
  addresses?: () => NodeJS.Dict<NetworkInterfaceInfo[]>
}

const SYSTEM: InterfaceSources = { root: '/' }

const DIRECTORY = 'sys/class/net'

/** Flags of linux/if.h, as in /sys/class/net/NAME/flags. */
const IFF_UP = 0x1
const IFF_LOOPBACK = 0x8
const IFF_POINTOPOINT = 0x10
const IFF_NOARP = 0x80

/** Throws when /sys/class/net or the routing table cannot be read. */
export async function listInterfaces(sources: InterfaceSources = SYSTEM): Promise<InterfaceInfo[]> {
  const addresses = addressesByInterface((sources.addresses ?? networkInterfaces)())
  const names = new Set([...(await readdir(join(sources.root, DIRECTORY))), ...addresses.keys()])
  const routes = await defaultRoutes(sources.root)
  const interfaces = [...names].sort().map(async (name) => {
    const entries = addresses.get(name) ?? []
    const [link, place] = await Promise.all([
      readLink(sources.root, name, entries),
      readPlace(sources.root, name),
    ])
    const gateways = routes.filter((route) => route.interface === name).map((route) => route.gateway)
    return {
      name,
      ...link,
      ...place,
      addresses: entries.flatMap(interfaceAddress),
      gateways: [...new Set(gateways)],
    }
  })
  return (await Promise.all(interfaces)).filter((one) => one.mtu > 0)
}

/** Old-style aliases (`eth0:1`) are labels on addresses of `eth0`, not interfaces. */
function addressesByInterface(all: NodeJS.Dict<NetworkInterfaceInfo[]>): Map<string, NetworkInterfaceInfo[]> {
  const byName = new Map<string, NetworkInterfaceInfo[]>()
  for (const [label, entries = []] of Object.entries(all)) {
    const name = label.split(':')[0] ?? label
    byName.set(name, [...(byName.get(name) ?? []), ...entries])
  }
  return byName
}

function interfaceAddress(entry: NetworkInterfaceInfo): InterfaceAddress[] {
  const ip = parseIp(entry.address)
  const prefixLength = Number(entry.cidr?.split('/')[1])
  return ip && Number.isInteger(prefixLength) ? [{ ip, prefixLength }] : []
}

/** An interface that /sys does not show (another sysfs is mounted there) is up: getifaddrs listed it. */
async function readLink(root: string, name: string, entries: NetworkInterfaceInfo[]) {
  const [flagsText, mtuText, macText] = await Promise.all(
    ['flags', 'mtu', 'address'].map((file) => readIfPresent(root, join(DIRECTORY, name, file))),
  )
  const first = entries[0]
  const flags = flagsText == null ? impliedFlags(first) : Number.parseInt(flagsText, 16)
  const mac = parseMac((macText ?? first?.mac ?? '').trim())
  return {
    mac: mac === null || mac === ZERO_MAC ? '' : mac,
    isUp: (flags & IFF_UP) !== 0,
    isLoopback: (flags & IFF_LOOPBACK) !== 0,
    isPointToPoint: (flags & IFF_POINTOPOINT) !== 0,
    hasArp: (flags & IFF_NOARP) === 0,
    // Not a link at all (/sys/class/net/bonding_masters is a file) when it has neither MTU nor address.
    mtu: mtuText == null ? (first ? DEFAULT_MTU : 0) : Number.parseInt(mtuText, 10) || 0,
  }
}

/**
 * How it stands to others, by what sysfs-class-net(5) of linux/Documentation/ABI has: links `device`, `master`
 * and `lower_NAME`, a folder `bridge`; the other end of a pair is an interface that is not below it.
 */
async function readPlace(root: string, name: string) {
  const directory = join(DIRECTORY, name)
  const entries: string[] = await readdir(join(root, directory)).catch(() => [])
  const [index, otherEnd] = await Promise.all(
    ['ifindex', 'iflink'].map((file) => readIfPresent(root, join(directory, file))),
  )
  const isPort = entries.includes('master')
  const master = isPort ? await readlink(join(root, directory, 'master')).catch(() => '') : ''
  const isMaster = entries.includes('bridge') || entries.includes('bonding')
  const lower = entries.find((entry) => entry.startsWith(LOWER))?.slice(LOWER.length) ?? ''
  return {
    kind: kindOf(entries, { hasOtherEnd: index?.trim() !== otherEnd?.trim(), hasLower: lower !== '' }),
    master: basename(master),
    lower: isMaster ? '' : lower,
  }
}

const LOWER = 'lower_'

function kindOf(
  entries: readonly string[],
  { hasOtherEnd, hasLower }: { hasOtherEnd: boolean; hasLower: boolean },
): InterfaceKind {
  if (entries.includes('device')) return 'physical'
  if (entries.includes('bridge')) return 'bridge'
  if (entries.includes('tun_flags')) return 'tap'
  return hasOtherEnd && !hasLower ? 'pair' : 'virtual'
}

const DEFAULT_MTU = 1500

function impliedFlags(entry: NetworkInterfaceInfo | undefined): number {
  return entry ? IFF_UP | (entry.internal ? IFF_LOOPBACK : 0) : 0
}
