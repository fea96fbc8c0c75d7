/** What the daemon reports: one kind of event per thing that can happen, and its place in the journal. */

import type { Text } from '@netwatcher/shared'
import type { EventKindName } from '@netwatcher/shared/names'
import type { StoredAlert } from './alert.js'
import type { PlacedStatus } from './capture.js'
import type { BlockView, FirewallView } from './firewall.js'
import type { Clue, HostFound, NameSighting } from './host.js'
import type { ScanSummary } from './scan.js'
import type { TrafficReport } from './traffic.js'

export type EventPayload =
  | { kind: 'observation'; hosts: HostFound[]; names: NameSighting[]; clues: Clue[] }
  | { kind: 'traffic'; interface: string; traffic: TrafficReport }
  | { kind: 'alert'; alert: StoredAlert }
  | { kind: 'scan'; interface: string; summary: ScanSummary; hosts: HostFound[] }
  | { kind: 'capture'; status: PlacedStatus }
  | { kind: 'firewall'; state: FirewallView }
  /** The wall clock was set: by so much it is ahead of what it would have been. */
  | { kind: 'clock_step'; interface: string; stepMs: number }
  | { kind: 'block_suspended'; block: BlockView }
  /** What one sensor took with it. Gaps of the journal are made for each reader and are no events of it. */
  | { kind: 'gap'; interface: string; gap: Gap }

export type EventKind = Exclude<EventKindName, 'gap'>

/** Sequences count from 1 without holes under the boot id of one run of the daemon. */
export interface Position {
  bootId: string
  sequence: number
}

export interface Gap {
  /** First and last missing sequence; both 0 when they belong to another run of the daemon. */
  firstSequence: number
  lastSequence: number
  trafficBytes: number
  /** Why. */
  cause: Text
  /** The time that it covers; 0 what is not known of it. */
  fromMs: number
  toMs: number
}
