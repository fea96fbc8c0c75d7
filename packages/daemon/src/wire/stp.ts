/**
 * Spanning tree BPDUs: STP and RSTP of IEEE 802.1D, MSTP's common part, and
 * Cisco's per-VLAN form behind SNAP, which carries the same fields.
 */

import { formatMac } from '@netwatcher/shared'
import { readU8, readU16, readU32 } from './bytes.js'

/** Priority, then MAC: bridges compare identifiers in this order (802.1D 9.2.5). */
export interface BridgeId {
  /** The 16-bit field as sent: 4 bits of priority and, since 802.1t, 12 bits of VLAN or instance. */
  priority: number
  mac: string
}

export interface Stp {
  type: 'configuration' | 'rapid' | 'topology_change'
  /** Absent (null) in a topology change notification, which has no fields. */
  root: BridgeId | null
  bridge: BridgeId | null
  rootPathCost: number
  portId: number
  isTopologyChange: boolean
  /** How old the root's announcement is: each bridge on the way adds to it. */
  messageAgeSeconds: number
  helloSeconds: number
  maxAgeSeconds: number
}

export function decodeStp(bytes: Uint8Array, offset: number, end: number): Stp | null {
  if (end - offset < 4 || readU16(bytes, offset) !== 0) return null
  const type = readU8(bytes, offset + 3)
  if (type === 0x80) {
    return {
      type: 'topology_change',
      root: null,
      bridge: null,
      rootPathCost: 0,
      portId: 0,
      isTopologyChange: true,
      messageAgeSeconds: 0,
      helloSeconds: 0,
      maxAgeSeconds: 0,
    }
  }
  if ((type !== 0 && type !== 2) || end - offset < 35) return null
  const bridgeId = (at: number) => ({ priority: readU16(bytes, at), mac: formatMac(bytes, at + 2) })
  return {
    type: type === 0 ? 'configuration' : 'rapid',
    root: bridgeId(offset + 5),
    bridge: bridgeId(offset + 17),
    rootPathCost: readU32(bytes, offset + 13),
    portId: readU16(bytes, offset + 25),
    isTopologyChange: (readU8(bytes, offset + 4) & 1) === 1,
    // Timers are in units of 1/256 second.
    messageAgeSeconds: readU16(bytes, offset + 27) / 256,
    maxAgeSeconds: readU16(bytes, offset + 29) / 256,
    helloSeconds: readU16(bytes, offset + 31) / 256,
  }
}

/** Negative when `a` is the better (lower) bridge identifier. */
export function compareBridgeIds(a: BridgeId, b: BridgeId): number {
  return a.priority - b.priority || (a.mac < b.mac ? -1 : a.mac > b.mac ? 1 : 0)
}
