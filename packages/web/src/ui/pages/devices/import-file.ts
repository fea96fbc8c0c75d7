/** A chosen file as the API takes it: a SQLite database in base64, anything else as text. */

import type { ImportBody } from '../../../contract/imports.js'

/** What every SQLite database begins with (sqlite.org/fileformat2.html, 1.3). */
const SQLITE_MAGIC = 'SQLite format 3\0'

export async function importBodyOf(file: Blob): Promise<ImportBody> {
  const start = await file.slice(0, SQLITE_MAGIC.length).text()
  return start === SQLITE_MAGIC ? { sqlite: await base64Of(file) } : { text: await file.text() }
}

/** Pieces of a whole number of three bytes, so that each ends where its base64 does. */
const PIECE = 3 * 8192

async function base64Of(file: Blob): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer())
  let text = ''
  for (let from = 0; from < bytes.length; from += PIECE) {
    text += btoa(String.fromCharCode(...bytes.subarray(from, from + PIECE)))
  }
  return text
}
