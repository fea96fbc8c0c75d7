/** Devices out of the files of other programs: first shown, then taken. */

import { invalidArgument } from '@netwatcher/shared'
import {
  type ImportBody,
  importBody,
  importSchema,
  type PreviewResponse,
  previewSchema,
} from '../contract/imports.js'
import { readDatabase } from '../imports/read-database.js'
import { type ReadImport, readImport } from '../imports/read-import.js'
import type { PlannedImport } from '../storage/import-repository.js'
import type { Store } from '../storage/store.js'
import type { LiveNews } from '../views/live-event.js'
import { type Route, route } from './route.js'

export interface ImportsDeps {
  store: Store
  publish: (news: LiveNews) => void
  nowMs: () => number
}

export const IMPORT_PATH = '/api/inventory/import'
const MAX_DEVICES = 10_000
const MAX_SHOWN = 1_000

export function importsRoutes({ store, publish, nowMs }: ImportsDeps): Route[] {
  return [
    route({
      method: 'POST',
      path: `${IMPORT_PATH}/preview`,
      tag: 'devices',
      summary: 'Shows what an import would add and fill in; nothing is changed',
      body: importBody,
      response: { status: 200, description: 'What would be done', schema: previewSchema },
      handle: async ({ c, body }) => {
        const { format, devices } = readAll(body)
        const planned = await store.imports.plan(devices)
        return c.json(preview(format, planned))
      },
    }),
    route({
      method: 'POST',
      path: IMPORT_PATH,
      tag: 'devices',
      summary: 'Adds the devices of a file and fills in what nobody has said; writes over nothing',
      body: importBody,
      response: { status: 200, description: 'What was done', schema: importSchema },
      handle: async ({ c, body }) => {
        const { devices } = readAll(body)
        const done = await store.imports.apply(devices, { atMs: nowMs(), source: 'import' })
        publish({ type: 'reset' })
        return c.json(done)
      },
    }),
  ]
}

function readAll(body: ImportBody): ReadImport {
  const read = body.sqlite === undefined ? readImport(body.text ?? '') : readSqlite(body.sqlite)
  if (!read) throw invalidArgument('IMPORT_UNKNOWN', 'Nothing in this file names a device by MAC or address.')
  if (read.devices.length > MAX_DEVICES) {
    throw invalidArgument('IMPORT_TOO_LARGE', `At most ${MAX_DEVICES} devices can be imported at once.`)
  }
  return read
}

function readSqlite(base64: string): ReadImport | null {
  const devices = readDatabase(Buffer.from(base64, 'base64'))
  return devices && { format: 'sqlite', devices }
}

function preview(format: ReadImport['format'], planned: readonly PlannedImport[]): PreviewResponse {
  const countOf = (wanted: PlannedImport['action']) =>
    planned.filter(({ action }) => action === wanted).length
  return {
    format,
    read: planned.length,
    created: countOf('create'),
    changed: countOf('change'),
    unmatched: countOf('unmatched') + countOf('repeated'),
    devices: planned.slice(0, MAX_SHOWN).map(shown),
  }
}

function shown({ entry, action, stored, patch }: PlannedImport): PreviewResponse['devices'][number] {
  const before = (field: string) =>
    said(stored === null ? '' : Object.entries({ ...stored }).find(([key]) => key === field)?.[1])
  const changes = Object.entries(patch).map(([field, value]) => ({
    field,
    before: before(field),
    after: said(value),
  }))
  return { line: entry.line, mac: entry.mac, ip: entry.ip, action, changes }
}

function said(value: unknown): string {
  return Array.isArray(value) ? value.join(', ') : String(value ?? '')
}
