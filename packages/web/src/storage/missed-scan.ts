/**
 * Whose silence a scan means something about: devices whose address was inside
 * the targets that were asked in full. A scan of one host says nothing of its
 * neighbours.
 */

import { cidrContains, parseCidr } from '@netwatcher/shared'

export interface Addressed {
  id: number
  mac: string
  networkId: number
  ip: string
}

export function missedBy(targets: readonly string[], silent: readonly Addressed[]): number[] {
  const asked = targets.flatMap((target) => parseCidr(target, { allowHostBits: true }) ?? [])
  return silent.filter(({ ip }) => asked.some((cidr) => cidrContains(cidr, ip))).map(({ id }) => id)
}
