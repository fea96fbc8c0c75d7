/**
 * What is known of one claim to an address and of those that stand beside it, gathered once for all rules: each
 * rule is then a plain condition.
 */

import { SECOND_MS } from '@netwatcher/shared'
import type { BindingContext } from '../engine/binding-context.js'
import type { AddressRecord, MacRecord } from '../knowledge/binding-table.js'
import { announcesLong, type Claim, isStrong, onlyAnswers, USED_PACKETS } from '../knowledge/claim.js'
import { OTHER_ANSWERS_WINDOW_MS } from '../knowledge/request-book.js'
import { regularInterval } from '../tables/cadence.js'
import {
  handedBack,
  otherAddress,
  otherHolders,
  reciprocalIp,
  sharedAddress,
  sharesVirtualAddress,
} from './holders.js'

/** Seen this shortly before somebody else took the address unasked, the holder had not left (RFC 5227 2.4 waits no longer to defend). */
const JUST_BEFORE_MS = 5 * SECOND_MS
/** The daemon reads the addresses of this machine once a second (watch-machine.ts): what it had later than this, it has. */
const OWN_CONFIRMED_MS = SECOND_MS
/** More MACs than this claiming one address within a minute: no fail-over has so many members at once. */
export const MOST_CLAIMANTS = 3
/** Statements after which a MAC that sends nothing else is a mere name. */
const MERE_NAME_STATEMENTS = 3
const MERE_NAME_MS = 2 * SECOND_MS
const NEVER = Number.NEGATIVE_INFINITY

export interface Facts {
  record: AddressRecord
  claim: Claim
  /** Others whose claim stands. */
  holders: Claim[]
  /** Start of the conflict, or of the claim where there is none. */
  sinceMs: number
  nowMs: number
  /** What else the claimant's MAC does. */
  station: MacRecord | undefined
  /** The MAC that the owner has declared to have the address. */
  pinnedMac: string | null
  isGateway: boolean
  isNewcomer: boolean
  /** Another address that the claimant holds undisputed. */
  otherAddress: Claim | null
  /** Whether that sets it apart: two cards of one host also answer for each other, unless one was seen not to. */
  isOtherDistinct: boolean
  /** A holder that used the address after the conflict began. */
  aliveAfter: Claim | null
  aliveBefore: Claim | null
  /** On whom the case rests: who is still there, or else the previous holder. */
  displaced: Claim | null
  /** Another address that claimant and holder both answer for. */
  sharedAddress: string | null
  isAnswersOnly: boolean
  /** Times that it spoke to one host only, unasked. */
  unasked: number
  areMany: boolean
  /** A holder that has another address too, as the claimant does: both may be members of a cluster. */
  sharer: Claim | null
  /** Of the unasked claim, when it is regular. */
  intervalMs: number | null
  /** The host of which it says the reverse. */
  reciprocalIp: string | null
  /** A MAC that exists only in these claims. */
  isMereName: boolean
  /** The forwarding probe came back from it. */
  isForwarder: boolean
  /** It takes part in a redundancy protocol for the address. */
  isMember: boolean
  isVirtual: boolean
  /** A holder whose MAC belongs to a redundancy group. */
  virtualHolder: Claim | null
  isOneWayView: boolean
  /** A holder that calls itself the same when it asks for a lease. */
  sameClient: Claim | null
  /** When it asked for the address before using it. */
  askedForMs: number | null
  /** Everybody on this bridge is a container or virtual machine of this machine. */
  isGuestBridge: boolean
  /** The gateway, which answers for all others so that they talk through it: only what it says of their addresses. */
  isLocalProxy: boolean
}

export function gatherFacts(record: AddressRecord, claim: Claim, context: BindingContext): Facts {
  const { table, learner, nowMs, network } = context
  const { vlan, ip } = record
  const holders = otherHolders(record, claim)
  const other = otherAddress(record, claim, table)
  const isGateway = learner.isGateway(vlan, ip)
  const isAnswersOnly = onlyAnswers(claim)
  const liveness = livenessOf(record, claim, holders, context)
  const isVirtual = (mac: string) => learner.roles(vlan, mac).isVirtual
  // RFC 5227 section 2.4: a host that hears another use its address defends it once or gives it up.
  const isDeaf = liveness.aliveAfter !== null && regularInterval(claim.announcements) !== null
  const mayAnnounce = !isDeaf && !(isGateway && announcesLong(claim))
  return {
    record,
    claim,
    holders,
    sinceMs: claim.conflictMs ?? claim.firstMs,
    nowMs,
    station: table.mac(vlan, claim.mac),
    pinnedMac: network.pinned.find((pin) => pin.ip === ip)?.mac ?? null,
    isGateway,
    isNewcomer: record.owner !== claim,
    otherAddress: other,
    isOtherDistinct: other !== null && (!isAnswersOnly || isAnotherHosts(record, other, holders, context)),
    ...liveness,
    sharedAddress: sharedAddress(record, claim, holders, table),
    isAnswersOnly,
    areMany: !network.isGuestBridge && uninvitedClaimants(record, context).length > MOST_CLAIMANTS,
    sharer: other && (holders.find((holder) => otherAddress(record, holder, table) !== null) ?? null),
    intervalMs: isUndisputedUser(record, claim, context) ? null : regularInterval(claim.cadence),
    reciprocalIp: reciprocalIp(record, claim, table),
    isMereName: isMereName(record, claim, mayAnnounce, context),
    isForwarder: context.isForwarder(claim.mac),
    isMember: sharesVirtualAddress(record, claim, holders, table),
    isVirtual: isVirtual(claim.mac),
    virtualHolder: holders.find(({ mac }) => isVirtual(mac)) ?? null,
    isOneWayView: learner.isOneWayView,
    sameClient: holders.find(({ mac }) => learner.isSameClient(vlan, mac, claim.mac)) ?? null,
    askedForMs: learner.askedForMs(vlan, ip, claim.mac),
    isGuestBridge: network.isGuestBridge,
    isLocalProxy: !isGateway && isAnswersOnly && isLocalProxy(record, claim, context),
  }
}

type Liveness = Pick<Facts, 'aliveAfter' | 'aliveBefore' | 'displaced' | 'unasked'>

/** Who of the holders is still there, and how often the claimant spoke unasked beside them. */
function livenessOf(
  record: AddressRecord,
  claim: Claim,
  holders: Claim[],
  context: BindingContext,
): Liveness {
  const since = claim.conflictMs ?? Math.min(claim.firstUnaskedMs, claim.firstMs)
  const before = holders.find(
    (holder) =>
      holder.isOwn || (holder.lastAliveMs >= since - JUST_BEFORE_MS && holder.lastAliveMs !== NEVER),
  )
  // Who appeared only after the claimant had fallen silent has taken the address over in turn.
  const isSuccessor = (holder: Claim) => claim.recipients.length === 0 && holder.firstMs > claim.lastMs
  const isBeside = (holder: Claim) =>
    !handedBack(record, holder, claim, since, context.learner) && !isSuccessor(holder)
  // Who answered the same question first is there all the same.
  const from = claim.answeredTogether > 0 ? since - OTHER_ANSWERS_WINDOW_MS : since
  const aliveAfter =
    holders.find((holder) => isAlive(record, holder, from, context) && isBeside(holder)) ?? null
  const isContested = aliveAfter !== null || (before !== undefined && claim.firstUnaskedMs <= since)
  const areQuestionsTelling = holders.length === 0 || isContested || isIdle(record, claim, context)
  const unasked = claim.unasked + (areQuestionsTelling ? claim.privateQuestions : 0)
  const aliveBefore = unasked > 0 ? (before ?? null) : null
  const previous = holders.find((holder) => holder === record.owner) ?? holders[0] ?? null
  const displaced = aliveAfter ?? aliveBefore ?? previous
  return { aliveAfter, aliveBefore, displaced, unasked }
}

/**
 * A gateway whose packets from outside still arrive, or that still announces itself by IPv6, is alive, even if it says
 * nothing about this address; unless it has another, for which it may go on forwarding.
 */
function isAlive(
  record: AddressRecord,
  holder: Claim,
  since: number,
  { table, learner, nowMs }: BindingContext,
): boolean {
  if (Math.max(holder.lastAliveMs, holder.answeredMs) > since) return true
  if (holder.isOwn && nowMs - since > OWN_CONFIRMED_MS) return true
  if (!learner.isGateway(record.vlan, record.ip) || otherAddress(record, holder, table) !== null) return false
  return (table.mac(record.vlan, holder.mac)?.lastRoutingMs ?? NEVER) > since
}

/**
 * A new holder asks the neighbours that it sends packets to, after it has announced itself, and not beside the
 * previous one (neighbour unreachability detection). This one sends none.
 */
function isIdle(record: AddressRecord, claim: Claim, { table }: BindingContext): boolean {
  const offLanSources = table.mac(record.vlan, claim.mac)?.offLanSources.length ?? 0
  return claim.counts.ip_source + offLanSources === 0
}

/**
 * Some devices say their address to one host by a timer. The packets of this address come from this MAC alone,
 * which has no other address and forwards nothing: then it says the truth, as far as anybody can see.
 */
function isUndisputedUser(record: AddressRecord, claim: Claim, { table }: BindingContext): boolean {
  const forwards = (table.mac(record.vlan, claim.mac)?.offLanSources.length ?? 0) > 0
  const isAlone = record.claims.length === 1 && otherAddress(record, claim, table) === null
  return isAlone && !forwards && claim.counts.ip_source >= USED_PACKETS
}

/**
 * Recent claimants to whom no DHCP server has given the address, who did not ask whether it is free, who do not
 * answer the same question as others (a host with many cards does), and who did not use it one after the other, as
 * containers do that are started anew with another MAC each.
 */
function uninvitedClaimants(record: AddressRecord, { learner }: BindingContext): { mac: string }[] {
  const isOwn = ({ mac }: Claim) => learner.roles(record.vlan, mac).own
  const isExplained = (claim: Claim) =>
    claim.lastLeaseMs !== NEVER || claim.answeredTogether > 0 || isOwn(claim) || hadItsTurn(record, claim)
  const explained = new Set(record.claims.filter(isExplained).map(({ mac }) => mac))
  return record.recentClaimers.filter(
    ({ mac }) => !explained.has(mac) && learner.askedForMs(record.vlan, record.ip, mac) === null,
  )
}

/** Only it answers for its own address, or a holder gave it that as a DHCP server: nobody leases one from itself. */
function isAnotherHosts(
  { vlan }: AddressRecord,
  other: Claim,
  holders: Claim[],
  { learner }: BindingContext,
): boolean {
  if (other.answeredAlone > 0) return true
  return other.lastLeaseMs !== NEVER && holders.some(({ mac }) => learner.roles(vlan, mac).dhcpServer)
}

function isLocalProxy({ vlan }: AddressRecord, { mac }: Claim, context: BindingContext): boolean {
  const untilMs = context.table.mac(vlan, mac)?.answersForAllUntilMs ?? NEVER
  return context.nowMs < untilMs && context.learner.holdsGateway(vlan, mac)
}

/** It sent packets from the address, and nobody else said anything of it in that time. */
function hadItsTurn({ claims }: AddressRecord, claim: Claim): boolean {
  const isApart = (other: Claim) => other.lastMs < claim.firstMs || other.firstMs > claim.lastMs
  return claim.counts.ip_source >= USED_PACKETS && claims.every((other) => other === claim || isApart(other))
}

/**
 * A black hole, whose victims' packets go nowhere. Announcements count for a gateway, which has packets to send, and
 * by a timer beside a living holder; other hosts in a conflict may do no more than announce.
 */
function isMereName(
  record: AddressRecord,
  claim: Claim,
  mayAnnounce: boolean,
  { table, nowMs }: BindingContext,
): boolean {
  const station = table.mac(record.vlan, claim.mac)
  const announcements = mayAnnounce ? 0 : claim.counts.gratuitous
  const statements = claim.unasked + claim.privateQuestions + announcements
  if (!station || statements < MERE_NAME_STATEMENTS) return false
  const saysNothingElse = station.otherFrames === 0 && station.claimed.length === 1
  return saysNothingElse && !isStrong(claim) && nowMs - claim.firstMs >= MERE_NAME_MS
}
