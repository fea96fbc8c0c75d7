/**
 * Weighs what speaks for and against one MAC having claimed an address that is
 * not its own. Each rule has a name, a weight and a sentence; the weights are
 * small integers that say how seldom the thing has an innocent cause: 1 happens
 * to honest hosts too, 2 seldom, 3 hardly ever, 4 settles it. The sum of two
 * is a suspicion worth a warning, of three an accusation. docs/DETECTION.md
 * has the table with the reasons.
 */

import { isLinkLocalIp, isPrivateIp, SECOND_MS } from '@netwatcher/shared'
import type { FindingReason } from '../engine/detector.js'
import type { AddressRecord, BindingTable } from '../knowledge/binding-table.js'
import { announcesLong, type Claim, DEFEND_INTERVAL_MS, isStrong } from '../knowledge/claim.js'
import type { Learner } from '../knowledge/learner.js'
import { regularInterval } from '../tables/cadence.js'
import { innocentRules } from './excuses.js'

/** Seen this shortly before somebody else took the address unasked, the owner had not left (RFC 5227 2.4 waits no longer to defend). */
const JUST_BEFORE_MS = 5 * SECOND_MS
/** The daemon reads the addresses of this machine once a second (watch-machine.ts): what it had later than this, it has. */
const OWN_CONFIRMED_MS = SECOND_MS
/** More MACs than this claiming one address within a minute: no fail-over has so many members at once. */
export const MOST_CLAIMERS = 3
/** Statements after which a MAC that sends nothing else is a mere name. */
const SILENT_CLAIMER_STATEMENTS = 3
const SILENT_CLAIMER_MS = 2 * SECOND_MS
/** One packet may be a stray; this many show that the address is in use. */
export const USED_PACKETS = 3
const NEVER = Number.NEGATIVE_INFINITY

export interface WeighedReason extends FindingReason {
  weight: number
}

export interface Judgement {
  score: number
  /** At least one thing that two honest hosts with the same address do not do. */
  isSuspicious: boolean
  reasonsFor: WeighedReason[]
  reasonsAgainst: WeighedReason[]
  /** Another holder has used the address since the dispute began. */
  isRivalAlive: boolean
  isSymmetric: boolean
  isGateway: boolean
}

export interface Bench {
  table: BindingTable
  learner: Learner
  nowMs: number
  pinnedMac: (ip: string) => string | null
  /** MACs that returned a forwarding probe. */
  isForwarder: (mac: string) => boolean
}

export function judge(record: AddressRecord, accused: Claim, bench: Bench): Judgement {
  const rivals = rivalsOf(record, accused)
  const facts = gatherFacts(record, accused, rivals, bench)
  const reasonsFor = [
    ...mannerRules(record, accused, facts, bench),
    ...conflictRules(record, accused, rivals, facts, bench),
  ]
  const reasonsAgainst = innocentRules(record, accused, rivals, facts, bench)
  const sum = (reasons: WeighedReason[]) => reasons.reduce((total, reason) => total + reason.weight, 0)
  return {
    score: sum(reasonsFor) - sum(reasonsAgainst),
    isSuspicious: reasonsFor.some((reason) => !CONFLICT_ONLY.has(reason.rule)),
    reasonsFor,
    reasonsAgainst,
    isRivalAlive: facts.aliveAfter !== null,
    isSymmetric: facts.sharedAddress !== null,
    isGateway: facts.isGateway,
  }
}

/** Others whose claim to the address stands. */
export function rivalsOf(record: AddressRecord, accused: Claim): Claim[] {
  const stands = (claim: Claim) => !claim.isRetired && (isStrong(claim) || claim === record.owner)
  return record.claims.filter((claim) => claim !== accused && stands(claim))
}

/** What also happens when two honest hosts were given the same address. */
const CONFLICT_ONLY = new Set(['owner_alive', 'both_answered', 'repeated_announcements', 'gateway_claimed'])

export interface Facts {
  isGateway: boolean
  isNewcomer: boolean
  /** Another address that the accused holds undisputed. */
  otherAddress: Claim | null
  /** Whether that sets it apart: two cards of one host also answer for each other, unless one was seen not to. */
  isOtherTelling: boolean
  /** A rival that used the address after the dispute began. */
  aliveAfter: Claim | null
  aliveBefore: Claim | null
  /** Another address that accused and rival both answer for. */
  sharedAddress: string | null
  isAnswersOnly: boolean
  /** Times that it told one host only, unasked. */
  unasked: number
  areMany: boolean
  /** A rival that holds another address too, as the accused does: both may be members of a cluster. */
  sharer: Claim | null
  interval: number | null
}

function gatherFacts(record: AddressRecord, accused: Claim, rivals: Claim[], bench: Bench): Facts {
  const since = accused.disputedMs ?? Math.min(accused.firstUnaskedMs, accused.firstMs)
  const before = rivals.find(
    (rival) => rival.isOwn || (rival.lastAliveMs >= since - JUST_BEFORE_MS && rival.lastAliveMs !== NEVER),
  )
  const isGateway = bench.learner.isGateway(record.vlan, record.ip)
  // A gateway whose packets from outside still arrive is alive, even if it says nothing about itself; unless it
  // has another address, for which it may go on forwarding.
  const lastForwarded = (rival: Claim) => bench.table.mac(record.vlan, rival.mac)?.lastOffLanMs ?? NEVER
  const isAlive = (rival: Claim) =>
    rival.lastAliveMs > since ||
    (isGateway && otherAddress(record, rival, bench.table) === null && lastForwarded(rival) > since) ||
    (rival.isOwn && bench.nowMs - since > OWN_CONFIRMED_MS)
  const other = otherAddress(record, accused, bench.table)
  // Who appeared only after the accused had fallen silent has taken the address over in turn.
  const isSuccessor = (rival: Claim) => accused.told.length === 0 && rival.firstMs > accused.lastMs
  const isBeside = (rival: Claim) =>
    !handedBack(record, rival, accused, since, bench.learner) && !isSuccessor(rival)
  const aliveAfter = rivals.find((rival) => isAlive(rival) && isBeside(rival)) ?? null
  const isOpen = accused.firstUnaskedMs > since
  // A new holder asks the neighbours that it sends packets to, after it has announced itself, and not beside the
  // previous one (neighbour unreachability detection).
  const offLanSources = bench.table.mac(record.vlan, accused.mac)?.offLanSources.length ?? 0
  const isIdle = accused.counts.ip_source + offLanSources === 0
  const isContested = aliveAfter !== null || (before !== undefined && !isOpen)
  const areQuestionsTelling = rivals.length === 0 || isContested || isIdle
  const unasked = accused.unasked + (areQuestionsTelling ? accused.privateQuestions : 0)
  const isAnswersOnly =
    accused.told.length === 0 &&
    accused.mismatches === 0 &&
    accused.counts.gratuitous + accused.questions + accused.groupPackets === 0
  return {
    isGateway,
    isNewcomer: record.owner !== accused,
    otherAddress: other,
    isOtherTelling: other !== null && (!isAnswersOnly || other.answeredAlone > 0),
    aliveAfter,
    aliveBefore: unasked > 0 ? (before ?? null) : null,
    sharedAddress: sharedAddress(record, accused, rivals, bench.table),
    isAnswersOnly,
    unasked,
    areMany: uninvitedClaimers(record, bench).length > MOST_CLAIMERS,
    sharer:
      other === null
        ? null
        : (rivals.find((rival) => otherAddress(record, rival, bench.table) !== null) ?? null),
    interval: isUndisputedUser(record, accused, bench) ? null : regularInterval(accused.cadence),
  }
}

/**
 * The rival came back as hosts do that left (wake-up, fail-back, roaming): it announced itself, or takes up an
 * address again that the accused had really used meanwhile (sent to all from it, or was the only one to answer a
 * question for it, which the rival would have answered too), and the accused fell silent. Whoever asks a DHCP server
 * for the address, or whether it is free, has come back too: a holder that had stayed would not.
 */
export function handedBack(
  record: AddressRecord,
  rival: Claim,
  accused: Claim,
  since: number,
  learner: Learner,
): boolean {
  const askedMs = learner.askedForMs(record.vlan, record.ip, rival.mac)
  if (askedMs !== null && askedMs > since && accused.lastMs <= askedMs) return true
  const wasAway = Math.max(accused.lastGroupMs, accused.lastAloneMs) >= since
  const resumedMs = wasAway ? rival.resumedMs : NEVER
  const backMs = Math.max(rival.lastAnnouncedMs, resumedMs)
  return backMs > since + DEFEND_INTERVAL_MS && accused.lastMs <= backMs
}

/**
 * Some devices tell one host their address by a timer. The packets of this address come from this MAC alone, which
 * has no other address and forwards nothing: then it says the truth, as far as anybody can see.
 */
function isUndisputedUser(record: AddressRecord, accused: Claim, { table }: Bench): boolean {
  const forwards = (table.mac(record.vlan, accused.mac)?.offLanSources.length ?? 0) > 0
  const isAlone = record.claims.length === 1 && otherAddress(record, accused, table) === null
  return isAlone && !forwards && accused.counts.ip_source >= USED_PACKETS
}

/**
 * Recent claimers whom no DHCP server has given the address, who did not ask whether it is free, and who do not
 * answer the same question as others: a host with many cards does.
 */
function uninvitedClaimers(record: AddressRecord, { learner }: Bench): { mac: string }[] {
  const isExplained = (claim: Claim) => claim.lastLeaseMs !== NEVER || claim.answeredTogether > 0
  const explained = new Set(record.claims.filter(isExplained).map((claim) => claim.mac))
  return record.recentClaimers.filter(
    ({ mac }) => !explained.has(mac) && learner.askedForMs(record.vlan, record.ip, mac) === null,
  )
}

/** Only an address that nobody else claims shows that the accused is somebody else. */
export function otherAddress(record: AddressRecord, accused: Claim, table: BindingTable): Claim | null {
  for (const ip of table.mac(record.vlan, accused.mac)?.claimed ?? []) {
    if (ip === record.ip || ip.includes(':') !== record.ip.includes(':')) continue
    // Every host has link-local addresses beside its own (RFC 3927, RFC 4291).
    if (isLinkLocalIp(ip) !== isLinkLocalIp(record.ip)) continue
    // A router asks with addresses of its other side too (Linux ip-sysctl, arp_announce).
    if (isPrivateIp(ip) !== isPrivateIp(record.ip)) continue
    const claims = table.address(record.vlan, ip)?.claims ?? []
    const own = claims.find((claim) => claim.mac === accused.mac)
    if (own && claims.length === 1 && isStrong(own)) return own
  }
  return null
}

/** ARP flux: both MACs of one host answer for all of its addresses (Linux ip-sysctl, arp_ignore). */
function sharedAddress(
  record: AddressRecord,
  accused: Claim,
  rivals: Claim[],
  table: BindingTable,
): string | null {
  for (const ip of table.mac(record.vlan, accused.mac)?.claimed ?? []) {
    if (ip === record.ip) continue
    const claims = table.address(record.vlan, ip)?.claims ?? []
    const answering = (mac: string) =>
      claims.some((claim) => claim.mac === mac && claim.counts.solicited > claim.unasked)
    if (answering(accused.mac) && rivals.some((rival) => answering(rival.mac))) return ip
  }
  return null
}

function mannerRules(record: AddressRecord, accused: Claim, facts: Facts, bench: Bench): WeighedReason[] {
  const { frames } = accused
  const reasons: WeighedReason[] = []
  const add = (weight: number, rule: string, text: string, shown: number[] = []) =>
    reasons.push({ weight, rule, text, frames: shown })
  const pinned = bench.pinnedMac(record.ip)
  if (pinned !== null && pinned !== accused.mac)
    add(4, 'pinned_binding', `${record.ip} is pinned to ${pinned}.`, anyFrames(accused))
  if (facts.unasked > 0) {
    const text = `${accused.mac} told one host only, unasked, that it has ${record.ip} (${facts.unasked} times).`
    add(1, 'unsolicited_claim', text, frames.unasked)
  }
  if (facts.interval !== null) {
    const every = (facts.interval / SECOND_MS).toFixed(1)
    add(
      2,
      'unsolicited_cadence',
      `The unasked claim is repeated every ${every} s, as by a timer.`,
      frames.unasked,
    )
  }
  const pair = reciprocal(record, accused, bench.table)
  if (pair !== null) {
    const text = `${accused.mac} tells ${pair} that it is ${record.ip}, and ${record.ip} that it is ${pair}.`
    add(3, 'reciprocal_claims', text, frames.unasked)
  }
  if (facts.otherAddress !== null && facts.isOtherTelling) {
    const text = `${accused.mac} holds another address of its own, ${facts.otherAddress.ip}.`
    add(1, 'claimer_owns_other', text, anyFrames(facts.otherAddress))
  }
  if (accused.mismatches > 0 && accused.mismatches === accused.statements && record.claims.length > 1)
    add(
      2,
      'sender_mismatch',
      `Every claim of ${accused.mac} came in frames from another MAC.`,
      frames.mismatch,
    )
  if (accused.contradictions > 0)
    add(
      1,
      'target_contradiction',
      'Replies name a target MAC that is not the host they are sent to.',
      anyFrames(accused),
    )
  if (accused.withdrawals > 0)
    add(2, 'withdrawn', `${accused.mac} itself said later that another has ${record.ip}.`, frames.withdrawn)
  if (isMereName(record, accused, facts, bench))
    add(1, 'claimer_sends_nothing_else', `${accused.mac} sends nothing but this claim.`, frames.unasked)
  if (facts.areMany) {
    const text = `${record.recentClaimers.length} MACs claimed ${record.ip} within a minute.`
    add(4, 'many_claimers', text, anyFrames(accused))
  }
  const mac = bench.table.mac(record.vlan, accused.mac)
  const since = accused.disputedMs ?? accused.firstMs
  const isBeside = facts.aliveAfter !== null && facts.isGateway && facts.isNewcomer
  if (mac && isBeside && mac.routerSinceMs !== null && mac.routerSinceMs >= since)
    add(2, 'two_uplinks', `Packets from outside this network began to arrive from ${accused.mac} too.`)
  // Without a rival, the address may be the claimer's own; and routers take traffic over from each other.
  const isStrange =
    (facts.otherAddress !== null || record.claims.length > 1) && mac?.fhrpAddresses.length === 0
  if (mac && facts.unasked > 0 && isStrange && mac.tookUplinkMs >= accused.firstUnaskedMs)
    add(
      2,
      'uplink_moved',
      `Packets from outside that ${mac.tookUplinkFrom} delivered now come from ${mac.mac}.`,
    )
  const relayed = mac?.relayed.filter((ip) => !mac.claimed.includes(ip)) ?? []
  const isNoRouter = mac && (mac.routerSinceMs === null || mac.routerSinceMs >= since)
  const isContender = facts.unasked > 0 || announcesLong(accused) || facts.aliveAfter !== null
  if (isNoRouter && facts.isNewcomer && relayed.length > 0 && mac.lastRelayedMs >= since && isContender)
    add(2, 'relays_others', `${accused.mac} sends IP packets of ${relayed.slice(0, 3).join(', ')}.`)
  if (bench.isForwarder(accused.mac))
    add(2, 'forwards_packets', `${accused.mac} forwards packets that are not its own.`)
  return reasons
}

function conflictRules(
  record: AddressRecord,
  accused: Claim,
  rivals: Claim[],
  facts: Facts,
  bench: Bench,
): WeighedReason[] {
  const reasons: WeighedReason[] = []
  const alive = facts.aliveAfter ?? facts.aliveBefore
  if (alive !== null) {
    const when = facts.aliveAfter ? 'since' : 'until just before'
    const text = alive.isOwn
      ? `${record.ip} is an address of this machine.`
      : `${alive.mac} has used ${record.ip} ${when}: it has not left.`
    reasons.push({ weight: 1, rule: 'owner_alive', text, frames: alive.frames.alive ?? anyFrames(alive) })
  }
  // Who only asks beside may be the second card of the same host.
  if (accused.unasked > 0 && accused.answeredTogether > 0) {
    const text = `${accused.mac} and another answered the same question about ${record.ip}.`
    reasons.push({ weight: 1, rule: 'both_answered', text, frames: accused.frames.solicited ?? [] })
  }
  const isOddClaimer = facts.isOtherTelling || facts.unasked > 0 || isMereName(record, accused, facts, bench)
  if (facts.isGateway && facts.isNewcomer && rivals.length > 0 && isOddClaimer) {
    const text = `${record.ip} is a gateway: whoever holds it sees all traffic to other networks.`
    reasons.push({ weight: 1, rule: 'gateway_claimed', text, frames: [] })
  }
  // Nodes of a cluster announce a shared address for ever, some every 3 s (kube-vip, vip_arpRate).
  const isTaken = rivals.length > 0 && facts.otherAddress !== null && facts.sharer === null
  const isContested = facts.aliveAfter !== null || (facts.isGateway && rivals.length > 0) || isTaken
  if (facts.isNewcomer && isContested && announcesLong(accused)) {
    const text = `${accused.mac} keeps announcing ${record.ip}, longer than a take-over needs.`
    const frames = accused.frames.gratuitous ?? []
    reasons.push({ weight: 1, rule: 'repeated_announcements', text, frames })
  }
  return reasons
}

/** M tells A that it is B, and B that it is A. */
function reciprocal(record: AddressRecord, accused: Claim, table: BindingTable): string | null {
  for (const { ip } of accused.told) {
    if (ip === record.ip) continue
    const other = table.address(record.vlan, ip)?.claims.find((claim) => claim.mac === accused.mac)
    if (other?.told.some((told) => told.ip === record.ip)) return ip
  }
  return null
}

/**
 * A MAC that exists only in these claims: a black hole, whose victims' packets go nowhere. Announcements count for
 * a gateway only, which has packets to send; other hosts in a conflict may do no more than announce.
 */
function isMereName(
  record: AddressRecord,
  accused: Claim,
  { isGateway }: Facts,
  { table, nowMs }: Bench,
): boolean {
  const mac = table.mac(record.vlan, accused.mac)
  const announcements = isGateway && announcesLong(accused) ? accused.counts.gratuitous : 0
  const statements = accused.unasked + accused.privateQuestions + announcements
  if (!mac || statements < SILENT_CLAIMER_STATEMENTS) return false
  return (
    mac.otherFrames === 0 &&
    mac.claimed.length === 1 &&
    !isStrong(accused) &&
    nowMs - accused.firstMs >= SILENT_CLAIMER_MS
  )
}

export function anyFrames(claim: Claim): number[] {
  const { unasked, gratuitous, solicited, request, mismatch } = claim.frames
  return unasked ?? gratuitous ?? solicited ?? request ?? mismatch ?? []
}
