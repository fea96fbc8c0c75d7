/**
 * Opens the store: one DataSource that writes, through a queue, and three that
 * read meanwhile (WAL). TypeORM gets the driver passed in, so that nothing is
 * loaded from disk after root has been given up.
 */

import { join } from 'node:path'
import { errorMessage, MIB, NetWatcherError } from '@netwatcher/shared'
import sqlite3 from 'sqlite3'
import { DataSource, type DataSourceOptions } from 'typeorm'
import { removeUnfinished } from './backup.js'
import { DatabaseWatch } from './database-watch.js'
import { ENTITIES } from './entities.js'
import { faultOf } from './fault.js'
import { markDamaged, refuseNewer, setAsideDamaged } from './inspect.js'
import { acquireLock, type Lock } from './lock.js'
import type { LossCause } from './loss.js'
import { MIGRATIONS } from './migrations.js'
import { prepareStateDirectory } from './state-directory.js'
import { FOLDING_TABLE } from './traffic-fold.js'
import { TransactionQueue } from './transaction-queue.js'
import { LEAVING_TABLE } from './window-repository.js'

// TypeORM asks for the verbose driver, which loads a file at its first use (too late once root has been given up)
// and formats every parameter of every query in case it fails.
const driver = { verbose: () => sqlite3 }

const BUSY_TIMEOUT_MS = 5_000
const OPEN_ATTEMPTS = 30
const OPEN_RETRY_MS = 1_000
/** Negative: KiB. Room for the inner pages of the largest tables. */
const PAGE_CACHE_KIB = -32_768
/** The write-ahead log is cut back to it once its pages are in the database. */
const WAL_KEPT_BYTES = 4 * MIB

export interface Database {
  path: string
  writes: TransactionQueue
  read: DataSource
  /** Also only reads, several answers about one moment. */
  snapshots: TransactionQueue
  /** Also only reads: for queries that may take a while. */
  analysis: DataSource
  /** Where a damaged predecessor was moved to; null in the normal case. */
  movedAside: string | null
  /** Called from time to time; tells `onLost` of a file that has gone. */
  checkPlace(): void
  close(): Promise<void>
}

export interface DatabaseOptions {
  stateDir: string
  nowMs: () => number
  /** Called once when the open database turns out to be damaged or deleted: only a new start helps. */
  onLost?: (cause: LossCause) => void
  sleep?: (ms: number) => Promise<void>
}

/** `onRolledBack` is told of every transaction that came to nothing. */
export async function openDatabase(
  options: DatabaseOptions,
  onRolledBack: () => void = () => {},
): Promise<Database> {
  const { stateDir } = options
  prepareStateDirectory(stateDir)
  try {
    return await openLocked(options, onRolledBack)
  } catch (error) {
    throw ['full', 'io'].includes(faultOf(error) ?? '') ? diskUnusable(stateDir, error) : error
  }
}

async function openLocked(options: DatabaseOptions, onRolledBack: () => void): Promise<Database> {
  const { stateDir, nowMs, onLost = () => {}, sleep: wait = sleep } = options
  const lock = await acquireLock(join(stateDir, 'lock.db'))
  const path = join(stateDir, 'netwatcher.db')
  removeUnfinished(path)
  const watch = new DatabaseWatch(path, nowMs, onLost)
  const attempt = async () => {
    const movedAside = setAsideDamaged(path, nowMs())
    await refuseNewer(
      path,
      MIGRATIONS.map((migration) => migration.name),
    )
    return await openSound(path, { lock, movedAside, onRolledBack, watch })
  }
  try {
    return await whileBusy(wait, () => attempt().catch((error) => retryBesideDamaged(path, error, attempt)))
  } catch (error) {
    await lock.release()
    throw error
  }
}

/** Damage shows only when the file is used. */
async function retryBesideDamaged<T>(path: string, error: unknown, attempt: () => Promise<T>): Promise<T> {
  if (faultOf(error) !== 'damaged') throw error
  markDamaged(path)
  return await attempt()
}

/** Somebody else (a backup, a shell) may hold the file for a while. */
async function whileBusy<T>(wait: (ms: number) => Promise<void>, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (!/SQLITE_BUSY|SQLITE_LOCKED/.test(String(error)) || attempt >= OPEN_ATTEMPTS) throw error
      await wait(OPEN_RETRY_MS)
    }
  }
}

interface Opening {
  lock: Lock
  movedAside: string | null
  onRolledBack: () => void
  watch: DatabaseWatch
}

async function openSound(
  path: string,
  { lock, movedAside, onRolledBack, watch }: Opening,
): Promise<Database> {
  const opened: DataSource[] = []
  const open = async (entities: typeof ENTITIES = []) => {
    const dataSource = await initialize(path, entities, watch)
    opened.unshift(dataSource)
    return dataSource
  }
  const closeAll = async () => {
    for (const dataSource of opened) await dataSource.destroy()
  }
  try {
    const writer = await open(ENTITIES)
    await writer.query('PRAGMA wal_autocheckpoint = 4000')
    await writer.query(`PRAGMA journal_size_limit = ${WAL_KEPT_BYTES}`)
    await writer.runMigrations({ transaction: 'each' })
    for (const table of [FOLDING_TABLE, LEAVING_TABLE]) await writer.query(table)
    // The last two are asked in SQL alone.
    const [read, snapshot, analysis] = [await open(ENTITIES), await open(), await open()]
    for (const reader of [read, snapshot, analysis]) await reader.query('PRAGMA query_only = 1')
    const writes = new TransactionQueue(writer, onRolledBack)
    const snapshots = new TransactionQueue(snapshot, () => {})
    const close = async () => {
      await Promise.all([writes.idle(), snapshots.idle()])
      await closeAll()
      await lock.release()
    }
    watch.begin()
    return {
      path,
      writes,
      read,
      snapshots,
      analysis,
      movedAside,
      checkPlace: () => watch.checkPlace(),
      close,
    }
  } catch (error) {
    await closeAll()
    throw error
  }
}

async function initialize(
  path: string,
  entities: typeof ENTITIES,
  watch: DatabaseWatch,
): Promise<DataSource> {
  const dataSource = new DataSource({ ...dataSourceOptions(path), entities, logger: watch })
  try {
    await dataSource.initialize()
    await dataSource.query('PRAGMA synchronous = NORMAL')
    await dataSource.query(`PRAGMA cache_size = ${PAGE_CACHE_KIB}`)
    await dataSource.query('PRAGMA temp_store = MEMORY')
    return dataSource
  } catch (error) {
    if (dataSource.isInitialized) await dataSource.destroy()
    if (/SQLITE_READONLY|EACCES|SQLITE_CANTOPEN/.test(String(error))) throw notWritable(path, error)
    throw error
  }
}

function notWritable(path: string, cause: unknown): NetWatcherError {
  return new NetWatcherError(
    'failed_precondition',
    'DATABASE_NOT_WRITABLE',
    `The database ${path} cannot be written: ${errorMessage(cause)}.`,
    { cause },
  )
}

function diskUnusable(stateDir: string, cause: unknown): NetWatcherError {
  return new NetWatcherError(
    'failed_precondition',
    'DISK_UNUSABLE',
    `The disk of ${stateDir} is full or reports errors; NetWatcher cannot start until there is room.`,
    { cause },
  )
}

export function dataSourceOptions(database: string): DataSourceOptions {
  return {
    type: 'sqlite',
    driver,
    database,
    entities: ENTITIES,
    migrations: MIGRATIONS,
    synchronize: false,
    enableWAL: true,
    busyTimeout: BUSY_TIMEOUT_MS,
    logging: false,
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
