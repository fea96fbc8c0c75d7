/**
 * Files in the daemon's state directory, which nobody else can read (0700).
 * What is damaged is never overwritten: it is set aside under its name and the
 * time, and whoever opened the directory is told.
 */

import {
  accessSync,
  appendFileSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { join } from 'node:path'
import { directoriesTo, errorMessage, MIB, NetWatcherError, pathFault } from '@netwatcher/shared'
import { OWNER_ONLY, TEMPORARY_SUFFIX, writeAtomically } from './atomic-file.js'

/** Names are the caller's own constants or checked identifiers, never text from outside. */
export interface FileStore {
  list(): string[]
  /** Null when there is no such file; throws when it cannot be read, or is far larger than any of ours. */
  read(name: string): Uint8Array | null
  /** Bytes of the file; 0 when there is none. */
  size(name: string): number
  /** Whole or not at all; throws when the disk refuses it. */
  write(name: string, content: string | Uint8Array): void
  /** At the end of the file; not flushed to the disk. */
  append(name: string, text: string): void
  remove(name: string): void
  /** Keeps a damaged file for a person to look at, out of the way. */
  setAside(name: string, why: string): void
}

/** A damaged file that was set aside. */
export interface SetAside {
  /** Where it is now, and its name before. */
  path: string
  file: string
  why: string
}

const MAX_READ_BYTES = 32 * MIB

export function openStateDirectory(path: string, onSetAside: (one: SetAside) => void): FileStore {
  try {
    for (const one of directoriesTo(path)) if (!existsSync(one)) mkdirSync(one, { mode: 0o700 })
    const { uid, mode } = statSync(path)
    if (uid !== process.getuid?.()) throw new Error('it belongs to another user')
    if ((mode & 0o077) !== 0) chmodSync(path, 0o700)
    accessSync(path, constants.W_OK)
  } catch (error) {
    const why = pathFault(error) ?? errorMessage(error)
    const message = `The state directory ${path} cannot be used: ${why}`
    throw new NetWatcherError('failed_precondition', 'STATE_DIRECTORY', message)
  }
  const store = fileStore(path, onSetAside)
  for (const name of store.list()) if (name.endsWith(TEMPORARY_SUFFIX)) store.remove(name)
  return store
}

function fileStore(directory: string, onSetAside: (one: SetAside) => void): FileStore {
  const path = (name: string) => join(directory, name)
  const size = (name: string) => unlessMissing(() => statSync(path(name)).size) ?? 0
  return {
    list: () => readdirSync(directory),
    read: (name) => {
      if (size(name) > MAX_READ_BYTES) throw new Error(`it is larger than ${MAX_READ_BYTES} bytes`)
      return unlessMissing(() => readFileSync(path(name)))
    },
    size,
    write: (name, content) => writeAtomically(path(name), content),
    append: (name, text) => appendFileSync(path(name), text, { mode: OWNER_ONLY }),
    remove: (name) => rmSync(path(name), { force: true }),
    setAside: (name, why) => {
      const aside = freePath(`${path(name)}.damaged-${new Date().toISOString()}`)
      renameSync(path(name), aside)
      onSetAside({ path: aside, file: name, why })
    },
  }
}

/** Two files may be set aside within one millisecond. */
function freePath(wanted: string): string {
  let path = wanted
  for (let i = 2; existsSync(path); i++) path = `${wanted}-${i}`
  return path
}

function unlessMissing<T>(read: () => T): T | null {
  try {
    return read()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
