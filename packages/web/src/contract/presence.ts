/** /api/devices/:id/presence, /api/presence: who was there when, and when nobody could tell. */

import { z } from 'zod'
import { timeMs as queryTime } from './fields.js'
import { count, macText, text, timeMs } from './values.js'

const blindCause = z.enum(['not_watching', 'scan_found_nobody', 'all_silent'])
export type BlindCause = z.infer<typeof blindCause>

export const presenceQuery = z.strictObject({
  fromMs: queryTime
    .optional()
    .describe('Milliseconds since 1970-01-01 UTC; a week before the end when missing'),
  toMs: queryTime.optional().describe('Milliseconds since 1970-01-01 UTC; now when missing'),
  format: z.enum(['json', 'ical']).default('json').describe('ical: the sessions as a calendar (RFC 5545)'),
})

const span = { fromMs: timeMs, toMs: timeMs }

export const blindSchema = z.object({
  ...span,
  isOpen: z.boolean().describe('It lasts'),
  interface: text,
  cause: blindCause,
  text: text.describe('The same as a sentence'),
})

export const presenceSchema = z.object({
  ...span,
  sessions: z
    .array(z.object({ ...span, isOpen: z.boolean().describe('It is still there') }))
    .describe('When it was there, oldest first: from its arrival to when it was last seen'),
  blind: z.array(blindSchema).describe('When its sensor saw nothing: what is said of that time is a guess'),
  stepMs: count,
  strip: z.array(z.number().min(0).max(1)).describe('Share of each step since fromMs that it was there'),
  evidence: text.describe('Of the latest sighting'),
  lastSeenMs: timeMs,
})
export type PresenceResponse = z.infer<typeof presenceSchema>

export const transitionsQuery = z.strictObject({
  fromMs: queryTime.optional().describe('Milliseconds since 1970-01-01 UTC; a day ago when missing'),
})

export const transitionsSchema = z.object({
  transitions: z
    .array(
      z.object({
        atMs: timeMs,
        deviceId: count,
        device: macText,
        deviceName: text.nullable(),
        vendor: text.nullable(),
        isPresent: z.boolean().describe('It came; else it had left by then'),
        isFirst: z.boolean().describe('It was never there before'),
      }),
    )
    .describe('Newest first, at most 500'),
})
export type TransitionsResponse = z.infer<typeof transitionsSchema>
export type Transition = TransitionsResponse['transitions'][number]

export const blindnessSchema = z.object({ blind: z.array(blindSchema).describe('Newest first') })
