/** What the parts of one scan share. */

import type { FrameSender } from '../capture/packet-source.js'
import type { HostSeen } from '../model/host.js'
import type { InterfaceFacts } from '../model/interface.js'
import type { Timers } from '../time/timers.js'
import type { Packet } from '../wire/packet.js'
import type { FoundHosts } from './found-hosts.js'
import type { Pace, Pacer } from './pacing.js'

export interface ScannerDependencies {
  readonly sender: FrameSender
  readonly timers: Timers
  /** Numbers from 0 up to 1, like Math.random. */
  readonly random: () => number
}

export interface ScanContext extends ScannerDependencies {
  readonly facts: InterfaceFacts
  readonly pace: Pace
  readonly pacer: Pacer
  readonly found: FoundHosts
}

/** A part of a scan: it is started once, sees every packet, and says when it is done. */
export interface ScanPart {
  start(onDone: (error: unknown) => void): void
  observe(packet: Packet): void
  cancel(): void
}

/** A frame of our own LAN that somebody else sent. VLAN 0 is no VLAN but only a priority (IEEE 802.1Q 9.6). */
export function isForeignFrame(packet: Packet, facts: InterfaceFacts): boolean {
  const { vlans, sourceMac } = packet.ethernet
  return sourceMac !== facts.mac && vlans.every((vlan) => vlan === 0)
}

export function sighting(packet: Packet, ip: string, mac: string, evidence: HostSeen['evidence']): HostSeen {
  // As all that the interface sees: by the outer tag; a priority tag (0) is none.
  const vlan = packet.ethernet.vlans.find((one) => one !== 0) ?? 0
  return { ip, mac, evidence, seenMs: packet.timeMs, vlan }
}

/** ICMP echo identifier that tells our replies from other programs'. */
export function randomIdentifier(random: () => number): number {
  return Math.floor(random() * 0x10000)
}
