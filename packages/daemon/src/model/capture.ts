/** What may be captured and sent, and how the sensor of one interface is doing. */

import type { TableStatus, Text } from '@netwatcher/shared'
import type { CaptureStateName, VantageName } from '@netwatcher/shared/names'
import type { DecoyStatus } from './decoy.js'
import type { Uplink } from './uplink.js'

/** What the place of the interface in the network lets it see. */
export type Vantage = VantageName
export type CaptureState = CaptureStateName

/** Hellos of TLS and QUIC clients, by what was to be learnt from them. */
export interface HelloCounts {
  /** With the name of the server in clear. */
  named: number
  /** With a name, but offering an encrypted hello, so that it may be that of a cover. */
  veiled: number
  /** The name was not in the part that was seen. */
  split: number
  /** Whole, and without a name. */
  unnamed: number
}

export const NO_HELLOS: HelloCounts = { named: 0, veiled: 0, split: 0, unnamed: 0 }

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
  /** Times that the wall clock was found to have been set. */
  clockSteps: number
  /** The tables that are fed from the wire. */
  tables: TableStatus[]
  decoys: DecoyStatus[]
  hellos: HelloCounts
  /** Null where it is not watched. */
  uplink: Uplink | null
}

export interface CaptureStatus {
  interface: string
  state: CaptureState
  /** Why it is not running; no text when it is. */
  detail: Text
  counters: SensorCounters
  pid: number
  uid: number
  restarts: number
  startedMs: number
  kernelPackets: number
  kernelBytes: number
}

/** Interfaces with the same `segment`, the name of the first of them, are in one layer-2 segment. */
export interface PlacedStatus extends CaptureStatus {
  segment: string
}

/** A privileged verb. */
export interface Capability {
  name:
    | 'capture'
    | 'arp_scan'
    | 'ping_scan'
    | 'active_verification'
    | 'wake'
    | 'announce'
    | 'firewall'
    | 'port_scan'
  isEnabled: boolean
  /** Why it is not. */
  detail: Text
}

/** An interface that is not watched although nothing forbids it. */
export interface LeftOutInterface {
  name: string
  cause: Text
}

/** Milliseconds since 1970-01-01 UTC. */
export interface TimeSpan {
  fromMs: number
  toMs: number
}
