/**
 * What one detector is given and may say. A detector is a reducer over the
 * packets of one interface: it keeps bounded state of its own, reads what the
 * engine has learnt, and raises findings. It never looks at a clock: time is
 * `context.nowMs`, the time of the packet or of the tick.
 */

import type { AlertKind, Party, Severity, TableStatus, Text } from '@netwatcher/shared'
import type { HelloCounts } from '../../model/capture.js'
import type { Clue, HostEvidence, NameSighting } from '../../model/host.js'
import type { Packet } from '../../wire/packet.js'
import type { DetectionOptions, InterfaceContext, ProbeRequest, ProbeResult } from './detection.js'

export interface Detector {
  /** Called for every frame, those of this machine included, after the engine has learnt from it. */
  observe(packet: Packet, context: DetectorContext): void
  /** Called about once a second of packet time, for what shows by time passing. */
  tick?(context: DetectorContext): void
  /** What an active check that it may have asked for has found. */
  verified?(result: ProbeResult, context: DetectorContext): void
  /** Its bounded tables, for the status page. */
  tables?(): TableStatus[]
  /** The hellos of clients that it has read. */
  hellos?(): HelloCounts
}

/** Number of a frame in the evidence ring. */
export type FrameReference = number

/** One named reason for or against a finding, with the frames that show it. */
export interface FindingReason {
  /** Stable identifier of the rule: `unsolicited_cadence`. */
  rule: string
  /** The figures, see Text. */
  params: Text['params']
  frames: FrameReference[]
}

/** What a detector says. Findings with the same kind, claimer and address are one alert. */
export interface Finding {
  kind: AlertKind
  /** Whom the alert is about, mostly a MAC; part of the alert's identity. */
  claimer: string
  /** The address in question; empty where no single one is. Part of the alert's identity. */
  ip: string
  severity: Severity
  /** Who is what to it; empty where only the kind of traffic is known. */
  parties: Party[]
  /** VLAN identifier; that of the present packet unless given. */
  vlan?: number
  expected: Text
  seen: Text
  reasonsFor: FindingReason[]
  reasonsAgainst: FindingReason[]
  advice: Text
}

/** What a MAC has been seen to do. All of it may be forged: it is evidence, not proof. */
export interface MacRoles {
  /** MAC of the watched interface. */
  own: boolean
  /** Forwards: holds a gateway's address, sends RAs, or delivers packets with off-LAN sources. */
  router: boolean
  /** Sent a DHCP OFFER or ACK. */
  dhcpServer: boolean
  /** Sends VRRP, CARP, HSRP or GLBP, or is one of their virtual MACs. */
  fhrp: boolean
  /** Is itself a virtual MAC of one of those protocols. */
  isVirtual: boolean
}

/** How an address was claimed, strongest first. */
export type ClaimEvidence =
  /** DHCP ACK of this address to this client MAC (RFC 2131). */
  | 'dhcp'
  /** Reply to a request that was seen less than a few seconds before. */
  | 'solicited'
  /** Sender of an ARP request, or source of a neighbour solicitation. */
  | 'request'
  /** Source of IP packets. */
  | 'ip_source'
  /** Sender equals target (RFC 5227 announcement, gratuitous ARP), or unsolicited NA to all nodes. */
  | 'gratuitous'
  /** Reply that nobody was seen to ask for. */
  | 'unsolicited'

/** One MAC's claim to one address. */
export interface ClaimView {
  readonly ip: string
  readonly mac: string
  readonly firstMs: number
  readonly lastMs: number
  /** Times that it was seen, by kind of evidence. */
  readonly counts: Readonly<Record<ClaimEvidence, number>>
}

/** What has been learnt of the VLAN of the current packet. */
export interface BindingView {
  /** All claims to an address, the oldest first. */
  claims(ip: string): readonly ClaimView[]
  /** The claim that is believed to be genuine; null when the address is not known. */
  owner(ip: string): ClaimView | null
  /** Addresses whose believed owner is this MAC. */
  owned(mac: string): readonly string[]
  /** When a frame with this source MAC was first and last seen; null when never (or forgotten). */
  seen(mac: string): { firstMs: number; lastMs: number; frames: number } | null
  /** First or last address of its subnet, which no host has. */
  isEdge(ip: string): boolean
  /** An address that hosts use as their gateway: configured, from RA or DHCP, or inferred. */
  isGateway(ip: string): boolean
  /** A gateway for IPv4 by what others say or get through it, not by its own advertisements. */
  isIpv4Gateway(mac: string): boolean
}

export interface DetectorContext {
  readonly nowMs: number
  /** Key of the current packet's network (knowledge/views.ts); empty when untagged, and on ticks. */
  readonly vlan: string
  readonly network: InterfaceContext
  readonly options: DetectionOptions
  /** True until the end of the learning period. */
  readonly learning: boolean
  readonly bindings: BindingView
  roles(mac: string): MacRoles
  /** Keeps the current packet as evidence; the same packet always gives the same reference. */
  frame(): FrameReference
  /** Opens, repeats or escalates the alert of this finding and gives its id; empty for what this machine itself does. */
  raise(finding: Finding): string
  /** Ends the alert of this identity, if one is active. */
  end(kind: AlertKind, claimer: string, ip: string): void
  sightHost(ip: string, mac: string, evidence: HostEvidence): void
  sightName(sighting: NameSighting): void
  sightClue(clue: Omit<Clue, 'vlan'>): void
  /** Asks for an active check; ignored when active verification is off. */
  probe(request: ProbeRequest): void
}
