/**
 * Two MACs that go on using one address belong to two hosts in conflict, or to one host with several cards or a
 * bond. Both are seen to be there in either case; what each does of its own accord tells them apart.
 */

import type { BindingContext } from '../engine/binding-context.js'
import type { AddressRecord } from '../knowledge/binding-table.js'
import { type Claim, isStrong } from '../knowledge/claim.js'

/** Once may be a host that came up with a wrong address and took it back. */
const ANSWERS_TOGETHER = 3

/** Two hosts in conflict, as far as can be seen. */
export function areTwoHosts(
  record: AddressRecord,
  claim: Claim,
  holders: Claim[],
  context: BindingContext,
): boolean {
  if (answersForGateway(record, claim, holders, context)) return true
  const since = claim.conflictMs ?? claim.firstMs
  const hasSpoken = Math.max(claim.lastAnnouncedMs, claim.lastAskedMs, claim.lastGroupMs) >= since
  const others = holders.filter(
    (holder) => speaksItself(holder) && !isSameHost(record, claim, holder, context),
  )
  return hasSpoken && others.length > 0 && isInUse(record, context)
}

/**
 * Two that answer every question for the gateway: a router with two cards in one network would answer for its other
 * addresses likewise, and few are built so; scripts that answer whatever is asked for are common.
 */
function answersForGateway(
  { vlan, ip }: AddressRecord,
  claim: Claim,
  holders: Claim[],
  { learner }: BindingContext,
): boolean {
  const isAgain = ({ answeredTogether }: Claim) => answeredTogether >= ANSWERS_TOGETHER
  return learner.isGateway(vlan, ip) && isAgain(claim) && holders.some(isAgain)
}

/** The second card of a host answers for it, but what the host sends goes out of the first (ARP flux). */
function speaksItself({ counts, groupPackets }: Claim): boolean {
  return counts.request + counts.gratuitous + counts.ip_source + groupPackets > 0
}

function isSameHost(record: AddressRecord, claim: Claim, holder: Claim, context: BindingContext): boolean {
  const since = claim.conflictMs ?? claim.firstMs
  // Two hosts would both have answered a question to all: a bond answers once, with the MAC that it chose for the asker.
  const isBond = holder.lastAloneMs > since && claim.answeredTogether + holder.answeredTogether === 0
  return isBond || sharesAnotherAddress(record, claim, holder, context)
}

function sharesAnotherAddress(
  record: AddressRecord,
  claim: Claim,
  holder: Claim,
  { table }: BindingContext,
): boolean {
  return (table.mac(record.vlan, claim.mac)?.claimed ?? []).some((ip) => {
    if (ip === record.ip || ip.includes(':') !== record.ip.includes(':')) return false
    const users = table.address(record.vlan, ip)?.claims.filter(isStrong) ?? []
    return [claim, holder].every(({ mac }) => users.some((user) => user.mac === mac))
  })
}

/** Hosts may ask with addresses that nobody reaches them by (Linux ip-sysctl, arp_announce): no harm in two that do. */
function isInUse({ vlan, ip, claims }: AddressRecord, { learner }: BindingContext): boolean {
  const isMore = ({ counts, groupPackets }: Claim) => counts.solicited + counts.gratuitous + groupPackets > 0
  return claims.some(isMore) || learner.isWanted(vlan, ip)
}
