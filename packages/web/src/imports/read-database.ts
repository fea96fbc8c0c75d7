/**
 * Databases of other programs: NetAlertX and Pi.Alert keep their devices in `Devices`,
 * WatchYourLAN its hosts in `now`. The columns are those of the files that they export.
 */

import type { ImportedDevice } from './entry.js'
import { findTable, type SqliteTable } from './sqlite-file.js'
import { devicesFrom } from './tables.js'

const TABLES = ['devices', 'now']

/** Null when the bytes are no SQLite file, or none that holds devices. */
export function readDatabase(bytes: Uint8Array): ImportedDevice[] | null {
  for (const name of TABLES) {
    const table = findTable(bytes, name)
    const devices = table && devicesFrom(table.columns, linesOf(table))
    if (devices) return devices
  }
  return null
}

function* linesOf(table: SqliteTable): Generator<{ line: number; cells: string[] }> {
  let line = 0
  for (const row of table.rows()) {
    yield { line: ++line, cells: row.map((value) => (value === null ? '' : String(value))) }
  }
}
