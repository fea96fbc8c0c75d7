/**
 * Spanning tree root take-over: a station announces itself as a better root
 * bridge, and the switches turn the LAN's traffic towards it. As IEEE 802.1D
 * has it, a worse announcement changes nothing until the root has been silent
 * for Max Age, so a root that fails, its successor and its return are no
 * take-over, and neither is a switch that has yet to hear of the root.
 */

import { SECOND_MS, text } from '@netwatcher/shared'
import type { Packet } from '../../wire/packet.js'
import { type BridgeId, compareBridgeIds, type Stp } from '../../wire/stp.js'
import type { Detector, DetectorContext, FindingReason } from '../engine/detector.js'
import { finding, reason } from '../engine/finding.js'
import { holder, suspect } from '../engine/parties.js'
import { BoundedMap } from '../tables/bounded-map.js'
import { DistinctWindow, Throttle } from '../tables/windows.js'
import { impossibleClaim, newBridgeReasons } from './stp-claims.js'

/** IEEE 802.1D: a bridge forgets a root after Max Age, 20 s. Sooner than that nobody goes back to a worse one. */
const MAX_AGE_MS = 20 * SECOND_MS
/** A tree that has just come up changes its mind; a root that was repeated is settled (hello time is 2 s). */
const SETTLED_AFTER = 2
/**
 * Bridges that speak within a hello time. A switch has one neighbour per port, and at most some 50 ports;
 * yersinia makes up tens of thousands per second.
 */
const FLOOD = { windowMs: 2 * SECOND_MS, bridges: 64 }
const MAX_TREES = 256
const MAX_BRIDGES = 256

interface Tree {
  root: BridgeId
  /** When the present root took over, and was last announced. */
  sinceMs: number
  lastMs: number
  /** Times that the present root was announced. */
  repeats: number
  /** The root before a better one was announced. */
  previous: BridgeId | null
  /** MACs of all bridges and roots that have been named. */
  bridges: Set<string>
}

export function createStpRootDetector(): Detector {
  return new StpRoots()
}

class StpRoots implements Detector {
  readonly #trees = new BoundedMap<Tree>(MAX_TREES)
  readonly #senders = new DistinctWindow(FLOOD.windowMs, 4 * FLOOD.bridges)
  readonly #throttle = new Throttle(SECOND_MS)
  #startedMs = Number.POSITIVE_INFINITY

  observe(packet: Packet, context: DetectorContext): void {
    this.#startedMs = Math.min(this.#startedMs, context.nowMs)
    if (packet.payload.type !== 'stp') return
    const { stp } = packet.payload
    if (this.#isFlood(stp, packet, context) || stp.root === null || stp.bridge === null) return
    const impossible = impossibleClaim(stp, stp.root, stp.bridge)
    if (impossible !== null)
      raise(stp.root, null, packet, context, [{ ...impossible, frames: [context.frame()] }])
    const key = treeKey(packet, context.vlan, stp.bridge)
    const tree = this.#trees.get(key)
    if (tree !== undefined) this.#compare(tree, stp, stp.root, stp.bridge, packet, context)
    else {
      if (this.#trees.size === 0) this.#judgeFirst(stp, stp.root, stp.bridge, packet, context)
      this.#trees.set(key, newTree(stp.root, stp.bridge, context.nowMs))
    }
  }

  /** None of the bridges that are made up by the dozen deserves an alert of its own. */
  #isFlood(stp: Stp, packet: Packet, context: DetectorContext): boolean {
    const sender = `${stp.bridge?.mac ?? packet.ethernet.sourceMac}`
    const count = this.#senders.add(sender, context.nowMs)
    if (count < FLOOD.bridges) return false
    if (!this.#throttle.isDue(context.nowMs)) return true
    const rule = stp.type === 'topology_change' ? 'topology_change_flood' : 'bpdu_flood'
    const figures = { count, window_ms: FLOOD.windowMs }
    context.raise(
      finding({
        ...ALERT,
        claimer: '',
        parties: [suspect(packet.ethernet.sourceMac, 'possible')],
        expected: text('expected_few_bridges'),
        seen: text(`seen_${rule}`, figures),
        reasonsFor: [reason(rule, figures, [context.frame()])],
      }),
    )
    return true
  }

  #compare(
    tree: Tree,
    stp: Stp,
    root: BridgeId,
    bridge: BridgeId,
    packet: Packet,
    context: DetectorContext,
  ): void {
    const { nowMs } = context
    const order = compareBridgeIds(root, tree.root)
    if (order === 0) {
      tree.repeats++
      tree.lastMs = nowMs
    } else if (order < 0) {
      const isNewcomer = !tree.bridges.has(root.mac) && tree.repeats >= SETTLED_AFTER
      if (isNewcomer) raise(root, tree.root, packet, context, [newcomerReason(root, tree, stp, context)])
      tree.previous = tree.root
      replaceRoot(tree, root, nowMs)
    } else if (nowMs - tree.lastMs >= MAX_AGE_MS) replaceRoot(tree, root, nowMs)
    else if (contradicts(root, tree, nowMs)) {
      const figures = { root: format(tree.root), other_root: format(root) }
      raise(tree.root, root, packet, context, [reason('contradicting_roots', figures, [context.frame()])])
    }
    for (const { mac } of [root, bridge]) if (tree.bridges.size < MAX_BRIDGES) tree.bridges.add(mac)
  }

  /** Where no tree was heard before, there is no root to compare with. */
  #judgeFirst(stp: Stp, root: BridgeId, bridge: BridgeId, packet: Packet, context: DetectorContext): void {
    const silentMs = context.nowMs - this.#startedMs
    const { reasonsFor, reasonsAgainst } = newBridgeReasons(stp, root, bridge, silentMs, packet, context)
    if (reasonsFor.length > 0) raise(root, null, packet, context, reasonsFor, reasonsAgainst)
  }
}

function newTree(root: BridgeId, bridge: BridgeId, nowMs: number): Tree {
  return {
    root,
    sinceMs: nowMs,
    lastMs: nowMs,
    repeats: 1,
    previous: null,
    bridges: new Set([root.mac, bridge.mac]),
  }
}

function replaceRoot(tree: Tree, root: BridgeId, nowMs: number): void {
  tree.root = root
  tree.sinceMs = nowMs
  tree.lastMs = nowMs
  tree.repeats = 1
}

/** Each VLAN has its own tree with per-VLAN protocols, which put its number into the bridge identifier. */
function treeKey(packet: Packet, vlan: string, bridge: BridgeId): string {
  const isPerVlan = packet.ethernet.llc?.oui === 0x00000c
  return `${vlan}|${isPerVlan ? bridge.priority & 0xfff : ''}`
}

/** The old root is announced again although the better one is too young to have timed out. */
function contradicts(root: BridgeId, tree: Tree, nowMs: number): boolean {
  return (
    tree.previous !== null && compareBridgeIds(root, tree.previous) === 0 && nowMs - tree.sinceMs < MAX_AGE_MS
  )
}

function newcomerReason(root: BridgeId, tree: Tree, stp: Stp, context: DetectorContext): FindingReason {
  const figures = { mac: root.mac, known: tree.bridges.size, path_cost: stp.rootPathCost }
  return reason('new_bridge', figures, [context.frame()])
}

const ALERT = {
  kind: 'stp_root_change',
  severity: 'warning',
  advice: text('advice_stp_root'),
} as const

function raise(
  root: BridgeId,
  before: BridgeId | null,
  packet: Packet,
  context: DetectorContext,
  reasonsFor: FindingReason[],
  reasonsAgainst: FindingReason[] = [],
): void {
  const severity = reasonsAgainst.length > 0 ? 'info' : 'warning'
  const { sourceMac } = packet.ethernet
  context.raise(
    finding({
      ...ALERT,
      severity,
      claimer: sourceMac,
      parties: [
        suspect(sourceMac, severity === 'info' ? 'possible' : 'likely'),
        ...(before === null ? [] : [holder(before.mac, 'likely')]),
      ],
      expected: before === null ? text('expected_no_tree') : text('expected_root', { root: format(before) }),
      seen: text('seen_root', { root: format(root), mac: sourceMac }),
      reasonsFor,
      reasonsAgainst,
    }),
  )
}

function format({ priority, mac }: BridgeId): string {
  return `${priority}.${mac}`
}
