/** GET /api/gaps: what could not be recorded, and why. */

import { z } from 'zod'
import { paging } from './fields.js'
import { bytes, count, pageOf, siteName, text, timeMs } from './values.js'

export const gapsQuery = z.strictObject(paging)

const gapSchema = z.object({
  atMs: timeMs.describe('When it was told, milliseconds since 1970-01-01 UTC'),
  fromMs: timeMs.describe('Begin of what is missing; 0 when that is not known'),
  toMs: timeMs.describe('End of what is missing; 0 when that is not known'),
  site: siteName.nullable().describe('Null when it is of all sensors of a daemon'),
  interface: text.nullable().describe('Of the one sensor that it is of; null: all of a daemon'),
  trafficBytes: bytes.describe('Traffic in it; 0 when that is not known'),
  firstSequence: count.describe('First event that is missing; 0 when the daemon began anew'),
  lastSequence: count,
  cause: text,
})
export const gapsSchema = z.object({ ...pageOf, gaps: z.array(gapSchema).describe('Newest first') })
export type GapsResponse = z.infer<typeof gapsSchema>
