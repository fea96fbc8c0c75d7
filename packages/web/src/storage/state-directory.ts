/**
 * The directory of the database and the token: made where there is none, and
 * looked at before anything is opened, because SQLite says no more than
 * "unable to open" (SQLITE_CANTOPEN) whatever is wrong.
 */

import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { directoriesTo, errorMessage, NetWatcherError, pathFault } from '@netwatcher/shared'

const FILES = ['lock.db', 'netwatcher.db', 'netwatcher.db-wal', 'netwatcher.db-shm', 'token']

/** Throws with the path that is in the way, and why. */
export function prepareStateDirectory(path: string): void {
  const isDirectory = attempt(path, () => {
    for (const one of directoriesTo(path)) if (!existsSync(one)) mkdirSync(one, { mode: 0o700 })
    return statSync(path).isDirectory()
  })
  if (!isDirectory) throw unusable(path, 'it is not a directory')
  attempt(path, () => accessSync(path, constants.W_OK | constants.X_OK))
  for (const file of FILES.map((name) => join(path, name))) attempt(file, () => checkFile(file))
}

function checkFile(file: string): void {
  const stat = statSync(file, { throwIfNoEntry: false })
  if (!stat) return
  if (!stat.isFile()) throw unusable(file, 'it is not a file. Move it away')
  accessSync(file, constants.R_OK | constants.W_OK)
}

function attempt<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof NetWatcherError) throw error
    throw unusable(path, pathFault(error) ?? errorMessage(error))
  }
}

function unusable(path: string, why: string): NetWatcherError {
  return new NetWatcherError('failed_precondition', 'STATE_DIR', `NetWatcher cannot use ${path}: ${why}.`)
}
