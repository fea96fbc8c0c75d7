/**
 * What a device is, from what is known of it. Clues of different sources are
 * taken for independent, those of one source for one; what speaks for another
 * type speaks against this one. Below half a type is not said at all.
 */

import type { ClueSource } from '../clues.js'
import { type Clue, factSourceOf } from './facts.js'
import { groupBy } from './group-by.js'
import { type DeviceType, type FactSource, RULES, type Rule } from './rules.js'

/** From here on the type is more likely than not. */
export const SURE = 0.5
/** Clues of the same source beyond these are more of the same. */
const MAX_VALUES = 64

export interface Reason {
  source: FactSource
  value: string
  type: DeviceType
  weight: number
}

export interface Identity {
  /** Null: it is not known. */
  type: DeviceType | null
  /** 0 to 1, of the type; 0 without one. */
  confidence: number
  vendor: string | null
  model: string | null
  os: string | null
  /** What the type rests on, the strongest first. */
  reasons: Reason[]
}

interface Match {
  rule: Rule
  value: string
  groups: RegExpExecArray
}

export function identify(facts: readonly Clue[]): Identity {
  const bySource = groupBy(facts, ({ source }) => source)
  const matches = [...bySource].flatMap(([source, list]) =>
    list.slice(0, MAX_VALUES).flatMap(({ value }) => matchesOf(source, value, bySource)),
  )
  const reasons = strongest(matches)
  const { type, confidence } = weigh(reasons)
  return {
    type,
    confidence,
    vendor: said(matches, 'vendor'),
    model: said(matches, 'model'),
    os: said(matches, 'os'),
    reasons: reasons.filter((reason) => reason.type === type).sort((a, b) => b.weight - a.weight),
  }
}

/** Whether any rule rests on it: of other names and ports nothing has to be kept. */
export function isOfInterest({ source, value }: { source: ClueSource; value: string }): boolean {
  return (RULES.get(factSourceOf(source)) ?? []).some(({ match }) => match.test(value))
}

function matchesOf(source: FactSource, value: string, facts: ReadonlyMap<FactSource, Clue[]>): Match[] {
  return (RULES.get(source) ?? []).flatMap((rule) => {
    const groups = rule.match.exec(value)
    const { also } = rule
    const holds =
      also === null || facts.get(also.source)?.some((fact) => also.match.test(fact.value)) === true
    return groups && holds ? [{ rule, value, groups }] : []
  })
}

/** Of each source and type the strongest clue. */
function strongest(matches: readonly Match[]): Reason[] {
  const best = new Map<string, Reason>()
  for (const { rule, value } of matches) {
    const { source, type, weight } = rule
    if (type === null) continue
    const key = `${source} ${type}`
    if (weight > (best.get(key)?.weight ?? 0)) best.set(key, { source, value, type, weight })
  }
  return [...best.values()]
}

/** Of two types at most one is right: what is left of the first once the second has been heard. */
function weigh(reasons: readonly Reason[]): { type: DeviceType | null; confidence: number } {
  const doubts = new Map<DeviceType, number>()
  for (const { type, weight } of reasons) doubts.set(type, (doubts.get(type) ?? 1) * (1 - weight))
  const [first, second] = [...doubts].map(([type, doubt]) => ({ type, belief: 1 - doubt })).sort(byBelief)
  if (!first) return { type: null, confidence: 0 }
  const a = first.belief
  const b = second?.belief ?? 0
  const confidence = (a * (1 - b)) / (1 - a * b)
  return confidence < SURE ? { type: null, confidence: 0 } : { type: first.type, confidence }
}

function byBelief(a: { belief: number }, b: { belief: number }): number {
  return b.belief - a.belief
}

/** The maker, model or system that the surest rule gives; of equals the first. */
function said(matches: readonly Match[], what: 'vendor' | 'model' | 'os'): string | null {
  let best: Match | null = null
  for (const match of matches) {
    if (match.rule[what] !== '' && (best === null || match.rule.weight > best.rule.weight)) best = match
  }
  if (best === null) return null
  const { rule, groups } = best
  return (
    rule[what]
      .replace('$1', groups[1] ?? '')
      .replace(/\s+/g, ' ')
      .trim() || null
  )
}
