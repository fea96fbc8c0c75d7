/** What the daemon and its sensor processes tell each other. */

import type { AnnounceKindName } from '@netwatcher/shared/names'
import type { AlertUpdate } from './alert.js'
import type { SensorCounters } from './capture.js'
import type { AllowedScanner, Binding, Clue, HostSeen, NameSighting } from './host.js'
import type { InterfaceFacts } from './interface.js'
import type { ScanOrder, ScanStep } from './scan.js'
import type { TrafficReport } from './traffic.js'

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
  nameProbing: boolean
  /** How long the internet must be out of reach before that is told; 0: it is not watched. */
  uplinkPatienceMs: number
  /** Asked instead of the resolvers. */
  uplinkTargets: string[]
  probesPerMinute: number
  learningMs: number
  pinned: Binding[]
  allowedScanners: AllowedScanner[]
  /** The last snapshot that a sensor of this interface gave, or empty. */
  learnt: Uint8Array
}

export type Command =
  | { type: 'configure'; settings: SensorSettings }
  | { type: 'facts'; facts: InterfaceFacts }
  | { type: 'start_scan'; order: ScanOrder }
  | { type: 'cancel_scan'; scanId: number }
  | { type: 'set_pinned'; pinned: Binding[] }
  | { type: 'drill'; alertId: string }
  | { type: 'wake'; wakeId: number; mac: string }
  | { type: 'announce'; announceId: number; kinds: AnnounceKindName[] }
  | { type: 'stop' }

export const FAILURE_CODES = ['interface_gone', 'open_failed', 'drop_failed', 'internal'] as const
export type FailureCode = (typeof FAILURE_CODES)[number]

export type Report =
  | { type: 'ready'; pid: number; uid: number; gid: number; effectiveCapabilities: bigint }
  | { type: 'status'; counters: SensorCounters }
  | { type: 'traffic'; traffic: TrafficReport }
  | { type: 'observation'; hosts: HostSeen[]; names: NameSighting[]; clues: Clue[] }
  | ({ type: 'alert' } & AlertUpdate)
  | { type: 'scan'; scanId: number; step: ScanStep }
  | { type: 'failure'; code: FailureCode; message: string }
  | { type: 'learnt'; snapshot: Uint8Array }
  /** `sent`: frames; 0 when the MAC is not known there. */
  | { type: 'woken'; wakeId: number; sent: number }
  /** `sent`: frames; 0 while another round of questions is under way. */
  | { type: 'announced'; announceId: number; sent: number }
  /** The wall clock was set: by so much it is ahead of what it would have been. */
  | { type: 'clock_step'; stepMs: number }
