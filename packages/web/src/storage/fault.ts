/** What can be wrong with the disk or the file below the database, told from SQLite's result codes. */

import { errorMessage, type Text, text } from '@netwatcher/shared'

export type Fault = 'full' | 'damaged' | 'read_only' | 'io'

const CODES: readonly [Fault, RegExp][] = [
  ['full', /SQLITE_FULL|ENOSPC|EDQUOT/],
  ['damaged', /SQLITE_CORRUPT|SQLITE_NOTADB/],
  ['read_only', /SQLITE_READONLY|SQLITE_CANTOPEN|EROFS/],
  ['io', /SQLITE_IOERR/],
]

/** Null when the error is of another kind, for example a statement that was refused. */
export function faultOf(error: unknown): Fault | null {
  const text = errorMessage(error)
  return CODES.find(([, code]) => code.test(text))?.[0] ?? null
}

export function isFault(error: unknown): boolean {
  return faultOf(error) !== null
}

/** For a person; null like `faultOf`. SQLite calls it `io`, too, when the index of the write-ahead log finds no room. */
export function describeFault(error: unknown): Text | null {
  const fault = faultOf(error)
  return fault && text(`storage_${fault}`)
}
