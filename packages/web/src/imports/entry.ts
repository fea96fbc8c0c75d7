/** One device as a file of another program names it. What the file does not say is null. */

import type { Trust } from '../contract/devices.js'

export interface ImportedDevice {
  /** Line of the file, or row of its table, counted from 1. */
  line: number
  /** Null where only an address is given. */
  mac: string | null
  ip: string | null
  name: string | null
  notes: string | null
  owner: string | null
  type: string | null
  tags: string[]
  isFavorite: boolean
  isArchived: boolean
  trust: Trust | null
}

/** What the words of a line come to; null when they name no device. */
export type LineReader = (words: readonly string[]) => Partial<ImportedDevice> | null

export const NOTHING_SAID: Omit<ImportedDevice, 'line'> = {
  ...{ mac: null, ip: null, name: null, notes: null, owner: null, type: null },
  ...{ tags: [], isFavorite: false, isArchived: false, trust: null },
}
