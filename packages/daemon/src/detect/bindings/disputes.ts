/**
 * Disputed addresses: whenever a second MAC claims an address, its conduct is
 * judged, and judged again as more frames come and as time passes. The outcome
 * is one of: spoofing, two hosts with one address, one host with two cards, a
 * redundancy fail-over, or a plain change of hands.
 */

import { MINUTE_MS, SECOND_MS } from '@netwatcher/shared'
import type { Packet } from '../../wire/packet.js'
import type { BindingContext, BindingDetector } from '../engine/binding-context.js'
import type { ProbeResult } from '../engine/detection.js'
import type { Finding } from '../engine/detector.js'
import type { AddressRecord } from '../knowledge/binding-table.js'
import {
  type Claim,
  closeDispute,
  DEFEND_INTERVAL_MS,
  isStrong,
  isSubstantial,
  openDispute,
} from '../knowledge/claim.js'
import type { Learnt } from '../knowledge/learner.js'
import type { Question } from '../knowledge/request-book.js'
import {
  changeFinding,
  conflictFinding,
  failoverFinding,
  multiHomedFinding,
  SPOOF_KINDS,
  spoofFinding,
} from './dispute-findings.js'
import {
  handedBack,
  type Judgement,
  judge,
  MOST_CLAIMERS,
  otherAddress,
  rivalsOf,
  USED_PACKETS,
} from './judge.js'
import { areTwoHosts } from './one-or-two-hosts.js'

/** Sums of weights, see judge.ts. */
const SUSPICION = 2
/** RFC 5227 section 1.1, ANNOUNCE_INTERVAL: a previous holder that is there answers sooner. */
const HAND_OVER_MS = 2 * SECOND_MS
/** Linux drops an unused neighbour entry after 60 s (gc_stale_time): nobody remembers the old holder. */
const SETTLED_MS = MINUTE_MS
/** A dispute in which nothing happens for this long is closed. */
const FORGOTTEN_MS = 10 * MINUTE_MS
const MAX_DISPUTES = 1024
/** What proves spoofing also where no other holder was ever seen. */
const STANDS_ALONE = new Set([
  'unsolicited_cadence',
  'reciprocal_claims',
  'pinned_binding',
  'many_claimers',
  'uplink_moved',
  'withdrawn',
  'forwards_packets',
])

export class DisputeDetector implements BindingDetector {
  /** Records with an open dispute, to be judged again as time passes. */
  readonly #open = new Map<string, AddressRecord>()

  observe(_packet: Packet, learnt: Learnt, context: BindingContext): void {
    for (const [i, observed] of learnt.observed.claims.entries()) {
      const record = learnt.records[i]
      const claim = record?.claims.find((candidate) => candidate.mac === observed.mac)
      if (!record || !claim) continue
      const isCarried = observed.evidence === 'ip_source' && observed.told !== null
      if (observed.evidence !== 'dhcp' && !isCarried) noteDispute(record, claim, context)
      if (isCarried) exposeIdleAnnouncer(record, claim, context)
      if (observed.evidence === 'solicited') noteRivalAnswers(record, learnt.observed.answered)
      if (observed.frameMac !== observed.mac) endWhenRestored(record, claim, observed.frameMac, context)
      if (record.claims.length === 1 && !isOdd(claim, record, context)) continue
      this.#judgeAll(record, claim, context)
    }
  }

  tick(context: BindingContext): void {
    for (const [key, record] of this.#open) {
      this.#judgeAll(record, null, context)
      const isQuiet = record.claims.every((claim) => context.nowMs - claim.lastMs > FORGOTTEN_MS)
      const isOpen = record.claims.some((claim) => claim.disputedMs !== null || claim.told.length > 0)
      if (isQuiet) record.claims.forEach(closeDispute)
      if (isQuiet || !isOpen) this.#open.delete(key)
    }
  }

  /** An active check came back. The answers themselves are also seen as packets. */
  verified({ method, target, result, alertId }: ProbeResult, context: BindingContext): void {
    const record = context.table.address('', target.ip)
    if (!record || alertId === '') return
    const asked = record.claims.find((claim) => claim.mac === target.mac)
    for (const accused of record.claims) {
      if (accused.disputedMs === null) continue
      if (method === 'unicast_who_has' && result === 'silent' && accused !== asked)
        accused.ownerSilentMs = context.nowMs
      decide(record, accused, false, context)
    }
  }

  #judgeAll(record: AddressRecord, spoke: Claim | null, context: BindingContext): void {
    const key = `${record.vlan}|${record.ip}`
    for (const claim of record.claims) {
      const isAccused = claim.disputedMs !== null || isOdd(claim, record, context)
      if (!isAccused || (claim === record.owner && isStrong(claim) && !isPinnedElsewhere(claim, context)))
        continue
      decide(record, claim, claim === spoke, context)
      if (this.#open.size < MAX_DISPUTES) this.#open.set(key, record)
    }
  }
}

/**
 * Where watching began late: the believed holder only ever announced the
 * address, has another one of its own or sends others' packets, and goes on
 * announcing while the packets of the address come from another MAC. Then that other is the genuine holder.
 */
function exposeIdleAnnouncer(record: AddressRecord, user: Claim, context: BindingContext): void {
  const { owner } = record
  if (!owner || owner === user || isStrong(owner) || user.counts.ip_source < USED_PACKETS) return
  const isRelay = (context.table.mac(record.vlan, owner.mac)?.relayed.length ?? 0) > 0
  const isSomebodyElse = isRelay || otherAddress(record, owner, context.table) !== null
  if (owner.lastMs <= user.firstMs || !isSomebodyElse) return
  context.table.setOwner(record, user)
  owner.disputedMs = owner.firstMs
}

function isPinnedElsewhere(claim: Claim, { network }: BindingContext): boolean {
  return network.pinned.some(({ ip, mac }) => ip === claim.ip && mac !== claim.mac)
}

/** Worth judging although nobody else claims the address. */
function isOdd(claim: Claim, record: AddressRecord, context: BindingContext): boolean {
  return (
    claim.told.length > 0 || record.recentClaimers.length > MOST_CLAIMERS || isPinnedElsewhere(claim, context)
  )
}

/** Opens a dispute when a newcomer speaks for an address that somebody else holds. Packets to one host do not count: anybody may have carried them. */
function noteDispute(record: AddressRecord, claim: Claim, { nowMs, network }: BindingContext): void {
  const { owner } = record
  if (owner === null || owner === claim) return
  if (claim.mac === network.ownMac) return
  openDispute(claim, nowMs)
}

/** Several answered the same question: they cannot be one bond, where one answers for all. */
function noteRivalAnswers(record: AddressRecord, question: Question | null): void {
  if (!question || question.answers.length < 2) return
  for (const claim of record.claims)
    if (question.answers.some((answer) => answer.mac === claim.mac)) claim.answeredTogether++
}

function bench(context: BindingContext) {
  return {
    table: context.table,
    learner: context.learner,
    nowMs: context.nowMs,
    pinnedMac: (ip: string) => context.network.pinned.find((pin) => pin.ip === ip)?.mac ?? null,
    isForwarder: (mac: string) => context.isForwarder(mac),
  }
}

function decide(record: AddressRecord, accused: Claim, isSpeaking: boolean, context: BindingContext): void {
  if (context.roles(accused.mac).own) return
  const judgement = judge(record, accused, bench(context))
  const rivals = rivalsOf(record, accused)
  const against = new Set(judgement.reasonsAgainst.map((reason) => reason.rule))
  const isGrounded =
    rivals.some((rival) => wasSeen(record, rival, context)) ||
    judgement.reasonsFor.some((reason) => STANDS_ALONE.has(reason.rule))
  if (judgement.score >= SUSPICION && judgement.isSuspicious && isGrounded) {
    const finding = spoofFinding(record, accused, rivals, judgement)
    report(finding, accused, isSpeaking, context)
    endMilder(record, accused, context)
    askActively(finding, record, accused, rivals, context)
    return
  }
  if (rivals.length === 0) {
    if (record.owner !== accused && isSubstantial(accused)) settle(record, accused, context)
    return
  }
  if (against.has('behind_virtual_mac')) return
  if (against.has('fhrp_member')) {
    report(failoverFinding(record, accused, rivals, judgement), accused, isSpeaking, context)
    settle(record, accused, context)
    return
  }
  if (against.has('dhcp_lease') && !judgement.isRivalAlive) {
    settle(record, accused, context)
    return
  }
  // Accused only because so many claim the address, or of what it says about it to one host.
  if (accused.disputedMs === null) return
  decideHonest(record, accused, rivals, judgement, isSpeaking, context)
}

/** A holder known only from a lease in another host's name is nobody who could be robbed. */
function wasSeen(record: AddressRecord, { mac, isOwn }: Claim, { table }: BindingContext): boolean {
  return isOwn || (table.mac(record.vlan, mac)?.frames ?? 0) > 0
}

/** Nobody lies: one host with two cards, two hosts with one address, or a new holder. */
function decideHonest(
  record: AddressRecord,
  accused: Claim,
  rivals: Claim[],
  judgement: Judgement,
  isSpeaking: boolean,
  context: BindingContext,
): void {
  const since = accused.disputedMs ?? accused.firstMs
  if (judgement.isSymmetric) {
    report(multiHomedFinding(record, accused, rivals, judgement), accused, isSpeaking, context)
    return
  }
  if (judgement.isRivalAlive) {
    const isConflict = areTwoHosts(record, accused, rivals, context)
    const make = isConflict ? conflictFinding : multiHomedFinding
    const finding = make(record, accused, rivals, judgement)
    report(finding, accused, isSpeaking, context)
    if (isConflict) {
      endChange(record, accused, context)
      askActively(finding, record, accused, rivals, context)
    }
    return
  }
  askHolder(record, accused, rivals, since, context)
  if (rivals.some((rival) => handedBack(record, rival, accused, since, context.learner))) {
    closeDispute(accused)
    accused.isRetired = true
    return
  }
  if (swapWithWeakOwner(record, accused, rivals, since, context)) return
  if (context.nowMs - since < HAND_OVER_MS || !isUsed(accused)) return
  const isShared = judgement.reasonsAgainst.some((reason) => reason.rule === 'shared_address')
  const finding = (isShared ? failoverFinding : changeFinding)(record, accused, rivals, judgement)
  report(finding, accused, isSpeaking, context)
  askActively(finding, record, accused, rivals, context)
  if (context.nowMs - since >= SETTLED_MS) settle(record, accused, context)
}

function isUsed(claim: Claim): boolean {
  return isStrong(claim) || claim.counts.gratuitous > 0
}

/**
 * Where watching began late, the first to be seen is not always the genuine
 * one: a holder that was only ever heard announcing, and goes on announcing
 * while another uses the address, is the newcomer.
 */
function swapWithWeakOwner(
  record: AddressRecord,
  claim: Claim,
  rivals: Claim[],
  since: number,
  context: BindingContext,
): boolean {
  const { owner } = record
  if (!owner || !rivals.includes(owner) || isStrong(owner) || !isStrong(claim) || owner.lastMs <= since)
    return false
  context.table.setOwner(record, claim)
  claim.disputedMs = null
  owner.disputedMs = owner.firstMs
  decide(record, owner, true, context)
  return true
}

function settle(record: AddressRecord, claim: Claim, context: BindingContext): void {
  const previous = record.owner
  // Only the machine itself gives up an address of its own.
  if (previous?.isOwn) return
  context.table.setOwner(record, claim)
  closeDispute(claim)
  for (const other of record.claims) if (other !== claim) other.isRetired = true
  if (previous && previous !== claim) closeDispute(previous)
}

/** Repeats count when the accused speaks; otherwise only a changed verdict is news. */
function report(finding: Finding, accused: Claim, isSpeaking: boolean, context: BindingContext): void {
  const rules = finding.reasonsFor.map((reason) => reason.rule).join()
  const verdict = `${finding.kind}|${finding.severity}|${rules}`
  if (!isSpeaking && verdict === accused.verdict) return
  accused.verdict = verdict
  context.raise(finding)
}

/** What was first taken for something harmless. */
function endMilder(record: AddressRecord, accused: Claim, context: BindingContext): void {
  context.end('ip_conflict', accused.mac, record.ip)
  context.end('multi_homed', accused.mac, record.ip)
  endChange(record, accused, context)
}

function endChange(record: AddressRecord, accused: Claim, context: BindingContext): void {
  for (const kind of ['mac_changed', 'gateway_mac_changed', 'flip_flop'] as const)
    context.end(kind, accused.mac, record.ip)
}

/**
 * arpspoof and ettercap put things right when they stop: frames from their own
 * MAC with the genuine holder as the ARP sender.
 */
function endWhenRestored(
  record: AddressRecord,
  restored: Claim,
  frameMac: string,
  context: BindingContext,
): void {
  const culprit = record.claims.find((claim) => claim.mac === frameMac && claim !== restored)
  if (!culprit) return
  for (const kind of SPOOF_KINDS) {
    const alert = context.book.find(kind, culprit.mac, record.ip)
    if (alert === null) continue
    context.book.note(alert.id, {
      rule: 'restored',
      text: `${frameMac} itself told others that ${record.ip} is at ${restored.mac} again.`,
      frames: [context.frame()],
    })
    context.end(kind, culprit.mac, record.ip)
    closeDispute(culprit)
    culprit.isRetired = true
  }
}

/**
 * Where a quiet holder has to be waited for, it is asked at once: its answer is
 * seen as a packet, and tells a theft from a change of hands without delay.
 */
function askHolder(
  record: AddressRecord,
  accused: Claim,
  rivals: Claim[],
  since: number,
  context: BindingContext,
): void {
  const holder = rivals[0]
  if (holder === undefined || record.vlan !== '' || accused.holderAskedMs >= since) return
  accused.holderAskedMs = context.nowMs
  const { isVirtual, own } = context.roles(holder.mac)
  if (isVirtual || own) return
  const target = { ip: holder.ip, mac: holder.mac }
  context.probe({ method: 'unicast_who_has', target, alertId: '' })
}

/** The antidote test and the forwarding probe, once per verdict; never towards virtual MACs. */
function askActively(
  finding: Finding,
  record: AddressRecord,
  accused: Claim,
  rivals: Claim[],
  context: BindingContext,
): void {
  const alert = context.book.find(finding.kind, finding.claimer, finding.ip)
  // Questions go out untagged.
  if (alert === null || record.vlan !== '') return
  if (accused.askedActivelyMs + DEFEND_INTERVAL_MS > context.nowMs) return
  accused.askedActivelyMs = context.nowMs
  for (const { mac } of [...rivals.slice(0, 1), accused]) {
    if (context.roles(mac).isVirtual || context.roles(mac).own) continue
    const target = { ip: record.ip, mac }
    context.probe({ method: 'unicast_who_has', target, alertId: alert.id })
  }
  if (!context.roles(accused.mac).isVirtual)
    context.probe({
      method: 'forwarding_probe',
      target: { ip: record.ip, mac: accused.mac },
      alertId: alert.id,
    })
}
