/** Which prefixes of an interface may be swept. */

import {
  type Cidr,
  cidrCovers,
  cidrSize,
  formatCidr,
  LARGE_SCAN_ADDRESSES,
  parseCidr,
} from '@netwatcher/shared'
import type { InterfaceAddress } from '../model/interface.js'
import { ipv4Subnets } from '../scan/plan.js'

export interface TargetRequest {
  /** CIDR texts; none means all subnets of the interface. */
  targets: readonly string[]
  addresses: readonly InterfaceAddress[]
  allowLarge: boolean
  /** Bound that also `allowLarge` does not lift. */
  maxAddresses: number
}

export type TargetChoice =
  /** `leftOut`: subnets too large to be swept without permission. */
  | { type: 'targets'; targets: string[]; leftOut: string[] }
  | { type: 'refused'; reason: 'TARGET_INVALID' | 'TARGET_NOT_ON_LINK' | 'TARGET_TOO_WIDE'; message: string }

/** Decides what may be scanned; whatever it gives is in a subnet of the interface. */
export function chooseTargets(request: TargetRequest): TargetChoice {
  const { targets, addresses, allowLarge, maxAddresses } = request
  const limit = Math.min(allowLarge ? Number.POSITIVE_INFINITY : LARGE_SCAN_ADDRESSES, maxAddresses)
  return targets.length === 0 ? chooseSubnets(addresses, limit) : chooseWanted(targets, addresses, limit)
}

/** True for a prefix that is within a subnet of these addresses. */
export function isOnLink(target: string, addresses: readonly InterfaceAddress[]): boolean {
  const cidr = parseTarget(target)
  return cidr !== null && ipv4Subnets(addresses).some((subnet) => cidrCovers(subnet.cidr, cidr))
}

function chooseSubnets(addresses: readonly InterfaceAddress[], limit: number): TargetChoice {
  const subnets = ipv4Subnets(addresses).map((subnet) => subnet.cidr)
  const texts = (cidrs: Cidr[]) => [...new Set(cidrs.map(formatCidr))]
  const targets = texts(subnets.filter((cidr) => cidrSize(cidr) <= limit))
  const leftOut = texts(subnets.filter((cidr) => cidrSize(cidr) > limit))
  if (targets.length > 0 || leftOut.length === 0) return { type: 'targets', targets, leftOut }
  return tooWide(leftOut, limit)
}

/** All of it or nothing, and the limit holds for all of it together. */
function chooseWanted(
  texts: readonly string[],
  addresses: readonly InterfaceAddress[],
  limit: number,
): TargetChoice {
  const cidrs: Cidr[] = []
  for (const text of texts) {
    const cidr = parseTarget(text)
    if (!cidr) return refused('TARGET_INVALID', `${text} is not an IPv4 address or prefix`)
    if (!isOnLink(text, addresses)) {
      return refused('TARGET_NOT_ON_LINK', `${text} is not within a subnet of the interface`)
    }
    cidrs.push(cidr)
  }
  const wanted = withoutCovered(cidrs)
  const targets = wanted.map(formatCidr)
  const size = wanted.reduce((sum, cidr) => sum + cidrSize(cidr), 0)
  return size <= limit ? { type: 'targets', targets, leftOut: [] } : tooWide(targets, limit)
}

function withoutCovered(cidrs: readonly Cidr[]): Cidr[] {
  const widestFirst = [...cidrs].sort((a, b) => a.prefixLength - b.prefixLength)
  return widestFirst.filter((cidr, i) => !widestFirst.slice(0, i).some((wider) => cidrCovers(wider, cidr)))
}

function parseTarget(text: string): Cidr | null {
  const cidr = parseCidr(text, { allowHostBits: true })
  return cidr?.network.length === 4 ? cidr : null
}

function tooWide(targets: readonly string[], limit: number): TargetChoice {
  // Only the setting allows more than what is large.
  const setting = limit > LARGE_SCAN_ADDRESSES ? ' (scan.max_addresses of netwatcherd)' : ''
  return refused('TARGET_TOO_WIDE', `${targets.join(', ')}: more than ${limit} addresses${setting}`)
}

function refused(reason: (TargetChoice & { type: 'refused' })['reason'], message: string): TargetChoice {
  return { type: 'refused', reason, message }
}
