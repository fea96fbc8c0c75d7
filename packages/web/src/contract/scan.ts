/** POST /api/scan: a scan for hosts, whose progress and end come as live events. */

import { z } from 'zod'
import { daemonQuery, interfaceName } from './fields.js'
import { count, daemonName, text } from './values.js'

export const scanBody = z.strictObject({
  interface: interfaceName.optional(),
  pace: z.enum(['normal', 'fast']).default('normal'),
  ping: z.boolean().default(false),
  allowLarge: z
    .boolean()
    .default(false)
    .describe(
      'Also networks wider than a /22, up to scan.max_addresses of the daemon: see GET /api/scan/cost',
    ),
})

export const scanCostQuery = daemonQuery.extend({
  interface: interfaceName.optional(),
  pace: z.enum(['normal', 'fast']).default('normal'),
})
export const scanCostSchema = z.object({
  networks: z.array(
    z.object({
      interface: text,
      cidr: text,
      addresses: count,
      isLarge: z.boolean().describe('Wider than a /22: only scanned when the request allows it'),
      isTooWide: z.boolean().describe('Wider than the daemon allows: not scanned'),
    }),
  ),
  addresses: count.describe('Of all networks that may be scanned'),
  seconds: count.describe('About how long it takes to ask all of them at this pace'),
  isLarge: z.boolean().describe('Some network is only scanned when the request allows it'),
  maxAddresses: count.describe(
    'The most that one network may have: scan.max_addresses of the daemon; 0 when it does not say',
  ),
})
export type ScanCost = z.infer<typeof scanCostSchema>

export const scanCancelBody = z.strictObject({ interface: interfaceName.optional() })
export const scanCancelledSchema = z.object({ cancelled: z.literal(true) })

export const scanStartedSchema = z.object({ started: z.literal(true) })

/** Where a scan stands. */
export const scanProgressSchema = z.object({
  daemon: daemonName,
  interface: text.describe('Empty when all interfaces are scanned'),
  asked: count,
  total: count,
  found: count,
  finished: z.boolean(),
  detail: text.describe('What was left out or went wrong; empty when there is nothing to say'),
})
