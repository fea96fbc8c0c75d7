/** What a note says. */

import { type Text, text } from '@netwatcher/shared'
import type { StoredNote } from '../storage/note-repository.js'

/** `device` is how it is called; null: all devices together. */
export function noteText(
  { kind, subject }: Pick<StoredNote, 'kind' | 'subject'>,
  device: string | null,
): Text {
  if (device === null) return text(`note_${kind}_all`, { subject })
  return text(`note_${kind}`, { device, subject })
}
