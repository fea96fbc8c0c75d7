/**
 * Which MACs stand for the protected addresses. Every one that was seen for one
 * of them counts: while a table is poisoned the liar's MAC is there, too, and
 * the genuine one may have gone from it. A pinned MAC and the one that has held
 * the address longest are firm: nobody can override these.
 */

import type { Claim, GuardFacts, ProtectedAddress } from './guard.js'

export interface ProtectedMac {
  mac: string
  of: ProtectedAddress
  /** Not even the owner can have it blocked. */
  isFirm: boolean
}

/** The firm ones of each address first. */
export function protectedMacs(
  addresses: readonly ProtectedAddress[],
  facts: Pick<GuardFacts, 'neighbors' | 'claims' | 'pinned'>,
): ProtectedMac[] {
  return addresses.flatMap((of) => {
    const here = ({ ip }: { ip: string }) => ip === of.ip
    const pinned = facts.pinned.filter(here).map(({ mac }) => mac)
    const claims = facts.claims.filter(here)
    const seen = [...claims, ...facts.neighbors.filter(here)].map(({ mac }) => mac)
    const holder = longestHeld(claims)
    // Without a history the first that anybody knows may be the genuine one.
    const firm = new Set([...pinned, ...(holder ? [holder.mac] : seen)])
    const macs = [...new Set([...firm, ...seen])]
    return macs.map((mac) => ({ mac, of, isFirm: firm.has(mac) }))
  })
}

/** Of two that held it equally long, the one that came first. */
export function longestHeld<T extends Pick<Claim, 'firstMs' | 'lastMs'>>(
  claims: readonly T[],
): T | undefined {
  const heldMs = ({ firstMs, lastMs }: T) => lastMs - firstMs
  return claims.toSorted((a, b) => heldMs(b) - heldMs(a) || a.firstMs - b.firstMs)[0]
}
