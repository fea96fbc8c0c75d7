/** Weighs what speaks for and against one MAC having claimed an address that is not its own. */

import type { BindingContext } from '../engine/binding-context.js'
import type { FindingReason } from '../engine/detector.js'
import type { AddressRecord } from '../knowledge/binding-table.js'
import type { Claim } from '../knowledge/claim.js'
import { type Facts, gatherFacts } from './facts.js'
import { type Applied, applied } from './rule.js'
import { RULES_AGAINST } from './rules-against.js'
import { RULES_FOR } from './rules-for.js'

/** Sums of weights from which it is worth a warning, and from which it is called an attack. */
const SUSPICION = 2
const ATTACK = 3

export interface Verdict {
  facts: Facts
  isSuspicion: boolean
  isAttack: boolean
  /** Shown by the frames themselves, or the displaced holder answered when it was asked. */
  isProven: boolean
  /** The strongest first, as those against. */
  reasonsFor: FindingReason[]
  reasonsAgainst: FindingReason[]
}

export function weigh(record: AddressRecord, claim: Claim, context: BindingContext): Verdict {
  const facts = gatherFacts(record, claim, context)
  const rulesFor = applied(RULES_FOR, facts)
  const rulesAgainst = applied(RULES_AGAINST, facts)
  const score = weightOf(rulesFor) - weightOf(rulesAgainst)
  const isSuspicion =
    score >= SUSPICION &&
    rulesFor.some(({ rule }) => !rule.isHonestToo) &&
    (hasVictim(facts, context) || rulesFor.some(({ rule }) => rule.standsAlone))
  const isAttack = isSuspicion && score >= ATTACK
  const hasAnswered = (facts.displaced?.answeredMs ?? Number.NEGATIVE_INFINITY) >= facts.sinceMs
  return {
    facts,
    isSuspicion,
    isAttack,
    isProven: isAttack && (hasAnswered || rulesFor.some(({ rule }) => rule.isProof)),
    reasonsFor: strongestFirst(rulesFor),
    reasonsAgainst: strongestFirst(rulesAgainst),
  }
}

export function has(reasons: readonly FindingReason[], rule: string): boolean {
  return reasons.some((reason) => reason.rule === rule)
}

function weightOf(rules: readonly Applied[]): number {
  return rules.reduce((total, { rule }) => total + rule.weight, 0)
}

function strongestFirst(rules: readonly Applied[]): FindingReason[] {
  return rules.toSorted((a, b) => b.rule.weight - a.rule.weight).map(({ reason }) => reason)
}

/** A holder known only from a lease in another host's name is nobody who could be robbed. */
function hasVictim({ record, holders }: Facts, { table }: BindingContext): boolean {
  return holders.some(({ mac, isOwn }) => isOwn || (table.mac(record.vlan, mac)?.frames ?? 0) > 0)
}
