/**
 * The HTTP API as TypeScript types, shared by the server and the user
 * interface. Times are milliseconds since 1970-01-01 UTC, sizes are bytes.
 * Errors are problem+json (RFC 9457), see `Problem`.
 */

import type { AlertKind, Party, Reason, Severity, Verification } from '@netwatcher/shared'

export interface Problem {
  /** `about:blank` or a stable URN such as `urn:netwatcher:invalid-argument`. */
  type: string
  title: string
  status: number
  detail: string
  /** Stable, machine-readable: `TARGET_TOO_WIDE`. */
  reason?: string
  /** Invalid fields of the body or query. */
  errors?: { path: string; message: string }[]
}

/** Query of every list: `?page=1&pageSize=50&sort=-bytes&q=text`. Page counts from 1; pageSize at most 500. */
export interface Page {
  page: number
  pageSize: number
  total: number
}

// GET /api/clients: runtime discovery, nothing is stored.
export interface Client {
  ip: string
  mac: string | null
  hostname: string | null
  vendor: string | null
  interface: string
  /** How it was found, for example `arp_solicited`. */
  evidence: string
  isSelf: boolean
  isGateway: boolean
}
export interface ClientsResponse {
  clients: Client[]
  /** How the list was obtained: an ARP scan, or the kernel's neighbour table when ARP cannot be sent. */
  method: 'arp' | 'neighbor_table'
  /** Why the method is not ARP, or what was left out; empty when there is nothing to say. */
  detail: string
}
// POST /api/clients/persist {} → runs discovery and stores the result as history.
export interface PersistResponse {
  snapshotId: number
  stored: number
  takenAtMs: number
}
// GET /api/clients/history → stored snapshots, newest first; GET /api/clients/history/:id → its clients.
export interface SnapshotsResponse extends Page {
  snapshots: { id: number; takenAtMs: number; hosts: number; method: string }[]
}
export interface SnapshotResponse {
  id: number
  takenAtMs: number
  clients: Client[]
}

// GET /api/devices (?q=&presence=&known=true|false&ignored=true|false&sort=&page=&pageSize=; q matches names, addresses,
// vendor and notes; sort: name, presence, mac, bytes, txBytes, rxBytes, firstSeen, lastSeen),
// GET|PATCH /api/devices/:mac
export interface Device {
  mac: string
  vendor: string | null
  /** Given by the person; null when none. */
  name: string | null
  /** Best name seen on the network, and where from. */
  hostname: string | null
  hostnameSource: 'dhcp' | 'mdns' | 'dns' | 'nbns' | 'rdns' | null
  notes: string
  isKnown: boolean
  isIgnored: boolean
  isSelf: boolean
  isGateway: boolean
  /** U/L bit set: a randomised or virtual address. */
  isRandomized: boolean
  presence: 'online' | 'idle' | 'offline' | 'unknown'
  /** Evidence of the latest sighting and its age tell how sure that is. */
  evidence: string
  addresses: { ip: string; firstSeenMs: number; lastSeenMs: number }[]
  interface: string
  firstSeenMs: number
  lastSeenMs: number
  txBytes: number
  rxBytes: number
  activeAlerts: number
}
export interface DevicesResponse extends Page {
  devices: Device[]
}
/** PATCH body: any of them. */
export interface DevicePatch {
  name?: string | null
  notes?: string
  isKnown?: boolean
  isIgnored?: boolean
}

// GET /api/traffic (?q=&dst=&device=&protocol=&port=&from=&to=&sort=&page=&pageSize=), POST /api/traffic {"dst","bytes"};
// q matches addresses and names; sort: bytes, txBytes, rxBytes, packets, lastSeen, and for the records firstSeen, dst, device, protocol, port.
export interface TrafficRecord {
  /** Destination address. */
  dst: string
  /** Best known name of it; null when none. */
  dstName: string | null
  /** MAC of the device; null for records that were posted by hand. */
  device: string | null
  deviceName: string | null
  deviceIp: string | null
  protocol: string
  port: number
  /** Sum of both directions. */
  bytes: number
  txBytes: number
  rxBytes: number
  packets: number
  firstSeenMs: number
  lastSeenMs: number
}
export interface TrafficResponse extends Page {
  traffic: TrafficRecord[]
}
export interface TrafficPost {
  dst: string
  bytes: number
}
export interface TrafficPostResponse {
  dst: string
  /** Total of that destination after adding. */
  bytes: number
}
// GET /api/traffic/series?from=&to=&device=&dst= → for the chart.
export interface SeriesResponse {
  stepMs: number
  points: { atMs: number; txBytes: number; rxBytes: number }[]
}
// GET /api/traffic/destinations, GET /api/traffic/devices (same filters and paging) → totals.
export interface DestinationsResponse extends Page {
  destinations: {
    dst: string
    dstName: string | null
    bytes: number
    txBytes: number
    rxBytes: number
    packets: number
    devices: number
    lastSeenMs: number
  }[]
}
export interface TrafficDevicesResponse extends Page {
  devices: {
    device: string | null
    deviceName: string | null
    vendor: string | null
    bytes: number
    txBytes: number
    rxBytes: number
    packets: number
    destinations: number
    lastSeenMs: number
  }[]
}

// GET /api/sniff, POST /api/sniff/start {"interface"?}, POST /api/sniff/stop {"interface"?}
export interface SnifferStatus {
  running: boolean
  sensors: SensorStatus[]
}
export interface SensorStatus {
  interface: string
  state: 'stopped' | 'starting' | 'running' | 'retrying'
  detail: string
  packets: number
  bytes: number
  dropped: number
  interfaceDropped: number
  malformed: number
  overflowed: number
  flows: number
  flowCapacity: number
  vantage: 'switch_port' | 'mirror' | 'gateway' | 'own_traffic' | 'unknown'
  foreignUnicast: number
  probesSent: number
  kernelPackets: number
  kernelBytes: number
  pid: number
  uid: number
  rssBytes: number
  restarts: number
  startedMs: number
  learningUntilMs: number
}

// GET /api/alerts (?kind=&severity=&state=&ip=&mac=&acknowledged=true|false&sort=lastSeen|firstSeen|severity|count&page=…), GET /api/alerts/:id, POST /api/alerts/:id/acknowledge {},
// GET /api/alerts/:id/evidence → application/x-pcapng
export interface AlertRecord {
  id: string
  interface: string
  kind: AlertKind
  severity: Severity
  state: 'active' | 'ended'
  ip: string
  /** VLAN identifier; 0 when untagged. */
  vlan: number
  /** Suspects first, then holders, then the affected. */
  parties: Party[]
  /** MACs of suspects and holders. */
  macs: string[]
  /** The first of those affected. */
  victim: { ip: string; mac: string } | null
  expected: string
  seen: string
  reasonsFor: (Reason & { text: string })[]
  reasonsAgainst: (Reason & { text: string })[]
  verifications: (Verification & { text: string })[]
  advice: string
  firstSeenMs: number
  lastSeenMs: number
  count: number
  hasEvidence: boolean
  /** When the person marked it as read; null when not yet. */
  acknowledgedMs: number | null
}
export interface AlertsResponse extends Page {
  alerts: AlertRecord[]
  /** Not acknowledged, by severity, over all pages. */
  open: Record<Severity, number>
}
// GET /api/bindings, POST /api/bindings {"ip","mac"}, POST /api/bindings/remove {"ip","mac"}: pinned bindings.
export interface BindingsResponse {
  bindings: { ip: string; mac: string }[]
}

// GET /api/firewall, GET /api/firewall/audit, POST /api/firewall/plan|apply|confirm|revoke
export interface FirewallBlock {
  id: string
  /** Address, CIDR or MAC. */
  target: string
  state: 'applied' | 'confirmed'
  appliedMs: number
  confirmByMs: number
  expiresMs: number
  reason: string
  rules: string[]
}
export interface FirewallResponse {
  isEnabled: boolean
  detail: string
  backend: string
  blocks: FirewallBlock[]
}
export interface PlanPost {
  /** Address, CIDR or MAC. */
  target: string
  lifetimeSeconds: number
  confirmSeconds?: number
  reason?: string
}
export interface PlanResponse {
  token: string
  blockId: string
  target: string
  ipv4Rules: string
  ipv6Rules: string
  addedRules: string[]
  warnings: string[]
  tokenExpiresMs: number
  confirmSeconds: number
  lifetimeSeconds: number
}
/** POST /api/firewall/apply → FirewallBlock. `confirmation` is the target, typed again by the person. */
export interface ApplyPost {
  token: string
  target: string
  confirmation: string
}
/** POST /api/firewall/confirm → FirewallBlock; POST /api/firewall/revoke → FirewallResponse. */
export interface BlockPost {
  blockId: string
}
export interface AuditResponse {
  entries: { atMs: number; action: string; blockId: string; target: string; detail: string }[]
}

// GET /api/status
export interface StatusResponse {
  version: string
  nowMs: number
  daemon:
    | {
        connected: true
        version: string
        startedMs: number
        pid: number
        rssBytes: number
        capabilities: { name: string; isEnabled: boolean; detail: string }[]
        sensors: SensorStatus[]
        unacknowledgedAlerts: number
        probeBudgetPerMinute: number
        probesLastMinute: number
      }
    | { connected: false; detail: string; sinceMs: number }
  storage: {
    databaseBytes: number
    budgetBytes: number
    devices: number
    trafficRows: number
    alerts: number
    retentionDays: number
    /** Events that the daemon could no longer give us. */
    gaps: number
    error: string
  }
  web: { pid: number; rssBytes: number; startedMs: number; liveStreams: number }
}

// POST /api/scan {"interface"?, "pace"?: "normal"|"fast", "ping"?: boolean} → 202; progress and hosts come as live events.
export interface ScanPost {
  interface?: string
  pace?: 'normal' | 'fast'
  ping?: boolean
}
// POST /api/portscan {"ip","profile"} → result when nmap is done.
export interface PortScanResponse {
  ports: { protocol: string; number: number; state: string; service: string; version: string }[]
  summary: string
}

// POST /api/session {"token"} → 204 and a cookie; DELETE /api/session → 204; GET /api/session → 200 or 401.
// GET /login?token=… (one-time link) sets the cookie and redirects to /.

/** GET /api/events: server-sent events; the `event:` name is `type`, `id:` resumes by Last-Event-ID. */
export type LiveEvent =
  | { type: 'device'; device: Device }
  | { type: 'alert'; alert: AlertRecord }
  /** Counted in `durationMs` from `atMs` on. */
  | {
      type: 'traffic'
      atMs: number
      durationMs: number
      interface: string
      txBytes: number
      rxBytes: number
      packets: number
    }
  | { type: 'sensor'; sensor: SensorStatus }
  | { type: 'firewall'; firewall: FirewallResponse }
  | {
      type: 'scan'
      interface: string
      asked: number
      total: number
      found: number
      finished: boolean
      detail: string
    }
  | { type: 'daemon'; connected: boolean; detail: string }
  /** Something was missed; fetch again what is shown. */
  | { type: 'reset' }
