/** GET /api/internet: whether the internet could be reached, and since when. */

import { z } from 'zod'
import { timeMs as queryTime } from './fields.js'
import { ipText, siteName, text, timeMs } from './values.js'

const uplinkState = z
  .enum(['unknown', 'up', 'beyond_silent', 'gateway_silent'])
  .describe('beyond_silent: the gateway answers, nothing beyond it does')
export type UplinkState = z.infer<typeof uplinkState>

/** What it rests on. */
const evidence = {
  answeredMs: timeMs.describe(
    'Last answer from beyond the gateway, milliseconds since 1970-01-01 UTC; 0: none',
  ),
  evidence: z
    .enum(['none', 'connection', 'resolver', 'target'])
    .describe(
      "What that was: of this machine's own connections, of a resolver, of an address in the settings",
    ),
  gateway: ipText,
  gatewayAnsweredMs: timeMs.describe('Last answer of the gateway; 0: none'),
}

export const uplinkSchema = z.object({ state: uplinkState, sinceMs: timeMs, ...evidence })
export type Uplink = z.infer<typeof uplinkSchema>

export const uplinkQuery = z.strictObject({
  fromMs: queryTime.optional().describe('Milliseconds since 1970-01-01 UTC; a day ago when missing'),
})

const spanSchema = z.object({
  site: siteName,
  interface: text,
  state: uplinkState,
  fromMs: timeMs,
  toMs: timeMs.nullable().describe('Null: it lasts'),
  ...evidence,
})
export const uplinkSpansSchema = z.object({
  spans: z.array(spanSchema).describe('Newest first, at most 500; what it rests on is as of its begin'),
})
export type UplinkSpansResponse = z.infer<typeof uplinkSpansSchema>
export type UplinkSpan = UplinkSpansResponse['spans'][number]
