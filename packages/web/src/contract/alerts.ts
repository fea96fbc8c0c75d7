/** GET /api/alerts, /api/alerts/:id with its evidence and acknowledgement; pinned bindings under /api/bindings. */

import { ALERT_KINDS, CERTAINTIES, ROLES, SEVERITIES, VERIFICATION_METHODS } from '@netwatcher/shared'
import { z } from 'zod'
import { flag, hostIp, ip, mac, paging, searchText, sort, timeMs as timeMsField } from './fields.js'
import { says } from './says.js'
import { bindingSchema, count, macText, pageOf, saidSchema, text, timeMs } from './values.js'

export const ALERT_SORTS = ['lastSeen', 'firstSeen', 'severity', 'kind', 'count'] as const
export type AlertSort = (typeof ALERT_SORTS)[number]

const kind = z.enum(ALERT_KINDS)
const severity = z.enum(SEVERITIES)
const state = z.enum(['active', 'ended'])

const id = z.string().regex(/^[0-9a-f]{32}$/, says('field_not_alert'))

export const alertsQuery = z.strictObject({
  ...paging,
  sort: sort(ALERT_SORTS, '-lastSeen'),
  kind: kind.optional(),
  severity: severity.optional(),
  state: state.optional(),
  ip: ip.optional(),
  mac: mac.optional(),
  acknowledged: flag.optional(),
  from: timeMsField.optional(),
  to: timeMsField.optional(),
  q: searchText.optional(),
  incident: id.optional().describe('Id of the incident that they are part of'),
})
export const alertParams = z.strictObject({
  id: z.string().regex(/^[0-9a-f]{32}$/, says('field_not_alert')),
})
export const acknowledgeBody = z.strictObject({})

export const partySchema = z.object({
  role: z
    .enum(ROLES)
    .describe(
      'Suspect: whose conduct it is about; holder: who held the address first, or rightfully; affected: who was lied to, scanned or loses traffic',
    ),
  mac: text.describe('Empty where only the address is known'),
  ip: text.describe('Empty where only the MAC is known'),
  certainty: z
    .enum(CERTAINTIES)
    .describe('Proven by frames or an active check; possible: an honest cause is as likely'),
})
const reasonSchema = saidSchema.extend({
  text: text.describe('The same as a sentence'),
  frames: z.array(count).describe('Frames of the evidence file that show it, counted from 1'),
})
const verificationSchema = z.object({
  method: z.enum(VERIFICATION_METHODS),
  target: bindingSchema.describe('Whom it was sent to'),
  result: z.enum(['answered', 'silent', 'forwarded']),
  text: text.describe('The same as a sentence'),
  atMs: timeMs,
})

export const alertSchema = z.object({
  id: text.describe('32 hexadecimal digits, stable over all updates'),
  interface: text,
  kind,
  severity,
  state,
  ip: text.describe('The address in question; empty where no single one is'),
  vlan: count.describe('VLAN identifier (IEEE 802.1Q); 0 when untagged'),
  parties: z
    .array(partySchema)
    .describe('Suspects first, then holders, then the affected; the most certain of a role first'),
  macs: z.array(macText).describe('MACs of suspects and holders, each once'),
  victim: bindingSchema.nullable().describe('The first of those affected'),
  expected: text,
  seen: text,
  reasonsFor: z.array(reasonSchema).describe('What speaks for an attack or a fault, the strongest first'),
  reasonsAgainst: z.array(reasonSchema).describe('What speaks for a benign cause'),
  verifications: z.array(verificationSchema).describe('Active checks'),
  advice: text,
  texts: z
    .object({ expected: saidSchema, seen: saidSchema, advice: saidSchema })
    .describe('What those three sentences say'),
  firstSeenMs: timeMs,
  lastSeenMs: timeMs,
  count: count.describe('Frames or events folded into it'),
  hasEvidence: z.boolean().describe('True when the daemon holds frames of it'),
  acknowledgedMs: timeMs.nullable().describe('When the person marked it as read; null when not yet'),
})
export type AlertRecord = z.infer<typeof alertSchema>

export const alertsSchema = z.object({
  ...pageOf,
  alerts: z.array(alertSchema),
  open: z.record(severity, count).describe('Not acknowledged, by severity, over all pages'),
})
export type AlertsResponse = z.infer<typeof alertsSchema>

export const bindingBody = z.strictObject({ ip: hostIp, mac })
export const bindingsSchema = z.object({ bindings: z.array(bindingSchema) })
export type BindingsResponse = z.infer<typeof bindingsSchema>
