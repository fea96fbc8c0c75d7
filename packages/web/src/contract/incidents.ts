/** GET /api/incidents, /api/incidents/:id with its timeline; acknowledging, snoozing and muting. */

import { ALERT_KINDS, SEVERITIES } from '@netwatcher/shared'
import { z } from 'zod'
import { partySchema } from './alerts.js'
import { mac, paging, sort, timeMs as timeMsField } from './fields.js'
import { says } from './says.js'
import { count, pageOf, saidSchema, siteName, text, timeMs } from './values.js'

export const INCIDENT_SORTS = ['lastSeen', 'firstSeen', 'severity', 'alerts'] as const
export type IncidentSort = (typeof INCIDENT_SORTS)[number]
export const INCIDENT_STATES = ['open', 'acknowledged', 'ended'] as const
export type IncidentState = (typeof INCIDENT_STATES)[number]

const kind = z.enum(ALERT_KINDS)
const severity = z.enum(SEVERITIES)
const state = z
  .enum(INCIDENT_STATES)
  .describe('Open: it goes on and nobody has read it; ended: none of its alerts goes on')

const id = z.string().regex(/^[0-9a-f]{32}$/, says('field_not_incident'))

export const incidentsQuery = z.strictObject({
  ...paging,
  sort: sort(INCIDENT_SORTS, '-lastSeen'),
  state: state.optional(),
  severity: severity.optional(),
  kind: kind.optional(),
  mac: mac.optional(),
  alert: id.optional().describe('Id of an alert that it is made of'),
  from: timeMsField.optional(),
  to: timeMsField.optional(),
})
export const incidentParams = z.strictObject({ id })
export const incidentAcknowledgeBody = z.strictObject({
  by: z.string().trim().max(64).default('').describe('Who has read it, as the list is to show it'),
})
/** A year at most: what is to be silent for ever is better ignored where it comes from. */
const LONGEST_MINUTES = 366 * 24 * 60
export const quietBody = z.strictObject({
  minutes: z
    .number()
    .int()
    .min(0)
    .max(LONGEST_MINUTES)
    .describe('From now on, and then it ends by itself; 0: no longer'),
})

const MAX_SELECTED = 200
/** What is done to many: they are read, or muted. */
export const incidentBulkBody = z
  .strictObject({
    ids: z.array(id).min(1).max(MAX_SELECTED),
    acknowledge: incidentAcknowledgeBody.exactOptional(),
    mute: quietBody.exactOptional(),
  })
  .refine(
    ({ acknowledge, mute }) => (acknowledge === undefined) !== (mute === undefined),
    says('field_acknowledge_or_mute'),
  )
export type IncidentBulkPost = z.input<typeof incidentBulkBody>
export const incidentBulkSchema = z.object({ incidents: count.describe('How many it was done to') })

export const incidentSchema = z.object({
  id: text.describe('32 hexadecimal digits, that of its first alert'),
  site: siteName,
  kind: kind.describe('That of its most severe alert'),
  severity,
  state,
  sentence: text.describe('What it is, in one sentence'),
  text: saidSchema.describe('What that sentence says'),
  parties: z.array(partySchema).describe('Everybody that its alerts name, at most 16 of each role'),
  addresses: z.array(text).describe('Addresses that it is about, at most 16'),
  alerts: count.describe('Alerts that it is made of'),
  firstSeenMs: timeMs.describe('Of its first alert that is more than a note'),
  lastSeenMs: timeMs,
  acknowledgedMs: timeMs.nullable(),
  acknowledgedBy: text.nullable(),
  snoozedUntilMs: timeMs.describe('Nothing is sent about it until then; 0: it is not snoozed'),
  mutedUntilMs: timeMs.describe('Nor about further incidents of this kind and these suspects; 0: not muted'),
})
export type IncidentRecord = z.infer<typeof incidentSchema>

export const incidentsSchema = z.object({
  ...pageOf,
  incidents: z.array(incidentSchema),
  counts: z
    .array(z.object({ state, severity, count }))
    .describe('How many there are of each, over all pages'),
})
export type IncidentsResponse = z.infer<typeof incidentsSchema>

const entrySchema = z.object({
  atMs: timeMs,
  kind: text.describe(
    'alert, check, opened, escalated, ended, reopened, acknowledged, snoozed, muted, blocked or notified',
  ),
  text: text.describe('What happened, where there is a sentence for it'),
  ref: text.describe('Id of the alert or block, name of the channel, who read it, or until when'),
})
export const incidentDetailSchema = incidentSchema.extend({
  timeline: z.array(entrySchema).describe('The oldest first'),
})
export type IncidentDetail = z.infer<typeof incidentDetailSchema>
