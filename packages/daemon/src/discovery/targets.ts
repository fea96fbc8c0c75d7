/** Which prefixes of an interface may be swept. */

import {
  type Cidr,
  cidrCovers,
  cidrSize,
  formatCidr,
  LARGE_SCAN_ADDRESSES,
  parseCidr,
  render,
  type Text,
  text,
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
  | {
      type: 'refused'
      reason: 'TARGET_INVALID' | 'TARGET_NOT_ON_LINK' | 'TARGET_TOO_WIDE'
      message: string
      /** What the message says, where the catalogue has it. */
      said?: Text
    }

type Refused = TargetChoice & { type: 'refused' }

/** Decides what may be scanned; whatever it gives is in a subnet of the interface. */
export function chooseTargets(request: TargetRequest): TargetChoice {
  return request.targets.length === 0 ? chooseSubnets(request) : chooseWanted(request)
}

/** True for a prefix that is within a subnet of these addresses. */
export function isOnLink(target: string, addresses: readonly InterfaceAddress[]): boolean {
  const cidr = parseTarget(target)
  return cidr !== null && ipv4Subnets(addresses).some((subnet) => cidrCovers(subnet.cidr, cidr))
}

function limitOf({ allowLarge, maxAddresses }: TargetRequest): number {
  return allowLarge ? maxAddresses : Math.min(LARGE_SCAN_ADDRESSES, maxAddresses)
}

function chooseSubnets(request: TargetRequest): TargetChoice {
  const { addresses, maxAddresses } = request
  const limit = limitOf(request)
  const subnets = ipv4Subnets(addresses).map((subnet) => subnet.cidr)
  const texts = (cidrs: Cidr[]) => [...new Set(cidrs.map(formatCidr))]
  const targets = texts(subnets.filter((cidr) => cidrSize(cidr) <= limit))
  const leftOut = texts(subnets.filter((cidr) => cidrSize(cidr) > limit))
  if (targets.length > 0 || leftOut.length === 0) return { type: 'targets', targets, leftOut }
  return tooWide(leftOut, Math.min(...subnets.map(cidrSize)), maxAddresses)
}

/** All of it or nothing, and the limit holds for all of it together. */
function chooseWanted(request: TargetRequest): TargetChoice {
  const cidrs: Cidr[] = []
  for (const one of request.targets) {
    const cidr = parseTarget(one)
    if (!cidr) return refused('TARGET_INVALID', `${one} is not an IPv4 address or prefix`)
    if (!isOnLink(one, request.addresses)) {
      return refused('TARGET_NOT_ON_LINK', `${one} is not within a subnet of the interface`)
    }
    cidrs.push(cidr)
  }
  const wanted = withoutCovered(cidrs)
  const targets = wanted.map(formatCidr)
  const size = wanted.reduce((sum, cidr) => sum + cidrSize(cidr), 0)
  if (size <= limitOf(request)) return { type: 'targets', targets, leftOut: [] }
  return tooWide(targets, size, request.maxAddresses)
}

function withoutCovered(cidrs: readonly Cidr[]): Cidr[] {
  const widestFirst = [...cidrs].sort((a, b) => a.prefixLength - b.prefixLength)
  return widestFirst.filter((cidr, i) => !widestFirst.slice(0, i).some((wider) => cidrCovers(wider, cidr)))
}

function parseTarget(text: string): Cidr | null {
  const cidr = parseCidr(text, { allowHostBits: true })
  return cidr?.network.length === 4 ? cidr : null
}

/** A request can only allow what the setting does: where that is in the way, it is what is told. */
function tooWide(targets: string[], size: number, maxAddresses: number): TargetChoice {
  if (size <= maxAddresses) {
    return refused('TARGET_TOO_WIDE', `${targets.join(', ')}: more than ${LARGE_SCAN_ADDRESSES} addresses`)
  }
  const said = text('scan_too_wide', { targets, limit: maxAddresses })
  return { ...refused('TARGET_TOO_WIDE', render(said, 'en')), said }
}

function refused(reason: Refused['reason'], message: string): Refused {
  return { type: 'refused', reason, message }
}
