/** GET /api/events: server-sent events. The `event:` name is `type`; `id:` resumes by Last-Event-ID. */

import { LANGUAGES } from '@netwatcher/shared'
import { z } from 'zod'
import { alertSchema } from './alerts.js'
import { deviceSchema } from './devices.js'
import { firewallSchema } from './firewall.js'
import { incidentSchema } from './incidents.js'
import { scanProgressSchema } from './scan.js'
import { sensorSchema } from './sniff.js'
import { bytes, count, daemonName, text, timeMs } from './values.js'

export const eventsQuery = z.strictObject({
  lang: z
    .enum(LANGUAGES)
    .optional()
    .describe('Language of the texts, before Accept-Language: a page cannot set that header here'),
})

const trafficEventSchema = z.object({
  type: z.literal('traffic'),
  atMs: timeMs.describe('Begin of the span, milliseconds since 1970-01-01 UTC'),
  durationMs: count.describe('Length of the span in milliseconds'),
  daemon: daemonName,
  interface: text,
  txBytes: bytes,
  rxBytes: bytes,
  packets: count,
})

export const liveEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('device'), device: deviceSchema }),
  z.object({ type: z.literal('alert'), alert: alertSchema }),
  z.object({ type: z.literal('incident'), incident: incidentSchema }),
  trafficEventSchema,
  z.object({ type: z.literal('sensor'), sensor: sensorSchema }),
  z.object({ type: z.literal('firewall'), firewall: firewallSchema }),
  scanProgressSchema.extend({ type: z.literal('scan') }),
  z.object({ type: z.literal('daemon'), daemon: daemonName, connected: z.boolean(), detail: text }),
  z.object({ type: z.literal('reset') }).describe('Something was missed: fetch again what is shown'),
])
export type LiveEvent = z.infer<typeof liveEventSchema>
