/**
 * What detection takes in and gives out. The engine has no clock, no timer and
 * no I/O: time comes with the packets and with `tick`, so a live capture and a
 * file of the same frames give the same alerts. All of it is capture time
 * (time/capture-clock.ts), in and out.
 */

import type { Cidr, TableStatus, VerificationMethod } from '@netwatcher/shared'
import type { AlertUpdate } from '../../model/alert.js'
import type { HelloCounts } from '../../model/capture.js'
import type { AllowedScanner, Binding, Clue, HostEvidence, HostSeen, NameSighting } from '../../model/host.js'
import type { Packet } from '../../wire/packet.js'

/** What is known of the interface apart from the packets. All of it may be empty (a capture file). */
export interface InterfaceContext {
  /** MAC of the interface itself; empty when unknown. What it does is never an alert. */
  ownMac: string
  /** Of all interfaces of this machine, which may be in this LAN with another card: they are as little accused. */
  ownMacs: readonly string[]
  ownIps: string[]
  subnets: Cidr[]
  gateways: string[]
  /** This machine routes for the network, and nobody routes for it there. */
  isGateway: boolean
  /** Everybody here is a container or virtual machine of this machine. */
  isGuestBridge: boolean
  pinned: Binding[]
  /** Addresses of nobody that are answered for now. */
  decoys: readonly string[]
}

export interface DetectionOptions {
  /** Bindings learnt in this time after the first packet are the baseline, not news: milliseconds. */
  learningMs: number
  /** Ask for active checks. */
  activeVerification: boolean
  /** Whose scans are notes. */
  allowedScanners: readonly AllowedScanner[]
}

/** An active check that the engine asks for. Whoever carries it out calls `engine.verified`. */
export interface ProbeRequest {
  method: VerificationMethod
  target: Binding
  /** The alert that it is about; empty for periodic checks. */
  alertId: string
}

export interface ProbeResult extends ProbeRequest {
  result: 'answered' | 'silent' | 'forwarded'
  atMs: number
}

export interface HostSighting extends HostSeen {
  evidence: HostEvidence
}

/** Everything that came up since the last call. */
export interface DetectionOutput {
  alerts: AlertUpdate[]
  hosts: HostSighting[]
  names: NameSighting[]
  clues: Clue[]
  probes: ProbeRequest[]
}

export interface DetectionEngine {
  observe(packet: Packet): void
  /** Ends alerts that have gone quiet, expires state. Call at least once a second of packet time. */
  tick(nowMs: number): void
  verified(result: ProbeResult): void
  setContext(context: InterfaceContext): void
  /** `isLast`: also what would be held back for a while, because nothing comes after. */
  drain(options?: { isLast: boolean }): DetectionOutput
  /** All current bindings, for ListNeighbors. Bounded. */
  bindings(): HostSighting[]
  /** Its bounded tables, for the status page. */
  tables(): TableStatus[]
  hellos(): HelloCounts
  /** Bounded state to carry over a restart; the times in it are what `toWallMs` makes of them. */
  snapshot(toWallMs: (timeMs: number) => number): Uint8Array
  /** Ignores what it does not understand. Nothing in it is taken to be later than `nowMs`. */
  restore(snapshot: Uint8Array, nowMs: number): void
  /** End of the learning period; 0 before the first packet. */
  readonly learningUntilMs: number
}

/** A network of which nothing is known but its packets, as that of a file. */
export const NO_CONTEXT: InterfaceContext = {
  ownMac: '',
  ownMacs: [],
  ownIps: [],
  subnets: [],
  gateways: [],
  isGateway: false,
  isGuestBridge: false,
  pinned: [],
  decoys: [],
}

export function isOwnMac({ ownMac, ownMacs }: InterfaceContext, mac: string): boolean {
  return mac !== '' && (mac === ownMac || ownMacs.includes(mac))
}
