/** What the daemon reports: one kind of event per thing that can happen, and its place in the journal. */

import type { Alert } from '@netwatcher/shared'
import type { NameSighting } from '../detect/engine/detection.js'
import type { BlockView, FirewallView } from '../model/firewall.js'
import type { HostSeen, ScanSummary, SensorCounters, TrafficReport } from '../sensor/report.js'

export interface HostFound extends HostSeen {
  interface: string
  isSelf: boolean
  isGateway: boolean
}

/** An alert as the daemon keeps it: with where it was seen and what is held as evidence. */
export interface StoredAlert extends Alert {
  interface: string
  evidenceBytes: number
}

export type CaptureState = 'stopped' | 'starting' | 'running' | 'retrying'

export interface CaptureStatus {
  interface: string
  state: CaptureState
  /** Why it is not running; empty when it is. */
  detail: string
  counters: SensorCounters
  pid: number
  uid: number
  restarts: number
  startedMs: number
  kernelPackets: number
  kernelBytes: number
}

export type EventPayload =
  | { kind: 'observation'; hosts: HostFound[]; names: NameSighting[] }
  | { kind: 'traffic'; interface: string; traffic: TrafficReport }
  | { kind: 'alert'; alert: StoredAlert }
  | { kind: 'scan'; interface: string; summary: ScanSummary; hosts: HostFound[] }
  | { kind: 'capture'; status: CaptureStatus }
  | { kind: 'firewall'; state: FirewallView }
  | { kind: 'block_suspended'; block: BlockView }

export interface Gap {
  /** First and last missing sequence; both 0 when they belong to another run of the daemon. */
  firstSequence: number
  lastSequence: number
  trafficBytes: number
  reason: string
}

export type EventKind = EventPayload['kind']

/** Sequences count from 1 without holes under the boot id of one run of the daemon. */
export interface Position {
  bootId: string
  sequence: number
}
