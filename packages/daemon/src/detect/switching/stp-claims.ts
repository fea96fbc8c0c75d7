/** What one BPDU says about its sender, where there is no known root to compare it with. */

import { isGroupMac, SECOND_MS, type Text, text, ZERO_MAC } from '@netwatcher/shared'
import type { Packet } from '../../wire/packet.js'
import type { BridgeId, Stp } from '../../wire/stp.js'
import type { DetectorContext, FindingReason } from '../engine/detector.js'
import { reason } from '../engine/finding.js'

/** IEEE 802.1D-2004 section 17.21.23: a neighbour is gone after three hello times of 2 s without a BPDU. */
const BRIDGE_SILENCE_MS = 6 * SECOND_MS
/** IEEE 802.1D table 17-2: the priority of a bridge that nobody has configured. The lower 12 bits are no priority. */
const DEFAULT_PRIORITY = 0x8000
const PRIORITY_BITS = 0xf000

/** Why no bridge can have sent this, or null. */
export function impossibleClaim(stp: Stp, root: BridgeId, bridge: BridgeId): Text | null {
  for (const { mac } of [root, bridge])
    if (mac === ZERO_MAC || isGroupMac(mac)) return text('impossible_bridge_mac', { mac })
  if (!isRootItself(root, bridge)) return null
  // IEEE 802.1D-2004 section 17.21.20 and 9.3.3: both start at zero with the root.
  if (stp.messageAgeSeconds !== 0)
    return text('impossible_message_age', { mac: root.mac, age_ms: stp.messageAgeSeconds * SECOND_MS })
  return stp.rootPathCost === 0
    ? null
    : text('impossible_root_cost', { mac: root.mac, path_cost: stp.rootPathCost })
}

function isRootItself(root: BridgeId, bridge: BridgeId): boolean {
  return root.mac === bridge.mac && root.priority === bridge.priority
}

/**
 * The first bridge to be heard, after `silentMs` without one. Bridges repeat
 * themselves every two seconds, so this one was not there before. An ordinary
 * switch that is plugged in is a note, and so is a loudspeaker or a host with a
 * bridge for its virtual machines.
 */
export function newBridgeReasons(
  stp: Stp,
  root: BridgeId,
  bridge: BridgeId,
  silentMs: number,
  { ethernet }: Packet,
  context: DetectorContext,
): { reasonsFor: FindingReason[]; reasonsAgainst: FindingReason[] } {
  if (silentMs < BRIDGE_SILENCE_MS) return { reasonsFor: [], reasonsAgainst: [] }
  const reasonsFor = [reason('tree_appeared', { silent_ms: Math.floor(silentMs) }, [context.frame()])]
  const isFromRoot = stp.rootPathCost === 0 && isRootItself(root, bridge)
  const priority = root.priority & PRIORITY_BITS
  const isClaim = isFromRoot && priority < DEFAULT_PRIORITY
  if (isClaim) {
    reasonsFor.push(reason('claims_to_be_root', { priority, default_priority: DEFAULT_PRIORITY }))
  }
  const seen = context.bindings.seen(ethernet.sourceMac)
  const [ip] = context.bindings.owned(ethernet.sourceMac)
  if (seen !== null && ip !== undefined && context.nowMs - seen.firstMs >= BRIDGE_SILENCE_MS) {
    reasonsFor.push(reason('was_no_bridge', { mac: ethernet.sourceMac, ip }))
  }
  // A bridge that gives way to every other changes nothing.
  return { reasonsFor, reasonsAgainst: isClaim ? [] : [reason('bridge_in_a_device', { priority })] }
}
