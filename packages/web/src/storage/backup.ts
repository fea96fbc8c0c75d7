/**
 * Backups of the database: one file, as everything was at one moment, made while
 * it is in use (SQLite's VACUUM INTO: a reader that nobody waits for), without
 * the sessions. Restoring puts such a file in the place of the database, and
 * keeps what was there.
 */

import { chmodSync, existsSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { NetWatcherError } from '@netwatcher/shared'
import sqlite3 from 'sqlite3'
import { refuseNewer } from './inspect.js'
import { acquireLock } from './lock.js'
import { MIGRATIONS } from './migrations.js'

const PARTS = ['', '-wal', '-shm']
const UNFINISHED = /\.(backup|restore)-\w+$/

/** Writes the database at `path`, with what is being written to it, into the file `into`, which must not exist. */
export async function writeBackup(path: string, into: string): Promise<void> {
  await onDatabase(path, sqlite3.OPEN_READONLY, async (run) => {
    await run('VACUUM INTO ?', [into])
  })
  chmodSync(into, 0o600)
  await onDatabase(into, sqlite3.OPEN_READWRITE, async (run) => {
    for (const table of ['session', 'used_ticket']) await run(`DELETE FROM ${table}`)
    // Also out of the pages that are free now.
    await run('VACUUM')
  })
}

/** Throws, with why, unless the file is a whole database of NetWatcher that this version understands. */
export async function checkBackup(file: string): Promise<void> {
  let problem: unknown
  try {
    await onDatabase(file, sqlite3.OPEN_READWRITE, async (run) => {
      const [result] = await run('PRAGMA integrity_check(1)')
      problem = result?.integrity_check === 'ok' ? undefined : result?.integrity_check
      const [table] = await run("SELECT 1 AS found FROM sqlite_schema WHERE name = 'migrations'")
      if (!table) problem ??= 'it is not a database of NetWatcher'
    })
  } catch (error) {
    problem = error
  }
  if (problem !== undefined) {
    throw new NetWatcherError('failed_precondition', 'BAD_BACKUP', `It cannot be restored: ${problem}.`)
  }
  await refuseNewer(
    file,
    MIGRATIONS.map(({ name }) => name),
  )
}

/** Where a copy is made before it is checked. */
export function restorePlace(stateDir: string, id: string): string {
  return join(stateDir, `netwatcher.db.restore-${id}`)
}

/**
 * Puts `file`, which is in the state directory, in the place of the database.
 * Returns where the former one is, or null when there was none. Throws while the
 * web part runs.
 */
export async function replaceDatabase(stateDir: string, file: string, nowMs: number): Promise<string | null> {
  await checkBackup(file)
  const lock = await acquireLock(join(stateDir, 'lock.db'))
  const path = join(stateDir, 'netwatcher.db')
  const aside = `${path}.replaced-${nowMs}`
  try {
    const parts = PARTS.filter((part) => existsSync(path + part))
    for (const part of parts) renameSync(path + part, aside + part)
    try {
      renameSync(file, path)
    } catch (error) {
      for (const part of parts) renameSync(aside + part, path + part)
      throw error
    }
    // What is known of a damaged predecessor is not true of this one.
    rmSync(`${path}.damaged`, { force: true })
    return parts.length > 0 ? aside : null
  } finally {
    await lock.release()
  }
}

/** What was left when a process ended on the way. */
export function removeUnfinished(path: string): void {
  const directory = dirname(path)
  const unfinished = readdirSync(directory).filter(
    (name) => name.startsWith(basename(path)) && UNFINISHED.test(name.replace(/-journal$/, '')),
  )
  for (const name of unfinished) rmSync(join(directory, name), { force: true })
}

type Run = (sql: string, parameters?: unknown[]) => Promise<Record<string, unknown>[]>

async function onDatabase(path: string, mode: number, work: (run: Run) => Promise<void>): Promise<void> {
  const database = await new Promise<sqlite3.Database>((resolve, reject) => {
    const opened = new sqlite3.Database(path, mode, (error) => (error ? reject(error) : resolve(opened)))
  })
  database.configure('busyTimeout', 5_000)
  try {
    await work(
      (sql, parameters = []) =>
        new Promise((resolve, reject) => {
          database.all<Record<string, unknown>>(sql, parameters, (error, rows) =>
            error ? reject(error) : resolve(rows),
          )
        }),
    )
  } finally {
    await new Promise((resolve) => database.close(resolve))
  }
}
