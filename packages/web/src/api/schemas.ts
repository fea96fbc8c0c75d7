/**
 * What the routes answer, as schemas for OpenAPI. Each is held against its type
 * in `contract.ts` by the compiler; a test parses real answers with them.
 */

import { ALERT_KINDS, CERTAINTIES, ROLES, SEVERITIES } from '@netwatcher/shared'
import { z } from 'zod'
import type * as contract from './contract.js'

const text = z.string()
const count = z.number().int().min(0)
const timeMs = count.describe('Milliseconds since 1970-01-01 UTC')
const bytes = count.describe('Bytes')
const page = { page: count, pageSize: count, total: count }

const client = z.object({
  ip: text,
  mac: text.nullable(),
  hostname: text.nullable(),
  vendor: text.nullable(),
  interface: text,
  evidence: text,
  isSelf: z.boolean(),
  isGateway: z.boolean(),
})
export const clientsSchema: z.ZodType<contract.ClientsResponse> = z.object({
  clients: z.array(client),
  method: z.enum(['arp', 'neighbor_table']),
  detail: text,
})
export const persistSchema: z.ZodType<contract.PersistResponse> = z.object({
  snapshotId: count,
  stored: count,
  takenAtMs: timeMs,
})
export const snapshotsSchema: z.ZodType<contract.SnapshotsResponse> = z.object({
  ...page,
  snapshots: z.array(z.object({ id: count, takenAtMs: timeMs, hosts: count, method: text })),
})
export const snapshotSchema: z.ZodType<contract.SnapshotResponse> = z.object({
  id: count,
  takenAtMs: timeMs,
  clients: z.array(client),
})

const device = z.object({
  mac: text,
  vendor: text.nullable(),
  name: text.nullable(),
  hostname: text.nullable(),
  hostnameSource: z.enum(['dhcp', 'mdns', 'dns', 'nbns', 'rdns']).nullable(),
  notes: text,
  isKnown: z.boolean(),
  isIgnored: z.boolean(),
  isSelf: z.boolean(),
  isGateway: z.boolean(),
  isRandomized: z.boolean(),
  presence: z.enum(['online', 'idle', 'offline', 'unknown']),
  evidence: text,
  addresses: z.array(z.object({ ip: text, firstSeenMs: timeMs, lastSeenMs: timeMs })),
  interface: text,
  firstSeenMs: timeMs,
  lastSeenMs: timeMs,
  txBytes: bytes,
  rxBytes: bytes,
  activeAlerts: count,
})
export const deviceSchema: z.ZodType<contract.Device> = device
export const devicesSchema: z.ZodType<contract.DevicesResponse> = z.object({
  ...page,
  devices: z.array(device),
})

const sums = { bytes, txBytes: bytes, rxBytes: bytes, packets: count }
export const trafficSchema: z.ZodType<contract.TrafficResponse> = z.object({
  ...page,
  traffic: z.array(
    z.object({
      dst: text,
      dstName: text.nullable(),
      device: text.nullable(),
      deviceName: text.nullable(),
      deviceIp: text.nullable(),
      protocol: text,
      port: count,
      ...sums,
      firstSeenMs: timeMs,
      lastSeenMs: timeMs,
    }),
  ),
})
export const trafficPostSchema: z.ZodType<contract.TrafficPostResponse> = z.object({ dst: text, bytes })
export const seriesSchema: z.ZodType<contract.SeriesResponse> = z.object({
  stepMs: count,
  points: z.array(z.object({ atMs: timeMs, txBytes: bytes, rxBytes: bytes })),
})
export const destinationsSchema: z.ZodType<contract.DestinationsResponse> = z.object({
  ...page,
  destinations: z.array(
    z.object({ dst: text, dstName: text.nullable(), ...sums, devices: count, lastSeenMs: timeMs }),
  ),
})
export const trafficDevicesSchema: z.ZodType<contract.TrafficDevicesResponse> = z.object({
  ...page,
  devices: z.array(
    z.object({
      device: text.nullable(),
      deviceName: text.nullable(),
      vendor: text.nullable(),
      ...sums,
      destinations: count,
      lastSeenMs: timeMs,
    }),
  ),
})

const sensor = z.object({
  interface: text,
  state: z.enum(['stopped', 'starting', 'running', 'retrying']),
  detail: text,
  packets: count,
  bytes,
  dropped: count,
  interfaceDropped: count,
  malformed: count,
  overflowed: count,
  flows: count,
  flowCapacity: count,
  vantage: z.enum(['switch_port', 'mirror', 'gateway', 'own_traffic', 'unknown']),
  foreignUnicast: count,
  probesSent: count,
  kernelPackets: count,
  kernelBytes: bytes,
  pid: count,
  uid: count,
  rssBytes: bytes,
  restarts: count,
  startedMs: timeMs,
  learningUntilMs: timeMs,
})
export const snifferSchema: z.ZodType<contract.SnifferStatus> = z.object({
  running: z.boolean(),
  sensors: z.array(sensor),
})

const binding = z.object({ ip: text, mac: text })
const reason = z.object({ rule: text, params: z.record(text, text), text, frames: z.array(count) })
const alert = z.object({
  id: text,
  interface: text,
  kind: z.enum(ALERT_KINDS),
  severity: z.enum(SEVERITIES),
  state: z.enum(['active', 'ended']),
  ip: text,
  vlan: count,
  parties: z.array(z.object({ role: z.enum(ROLES), mac: text, ip: text, certainty: z.enum(CERTAINTIES) })),
  macs: z.array(text),
  victim: binding.nullable(),
  expected: text,
  seen: text,
  reasonsFor: z.array(reason),
  reasonsAgainst: z.array(reason),
  verifications: z.array(
    z.object({
      method: z.enum(['unicast_who_has', 'forwarding_probe']),
      target: binding,
      result: z.enum(['answered', 'silent', 'forwarded']),
      text,
      atMs: timeMs,
    }),
  ),
  advice: text,
  firstSeenMs: timeMs,
  lastSeenMs: timeMs,
  count,
  hasEvidence: z.boolean(),
  acknowledgedMs: timeMs.nullable(),
})
export const alertSchema: z.ZodType<contract.AlertRecord> = alert
export const alertsSchema: z.ZodType<contract.AlertsResponse> = z.object({
  ...page,
  alerts: z.array(alert),
  open: z.object({ info: count, warning: count, critical: count }),
})
export const bindingsSchema: z.ZodType<contract.BindingsResponse> = z.object({ bindings: z.array(binding) })

const block = z.object({
  id: text,
  target: text,
  state: z.enum(['applied', 'confirmed']),
  appliedMs: timeMs,
  confirmByMs: timeMs,
  expiresMs: timeMs,
  reason: text,
  rules: z.array(text),
})
export const firewallBlockSchema: z.ZodType<contract.FirewallBlock> = block
export const firewallSchema: z.ZodType<contract.FirewallResponse> = z.object({
  isEnabled: z.boolean(),
  detail: text,
  backend: text,
  blocks: z.array(block),
})
export const planSchema: z.ZodType<contract.PlanResponse> = z.object({
  token: text,
  blockId: text,
  target: text,
  ipv4Rules: text,
  ipv6Rules: text,
  addedRules: z.array(text),
  warnings: z.array(text),
  tokenExpiresMs: timeMs,
  confirmSeconds: count,
  lifetimeSeconds: count,
})
export const auditSchema: z.ZodType<contract.AuditResponse> = z.object({
  entries: z.array(z.object({ atMs: timeMs, action: text, blockId: text, target: text, detail: text })),
})

export const statusSchema: z.ZodType<contract.StatusResponse> = z.object({
  version: text,
  nowMs: timeMs,
  daemon: z.discriminatedUnion('connected', [
    z.object({
      connected: z.literal(true),
      version: text,
      startedMs: timeMs,
      pid: count,
      rssBytes: bytes,
      capabilities: z.array(z.object({ name: text, isEnabled: z.boolean(), detail: text })),
      sensors: z.array(sensor),
      unacknowledgedAlerts: count,
      probeBudgetPerMinute: count,
      probesLastMinute: count,
    }),
    z.object({ connected: z.literal(false), detail: text, sinceMs: timeMs }),
  ]),
  storage: z.object({
    databaseBytes: bytes,
    budgetBytes: bytes,
    devices: count,
    trafficRows: count,
    alerts: count,
    retentionDays: count,
    gaps: count,
    error: text,
  }),
  web: z.object({ pid: count, rssBytes: bytes, startedMs: timeMs, liveStreams: count }),
})

export const scanStartedSchema = z.object({ started: z.literal(true) })
export const portScanSchema: z.ZodType<contract.PortScanResponse> = z.object({
  ports: z.array(z.object({ protocol: text, number: count, state: text, service: text, version: text })),
  summary: text,
})
export const sessionSchema = z.object({ loggedIn: z.literal(true) })
export const problemSchema: z.ZodType<contract.Problem> = z.object({
  type: text,
  title: text,
  status: count,
  detail: text,
  reason: text.exactOptional(),
  errors: z.array(z.object({ path: text, message: text })).exactOptional(),
})
