/** A scan of one interface: what is ordered, what it tells on the way, how it ended. */

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
  detail: string
  found: number
  total: number
  /** Frames. */
  sent: number
  durationMs: number
}

export type ScanStep =
  | { type: 'progress'; progress: ScanProgress }
  | { type: 'host'; host: HostSeen }
  | { type: 'summary'; summary: ScanSummary }
