/** POST /api/portscan: the open TCP ports of one host of the LAN. */

import { z } from 'zod'
import { hostIp } from './fields.js'
import { count, text } from './values.js'

export const portScanBody = z.strictObject({
  ip: hostIp,
  profile: z.enum(['quick', 'services']).default('quick'),
})

const portSchema = z.object({ protocol: text, number: count, state: text, service: text, version: text })
export type PortFinding = z.infer<typeof portSchema>

export const portScanSchema = z.object({ ports: z.array(portSchema), summary: text })
export type PortScanResponse = z.infer<typeof portScanSchema>
