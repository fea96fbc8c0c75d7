/**
 * Tables with a head line: what NetAlertX and Pi.Alert export, WatchYourLAN's
 * table of hosts, the lease file of Kea (memfile), and our own export. Columns are
 * known by their names, so that other versions and other orders are read as well.
 */

import { parseMac } from '@netwatcher/shared'
import type { Trust } from '../contract/devices.js'
import { plainIp } from '../contract/target.js'
import { csvLines } from './csv-lines.js'
import { type ImportedDevice, NOTHING_SAID } from './entry.js'

type Field =
  | 'mac'
  | 'ip'
  | 'name'
  | 'notes'
  | 'owner'
  | 'type'
  | 'tags'
  | 'favorite'
  | 'archived'
  | 'known'
  | 'fresh'
  | 'trust'

/** The names in small letters; where a file has several of a field, the first that is filled counts. */
const COLUMNS: Record<Field, readonly string[]> = {
  mac: ['devmac', 'dev_mac', 'mac', 'hwaddr'],
  ip: ['devlastip', 'dev_lastip', 'ip', 'address', 'addresses'],
  name: ['devname', 'dev_name', 'name', 'hostname', 'dns'],
  notes: ['devcomments', 'dev_comments', 'notes'],
  owner: ['devowner', 'dev_owner', 'owner'],
  type: ['devtype', 'dev_devicetype', 'type'],
  tags: ['devgroup', 'dev_group', 'devlocation', 'dev_location', 'groupname', 'tags'],
  favorite: ['devfavorite', 'dev_favorite', 'isfavorite'],
  archived: ['devisarchived', 'dev_archived', 'archived'],
  known: ['known'],
  fresh: ['devisnew', 'dev_newdevice'],
  trust: ['trust'],
}

/** What programs put where nobody has said anything. */
const PLACEHOLDERS = /^(?:null|none|unknown|\(unknown\)|\(name not found\)|house|-|n\/a)$/i

/** Null when the text has no head line with a column for MACs. */
export function readTable(text: string): ImportedDevice[] | null {
  const lines = csvLines(text, separatorOf(text))
  const head = lines.next()
  if (head.done) return null
  return devicesFrom(head.value.cells, lines)
}

/** Null when no column holds MACs. */
export function devicesFrom(
  head: readonly string[],
  lines: Iterable<{ line: number; cells: readonly string[] }>,
): ImportedDevice[] | null {
  const places = placesOf(head)
  if (!places.mac) return null
  const devices: ImportedDevice[] = []
  for (const { line, cells } of lines) {
    const valuesOf = (field: Field) => filled(places[field] ?? [], cells)
    const mac = parseMac(valuesOf('mac')[0] ?? '')
    if (mac !== null) devices.push({ line, ...deviceOf(mac, valuesOf) })
  }
  return devices
}

function separatorOf(text: string): string {
  const head = text.slice(0, text.indexOf('\n') + 1)
  return head.includes(';') && !head.includes(',') ? ';' : ','
}

function placesOf(head: readonly string[]): Partial<Record<Field, number[]>> {
  const names = head.map((cell) =>
    cell
      .trim()
      .toLowerCase()
      .replace(/^\ufeff/, ''),
  )
  const places: Partial<Record<Field, number[]>> = {}
  for (const [field, columns] of Object.entries(COLUMNS)) {
    const found = columns.map((column) => names.indexOf(column)).filter((place) => place >= 0)
    if (found.length > 0) places[field as Field] = found
  }
  return places
}

function filled(places: readonly number[], cells: readonly string[]): string[] {
  return places
    .map((place) => (cells[place] ?? '').trim())
    .filter((value) => value !== '' && !PLACEHOLDERS.test(value))
}

function deviceOf(mac: string, valuesOf: (field: Field) => string[]): Omit<ImportedDevice, 'line'> {
  const first = (field: Field) => valuesOf(field)[0] ?? null
  // A spreadsheet's guard against formulas, as our own export has it.
  const plain = (value: string | null) => value?.replace(/^'(?=[=+\-@])/, '') ?? null
  return {
    ...NOTHING_SAID,
    mac,
    ip: plainIp((first('ip') ?? '').split(' ')[0] ?? ''),
    name: plain(first('name')),
    notes: plain(first('notes')),
    owner: plain(first('owner')),
    type: first('type'),
    tags: valuesOf('tags').flatMap((value) => value.split(/\s*[,;]\s*/)),
    isFavorite: isYes(first('favorite')),
    isArchived: isYes(first('archived')) || /^\d{4}-/.test(first('archived') ?? ''),
    trust: trustOf(first('trust'), first('known'), first('fresh')),
  }
}

function isYes(value: string | null): boolean {
  return value === '1' || value?.toLowerCase() === 'true'
}

function trustOf(trust: string | null, known: string | null, fresh: string | null): Trust | null {
  if (trust === 'known' || trust === 'ignored') return trust
  return isYes(known) || fresh === '0' ? 'known' : null
}
