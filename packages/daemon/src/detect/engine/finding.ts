/** A finding with the usual parts filled in, so that detectors only say what is particular. */

import { text } from '@netwatcher/shared'
import type { Finding, FindingReason, FrameReference } from './detector.js'

type Given = Pick<Finding, 'kind' | 'severity' | 'parties' | 'expected' | 'seen' | 'advice' | 'reasonsFor'> &
  Partial<Finding>

/** The claimer is the MAC of the first suspect unless given. */
export function finding(given: Given): Finding {
  const claimer = given.parties.find(({ role }) => role === 'suspect')?.mac ?? ''
  return { claimer, ip: '', reasonsAgainst: [], ...given }
}

export function reason(
  rule: string,
  figures: Parameters<typeof text>[1] = {},
  frames: FrameReference[] = [],
): FindingReason {
  return { ...text(rule, figures), frames }
}
