/**
 * What an import would change: it fills in what nobody has said yet, and never
 * writes over what a person did. What it names is brought into the form that the
 * API asks of people; what cannot be is left out.
 */

import { cleanName } from '@netwatcher/shared'
import { type DevicePatch, devicePatchBody } from '../contract/devices.js'
import type { ImportedDevice } from './entry.js'

/** What is stored of it; null for a device that is not known. */
export type Stored = Pick<
  Required<DevicePatch>,
  'name' | 'notes' | 'owner' | 'type' | 'tags' | 'isFavorite' | 'trust'
> & { archivedMs: number | null }

const NOBODY: Stored = {
  ...{
    name: null,
    notes: '',
    owner: '',
    type: null,
    tags: [],
    isFavorite: false,
    trust: 'new',
    archivedMs: null,
  },
}

/** Empty when it has nothing to add. */
export function planImport(entry: ImportedDevice, known: Stored | null): DevicePatch {
  const stored = known ?? NOBODY
  const tags = [...new Set([...stored.tags, ...entry.tags.map(tagOf).filter((tag) => tag !== '')])].sort()
  const wanted = {
    ...(stored.name === null && { name: cleanName(entry.name ?? '') }),
    ...(stored.notes === '' && { notes: (entry.notes ?? '').slice(0, 2_000) }),
    ...(stored.owner === '' && { owner: cleanName(entry.owner ?? '') ?? '' }),
    ...(stored.type === null && { type: wordOf(entry.type ?? '') }),
    ...(stored.trust === 'new' && entry.trust !== null && { trust: entry.trust }),
    ...(tags.length > stored.tags.length && { tags }),
    ...(entry.isFavorite && !stored.isFavorite && { isFavorite: true }),
    ...(entry.isArchived && stored.archivedMs === null && { isArchived: true }),
  }
  const said = Object.entries(wanted).filter(([, value]) => value !== null && value !== '')
  return Object.fromEntries(said.filter(([field, value]) => isGood(field, value)))
}

function isGood(field: string, value: unknown): boolean {
  return devicePatchBody.safeParse({ [field]: value }).success
}

function tagOf(text: string): string {
  return text
    .replace(/[^\p{L}\p{N} ._-]/gu, '')
    .trim()
    .slice(0, 32)
}

function wordOf(text: string): string | null {
  const word = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 32)
  return word === '' ? null : word
}
