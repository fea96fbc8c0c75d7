/**
 * Looks at the database file before TypeORM opens it: a damaged one is moved
 * aside (never deleted), a newer one is refused. A run that meets damage later
 * leaves a marker, so that the next start moves the file aside too.
 */

import { existsSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { NetWatcherError } from '@netwatcher/shared'
import sqlite3 from 'sqlite3'
import { faultOf } from './fault.js'
import { type LossCause, lossPath } from './loss.js'
import type { TransactionQueue } from './transaction-queue.js'

const PARTS = ['', '-wal', '-shm']

export function markDamaged(path: string): void {
  writeFileSync(`${path}.damaged`, '')
}

/** Returns where a damaged file, or what was left of a deleted one, went; null when it is sound or absent. */
export async function setAsideDamaged(path: string, nowMs: number): Promise<string | null> {
  const cause = await lossOf(path)
  if (cause === null) return null
  const aside = lossPath(path, cause, nowMs)
  // Where only the log is left, the name alone tells of it.
  if (!existsSync(path)) writeFileSync(aside, '')
  for (const part of PARTS) if (existsSync(path + part)) renameSync(path + part, aside + part)
  rmSync(`${path}.damaged`, { force: true })
  return aside
}

async function lossOf(path: string): Promise<LossCause | null> {
  const hasLog = existsSync(`${path}-wal`)
  if (!existsSync(path)) return hasLog ? 'deleted' : null
  const isEmptied = statSync(path).size === 0 && hasLog
  const isSound = !existsSync(`${path}.damaged`) && !isEmptied && (await isReadable(path))
  return isSound ? null : 'damaged'
}

async function isReadable(path: string): Promise<boolean> {
  try {
    await query(path, 'SELECT count(*) AS n FROM sqlite_schema')
    return true
  } catch (error) {
    if (faultOf(error) === 'damaged') return false
    throw error
  }
}

/** Refuses a file with migrations that this version does not have. */
export async function refuseNewer(path: string, known: readonly string[]): Promise<void> {
  if (!existsSync(path)) return
  const [table] = await query(path, "SELECT 1 AS found FROM sqlite_schema WHERE name = 'migrations'")
  if (!table) return
  const applied = await query(path, 'SELECT name FROM migrations')
  const unknown = applied.map((row) => String(row.name)).filter((name) => !known.includes(name))
  if (unknown.length === 0) return
  throw new NetWatcherError(
    'failed_precondition',
    'NEWER_DATABASE',
    `${path} was written by a newer version of NetWatcher (${await writerOf(path)}${unknown.join(', ')}); use that version, or move the file away.`,
  )
}

/** The version that opened it last, where it said so. */
async function writerOf(path: string): Promise<string> {
  const [table] = await query(path, "SELECT 1 AS found FROM sqlite_schema WHERE name = 'setting'")
  const [row] = table ? await query(path, "SELECT value FROM setting WHERE name = 'written_by'") : []
  return row ? `${row.value}: ` : ''
}

/** Notes the version for one that comes to be older. */
export function noteWriter(writes: TransactionQueue, version: string): Promise<void> {
  return writes.run(async (manager) => {
    await manager.query(
      `INSERT INTO setting (name, value) VALUES ('written_by', ?)
       ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE value <> excluded.value`,
      [version],
    )
  })
}

function query(path: string, sql: string): Promise<Record<string, unknown>[]> {
  return new Promise((resolve, reject) => {
    const database = new sqlite3.Database(path, sqlite3.OPEN_READWRITE, (openError) => {
      if (openError) return reject(openError)
      database.all<Record<string, unknown>>(sql, (error, rows) => {
        database.close(() => (error ? reject(error) : resolve(rows)))
      })
    })
  })
}
