/**
 * What speaks for it that a MAC has claimed an address that is not its own: first how it goes about it, then what
 * the others do meanwhile. See rule.ts for the weights.
 */

import { announcesLong, type Claim } from '../knowledge/claim.js'
import { isMadeFrom } from '../knowledge/interface-id.js'
import type { Facts } from './facts.js'
import { anyFrames } from './holders.js'
import { type Rule, shown } from './rule.js'

/** Sources named in a reason. */
const MOST_NAMED = 3

export const RULES_FOR: readonly Rule[] = [
  {
    id: 'pinned_binding',
    weight: 4,
    standsAlone: true,
    isProof: true,
    when: ({ record, claim, pinnedMac }) =>
      pinnedMac !== null &&
      pinnedMac !== claim.mac &&
      shown({ ip: record.ip, mac: pinnedMac }, anyFrames(claim)),
  },
  {
    id: 'unsolicited_claim',
    weight: 1,
    when: ({ record, claim, unasked }) =>
      unasked > 0 && shown({ mac: claim.mac, ip: record.ip, count: unasked }, claim.frames.unasked),
  },
  {
    id: 'unsolicited_cadence',
    weight: 2,
    standsAlone: true,
    when: ({ claim, intervalMs }) =>
      intervalMs !== null && shown({ interval_ms: Math.round(intervalMs) }, claim.frames.unasked),
  },
  {
    id: 'reciprocal_claims',
    weight: 3,
    standsAlone: true,
    isProof: true,
    when: ({ record, claim, reciprocalIp }) =>
      reciprocalIp !== null &&
      shown({ mac: claim.mac, ip: record.ip, other_ip: reciprocalIp }, claim.frames.unasked),
  },
  {
    id: 'claimer_owns_other',
    weight: 1,
    when: ({ claim, otherAddress, isOtherDistinct }) =>
      otherAddress !== null &&
      isOtherDistinct &&
      shown({ mac: claim.mac, other_ip: otherAddress.ip }, anyFrames(otherAddress)),
  },
  {
    id: 'made_from_other',
    weight: 3,
    when: ({ record, claim, aliveAfter }) =>
      aliveAfter !== null &&
      isMadeFrom(record.ip, aliveAfter.mac) &&
      says(claim) &&
      shown({ mac: claim.mac, ip: record.ip, holder_mac: aliveAfter.mac }, anyFrames(claim)),
  },
  {
    id: 'sender_mismatch',
    weight: 2,
    when: ({ record, claim }) =>
      claim.mismatches > 0 &&
      claim.mismatches === claim.statements &&
      record.claims.length > 1 &&
      shown({ mac: claim.mac }, claim.frames.mismatch),
  },
  {
    id: 'target_contradiction',
    weight: 1,
    when: ({ claim }) => claim.contradictions > 0 && shown({}, anyFrames(claim)),
  },
  {
    id: 'withdrawn',
    weight: 2,
    standsAlone: true,
    isProof: true,
    when: ({ record, claim }) =>
      claim.withdrawals > 0 && shown({ mac: claim.mac, ip: record.ip }, claim.frames.withdrawn),
  },
  {
    id: 'claimer_sends_nothing_else',
    weight: 1,
    when: ({ claim, isMereName }) => isMereName && shown({ mac: claim.mac }, anyFrames(claim)),
  },
  {
    id: 'many_claimers',
    weight: 4,
    standsAlone: true,
    when: ({ record, claim, areMany }) =>
      areMany && shown({ ip: record.ip, count: record.recentClaimers.length }, anyFrames(claim)),
  },
  {
    id: 'two_uplinks',
    weight: 2,
    when: ({ claim, station, aliveAfter, isGateway, isNewcomer, sinceMs }) =>
      aliveAfter !== null &&
      isGateway &&
      isNewcomer &&
      (station?.routerSinceMs ?? Number.NEGATIVE_INFINITY) >= sinceMs &&
      shown({ mac: claim.mac }),
  },
  {
    id: 'uplink_moved',
    weight: 2,
    standsAlone: true,
    when: (facts) =>
      tookUplinkOver(facts) && shown({ mac: facts.claim.mac, from_mac: facts.station?.tookUplinkFrom ?? '' }),
  },
  {
    id: 'relays_others',
    weight: 2,
    when: (facts) => {
      const ips = relayedIps(facts)
      return ips.length > 0 && shown({ mac: facts.claim.mac, ips: ips.slice(0, MOST_NAMED) })
    },
  },
  {
    id: 'forwards_packets',
    weight: 2,
    standsAlone: true,
    when: ({ claim, isForwarder }) => isForwarder && shown({ mac: claim.mac }),
  },
  {
    id: 'owner_alive',
    weight: 1,
    isHonestToo: true,
    when: ({ record, aliveAfter, aliveBefore }) => {
      const alive = aliveAfter ?? aliveBefore
      return (
        alive !== null && shown({ mac: alive.mac, ip: record.ip }, alive.frames.alive ?? anyFrames(alive))
      )
    },
  },
  {
    // Who only asks beside may be the second card of the same host.
    id: 'both_answered',
    weight: 1,
    isHonestToo: true,
    when: ({ record, claim }) =>
      claim.unasked > 0 &&
      claim.answeredTogether > 0 &&
      shown({ mac: claim.mac, ip: record.ip }, claim.frames.solicited),
  },
  {
    id: 'gateway_claimed',
    weight: 1,
    isHonestToo: true,
    when: ({ record, holders, isGateway, isNewcomer, isOtherDistinct, unasked, isMereName }) =>
      isGateway &&
      isNewcomer &&
      holders.length > 0 &&
      (isOtherDistinct || unasked > 0 || isMereName) &&
      shown({ ip: record.ip }),
  },
  {
    id: 'repeated_announcements',
    weight: 1,
    isHonestToo: true,
    when: (facts) =>
      facts.isNewcomer &&
      isContested(facts) &&
      announcesLong(facts.claim) &&
      shown({ mac: facts.claim.mac, ip: facts.record.ip }, facts.claim.frames.gratuitous),
  },
]

/** In neighbour discovery, not only as the source of packets, which a bond sends from several MACs. */
function says({ counts }: Claim): boolean {
  return counts.solicited + counts.unsolicited + counts.gratuitous + counts.request > 0
}

/** Without another holder, the address may be the claimant's own; and routers take traffic over from each other. */
function tookUplinkOver({ record, claim, station, otherAddress, unasked }: Facts): boolean {
  if (!station || unasked === 0) return false
  const isStrange = (otherAddress !== null || record.claims.length > 1) && station.fhrpAddresses.length === 0
  return isStrange && station.tookUplinkMs >= claim.firstUnaskedMs
}

/** Addresses of others in the packets of a newcomer that is no router and contends for this one. */
function relayedIps({ claim, station, isNewcomer, unasked, aliveAfter, sinceMs }: Facts): string[] {
  if (!station || !isNewcomer || station.lastRelayedMs < sinceMs) return []
  const isRouter = station.routerSinceMs !== null && station.routerSinceMs < sinceMs
  const isContender = unasked > 0 || announcesLong(claim) || aliveAfter !== null
  if (isRouter || !isContender) return []
  return station.relayed.filter((ip) => !station.claimed.includes(ip))
}

/** Nodes of a cluster announce a shared address for ever, some every 3 s (kube-vip, vip_arpRate). */
function isContested({ holders, aliveAfter, isGateway, otherAddress, sharer }: Facts): boolean {
  const isTaken = otherAddress !== null && sharer === null
  return aliveAfter !== null || (holders.length > 0 && (isGateway || isTaken))
}
