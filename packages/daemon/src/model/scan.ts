/** A scan of one interface: what is ordered, what it tells on the way, how it ended. */

import type { Text } from '@netwatcher/shared'
import type { ScanMethodName, ScanPaceName } from '@netwatcher/shared/names'
import type { HostSeen } from './host.js'

export type ScanPace = ScanPaceName

export interface ScanOrder {
  scanId: number
  /** CIDRs. */
  targets: string[]
  pace: ScanPace
  ping: boolean
  /** Also look for IPv6 neighbours. */
  ipv6: boolean
}

export interface ScanProgress {
  /** Addresses that have been asked at least once, and all of them. */
  asked: number
  total: number
  found: number
}

export interface ScanSummary {
  method: ScanMethodName
  /** Why the method is not ARP, what was left out, and why it ended early. */
  details: Text[]
  found: number
  total: number
  /** Frames. */
  sent: number
  durationMs: number
  /** CIDRs whose addresses were all asked. */
  targets: string[]
  /** VLAN identifier that was asked in; 0 when untagged. */
  vlan: number
  /** Everybody was asked as often as planned, by ARP: whoever is missing was silent. */
  isComplete: boolean
}

/** How one interface was scanned, and why not by ARP. */
export interface InterfaceScan {
  interface: string
  method: ScanMethodName
  details: Text[]
}

/** Of several interfaces together. */
export interface MergedSummary extends ScanSummary {
  interfaces: InterfaceScan[]
}

export type ScanStep =
  | { type: 'progress'; progress: ScanProgress }
  | { type: 'host'; host: HostSeen }
  | { type: 'summary'; summary: ScanSummary }
