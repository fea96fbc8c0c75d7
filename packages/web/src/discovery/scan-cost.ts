/** What a scan would ask, from the machine's interfaces: the networks, how many addresses, and for how long. */

import {
  cidrSize,
  formatCidr,
  LARGE_SCAN_ADDRESSES,
  makeCidr,
  NetWatcherError,
  scanSeconds,
} from '@netwatcher/shared'
import type { ScanCost } from '../contract/scan.js'
import type { InterfaceList, NetworkInterface } from '../daemon/types.js'

/** Of one interface by its name, or of all that are watched; throws when the one is not. */
export function scanCost(
  { interfaces, maxScanAddresses }: InterfaceList,
  wanted: { interface?: string | undefined; pace: 'normal' | 'fast' },
): ScanCost {
  const watched = interfaces.filter(({ isWatched }) => isWatched)
  const asked = watched.filter(({ name }) => wanted.interface === undefined || name === wanted.interface)
  if (wanted.interface !== undefined && asked.length === 0) {
    throw new NetWatcherError('not_found', 'INTERFACE_NOT_WATCHED', `${wanted.interface} is not watched.`)
  }
  const limit = maxScanAddresses === 0 ? Number.POSITIVE_INFINITY : maxScanAddresses
  const networks = asked.flatMap(({ name, addresses }) => networksOf(name, addresses, limit))
  const addresses = networks.reduce((sum, network) => sum + (network.isTooWide ? 0 : network.addresses), 0)
  return {
    networks,
    addresses,
    seconds: scanSeconds(addresses, wanted.pace),
    isLarge: networks.some(({ isLarge }) => isLarge),
    maxAddresses: maxScanAddresses,
  }
}

function networksOf(
  name: string,
  addresses: NetworkInterface['addresses'],
  limit: number,
): ScanCost['networks'] {
  const sizes = new Map<string, number>()
  for (const { ip, prefixLength } of addresses) {
    const cidr = ip.includes(':') ? null : makeCidr(ip, prefixLength)
    if (cidr) sizes.set(formatCidr(cidr), cidrSize(cidr))
  }
  return [...sizes].map(([cidr, size]) => ({
    interface: name,
    cidr,
    addresses: size,
    isLarge: size > LARGE_SCAN_ADDRESSES && size <= limit,
    isTooWide: size > limit,
  }))
}
