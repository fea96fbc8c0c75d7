/**
 * What speaks for a MAC that has claimed an address of another: redundancy, leases, several cards in one host, a
 * shared address that moves. See rule.ts for the weights.
 */

import { MINUTE_MS, SECOND_MS } from '@netwatcher/shared'
import { announcesLong, type Claim } from '../knowledge/claim.js'
import type { Facts } from './facts.js'
import { type Rule, shown } from './rule.js'

/** A request for an address counts as asking first for this long. */
const ASKED_FIRST_MS = MINUTE_MS
/** RFC 9568 section 6.1, Master_Down_Interval with its defaults, rounded up: by then a member has advertised. */
const MASTER_DOWN_MS = 4 * SECOND_MS
const NEVER = Number.NEGATIVE_INFINITY

export const RULES_AGAINST: readonly Rule[] = [
  {
    id: 'behind_virtual_mac',
    weight: 4,
    when: (facts) => {
      const { claim, virtualHolder } = facts
      return (
        virtualHolder !== null &&
        onlyAsks(claim) &&
        mayBeMember(facts) &&
        shown({ mac: claim.mac, virtual_mac: virtualHolder.mac }, claim.frames.request)
      )
    },
  },
  {
    id: 'fhrp_member',
    weight: 4,
    when: ({ claim, isMember, isVirtual }) => (isMember || isVirtual) && shown({ mac: claim.mac }),
  },
  {
    id: 'dhcp_lease',
    weight: 4,
    when: ({ record, claim, holders }) =>
      claim.lastLeaseMs !== NEVER &&
      holders.every((holder) => holder.lastLeaseMs <= claim.lastLeaseMs) &&
      shown({ mac: claim.mac, ip: record.ip }, claim.frames.dhcp),
  },
  {
    id: 'symmetric_answers',
    weight: 4,
    when: ({ claim, sharedAddress }) =>
      sharedAddress !== null && shown({ other_ip: sharedAddress }, claim.frames.solicited),
  },
  {
    id: 'proxy_arp',
    weight: 4,
    when: ({ claim, station, isAnswersOnly, isGateway, sinceMs }) =>
      isAnswersOnly &&
      !isGateway &&
      (station?.routerSinceMs ?? Number.POSITIVE_INFINITY) < sinceMs &&
      shown({ mac: claim.mac }),
  },
  {
    id: 'local_proxy_arp',
    weight: 4,
    when: ({ claim, isLocalProxy }) => isLocalProxy && shown({ mac: claim.mac }),
  },
  {
    id: 'guest_restarted',
    weight: 4,
    when: ({ isGuestBridge, aliveAfter, unasked }) =>
      isGuestBridge && aliveAfter === null && unasked === 0 && shown({}),
  },
  {
    id: 'same_client',
    weight: 2,
    when: ({ claim, sameClient }) =>
      sameClient !== null && shown({ mac: claim.mac, holder_mac: sameClient.mac }),
  },
  {
    id: 'one_way_view',
    weight: 2,
    when: ({ isOneWayView }) => isOneWayView && shown({}),
  },
  {
    id: 'no_other_address',
    weight: 1,
    when: ({ claim, holders, otherAddress, areMany }) =>
      holders.length > 0 &&
      otherAddress === null &&
      claim.mismatches === 0 &&
      !areMany &&
      shown({ mac: claim.mac }),
  },
  {
    id: 'shared_address',
    weight: 1,
    when: ({ sharer, aliveAfter, unasked }) =>
      sharer !== null && aliveAfter === null && unasked === 0 && shown({ mac: sharer.mac }),
  },
  {
    id: 'owner_silent',
    weight: 1,
    when: ({ record, displaced, sinceMs }) =>
      displaced !== null &&
      displaced.silentMs >= sinceMs &&
      displaced.lastAliveMs <= displaced.silentMs &&
      shown({ mac: displaced.mac, ip: record.ip }),
  },
  {
    id: 'asked_first',
    weight: 1,
    when: ({ record, claim, askedForMs, sinceMs }) =>
      askedForMs !== null &&
      askedForMs <= sinceMs &&
      sinceMs - askedForMs <= ASKED_FIRST_MS &&
      shown({ mac: claim.mac, ip: record.ip }),
  },
  {
    id: 'announced_takeover',
    weight: 1,
    when: ({ record, claim, unasked, aliveAfter }) =>
      unasked === 0 &&
      aliveAfter === null &&
      claim.announcedSinceMs !== NEVER &&
      !announcesLong(claim) &&
      shown({ mac: claim.mac, ip: record.ip }),
  },
]

/** keepalived with `use_vmac` asks its neighbours from the physical MAC, with the virtual address as the sender. */
function onlyAsks({ counts, mismatches }: Claim): boolean {
  return mismatches + counts.solicited + counts.unsolicited + counts.gratuitous === 0
}

function mayBeMember({ isMember, otherAddress, nowMs, sinceMs }: Facts): boolean {
  return isMember || otherAddress === null || nowMs - sinceMs < MASTER_DOWN_MS
}
