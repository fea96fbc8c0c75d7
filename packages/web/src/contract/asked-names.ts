/** Which names a device asked DNS for. */

import { z } from 'zod'
import { listFormat } from './fields.js'
import { count, text, timeMs } from './values.js'

export const askedNamesQuery = z.strictObject({ format: listFormat })

const askedNameSchema = z.object({
  name: text,
  periods: count.describe('In how many ten minutes it was asked for'),
  firstSeenMs: timeMs,
  lastSeenMs: timeMs,
})
export type AskedName = z.infer<typeof askedNameSchema>

export const askedNamesSchema = z.object({
  keptDays: count.describe('How long they are kept; 0: they are not (`[talk] asked_names`)'),
  names: z.array(askedNameSchema).describe('The one that was asked for last first; at most 1000'),
})
export type AskedNamesResponse = z.infer<typeof askedNamesSchema>
