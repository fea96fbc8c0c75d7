/** GET /api/clients: who answers on the LAN right now; stored snapshots of that under /api/clients/history. */

import { z } from 'zod'
import { paging, queryNumber } from './fields.js'
import { count, ipText, macText, pageOf, siteName, text, timeMs } from './values.js'

export const persistBody = z.strictObject({})
export const historyQuery = z.strictObject(paging)
export const snapshotParams = z.strictObject({ id: queryNumber(1, Number.MAX_SAFE_INTEGER) })

export const compareQuery = z.strictObject({
  with: queryNumber(1, Number.MAX_SAFE_INTEGER).describe('The other snapshot, the earlier one'),
})

const clientSchema = z.object({
  ip: ipText,
  mac: macText.nullable(),
  hostname: text.nullable(),
  vendor: text.nullable(),
  site: siteName.optional().describe('Of its daemon in the settings; missing in old snapshots'),
  interface: text,
  evidence: text.describe('How it was found, for example arp_solicited'),
  isSelf: z.boolean(),
  isGateway: z.boolean(),
})
export type Client = z.infer<typeof clientSchema>

export const clientsSchema = z.object({
  clients: z.array(clientSchema),
  method: z
    .enum(['arp', 'neighbor_table'])
    .describe("An ARP scan, or the kernel's neighbour table when ARP cannot be sent"),
  detail: text.describe(
    'Why the method is not ARP, or what was left out; empty when there is nothing to say',
  ),
  interfaces: z
    .array(
      z.object({
        daemon: text.describe('Name of the daemon in the settings'),
        interface: text,
        method: z.enum(['arp', 'neighbor_table']),
        detail: text,
      }),
    )
    .describe('How the clients of each interface were found'),
})
export type ClientsResponse = z.infer<typeof clientsSchema>

export const persistSchema = z.object({
  snapshotId: count,
  stored: count.describe('Addresses'),
  takenAtMs: timeMs,
})
export type PersistResponse = z.infer<typeof persistSchema>

export const snapshotsSchema = z.object({
  ...pageOf,
  snapshots: z
    .array(
      z.object({
        id: count,
        takenAtMs: timeMs,
        hosts: count.describe('Devices: one may have several addresses'),
        method: text,
      }),
    )
    .describe('Newest first'),
})
export type SnapshotsResponse = z.infer<typeof snapshotsSchema>

export const snapshotSchema = z.object({ id: count, takenAtMs: timeMs, clients: z.array(clientSchema) })
export type SnapshotResponse = z.infer<typeof snapshotSchema>

export const comparisonSchema = z.object({
  fromMs: timeMs,
  toMs: timeMs,
  appeared: z.array(clientSchema).describe('Who is in the later one only'),
  gone: z.array(clientSchema).describe('Who is in the earlier one only'),
  changed: z
    .array(z.object({ before: clientSchema, after: clientSchema }))
    .describe('Who has another address or another name'),
})
export type Comparison = z.infer<typeof comparisonSchema>
