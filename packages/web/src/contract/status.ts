/** GET /api/status: how the daemon, the store and the web part are doing. */

import { z } from 'zod'
import { sensorSchema } from './sniff.js'
import { bytes, count, daemonName, siteName, tableSchema, text, timeMs } from './values.js'

const anyDaemon = {
  name: daemonName,
  site: siteName,
  foreignEvents: count.describe(
    'Events since the start that named another daemon than the one they came from: left out',
  ),
  implausibleRows: count.describe(
    'Traffic rows since the start that no interface can have carried: a sensor lied, and they were left out',
  ),
}
const connectedSchema = z.object({
  ...anyDaemon,
  connected: z.literal(true),
  version: text,
  startedMs: timeMs,
  pid: count,
  rssBytes: bytes.describe('Resident memory in bytes'),
  capabilities: z
    .array(z.object({ name: text, isEnabled: z.boolean(), detail: text }))
    .describe('What it can do here; why not, where it cannot'),
  sensors: z.array(sensorSchema),
  unacknowledgedAlerts: count.describe('Alerts that it holds until they are stored'),
  probeBudgetPerMinute: count.describe('Active checks that it may make'),
  probesLastMinute: count.describe('Active checks that it has made'),
  configPath: text.describe('File of its settings; empty of a daemon that does not say'),
  tables: z.array(tableSchema).describe('Tables of the daemon itself'),
  leftOut: z
    .array(z.object({ name: text, cause: text }))
    .describe('Interfaces that are not watched although nothing forbids it'),
  notices: z.array(z.object({ text, atMs: timeMs })).describe('What went wrong with the daemon itself'),
})
const disconnectedSchema = z.object({
  ...anyDaemon,
  connected: z.literal(false),
  detail: text,
  sinceMs: timeMs,
})
const daemonSchema = z.discriminatedUnion('connected', [connectedSchema, disconnectedSchema])
export type DaemonState = z.infer<typeof daemonSchema>

const lossSchema = z.object({
  cause: z.enum(['damaged', 'deleted']),
  atMs: timeMs,
  path: text.describe('What is left of it; the notice is there for as long as this file is'),
  bytes,
  detail: text.describe('What was lost, and how to read what is left'),
})

const storageSchema = z.object({
  databaseBytes: bytes,
  budgetBytes: bytes,
  freeBytes: bytes.describe('Room that the disk has left'),
  warning: text.describe(
    'That room runs short, before it has: detail is given up early then; empty while there is room',
  ),
  devices: count,
  trafficRows: count,
  alerts: count,
  retentionDays: count,
  gaps: count.describe('Times of which something is missing, as /api/gaps lists them'),
  implausibleRows: count.describe('Of all daemons, see there'),
  setAsideRows: count.describe(
    'Such rows that an earlier version had stored: set aside, and taken out of every total',
  ),
  losses: z.array(lossSchema).describe('Databases before the present one that were lost, newest first'),
  error: text.describe('Why nothing can be stored now; empty when it can'),
  heldBackMs: count.describe(
    'How far the clock is ahead of the time that is believed: deleting by age waits for that much; 0 in the ordinary case',
  ),
})

export const statusSchema = z.object({
  version: text,
  nowMs: timeMs,
  daemon: daemonSchema.describe('The first of the daemons'),
  daemons: z.array(daemonSchema).describe('All that the settings name, in their order'),
  storage: storageSchema,
  web: z.object({ pid: count, rssBytes: bytes, startedMs: timeMs, liveStreams: count }),
})
export type StatusResponse = z.infer<typeof statusSchema>
