/** POST /api/scan: a scan for hosts, whose progress and end come as live events. */

import { z } from 'zod'
import { interfaceName } from './fields.js'
import { count, daemonName, text } from './values.js'

export const scanBody = z.strictObject({
  interface: interfaceName.optional(),
  pace: z.enum(['normal', 'fast']).default('normal'),
  ping: z.boolean().default(false),
})

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
