/** A finding with the usual parts filled in, so that detectors only say what is particular. */

import { text } from '@netwatcher/shared'
import type { Finding, FindingReason, FrameReference } from './detector.js'

type Given = Pick<Finding, 'kind' | 'severity' | 'expected' | 'seen' | 'advice' | 'reasonsFor'> &
  Partial<Finding>

/** The claimer is the first MAC unless given. */
export function finding(given: Given): Finding {
  return { claimer: given.macs?.[0] ?? '', ip: '', macs: [], victim: null, reasonsAgainst: [], ...given }
}

export function reason(
  rule: string,
  figures: string | Parameters<typeof text>[1] = {},
  frames: FrameReference[] = [],
): FindingReason {
  return typeof figures === 'string'
    ? { rule, text: figures, frames }
    : { rule, params: text(rule, figures).params, frames }
}
