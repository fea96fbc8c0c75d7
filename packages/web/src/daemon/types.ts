/**
 * What the daemon says, as plain values: numbers instead of bigints, string
 * unions instead of enum numbers, null instead of empty. Every other folder
 * uses these; the generated protobuf types end in `convert.ts`.
 */

import type { Alert, ClueSource, NameSource, TableStatus, Text } from '@netwatcher/shared'
import type {
  AnnounceKindName,
  BlockStateName,
  EvidenceName,
  PortScanProfileName,
  ScanMethodName,
  StandingPolicyKindName,
} from '@netwatcher/shared/names'
import type { SensorStatus } from '../contract/sniff.js'
import type { Schedule } from '../contract/standing.js'

export interface Position {
  bootId: string
  sequence: number
}

export interface SensorId {
  daemonId: string
  interface: string
}

/** `unknown`: a newer daemon knows of a way that this version does not. */
export type Evidence = EvidenceName | 'unknown'

export interface Host {
  sensor: SensorId
  /** Empty when it is not known; then the MAC is. */
  ip: string
  mac: string | null
  evidence: Evidence
  seenMs: number
  isSelf: boolean
  isGateway: boolean
  /** More than one MAC claims the address and nobody's claim is settled. */
  isDisputed: boolean
  /** IEEE 802.1Q identifier; 0 when untagged. */
  vlan: number
}

export interface NameSighting {
  ip: string
  mac: string | null
  name: string
  source: NameSource
}

/** What a device told of its nature. */
export interface Clue {
  mac: string
  source: ClueSource
  value: string
}

export interface TrafficRow {
  deviceMac: string
  deviceIp: string
  /** Empty for frames that are not IP. */
  remoteIp: string
  protocol: number
  servicePort: number
  /** IEEE 802.1Q identifier; 0 when untagged. */
  vlan: number
  txBytes: number
  rxBytes: number
  txPackets: number
  rxPackets: number
  /** Another interface of that machine counts it, too: it is no part of totals. */
  isSecondView: boolean
}

export interface TrafficBucket {
  sensor: SensorId
  startMs: number
  durationMs: number
  rows: TrafficRow[]
  otherBytes: number
  otherPackets: number
  dropped: number
}

export interface SensorAlert extends Alert {
  sensor: SensorId
  evidenceBytes: number
}

export interface CaptureStatus extends Omit<SensorStatus, 'daemon' | 'detail'> {
  sensor: SensorId
  /** Why it does not run; no text when it does. */
  detail: Text
  /** Sensors with the same value are in one layer-2 segment; empty when that is not known. */
  segment: string
}

export interface Block {
  id: string
  /** Addresses, CIDRs and MACs. */
  targets: string[]
  state: BlockStateName
  appliedMs: number
  confirmByMs: number
  expiresMs: number
  reason: string
  rules: string[]
  /** Why it is suspended. */
  suspended: Text
  schedule: Schedule | null
  /** Null for a block that ends for good. */
  policy: StandingPolicy | null
}

export interface StandingPolicy {
  kind: StandingPolicyKindName
  /** Must be confirmed again before this. */
  confirmedUntilMs: number
  /** That are let through (quarantine), and the links that it is of. */
  admittedMacs: string[]
  interfaces: string[]
}

export type Relaxation = { liftedUntilMs: number } | { admittedMac: string }

export interface FirewallState {
  isEnabled: boolean
  /** Why it is not enabled. */
  detail: Text
  backend: string
  blocks: Block[]
  allowedPolicies: StandingPolicyKindName[]
}

export interface Gap {
  firstSequence: number
  lastSequence: number
  trafficBytes: number
  cause: Text
  /** The time that it covers; 0 what is not known of it. */
  fromMs: number
  toMs: number
  /** Null: every sensor of the daemon. */
  sensor: SensorId | null
}

/** What it covered: silence means something only inside that. */
export interface ScanSummary {
  method: ScanMethodName
  /** Why the method is not ARP, what was left out, and why it ended early. */
  details: Text[]
  found: number
  total: number
  sent: number
  durationMs: number
  /** CIDRs whose addresses were all asked. */
  targets: string[]
  /** VLAN identifier that was asked in; 0 when untagged. */
  vlan: number
  /** Everybody was asked as often as planned, by ARP: whoever is missing was silent. */
  isComplete: boolean
  /** How each interface was scanned; none in the summary of one. */
  interfaces: InterfaceScan[]
}

export interface InterfaceScan {
  interface: string
  method: ScanMethodName
  /** Why the method is not ARP, and what was left out. */
  details: Text[]
}

export interface FinishedScan {
  sensor: SensorId
  summary: ScanSummary
  hosts: Host[]
}

export type EventPayload =
  | { kind: 'observation'; hosts: Host[]; names: NameSighting[]; clues: Clue[] }
  | { kind: 'traffic'; bucket: TrafficBucket }
  | { kind: 'alert'; alert: SensorAlert }
  | ({ kind: 'scan' } & FinishedScan)
  | { kind: 'capture'; status: CaptureStatus }
  | { kind: 'firewall'; state: FirewallState }
  | { kind: 'block_suspended'; block: Block }
  | { kind: 'gap'; gap: Gap }
  /** The wall clock was set: by so much it is ahead of what it would have been. */
  | { kind: 'clock_step'; sensor: SensorId; stepMs: number }
  /** A newer daemon reports something this version does not know. */
  | { kind: 'unknown' }

export interface DaemonEvent {
  position: Position
  atMs: number
  payload: EventPayload
}

export interface DaemonStatus {
  version: string
  daemonId: string
  bootId: string
  startedMs: number
  pid: number
  rssBytes: number
  sensors: CaptureStatus[]
  capabilities: { name: string; isEnabled: boolean; detail: Text }[]
  unacknowledgedAlerts: number
  probeBudgetPerMinute: number
  probesLastMinute: number
  /** File of its settings; empty of a daemon that does not say. */
  configPath: string
  /** Tables of the daemon itself. */
  tables: TableStatus[]
  /** Interfaces that are not watched although nothing forbids it. */
  leftOut: { name: string; cause: Text }[]
  /** What went wrong with the daemon itself. */
  notices: { text: Text; atMs: number }[]
}

export type ScanUpdate =
  | { kind: 'progress'; asked: number; total: number; found: number }
  | { kind: 'host'; host: Host }
  | { kind: 'summary'; summary: ScanSummary }

export interface NetworkInterface {
  name: string
  isWatched: boolean
  addresses: { ip: string; prefixLength: number }[]
}

export interface InterfaceList {
  interfaces: NetworkInterface[]
  /** Networks with more addresses are not scanned; 0 from a daemon that does not say so. */
  maxScanAddresses: number
}

export interface ScanOptions {
  interface?: string
  /** CIDRs; none means whole subnets. */
  targets?: string[]
  isFast?: boolean
  /** Also networks wider than a /22. */
  allowLarge?: boolean
  withPing?: boolean
}

export type PortScanUpdate =
  /** A part of what nmap writes, unread. */
  | { kind: 'output'; bytes: Uint8Array }
  /** The last one. */
  | { kind: 'outcome'; outcome: Text }

export interface Binding {
  ip: string
  mac: string
}

export interface BlockPlan {
  token: string
  blockId: string
  targets: string[]
  ipv4Rules: string
  ipv6Rules: string
  addedRules: string[]
  warnings: Text[]
  tokenExpiresMs: number
  confirmSeconds: number
  lifetimeSeconds: number
  reach: Reach
}

/** Where rules on the daemon's machine work. */
export interface Reach {
  /** The way of a target elsewhere leads through it. */
  cutsInternet: boolean
  ownAddresses: string[]
  /** CIDRs of its links, and those of them whose way elsewhere leads through it. */
  ownSubnets: string[]
  servedSubnets: string[]
  /** Stay reachable to whoever waits to be admitted (quarantine). */
  dnsServers: string[]
}

export interface BlockRequest {
  targets: ({ cidr: string } | { mac: string })[]
  lifetimeSeconds: number
  confirmSeconds: number
  reason: string
  schedule: Schedule | null
  quarantine: Pick<StandingPolicy, 'interfaces' | 'admittedMacs'> | null
}

export interface AuditEntry {
  /** The last time that it happened, and the first. */
  atMs: number
  firstMs: number
  action: string
  blockId: string
  targets: string[]
  detail: Text
  /** Which socket it came by: "group", "admin", or "daemon" for what nobody asked for. */
  via: string
  /** What was refused, and the stable reason; empty unless it was. */
  verb: string
  reason: string
  /** Times that the same happened without a pause of an hour. */
  count: number
}

/** The verbs of the daemon; tests pass a fake. Unary calls reject with `NetWatcherError`. */
export interface DaemonApi {
  close(): void
  getStatus(): Promise<DaemonStatus>
  getCapture(): Promise<CaptureStatus[]>
  startCapture(interfaceName: string): Promise<CaptureStatus[]>
  stopCapture(interfaceName: string): Promise<CaptureStatus[]>
  listInterfaces(): Promise<InterfaceList>
  readNeighborCache(): Promise<Host[]>
  scan(options: ScanOptions, signal: AbortSignal): AsyncIterable<ScanUpdate>
  scanPorts(ip: string, profile: PortScanProfileName, signal: AbortSignal): AsyncIterable<PortScanUpdate>
  watch(after: Position | null, signal: AbortSignal): AsyncIterable<DaemonEvent>
  acknowledge(upTo: Position): Promise<void>
  getEvidence(alertId: string, signal: AbortSignal): AsyncIterable<Uint8Array>
  /** Shows a sensor a spoof that is on no wire; gives its interface. */
  drill(interfaceName: string): Promise<string>
  /** An empty name means every interface; gives how many frames were sent. */
  wake(interfaceName: string, mac: string): Promise<number>
  /** Frames sent; an empty name means every watched interface. */
  announce(interfaceName: string, kinds: readonly AnnounceKindName[]): Promise<number>
  listBindings(): Promise<Binding[]>
  pinBinding(binding: Binding): Promise<Binding[]>
  unpinBinding(binding: Binding): Promise<Binding[]>
  getFirewall(): Promise<FirewallState>
  listAudit(): Promise<AuditEntry[]>
  planBlock(request: BlockRequest): Promise<BlockPlan>
  applyPlan(token: string): Promise<Block>
  confirmBlock(blockId: string): Promise<Block>
  relaxPolicy(blockId: string, relaxation: Relaxation): Promise<Block>
  revokeBlock(blockId: string): Promise<FirewallState>
  revokeAll(): Promise<FirewallState>
}
