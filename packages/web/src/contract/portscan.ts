/** POST /api/portscan: the open TCP ports of one host of the LAN. */

import { z } from 'zod'
import { hostIp } from './fields.js'
import { count, text, timeMs } from './values.js'

export const portScanBody = z.strictObject({
  ip: hostIp,
  profile: z.enum(['quick', 'services']).default('quick'),
})

const portSchema = z.object({ protocol: text, number: count, state: text, service: text, version: text })
export type PortFinding = z.infer<typeof portSchema>

export const portScanSchema = z.object({ ports: z.array(portSchema), summary: text })
export type PortScanResponse = z.infer<typeof portScanSchema>

export const portPlanBody = z.strictObject({
  everyHours: z.number().int().min(1).max(8760).nullable().describe('Null: not regularly'),
})
export const storedPortsSchema = z.object({
  everyHours: count.nullable().describe('Null: not scanned regularly'),
  scans: z
    .array(
      z.object({
        atMs: timeMs,
        profile: text,
        ports: z.array(portSchema),
        opened: z.array(text).describe('Against the scan of the same profile before it'),
        closed: z.array(text),
      }),
    )
    .describe('Newest first'),
})
export type StoredPortsResponse = z.infer<typeof storedPortsSchema>
