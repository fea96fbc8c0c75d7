/**
 * Writes a small file so that after a kill or a power cut there is the old
 * content or the new, never a part or nothing: written beside, flushed
 * (fsync(2)), renamed into place (rename(2) is atomic), and the directory
 * flushed, without which the name may still lead to the old file.
 */

import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

export const TEMPORARY_SUFFIX = '.tmp'
export const OWNER_ONLY = 0o600

/** Throws when the disk is full or read-only, and has then changed nothing. */
export function writeAtomically(path: string, content: string | Uint8Array): void {
  const temporary = path + TEMPORARY_SUFFIX
  try {
    // What a kill has left there may have another owner's mode.
    rmSync(temporary, { force: true })
    flushed(openSync(temporary, 'wx', OWNER_ONLY), (file) => writeFileSync(file, content))
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
  flushed(openSync(dirname(path), 'r'), () => {})
}

function flushed(file: number, work: (file: number) => void): void {
  try {
    work(file)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
