/** Traffic by month and reach, quotas, and which resolvers a device asks. */

import { MOST_COUNTED } from '@netwatcher/shared'
import { REACHES } from '@netwatcher/shared/destinations'
import { z } from 'zod'
import { mac } from './fields.js'
import { bytes, count, ipText, macText, text, timeMs } from './values.js'

export const monthsQuery = z.strictObject({ device: mac.optional() })
export const billingBody = z.strictObject({
  billingDay: z.number().int().min(1).max(28).describe('Day of the month on which a new one begins'),
})

const day = text.describe('yyyy-mm-dd where this machine lives')
const volume = z.object({ txBytes: bytes, rxBytes: bytes })
export const monthsSchema = z.object({
  billingDay: count,
  months: z
    .array(
      z.object({ from: day, to: day.describe('The last day'), reach: z.record(z.enum(REACHES), volume) }),
    )
    .describe('Newest first; the first one is under way. What several sensors count is in it once'),
})
export type MonthsResponse = z.infer<typeof monthsSchema>

export const quotaBody = z.strictObject({
  device: mac.nullable().describe('Null: all devices together'),
  limitBytes: z
    .number()
    .int()
    .min(1)
    .max(MOST_COUNTED)
    .nullable()
    .describe('To and from the internet, a month; null: none'),
  alertPercent: z.number().int().min(1).max(100).default(80),
})
const quotaSchema = z.object({
  device: macText.nullable(),
  deviceName: text.nullable(),
  limitBytes: bytes,
  alertPercent: count,
  usedBytes: bytes.describe('Of this month'),
})
export const quotasSchema = z.object({ quotas: z.array(quotaSchema) })
export type QuotasResponse = z.infer<typeof quotasSchema>

export const resolversQuery = z.strictObject({ device: mac })
const resolverSchema = z.object({
  ip: ipText,
  name: text.nullable(),
  way: z
    .enum(['dns', 'dot', 'doq', 'doh'])
    .describe('Port 53, DNS over TLS, over QUIC, or HTTPS to a known resolver'),
  isOwn: z.boolean().describe('Of this network'),
  packets: count,
  firstSeenMs: timeMs,
  lastSeenMs: timeMs,
})
export const resolversSchema = z.object({
  resolvers: z.array(resolverSchema),
  bypassSinceMs: timeMs
    .nullable()
    .describe('Since when it asks others than those of this network; null: it does not'),
  destinations: count.describe('Addresses of the internet that it talks to'),
  unnamed: count.describe('Of them, those that no answer of a resolver named'),
})
export type ResolversResponse = z.infer<typeof resolversSchema>
