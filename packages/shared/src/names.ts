/**
 * The enums of proto/netwatcher/v1 and the names that both sides use instead of
 * their numbers. A name is said once, here; the types of either side are made
 * from these tables. They live apart from the index because the generated code
 * needs gRPC, which no browser has.
 */

import type {
  Alert,
  Certainty as CertaintyName,
  Role as RoleName,
  Severity as SeverityName,
} from './alert.js'
import { AlertState, Certainty, Role, Severity } from './gen/netwatcher/v1/alert.js'
import {
  CaptureState,
  DecoyState,
  UplinkEvidence,
  UplinkState,
  Vantage,
} from './gen/netwatcher/v1/capture.js'
import { Evidence } from './gen/netwatcher/v1/common.js'
import { AnnounceKind, ScanMethod, ScanPace } from './gen/netwatcher/v1/discovery.js'
import { EventKind } from './gen/netwatcher/v1/event.js'
import { BlockState, StandingPolicyKind } from './gen/netwatcher/v1/firewall.js'
import { PortScanProfile } from './gen/netwatcher/v1/portscan.js'

export const SEVERITY = {
  info: Severity.INFO,
  warning: Severity.WARNING,
  critical: Severity.CRITICAL,
} as const satisfies Record<SeverityName, Severity>

export const ALERT_STATE = {
  active: AlertState.ACTIVE,
  ended: AlertState.ENDED,
} as const satisfies Record<Alert['state'], AlertState>

export const ROLE = {
  suspect: Role.SUSPECT,
  holder: Role.HOLDER,
  affected: Role.AFFECTED,
} as const satisfies Record<RoleName, Role>

export const CERTAINTY = {
  proven: Certainty.PROVEN,
  likely: Certainty.LIKELY,
  possible: Certainty.POSSIBLE,
} as const satisfies Record<CertaintyName, Certainty>

export const EVIDENCE = {
  arp_solicited: Evidence.ARP_SOLICITED,
  arp_unsolicited: Evidence.ARP_UNSOLICITED,
  arp_gratuitous: Evidence.ARP_GRATUITOUS,
  arp_request: Evidence.ARP_REQUEST,
  dhcp: Evidence.DHCP,
  nd: Evidence.ND,
  ip_source: Evidence.IP_SOURCE,
  neighbor_table: Evidence.NEIGHBOR_TABLE,
  icmp_echo: Evidence.ICMP_ECHO,
  own: Evidence.OWN,
  frame: Evidence.FRAME,
} as const satisfies Record<string, Evidence>
export type EvidenceName = keyof typeof EVIDENCE

/** `unknown` until something has been seen. */
export const VANTAGE = {
  unknown: Vantage.UNSPECIFIED,
  switch_port: Vantage.SWITCH_PORT,
  mirror: Vantage.MIRROR,
  gateway: Vantage.GATEWAY,
  own_traffic: Vantage.OWN_TRAFFIC,
} as const satisfies Record<string, Vantage>
export type VantageName = keyof typeof VANTAGE

export const CAPTURE_STATE = {
  stopped: CaptureState.STOPPED,
  starting: CaptureState.STARTING,
  running: CaptureState.RUNNING,
  retrying: CaptureState.RETRYING,
} as const satisfies Record<string, CaptureState>
export type CaptureStateName = keyof typeof CAPTURE_STATE

export const DECOY_STATE = {
  probing: DecoyState.PROBING,
  held: DecoyState.HELD,
  withdrawn: DecoyState.WITHDRAWN,
} as const satisfies Record<string, DecoyState>
export type DecoyStateName = keyof typeof DECOY_STATE

export const UPLINK_STATE = {
  unknown: UplinkState.UNKNOWN,
  up: UplinkState.UP,
  beyond_silent: UplinkState.BEYOND_SILENT,
  gateway_silent: UplinkState.GATEWAY_SILENT,
} as const satisfies Record<string, UplinkState>
export type UplinkStateName = keyof typeof UPLINK_STATE

/** `none` until something has answered from beyond the gateway. */
export const UPLINK_EVIDENCE = {
  none: UplinkEvidence.UNSPECIFIED,
  connection: UplinkEvidence.CONNECTION,
  resolver: UplinkEvidence.RESOLVER,
  target: UplinkEvidence.TARGET,
} as const satisfies Record<string, UplinkEvidence>
export type UplinkEvidenceName = keyof typeof UPLINK_EVIDENCE

export const SCAN_METHOD = {
  arp: ScanMethod.ARP,
  neighbor_table: ScanMethod.NEIGHBOR_TABLE,
} as const satisfies Record<string, ScanMethod>
export type ScanMethodName = keyof typeof SCAN_METHOD

export const SCAN_PACE = {
  normal: ScanPace.NORMAL,
  fast: ScanPace.FAST,
} as const satisfies Record<string, ScanPace>
export type ScanPaceName = keyof typeof SCAN_PACE

/** Questions that make devices tell what they are, and the one for a made-up name. */
export const ANNOUNCE_KIND = {
  ssdp: AnnounceKind.SSDP,
  mdns: AnnounceKind.MDNS,
  unknown_name: AnnounceKind.UNKNOWN_NAME,
} as const satisfies Record<string, AnnounceKind>
export type AnnounceKindName = keyof typeof ANNOUNCE_KIND

export const EVENT_KIND = {
  observation: EventKind.OBSERVATION,
  traffic: EventKind.TRAFFIC,
  alert: EventKind.ALERT,
  scan: EventKind.SCAN,
  capture: EventKind.CAPTURE,
  firewall: EventKind.FIREWALL,
  gap: EventKind.GAP,
  clock_step: EventKind.CLOCK_STEP,
  block_suspended: EventKind.BLOCK_SUSPENDED,
} as const satisfies Record<string, EventKind>
export type EventKindName = keyof typeof EVENT_KIND

export const BLOCK_STATE = {
  applied: BlockState.APPLIED,
  confirmed: BlockState.CONFIRMED,
  suspended: BlockState.SUSPENDED,
  waiting: BlockState.WAITING,
} as const satisfies Record<string, BlockState>
export type BlockStateName = keyof typeof BLOCK_STATE

export const STANDING_POLICY_KIND = {
  schedule: StandingPolicyKind.SCHEDULE,
  quarantine: StandingPolicyKind.QUARANTINE,
} as const satisfies Record<string, StandingPolicyKind>
export type StandingPolicyKindName = keyof typeof STANDING_POLICY_KIND

export const PORT_SCAN_PROFILE = {
  quick: PortScanProfile.QUICK,
  services: PortScanProfile.SERVICES,
} as const satisfies Record<string, PortScanProfile>
export type PortScanProfileName = keyof typeof PORT_SCAN_PROFILE

/** The name that `value` stands for; null for values that nobody has defined. */
export function nameOf<Name extends string>(names: Record<Name, number>, value: number): Name | null {
  for (const name in names) if (names[name] === value) return name
  return null
}
