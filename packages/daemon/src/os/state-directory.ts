/**
 * Files in the daemon's state directory, which nobody else can read (0700).
 * A file is written beside and renamed into place (rename(2) is atomic), so a
 * kill at any moment leaves the old or the new content. Power loss may leave
 * an empty file: readers treat that as damage, not as data.
 */

import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { errorMessage, NetWatcherError } from '@netwatcher/shared'

/** Names are the caller's own constants or checked identifiers, never text from outside. */
export interface FileStore {
  list(): string[]
  read(name: string): Uint8Array | null
  /** Bytes of the file; 0 when there is none. */
  size(name: string): number
  write(name: string, bytes: Uint8Array): void
  remove(name: string): void
  /** Keeps a damaged file for a person to look at, out of the way. */
  moveAside(name: string): void
}

const TEMPORARY_SUFFIX = '.tmp'
const DAMAGED_SUFFIX = '.damaged'

export function openStateDirectory(path: string): FileStore {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
    const { uid, mode } = statSync(path)
    if (uid !== process.getuid?.()) throw new Error('it belongs to another user')
    if ((mode & 0o077) !== 0) chmodSync(path, 0o700)
  } catch (error) {
    const message = `The state directory ${path} cannot be used: ${errorMessage(error)}`
    throw new NetWatcherError('failed_precondition', 'STATE_DIRECTORY', message)
  }
  const store = fileStore(path)
  for (const name of store.list()) if (name.endsWith(TEMPORARY_SUFFIX)) store.remove(name)
  return store
}

export function fileStore(directory: string): FileStore {
  const path = (name: string) => join(directory, name)
  return {
    list: () => readdirSync(directory),
    read: (name) => unlessMissing(() => readFileSync(path(name))),
    size: (name) => unlessMissing(() => statSync(path(name)).size) ?? 0,
    write: (name, bytes) => {
      const temporary = path(name + TEMPORARY_SUFFIX)
      writeFileSync(temporary, bytes, { mode: 0o600 })
      renameSync(temporary, path(name))
    },
    remove: (name) => rmSync(path(name), { force: true }),
    moveAside: (name) => renameSync(path(name), path(name + DAMAGED_SUFFIX)),
  }
}

/** The random identity of this installation, made at the first start. */
export function readDaemonId(files: FileStore): string {
  const stored = Buffer.from(files.read('daemon-id') ?? [])
    .toString()
    .trim()
  if (/^[0-9a-f]{32}$/.test(stored)) return stored
  const fresh = randomBytes(16).toString('hex')
  files.write('daemon-id', Buffer.from(`${fresh}\n`))
  return fresh
}

function unlessMissing<T>(read: () => T): T | null {
  try {
    return read()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
