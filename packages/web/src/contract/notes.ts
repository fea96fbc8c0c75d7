/** /api/notes: what is new about whom devices talk to, and which of it is an alert. */

import { z } from 'zod'
import { mac, paging } from './fields.js'
import { NOTE_KINDS, NOTE_LEVELS } from './note-kinds.js'
import { count, macText, pageOf, text, timeMs } from './values.js'

const level = z
  .enum(NOTE_LEVELS)
  .describe('off: not noted; alert: also told by the channels that tell of notes')

export const notesQuery = z.strictObject({ ...paging, device: mac.optional() })
export const noteLevelBody = z.strictObject({ kind: z.enum(NOTE_KINDS), level })

const noteSchema = z.object({
  id: count,
  atMs: timeMs,
  kind: z.enum(NOTE_KINDS),
  device: macText.nullable().describe('Null: all together'),
  deviceName: text.nullable(),
  subject: text.describe('A country (ISO 3166-1), service, port, resolver, listed name or share'),
  isAlert: z.boolean(),
  text,
})
export const notesSchema = z.object({ ...pageOf, notes: z.array(noteSchema).describe('Newest first') })
export type NotesResponse = z.infer<typeof notesSchema>

export const noteLevelsSchema = z.object({ levels: z.record(z.enum(NOTE_KINDS), level) })
