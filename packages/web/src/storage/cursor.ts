/**
 * Reads a whole answer, as it is at one moment, on a connection of its own. It is
 * first laid down in a temporary file of SQLite and then read from there part by
 * part: however many rows there are and however slowly they are taken, few of
 * them are in memory, nobody waits, and the database may shorten its log.
 */

import sqlite3 from 'sqlite3'

const BUSY_TIMEOUT_MS = 5_000
/** Negative: KiB. */
const PAGE_CACHE_KIB = -8_192
const ROWS_AT_ONCE = 500

export interface Cursor extends AsyncDisposable {
  /** For questions before the one whose answer is read; all are about the same moment. */
  all<T>(sql: string, parameters: unknown[]): Promise<T[]>
  /** Once. */
  rows<T>(sql: string, parameters: unknown[]): AsyncGenerator<T>
}

export async function openCursor(path: string): Promise<Cursor> {
  const database = await open(path)
  const all = <T>(sql: string, parameters: unknown[] = []) =>
    new Promise<T[]>((resolve, reject) => {
      database.all<T>(sql, parameters, (error, rows) => (error ? reject(error) : resolve(rows)))
    })
  async function* rows<T>(sql: string, parameters: unknown[]): AsyncGenerator<T> {
    await all(`CREATE TEMP TABLE answer AS ${sql}`, parameters)
    await all('COMMIT')
    for (let last = 0; ; last += ROWS_AT_ONCE) {
      const part = await all<T>(
        `SELECT * FROM temp.answer WHERE rowid > ${last} AND rowid <= ${last + ROWS_AT_ONCE} ORDER BY rowid`,
      )
      if (part.length === 0) return
      yield* part
    }
  }
  database.configure('busyTimeout', BUSY_TIMEOUT_MS)
  for (const setting of ['temp_store = FILE', `cache_size = ${PAGE_CACHE_KIB}`]) {
    await all(`PRAGMA ${setting}`)
  }
  await all('BEGIN')
  return { all, rows, [Symbol.asyncDispose]: () => close(database) }
}

/** Nothing but its temporary file can be written. */
function open(path: string): Promise<sqlite3.Database> {
  return new Promise((resolve, reject) => {
    const database = new sqlite3.Database(path, sqlite3.OPEN_READONLY, (error) =>
      error ? reject(error) : resolve(database),
    )
  })
}

function close(database: sqlite3.Database): Promise<void> {
  return new Promise((resolve, reject) => {
    database.close((error) => (error ? reject(error) : resolve()))
  })
}
