/**
 * Channels by which a person, or another program, is told outside the page:
 * /api/channels, their state, test and preview. Secrets go in and never out.
 */

import { ALERT_KINDS, LANGUAGES, SEVERITIES } from '@netwatcher/shared'
import { z } from 'zod'
import { tag } from './devices.js'
import { mac } from './fields.js'
import { says } from './says.js'
import { count, text, timeMs } from './values.js'

export const HAPPENINGS = [
  'incident',
  'incident_ended',
  'device_new',
  'device_gone',
  'device_back',
  'sensor',
  'internet',
  'port_opened',
  'quota',
  'note',
] as const
/** What a channel may tell of. */
export type HappeningKind = (typeof HAPPENINGS)[number]

/** What a template may name. */
export const VARIABLES = [
  'title',
  'sentence',
  'advice',
  'severity',
  'kind',
  'event',
  'site',
  'time',
  'suspect',
  'holder',
  'affected',
  'address',
  'device',
  'mac',
  'count',
] as const
export type Variable = (typeof VARIABLES)[number]

const line = (max: number) =>
  z
    .string()
    .max(max)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what must not be in it
    .regex(/^[^\u0000-\u001f\u007f]*$/, says('field_not_line'))
const needed = (max: number) => line(max).min(1)
const host = z
  .string()
  .max(253)
  .regex(/^[0-9A-Za-z.:_-]+$/, says('field_not_host'))
const port = z.number().int().min(1).max(65_535)
const httpUrl = z
  .string()
  .max(2000)
  .refine((value) => {
    const url = URL.canParse(value) ? new URL(value) : null
    return (
      url !== null && ['http:', 'https:'].includes(url.protocol) && url.username === '' && url.password === ''
    )
  }, says('field_not_url'))
const topic = z
  .string()
  .max(100)
  .regex(/^[^\s#+$/]+(\/[^\s#+/]+)*$/, says('field_not_topic'))
const mailAddress = z
  .string()
  .max(254)
  .regex(/^[^\s<>,;:"()@]+@[^\s<>,;:"()@]+$/, says('field_not_mail'))
const certificate = z
  .string()
  .max(20_000)
  .refine((pem) => pem === '' || pem.includes('-----BEGIN CERTIFICATE-----'), says('field_not_certificate'))
  .default('')
  .describe('PEM; of an authority that is trusted instead of those that Node trusts')

/** Where to, by type; what is secret is apart. */
export const channelSettings = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('webhook'), url: httpUrl, certificate }),
  z.strictObject({
    type: z.literal('ntfy'),
    url: httpUrl.default('https://ntfy.sh'),
    topic: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, says('field_not_ntfy_topic')),
    certificate,
  }),
  z.strictObject({ type: z.literal('gotify'), url: httpUrl, certificate }),
  z.strictObject({
    type: z.literal('telegram'),
    url: httpUrl.default('https://api.telegram.org'),
    chatId: z.string().regex(/^(-?\d{1,20}|@[A-Za-z0-9_]{5,32})$/, says('field_not_chat')),
    certificate,
  }),
  z.strictObject({
    type: z.literal('email'),
    host,
    port: port.default(587),
    security: z
      .enum(['starttls', 'tls', 'none'])
      .default('starttls')
      .describe('What is chosen is demanded: nothing is sent unless the server does it'),
    username: line(200).default(''),
    from: mailAddress,
    to: z.array(mailAddress).min(1).max(20),
    certificate,
  }),
  z.strictObject({
    type: z.literal('mqtt'),
    host,
    port: port.default(1883),
    tls: z.boolean().default(false),
    username: line(200).default(''),
    topic: topic.default('netwatcher').describe('Begin of every topic of its own'),
    homeAssistant: z.boolean().default(true).describe('Publish what Home Assistant finds by itself'),
    discoveryTopic: topic.default('homeassistant'),
    certificate,
  }),
  z.strictObject({
    type: z.literal('syslog'),
    host,
    port: port.default(514),
    protocol: z.enum(['udp', 'tcp', 'tls']).default('udp'),
    certificate,
  }),
  z.strictObject({ type: z.literal('journal') }),
])
export type ChannelSettings = z.output<typeof channelSettings>
export type ChannelType = ChannelSettings['type']
export type SettingsOf<Type extends ChannelType> = Extract<ChannelSettings, { type: Type }>

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, says('field_not_time_of_day'))
const span = z
  .strictObject({ from: timeOfDay, to: timeOfDay })
  .nullable()
  .default(null)
  .describe('By the clock of this machine; may go over midnight')

const NAMED = /\{([^{}]*)\}/g
const template = (max: number, fallback: string) =>
  z
    .string()
    .max(max)
    .default(fallback)
    .superRefine((value, context) => {
      for (const [, name = ''] of value.matchAll(NAMED)) {
        if ((VARIABLES as readonly string[]).includes(name)) continue
        const params = { variable: `{${name}}`, variables: VARIABLES.map((one) => `{${one}}`).join(' ') }
        context.addIssue({ code: 'custom', message: says('field_no_variable'), params })
      }
    })

export const templateSchema = z.strictObject({
  title: template(200, '{title}'),
  text: template(2000, '{sentence}\n{advice}'),
})
export type Template = z.output<typeof templateSchema>

export const rulesSchema = z.strictObject({
  events: z
    .array(z.enum(HAPPENINGS))
    .default(['incident', 'incident_ended', 'sensor', 'internet', 'port_opened', 'quota', 'note']),
  minSeverity: z.enum(SEVERITIES).default('warning').describe('Of incidents'),
  kinds: z.array(z.enum(ALERT_KINDS)).default([]).describe('Of incidents; empty: all'),
  macs: z.array(mac).max(200).default([]).describe('Only what these devices are party to; empty: all'),
  tags: z
    .array(tag)
    .max(32)
    .default([])
    .describe('Only what devices with one of these tags are party to; empty: all'),
  hours: span.describe('Only then; what happens at other times is not told'),
  quiet: span.describe('Whatever is not critical waits for its end'),
  digestMinutes: z
    .number()
    .int()
    .min(0)
    .max(1440)
    .default(0)
    .describe('What is not critical is gathered for so long; 0: told at once'),
  learningMinutes: z
    .number()
    .int()
    .min(0)
    .max(20_160)
    .default(0)
    .describe('After the channel was made only what is critical is told'),
  perMinute: z
    .number()
    .int()
    .min(1)
    .max(6000)
    .default(10)
    .describe('Messages; what is more is told as one message'),
  language: z.enum(LANGUAGES).default('en'),
  template: templateSchema.prefault({}),
})
export type Rules = z.output<typeof rulesSchema>

const name = needed(64)
const secret = z.string().max(4000).describe('Never given back; empty: removed')
export const channelBody = z.strictObject({
  name,
  settings: channelSettings,
  secret: secret.optional(),
  rules: rulesSchema.prefault({}),
  isEnabled: z.boolean().default(true),
})
export const channelPatch = z.strictObject({
  name: name.optional(),
  settings: channelSettings
    .optional()
    .describe('Another destination needs its secret again, so that none is sent elsewhere'),
  secret: secret.optional(),
  rules: rulesSchema.optional(),
  isEnabled: z.boolean().optional(),
})
export const channelParams = z.strictObject({
  id: z
    .string()
    .regex(/^[1-9]\d{0,8}$/, says('field_not_channel'))
    .transform(Number),
})
export const testBody = z.strictObject({})

const stateSchema = z.object({
  waiting: count.describe('Messages that are not sent yet'),
  sent: count,
  dropped: count.describe('Messages that were given up, or found no place'),
  lastSentMs: timeMs.nullable(),
  lastError: text.describe('Why the last attempt failed; empty when it did not'),
  failingSinceMs: timeMs.nullable(),
})
export type ChannelState = z.infer<typeof stateSchema>

export const channelSchema = z.object({
  id: count,
  name: text,
  settings: channelSettings,
  hasSecret: z.boolean(),
  rules: rulesSchema,
  isEnabled: z.boolean(),
  createdMs: timeMs,
  state: stateSchema,
})
export type ChannelRecord = z.output<typeof channelSchema>
export const channelsSchema = z.object({ channels: z.array(channelSchema) })
export type ChannelsResponse = z.infer<typeof channelsSchema>

export const testSchema = z.object({
  isAccepted: z.boolean(),
  durationMs: count,
  error: text.describe('Why it was not accepted; empty when it was'),
})
export type TestResult = z.infer<typeof testSchema>

export const previewBody = z.strictObject({
  template: templateSchema,
  language: z.enum(LANGUAGES).default('en'),
})
export const previewSchema = z.object({
  title: text,
  text,
  variables: z.array(text).describe('All that a template may name'),
})
