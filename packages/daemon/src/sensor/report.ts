/** What the daemon and its sensor processes tell each other, in the daemon's own types. Times are wall time. */

import type { Alert } from '@netwatcher/shared'
import type { TrafficRow } from '../account/traffic.js'
import type { HostEvidence, NameSighting } from '../detect/engine/detection.js'

export interface InterfaceAddress {
  ip: string
  prefixLength: number
}

/** What a sensor must know of its interface. */
export interface InterfaceFacts {
  /** Empty where the interface has no hardware address. */
  mac: string
  addresses: InterfaceAddress[]
  gateways: string[]
  dnsServers: string[]
  isForwarding: boolean
  mtu: number
}

export interface Binding {
  ip: string
  mac: string
}

export interface SensorSettings {
  daemonId: string
  interface: string
  facts: InterfaceFacts
  uid: number
  gid: number
  ringBytes: number
  promiscuous: boolean
  flowCapacity: number
  bucketMs: number
  activeVerification: boolean
  periodicProbing: boolean
  probesPerMinute: number
  learningMs: number
  pinned: Binding[]
  learnt: Uint8Array
}

export type ScanPace = 'normal' | 'fast'

export interface ScanOrder {
  scanId: number
  targets: string[]
  pace: ScanPace
  ping: boolean
  ipv6: boolean
}

export type Command =
  | { type: 'configure'; settings: SensorSettings }
  | { type: 'facts'; facts: InterfaceFacts }
  | { type: 'start_scan'; order: ScanOrder }
  | { type: 'cancel_scan'; scanId: number }
  | { type: 'set_pinned'; pinned: Binding[] }
  | { type: 'stop' }

export type Evidence = HostEvidence | 'neighbor_table' | 'own'

/** A host as a sensor or the kernel knows it; `mac` is empty when it is not known. */
export interface HostSeen {
  ip: string
  mac: string
  evidence: Evidence
  seenMs: number
}

export type Vantage = 'unknown' | 'switch_port' | 'mirror' | 'gateway' | 'own_traffic'

/** Counters since the sensor process started. */
export interface SensorCounters {
  packets: number
  bytes: number
  dropped: number
  interfaceDropped: number
  malformed: number
  overflowed: number
  flows: number
  flowCapacity: number
  vantage: Vantage
  foreignUnicast: number
  probesSent: number
  /** Frames of scans and probes together, which the capture does not show. */
  sentPackets: number
  sentBytes: number
  rssBytes: number
  learningUntilMs: number
}

/** Traffic of one span of time, or a part of it: all figures are increments. */
export interface TrafficReport {
  startMs: number
  durationMs: number
  rows: TrafficRow[]
  otherBytes: number
  otherPackets: number
  dropped: number
}

export interface ScanSummary {
  method: 'arp' | 'neighbor_table'
  detail: string
  found: number
  total: number
  sent: number
  durationMs: number
}

export interface ScanProgress {
  asked: number
  total: number
  found: number
}

export type ScanStep =
  | { type: 'progress'; progress: ScanProgress }
  | { type: 'host'; host: HostSeen }
  | { type: 'summary'; summary: ScanSummary }

export const FAILURE_CODES = ['interface_gone', 'open_failed', 'drop_failed', 'internal'] as const
export type FailureCode = (typeof FAILURE_CODES)[number]

export type Report =
  | { type: 'ready'; pid: number; uid: number; gid: number; effectiveCapabilities: bigint }
  | { type: 'status'; counters: SensorCounters }
  | { type: 'traffic'; traffic: TrafficReport }
  | { type: 'observation'; hosts: HostSeen[]; names: NameSighting[] }
  | { type: 'alert'; alert: Alert; evidence: Uint8Array | null }
  | { type: 'scan'; scanId: number; step: ScanStep }
  | { type: 'failure'; code: FailureCode; message: string }
  | { type: 'learnt'; snapshot: Uint8Array }
  /** The wall clock was set: by so much it is ahead of what it would have been. */
  | { type: 'clock_step'; stepMs: number }
