/**
 * The outcome of a conflict about an address, from the verdict on one claim and from what the holders do: spoofing,
 * two hosts with one address, one host with two cards, a redundancy fail-over, or a plain change of hands.
 */

import { MINUTE_MS, SECOND_MS } from '@netwatcher/shared'
import type { BindingContext } from '../engine/binding-context.js'
import type { Finding } from '../engine/detector.js'
import type { AddressRecord } from '../knowledge/binding-table.js'
import { type Claim, closeConflict, isStrong, isSubstantial, sendsItsPackets } from '../knowledge/claim.js'
import { askBoth, askHolder } from './active-checks.js'
import {
  changeFinding,
  failoverFinding,
  multiHomedFinding,
  sameAddressFinding,
  spoofFinding,
} from './conflict-findings.js'
import type { Facts } from './facts.js'
import { handedBack } from './holders.js'
import { areTwoHosts } from './one-or-two-hosts.js'
import { has, type Verdict, weigh } from './verdict.js'

/** RFC 5227 section 1.1, ANNOUNCE_INTERVAL: a previous holder that is there answers sooner. */
const HAND_OVER_MS = 2 * SECOND_MS
/** Linux drops an unused neighbour entry after 60 s (gc_stale_time): nobody remembers the old holder. */
const SETTLED_MS = MINUTE_MS

/** `speaker` is the claim that the present frame made; null when only time has passed. */
export function decide(
  record: AddressRecord,
  claim: Claim,
  speaker: Claim | null,
  context: BindingContext,
): void {
  if (context.roles(claim.mac).own) return
  const verdict = weigh(record, claim, context)
  const { holders, aliveAfter } = verdict.facts
  const isHeldAgainst = (rule: string) => has(verdict.reasonsAgainst, rule)
  if (verdict.isSuspicion) {
    const finding = spoofFinding(verdict)
    report(finding, claim, speaker, context)
    endMilder(claim, context)
    askBoth(finding, verdict.facts, context)
  } else if (holders.length === 0) {
    if (record.owner !== claim && isSubstantial(claim)) settle(record, claim, context)
  } else if (isHeldAgainst('behind_virtual_mac')) {
    return
  } else if (isHeldAgainst('fhrp_member')) {
    report(failoverFinding(verdict), claim, speaker, context)
    settle(record, claim, context)
  } else if (isHeldAgainst('dhcp_lease') && aliveAfter === null) {
    settle(record, claim, context)
  } else if (claim.conflictMs !== null) {
    // Otherwise it is weighed only because so many claim the address, or for what it says about it to one host.
    decideHonest(verdict, speaker, context)
  }
}

/** Nobody lies: one host with two cards, two hosts with one address, or a new holder. */
function decideHonest(verdict: Verdict, speaker: Claim | null, context: BindingContext): void {
  const { facts } = verdict
  const { record, claim, holders } = facts
  if (facts.sharedAddress !== null || (facts.sameClient !== null && facts.aliveAfter !== null)) {
    report(multiHomedFinding(verdict), claim, speaker, context)
  } else if (facts.aliveAfter === null) {
    decideChange(verdict, speaker, context)
  } else if (areTwoHosts(record, claim, holders, context)) {
    const finding = sameAddressFinding(verdict)
    report(finding, claim, speaker, context)
    endChange(claim, context)
    askBoth(finding, facts, context)
  } else {
    report(multiHomedFinding(verdict), claim, speaker, context)
  }
}

/** The other holders are silent. */
function decideChange(verdict: Verdict, speaker: Claim | null, context: BindingContext): void {
  const { facts, reasonsAgainst } = verdict
  const { record, claim, holders, sinceMs } = facts
  askHolder(facts, context)
  if (holders.some((holder) => handedBack(record, holder, claim, sinceMs, context.learner))) {
    closeConflict(claim)
    claim.isRetired = true
    return
  }
  if (swapWithWeakOwner(facts, context)) return
  if (context.nowMs - sinceMs < HAND_OVER_MS || !isSubstantial(claim)) return
  const make = has(reasonsAgainst, 'shared_address') ? failoverFinding : changeFinding
  const finding = make(verdict)
  report(finding, claim, speaker, context)
  askBoth(finding, facts, context)
  if (context.nowMs - sinceMs >= SETTLED_MS) settle(record, claim, context)
}

/**
 * Where watching began late, the first to be seen is not always the genuine
 * one: a holder that was only ever heard announcing, and goes on announcing
 * while another uses the address, is the newcomer.
 */
function swapWithWeakOwner({ record, claim, holders, sinceMs }: Facts, context: BindingContext): boolean {
  const { owner } = record
  if (!owner || !holders.includes(owner) || isStrong(owner) || !isStrong(claim)) return false
  if (owner.lastMs <= sinceMs || sendsItsPackets(owner)) return false
  context.table.setOwner(record, claim)
  claim.conflictMs = null
  owner.conflictMs = owner.firstMs
  decide(record, owner, owner, context)
  return true
}

function settle(record: AddressRecord, claim: Claim, context: BindingContext): void {
  const previous = record.owner
  // Only the machine itself gives up an address of its own.
  if (previous?.isOwn) return
  context.table.setOwner(record, claim)
  closeConflict(claim)
  for (const other of record.claims) if (other !== claim) other.isRetired = true
  if (previous && previous !== claim) closeConflict(previous)
}

/** Repeats count when the claimant speaks; otherwise only a changed verdict is news. */
function report(finding: Finding, claim: Claim, speaker: Claim | null, context: BindingContext): void {
  const rules = finding.reasonsFor.map((reason) => reason.rule).join()
  const verdict = `${finding.kind}|${finding.severity}|${rules}`
  if (claim !== speaker && verdict === claim.verdict) return
  claim.verdict = verdict
  context.raise(finding)
}

/** What was first taken for something harmless. */
function endMilder(claim: Claim, context: BindingContext): void {
  context.end('ip_conflict', claim.mac, claim.ip)
  context.end('multi_homed', claim.mac, claim.ip)
  endChange(claim, context)
}

function endChange(claim: Claim, context: BindingContext): void {
  for (const kind of ['mac_changed', 'gateway_mac_changed', 'flip_flop'] as const)
    context.end(kind, claim.mac, claim.ip)
}
