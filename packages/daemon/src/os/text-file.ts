/**
 * A small file of the daemon's own that must be whole after a crash: replaced
 * by writing a new one beside it and renaming (rename(2) is atomic), or
 * appended to by whole lines. Synchronous: the files are small and writes rare.
 */

import { appendFileSync, closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'

export interface TextFile {
  /** Null when there is no such file. */
  read(): string | null
  replace(text: string): void
  append(text: string): void
}

const OWNER_ONLY = 0o600

export function openTextFile(path: string): TextFile {
  return {
    read: () => readOrNull(path),
    replace: (text) => {
      const draft = `${path}.new`
      const file = openSync(draft, 'w', OWNER_ONLY)
      try {
        writeSync(file, text)
        fsyncSync(file)
      } finally {
        closeSync(file)
      }
      renameSync(draft, path)
    },
    append: (text) => appendFileSync(path, text, { mode: OWNER_ONLY }),
  }
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
