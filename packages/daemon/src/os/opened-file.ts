/** Files that are opened while there are rights to, and read once they are given up. */

import { closeSync, createReadStream, openSync, readSync, statSync } from 'node:fs'
import type { Readable } from 'node:stream'

export interface OpenedFile {
  /** Its bytes, once; reading to the end closes it. */
  stream(): Readable
  /** For a file that is not read. */
  close(): void
}

/** Throws the error of open(2). */
export function openForReading(path: string): OpenedFile {
  const file = openSync(path, 'r')
  return { stream: () => createReadStream('', { fd: file }), close: () => closeSync(file) }
}

/** The first bytes of a plain file; none of anything else, where reading would take them away, or of what cannot be read. */
export function firstBytes(path: string, count: number): Uint8Array {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return new Uint8Array(0)
  const bytes = new Uint8Array(count)
  let file: number
  try {
    file = openSync(path, 'r')
  } catch {
    return new Uint8Array(0)
  }
  try {
    return bytes.subarray(0, readSync(file, bytes))
  } finally {
    closeSync(file)
  }
}
