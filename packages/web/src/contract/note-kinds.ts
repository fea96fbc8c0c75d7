/** The kinds of notes, and what becomes of each until a person decides otherwise. */

export const NOTE_KINDS = [
  'country',
  'service',
  'port',
  'resolver',
  'listed',
  'quota',
  'port_opened',
] as const
export type NoteKind = (typeof NOTE_KINDS)[number]

export const NOTE_LEVELS = ['off', 'note', 'alert'] as const
export type NoteLevel = (typeof NOTE_LEVELS)[number]

export const DEFAULT_LEVELS: Readonly<Record<NoteKind, NoteLevel>> = {
  country: 'note',
  service: 'off',
  port: 'note',
  resolver: 'note',
  listed: 'alert',
  quota: 'alert',
  port_opened: 'alert',
}
