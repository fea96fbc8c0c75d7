/** How the sensor of one interface is doing. */

import type { CaptureStateName, VantageName } from '@netwatcher/shared/names'

/** What the place of the interface in the network lets it see. */
export type Vantage = VantageName
export type CaptureState = CaptureStateName

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
