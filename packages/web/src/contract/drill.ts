/** /api/drill/start and /api/drill: a practice alert, and how far it came in which time. */

import { z } from 'zod'
import { daemonQuery, interfaceName } from './fields.js'
import { count, daemonName, saidSchema, text, timeMs } from './values.js'

export const drillQuery = daemonQuery
export const drillBody = z.strictObject({
  interface: interfaceName.optional().describe('Without it the first that is watched'),
})

const linkSchema = z.object({
  link: z.enum(['daemon', 'alert', 'incident', 'channel']),
  name: text.describe('Of the channel'),
  state: z.enum(['done', 'waiting', 'failed']),
  afterMs: count.nullable().describe('Since the drill was asked for; null while it is not done'),
  text: text.describe('What is wrong and what to do; empty when it is done'),
  said: saidSchema,
})
export type DrillLink = z.infer<typeof linkSchema>

export const drillSchema = z.object({
  startedMs: timeMs.nullable().describe('Of the latest; null when there was none since the start'),
  daemon: daemonName,
  interface: text,
  links: z.array(linkSchema).describe('In the order in which an alert passes them'),
})
export type DrillReport = z.infer<typeof drillSchema>
