/** What can be wrong with the disk or the file below the database, told from SQLite's result codes. */

import { errorMessage } from '@netwatcher/shared'

export type Fault = 'full' | 'damaged' | 'read_only' | 'io'

const CODES: readonly [Fault, RegExp][] = [
  ['full', /SQLITE_FULL|ENOSPC|EDQUOT/],
  ['damaged', /SQLITE_CORRUPT|SQLITE_NOTADB/],
  ['read_only', /SQLITE_READONLY|SQLITE_CANTOPEN|EROFS/],
  ['io', /SQLITE_IOERR/],
]

// SQLite calls it an I/O error when the index of the write-ahead log finds no room.
const SENTENCES: Record<Fault, string> = {
  full: 'The disk is full; nothing new can be stored until there is room.',
  damaged: 'The database is damaged; NetWatcher starts again, sets it aside and begins a new one.',
  read_only: 'The database cannot be written to.',
  io: 'The disk is full or reports errors; storing is tried again.',
}

/** Null when the error is of another kind, for example a statement that was refused. */
export function faultOf(error: unknown): Fault | null {
  const text = errorMessage(error)
  return CODES.find(([, code]) => code.test(text))?.[0] ?? null
}

export function isFault(error: unknown): boolean {
  return faultOf(error) !== null
}

/** One sentence for a person; null like `faultOf`. */
export function describeFault(error: unknown): string | null {
  const fault = faultOf(error)
  return fault && SENTENCES[fault]
}
