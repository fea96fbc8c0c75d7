/**
 * What follows from an answer for a name that was made up to ask for
 * (scan/name-prober.ts): nobody can have it, so this settles what counting names
 * only makes likely. A router that passes on mDNS between its networks repeats
 * what somebody behind it answered.
 */

import { text } from '@netwatcher/shared'
import type { ProbeResult } from '../engine/detection.js'
import type { DetectorContext, Finding, FrameReference } from '../engine/detector.js'
import { finding, reason } from '../engine/finding.js'
import { suspect } from '../engine/parties.js'

export function inventedNameFinding(
  { target: { mac, ip } }: ProbeResult,
  frames: FrameReference[],
  context: DetectorContext,
): Finding {
  const isRelayed = context.roles(mac).router && context.bindings.owner(ip)?.mac !== mac
  return finding({
    kind: 'name_spoof',
    severity: isRelayed ? 'warning' : 'critical',
    claimer: isRelayed ? ip : mac,
    parties: [isRelayed ? suspect('', 'likely', ip) : suspect(mac, 'proven', ip)],
    expected: text('expected_own_names_only'),
    seen: text('name_probe_answered', { mac, ip }),
    reasonsFor: [reason('invented_name_answered', { mac }, frames)],
    reasonsAgainst: isRelayed ? [reason('name_relayed', { mac, ip })] : [],
    advice: text('advice_name_spoof'),
  })
}
