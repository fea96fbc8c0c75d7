/**
 * Spanning tree root take-over: a station announces itself as a better root
 * bridge, and the switches turn the LAN's traffic towards it. A root that
 * fails and comes back, and an old root's successor, are no take-over.
 */

import { SECOND_MS } from '@netwatcher/shared'
import type { Packet } from '../wire/packet.js'
import { type BridgeId, compareBridgeIds, type Stp } from '../wire/stp.js'
import { BoundedMap } from './bounded-map.js'
import type { Detector, DetectorContext, FindingReason } from './detector.js'
import { finding, reason } from './finding.js'
import { vlanKey } from './learner.js'

/** IEEE 802.1D: a bridge forgets a root after Max Age, 20 s. Sooner than that nobody goes back to a worse one. */
const MAX_AGE_MS = 20 * SECOND_MS
/** A tree that has just come up changes its mind; a root that was repeated is settled (hello time is 2 s). */
const SETTLED_AFTER = 2
const MAX_TREES = 256
const MAX_BRIDGES = 256

interface Tree {
  root: BridgeId
  rootSinceMs: number
  /** Times that the present root was announced. */
  repeats: number
  /** The root before a better one was announced. */
  previous: BridgeId | null
  /** MACs of all bridges and roots that have been named. */
  bridges: Set<string>
}

export function createStpRootDetector(): Detector {
  const trees = new BoundedMap<Tree>(MAX_TREES)
  let startedMs = Number.POSITIVE_INFINITY
  return {
    observe(packet, context) {
      startedMs = Math.min(startedMs, context.nowMs)
      if (packet.payload.type !== 'stp') return
      const { stp } = packet.payload
      if (stp.root === null || stp.bridge === null) return
      const isLate = trees.size === 0 && context.nowMs - startedMs >= MAX_AGE_MS
      observe(trees, stp, stp.root, stp.bridge, packet, context)
      if (isLate) raiseAppeared(stp.root, packet, context)
    },
  }
}

function observe(
  trees: BoundedMap<Tree>,
  stp: Stp,
  root: BridgeId,
  bridge: BridgeId,
  packet: Packet,
  context: DetectorContext,
): void {
  const key = treeKey(packet, bridge)
  const tree = trees.get(key)
  if (tree === undefined) {
    trees.set(key, {
      root,
      rootSinceMs: context.nowMs,
      repeats: 1,
      previous: null,
      bridges: new Set([root.mac, bridge.mac]),
    })
    return
  }
  const order = compareBridgeIds(root, tree.root)
  if (order < 0) {
    const isNewcomer = !tree.bridges.has(root.mac) && tree.repeats >= SETTLED_AFTER
    if (isNewcomer) raise(root, tree.root, packet, context, [newcomerReason(root, tree, stp, context)])
    tree.previous = tree.root
  } else if (order > 0 && contradicts(root, tree, context.nowMs)) {
    const text = `The root goes back and forth between ${format(tree.root)} and ${format(root)} faster than any root times out`
    raise(tree.root, root, packet, context, [reason('contradicting_roots', text, [context.frame()])])
  }
  tree.repeats++
  if (order !== 0) {
    tree.root = root
    tree.rootSinceMs = context.nowMs
    tree.repeats = 1
  }
  for (const mac of [root.mac, bridge.mac]) if (tree.bridges.size < MAX_BRIDGES) tree.bridges.add(mac)
}

/** Each VLAN has its own tree with per-VLAN protocols, which put its number into the bridge identifier. */
function treeKey(packet: Packet, bridge: BridgeId): string {
  const isPerVlan = packet.ethernet.llc?.oui === 0x00000c
  return `${vlanKey(packet)}|${isPerVlan ? bridge.priority & 0xfff : ''}`
}

/** The old root is announced again although the better one is too young to have timed out. */
function contradicts(root: BridgeId, tree: Tree, nowMs: number): boolean {
  return (
    tree.previous !== null &&
    compareBridgeIds(root, tree.previous) === 0 &&
    nowMs - tree.rootSinceMs < MAX_AGE_MS
  )
}

function newcomerReason(root: BridgeId, tree: Tree, stp: Stp, context: DetectorContext): FindingReason {
  const where =
    stp.rootPathCost === 0 ? 'it sends the announcement itself' : `at path cost ${stp.rootPathCost}`
  return reason(
    'new_bridge',
    `${root.mac} is not one of the ${tree.bridges.size} bridges known here; ${where}`,
    [context.frame()],
  )
}

/** Bridges repeat themselves every two seconds, so one that was there from the start would have been heard. */
function raiseAppeared(root: BridgeId, packet: Packet, context: DetectorContext): void {
  const text = `Bridge ${format(root)} announces itself where no spanning tree was heard for ${MAX_AGE_MS / SECOND_MS} s`
  raise(root, null, packet, context, [reason('tree_appeared', text, [context.frame()])])
}

function raise(
  root: BridgeId,
  before: BridgeId | null,
  packet: Packet,
  context: DetectorContext,
  reasonsFor: FindingReason[],
): void {
  context.raise(
    finding({
      kind: 'stp_root_change',
      severity: 'warning',
      claimer: packet.ethernet.sourceMac,
      macs: [packet.ethernet.sourceMac, root.mac],
      expected: before === null ? 'No spanning tree here' : `Root bridge ${format(before)}`,
      seen: `Root bridge ${format(root)}, announced by ${packet.ethernet.sourceMac}`,
      reasonsFor,
      advice:
        'If you did not add or reconfigure a switch, find this device: traffic between switches may now run through it. Turn on root guard or BPDU guard on ports of hosts.',
    }),
  )
}

function format({ priority, mac }: BridgeId): string {
  return `${priority}.${mac}`
}
