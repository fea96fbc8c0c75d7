/**
 * Conflicts about an address (RFC 5227): whenever a second MAC claims it, the
 * claim is weighed, and weighed again as more frames come and as time passes.
 */

import { MINUTE_MS, type TableStatus, text } from '@netwatcher/shared'
import type { Packet } from '../../wire/packet.js'
import type { BindingContext, BindingDetector } from '../engine/binding-context.js'
import type { ProbeResult } from '../engine/detection.js'
import type { AddressRecord } from '../knowledge/binding-table.js'
import { type Claim, closeConflict, isStrong, openConflict, USED_PACKETS } from '../knowledge/claim.js'
import type { Learnt } from '../knowledge/learner.js'
import type { Question } from '../knowledge/request-book.js'
import { BoundedMap } from '../tables/bounded-map.js'
import { noteResult } from './active-checks.js'
import { SPOOF_KINDS } from './conflict-findings.js'
import { decide } from './decide.js'
import { MOST_CLAIMANTS } from './facts.js'
import { otherAddress } from './holders.js'

/** A conflict in which nothing happens for this long is closed. */
const FORGOTTEN_MS = 10 * MINUTE_MS
const MAX_CONFLICTS = 1024
/** One that lasts this long is none of a flood of invented ones. */
const PROVEN_AFTER_MS = MINUTE_MS

export class ConflictDetector implements BindingDetector {
  /** Records with an open conflict, to be weighed again as time passes. */
  readonly #open = new BoundedMap<AddressRecord>(MAX_CONFLICTS)

  tables(): TableStatus[] {
    return [this.#open.status('conflicts')]
  }

  observe(_packet: Packet, learnt: Learnt, context: BindingContext): void {
    for (const [i, observed] of learnt.observed.claims.entries()) {
      const record = learnt.records[i]
      const claim = record?.claims.find(({ mac }) => mac === observed.mac)
      if (!record || !claim) continue
      const isCarried = observed.evidence === 'ip_source' && observed.recipient !== null
      if (observed.evidence !== 'dhcp' && !isCarried) noteConflict(record, claim, context)
      if (isCarried) exposeIdleAnnouncer(record, claim, context)
      if (observed.evidence === 'solicited') noteOtherAnswers(record, learnt.observed.answered)
      if (observed.frameMac !== observed.mac) endWhenRestored(record, claim, observed.frameMac, context)
      if (record.claims.length === 1 && !isOdd(claim, record, context)) continue
      this.#decideAll(record, claim, context)
    }
  }

  tick(context: BindingContext): void {
    // A copy: weighing moves records within the table.
    for (const record of [...this.#open.values()]) {
      this.#decideAll(record, null, context)
      const isQuiet = record.claims.every((claim) => context.nowMs - claim.lastMs > FORGOTTEN_MS)
      const isOpen = record.claims.some((claim) => claim.conflictMs !== null || claim.recipients.length > 0)
      if (isQuiet) record.claims.forEach(closeConflict)
      if (isQuiet || !isOpen) this.#open.delete(keyOf(record))
    }
  }

  /** An active check came back. The answers themselves are also seen as packets. */
  verified(result: ProbeResult, context: BindingContext): void {
    const record = context.table.address('', result.target.ip)
    if (!record || result.alertId === '') return
    noteResult(result, record, context.nowMs)
    for (const claim of record.claims) if (claim.conflictMs !== null) decide(record, claim, null, context)
  }

  #decideAll(record: AddressRecord, speaker: Claim | null, context: BindingContext): void {
    for (const claim of record.claims) {
      const isContested = claim.conflictMs !== null || isOdd(claim, record, context)
      const isBelieved = claim === record.owner && isStrong(claim) && !isPinnedElsewhere(claim, context)
      if (!isContested || isBelieved) continue
      decide(record, claim, speaker, context)
      this.#open.set(keyOf(record), record)
      if (claim.conflictMs !== null && context.nowMs - claim.conflictMs >= PROVEN_AFTER_MS)
        this.#open.prove(keyOf(record))
    }
  }
}

function keyOf({ vlan, ip }: AddressRecord): string {
  return `${vlan}|${ip}`
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
  owner.conflictMs = owner.firstMs
}

function isPinnedElsewhere(claim: Claim, { network }: BindingContext): boolean {
  return network.pinned.some(({ ip, mac }) => ip === claim.ip && mac !== claim.mac)
}

/** Worth weighing although nobody else claims the address. */
function isOdd(claim: Claim, record: AddressRecord, context: BindingContext): boolean {
  return (
    claim.recipients.length > 0 ||
    record.recentClaimers.length > MOST_CLAIMANTS ||
    isPinnedElsewhere(claim, context)
  )
}

/** A newcomer speaks for an address that somebody else holds. Packets to one host do not count: anybody may have carried them. */
function noteConflict(record: AddressRecord, claim: Claim, { nowMs, network }: BindingContext): void {
  const { owner } = record
  if (owner === null || owner === claim) return
  if (claim.mac === network.ownMac) return
  openConflict(claim, nowMs)
}

/** Several answered the same question: they cannot be one bond, where one answers for all. */
function noteOtherAnswers(record: AddressRecord, question: Question | null): void {
  if (!question || question.answers.length < 2) return
  for (const claim of record.claims)
    if (question.answers.some((answer) => answer.mac === claim.mac)) claim.answeredTogether++
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
  const withdrawn = record.claims.find((claim) => claim.mac === frameMac && claim !== restored)
  if (!withdrawn) return
  const { params } = text('restored', { mac: frameMac, ip: record.ip, holder_mac: restored.mac })
  for (const kind of SPOOF_KINDS) {
    const alert = context.book.find(kind, withdrawn.mac, record.ip)
    if (alert === null) continue
    context.book.note(alert.id, { rule: 'restored', params, frames: [context.frame()] })
    context.end(kind, withdrawn.mac, record.ip)
    closeConflict(withdrawn)
    withdrawn.isRetired = true
  }
}
