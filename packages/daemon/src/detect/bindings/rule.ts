/**
 * A rule about one claim to an address: what it weighs and when it applies. The weights are small integers that
 * say how seldom the thing has an innocent cause: 1 happens to honest hosts too, 2 seldom, 3 hardly ever, 4
 * settles it. The sum of two is a suspicion worth a warning, of three an attack. docs/DETECTION.md has the tables
 * with the reasons; a test holds them against these.
 */

import { text } from '@netwatcher/shared'
import type { FindingReason, FrameReference } from '../engine/detector.js'
import type { Facts } from './facts.js'

export interface Rule {
  /** Stable identifier; its sentence in the catalogue has the same name. */
  id: string
  weight: 1 | 2 | 3 | 4
  /** Proves spoofing also where no other holder was ever seen. */
  standsAlone?: true
  /** Also happens when two honest hosts were given the same address. */
  isHonestToo?: true
  /** Needs no interpretation: the frames themselves, or the owner's own word, say it. */
  isProof?: true
  /** Whether it applies, with the figures and the frames that show it. */
  when: (facts: Facts) => Shown | false
}

export interface Shown {
  params: Parameters<typeof text>[1]
  frames: FrameReference[]
}

export function shown(params: Shown['params'], frames: FrameReference[] = []): Shown {
  return { params, frames }
}

export interface Applied {
  rule: Rule
  reason: FindingReason
}

/** The rules that apply, in the order of their table. */
export function applied(rules: readonly Rule[], facts: Facts): Applied[] {
  return rules.flatMap((rule) => {
    const found = rule.when(facts)
    if (!found) return []
    return [
      { rule, reason: { rule: rule.id, params: text(rule.id, found.params).params, frames: found.frames } },
    ]
  })
}
