/**
 * Which blocks have become dangerous since they were made, and which have
 * become safe again. Pure: the guards are looked at again and again, because
 * routes change, and because who is who on the wire is found out with time.
 */

import { NO_TEXT } from '@netwatcher/shared'
import type { ActiveBlock } from './block.js'
import { type Danger, findDanger, type GuardFacts } from './guard.js'

export type Reassessment =
  /** It was not confirmed yet: it goes for good. */
  | { type: 'take_back'; block: ActiveBlock; danger: Danger }
  | { type: 'suspend'; block: ActiveBlock; to: ActiveBlock; danger: Danger }
  | { type: 'resume'; block: ActiveBlock; to: ActiveBlock }

/** Only the blocks that have to change. */
export function reassess(blocks: readonly ActiveBlock[], facts: GuardFacts): Reassessment[] {
  return blocks.flatMap((block): Reassessment[] => {
    // It is looked at when its slot begins.
    if (block.state === 'waiting') return []
    const danger = findDanger(block, facts)
    if (!danger) {
      if (block.state !== 'suspended') return []
      return [{ type: 'resume', block, to: { ...block, state: 'confirmed', suspended: NO_TEXT } }]
    }
    if (block.state === 'applied') return [{ type: 'take_back', block, danger }]
    const isKnown = JSON.stringify(block.suspended) === JSON.stringify(danger.text)
    if (block.state === 'suspended' && isKnown) return []
    return [{ type: 'suspend', block, to: { ...block, state: 'suspended', suspended: danger.text }, danger }]
  })
}
