/**
 * One process per state directory. A database of its own, held with BEGIN
 * EXCLUSIVE, is a lock that needs no pid file: the second process gets
 * SQLITE_BUSY at once, and a kill -9 frees it.
 */

import { NetWatcherError } from '@netwatcher/shared'
import sqlite3 from 'sqlite3'

export interface Lock {
  release(): Promise<void>
}

export async function acquireLock(path: string): Promise<Lock> {
  const database = await open(path)
  try {
    await run(database, 'PRAGMA busy_timeout = 0')
    await run(database, 'BEGIN EXCLUSIVE')
  } catch (error) {
    await close(database)
    if (!/SQLITE_BUSY/.test(String(error))) throw error
    throw new NetWatcherError(
      'already_exists',
      'ALREADY_RUNNING',
      `NetWatcher is already running: another process holds ${path}.`,
    )
  }
  return { release: () => close(database) }
}

function open(path: string): Promise<sqlite3.Database> {
  return new Promise((resolve, reject) => {
    const database = new sqlite3.Database(path, (error) => (error ? reject(error) : resolve(database)))
  })
}

function run(database: sqlite3.Database, sql: string): Promise<void> {
  return new Promise((resolve, reject) => database.run(sql, (error) => (error ? reject(error) : resolve())))
}

function close(database: sqlite3.Database): Promise<void> {
  return new Promise((resolve) => database.close(() => resolve()))
}
