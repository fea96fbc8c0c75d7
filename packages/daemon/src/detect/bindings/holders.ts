/** Who else holds an address, and what the table tells of a claimant beyond the address in question. */

import { isLinkLocalIp, isPrivateIp } from '@netwatcher/shared'
import type { AddressRecord, BindingTable } from '../knowledge/binding-table.js'
import { type Claim, DEFEND_INTERVAL_MS, isStrong } from '../knowledge/claim.js'
import type { Learner } from '../knowledge/learner.js'

const NEVER = Number.NEGATIVE_INFINITY

/** Others whose claim to the address stands. */
export function otherHolders(record: AddressRecord, claim: Claim): Claim[] {
  const stands = (other: Claim) => !other.isRetired && (isStrong(other) || other === record.owner)
  return record.claims.filter((other) => other !== claim && stands(other))
}

/** Only an address that nobody else claims shows that the claimant is somebody else. */
export function otherAddress(record: AddressRecord, claim: Claim, table: BindingTable): Claim | null {
  for (const ip of table.mac(record.vlan, claim.mac)?.claimed ?? []) {
    if (ip === record.ip || ip.includes(':') !== record.ip.includes(':')) continue
    // Every host has link-local addresses beside its own (RFC 3927, RFC 4291).
    if (isLinkLocalIp(ip) !== isLinkLocalIp(record.ip)) continue
    // A router asks with addresses of its other side too (Linux ip-sysctl, arp_announce).
    if (isPrivateIp(ip) !== isPrivateIp(record.ip)) continue
    const claims = table.address(record.vlan, ip)?.claims ?? []
    const own = claims.find(({ mac }) => mac === claim.mac)
    if (own && claims.length === 1 && isStrong(own)) return own
  }
  return null
}

/** ARP flux: both MACs of one host answer for all of its addresses (Linux ip-sysctl, arp_ignore). */
export function sharedAddress(
  record: AddressRecord,
  claim: Claim,
  holders: Claim[],
  table: BindingTable,
): string | null {
  for (const ip of table.mac(record.vlan, claim.mac)?.claimed ?? []) {
    if (ip === record.ip) continue
    const claims = table.address(record.vlan, ip)?.claims ?? []
    const answers = (mac: string) =>
      claims.some((other) => other.mac === mac && other.counts.solicited > other.unasked)
    if (answers(claim.mac) && holders.some(({ mac }) => answers(mac))) return ip
  }
  return null
}

/** M says to A that it is B, and to B that it is A. */
export function reciprocalIp(record: AddressRecord, claim: Claim, table: BindingTable): string | null {
  for (const { ip } of claim.recipients) {
    if (ip === record.ip) continue
    const other = table.address(record.vlan, ip)?.claims.find(({ mac }) => mac === claim.mac)
    if (other?.recipients.some((recipient) => recipient.ip === record.ip)) return ip
  }
  return null
}

/** Advertised by the claimant itself, or the address belongs to a group in which both speak. */
export function sharesVirtualAddress(
  record: AddressRecord,
  claim: Claim,
  holders: Claim[],
  table: BindingTable,
): boolean {
  const advertised = ({ mac }: Claim) => table.mac(record.vlan, mac)?.fhrpAddresses ?? []
  const mine = advertised(claim)
  if (mine.length === 0) return false
  return (
    mine.includes(record.ip) || mine.includes('*') || holders.some((holder) => advertised(holder).length > 0)
  )
}

/**
 * The holder came back as hosts do that left (wake-up, fail-back, roaming): it announced itself, or takes up an
 * address again that the claimant had really used meanwhile (sent to all from it, or was the only one to answer a
 * question for it, which the holder would have answered too), and the claimant fell silent. Whoever asks a DHCP
 * server for the address, or whether it is free, has come back too: a holder that had stayed would not.
 */
export function handedBack(
  record: AddressRecord,
  holder: Claim,
  claim: Claim,
  since: number,
  learner: Learner,
): boolean {
  const askedMs = learner.askedForMs(record.vlan, record.ip, holder.mac)
  if (askedMs !== null && askedMs > since && claim.lastMs <= askedMs) return true
  const wasAway = Math.max(claim.lastGroupMs, claim.lastAloneMs) >= since
  const resumedMs = wasAway ? holder.resumedMs : NEVER
  const backMs = Math.max(holder.lastAnnouncedMs, resumedMs)
  return backMs > since + DEFEND_INTERVAL_MS && claim.lastMs <= backMs
}

/** Frames that show the claim itself, the most telling kind that there is. */
export function anyFrames({ frames }: Claim): number[] {
  const { unasked, gratuitous, solicited, request, mismatch } = frames
  return unasked ?? gratuitous ?? solicited ?? request ?? mismatch ?? []
}
