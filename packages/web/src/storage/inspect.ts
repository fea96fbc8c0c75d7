/**
 * Looks at the database file before TypeORM opens it: a damaged one is moved
 * aside (never deleted), a newer one is refused. Whoever meets damage, here or
 * later, leaves a marker, by which the next attempt or start knows; who opens it
 * leaves the version, for one that comes to be older.
 */

import { existsSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { NetWatcherError } from '@netwatcher/shared'
import sqlite3 from 'sqlite3'
import { type LossCause, lossPath } from './loss.js'
import type { TransactionQueue } from './transaction-queue.js'

const PARTS = ['', '-wal', '-shm']

export function markDamaged(path: string): void {
  writeFileSync(`${path}.damaged`, '')
}

/** Returns where a damaged file, or what was left of a deleted one, went; null when nothing is known against it. */
export function setAsideDamaged(path: string, nowMs: number): string | null {
  const cause = lossOf(path)
  if (cause === null) return null
  const aside = lossPath(path, cause, nowMs)
  // Where only the log is left, the name alone tells of it.
  if (!existsSync(path)) writeFileSync(aside, '')
  for (const part of PARTS) if (existsSync(path + part)) renameSync(path + part, aside + part)
  rmSync(`${path}.damaged`, { force: true })
  return aside
}

function lossOf(path: string): LossCause | null {
  const hasLog = existsSync(`${path}-wal`)
  if (!existsSync(path)) return hasLog ? 'deleted' : null
  const isEmptied = statSync(path).size === 0 && hasLog
  return isEmptied || existsSync(`${path}.damaged`) ? 'damaged' : null
}

/** Refuses a file with migrations that this version does not have. */
export async function refuseNewer(path: string, known: readonly string[]): Promise<void> {
  if (!existsSync(path)) return
  const unknown = (await appliedTo(path)).filter((name) => !known.includes(name))
  if (unknown.length === 0) return
  throw new NetWatcherError(
    'failed_precondition',
    'NEWER_DATABASE',
    `${path} was written by a newer version of NetWatcher (${await writerOf(path)}${unknown.join(', ')}); use that version, or move the file away.`,
  )
}

/** The version that opened it last, where it said so. */
async function writerOf(path: string): Promise<string> {
  const [row] = await query(path, "SELECT value FROM setting WHERE name = 'written_by'")
  return row ? `${row.value}: ` : ''
}

/** What `writerOf` tells. */
export function noteWriter(writes: TransactionQueue, version: string): Promise<void> {
  return writes.run(async (manager) => {
    await manager.query(
      `INSERT INTO setting (name, value) VALUES ('written_by', ?)
       ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE value <> excluded.value`,
      [version],
    )
  })
}

/** Names of the migrations that the file has been through. */
async function appliedTo(path: string): Promise<string[]> {
  return (await query(path, 'SELECT name FROM migrations')).map(({ name }) => String(name))
}

/** No rows where there is no such table. Fails when the file is damaged. */
function query(path: string, sql: string): Promise<Record<string, unknown>[]> {
  return new Promise((resolve, reject) => {
    const database = new sqlite3.Database(path, sqlite3.OPEN_READWRITE, (openError) => {
      if (openError) return reject(openError)
      database.all<Record<string, unknown>>(sql, (error, rows) => {
        const isMissing = error?.message.includes('no such table') === true
        const found = isMissing ? [] : rows
        database.close(() => (found ? resolve(found) : reject(error)))
      })
    })
  })
}
