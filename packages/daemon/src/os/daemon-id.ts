/** The random identity of this installation, made at the first start. */

import { randomBytes } from 'node:crypto'
import { errorMessage, NetWatcherError } from '@netwatcher/shared'
import type { FileStore } from './state-directory.js'
import { readState, stateFile } from './state-file.js'

const FILE = 'daemon-id'

/** 32 hexadecimal digits. Throws a sentence where a new one finds no room. */
export function readDaemonId(files: FileStore): string {
  const stored = readState(stateFile(files, FILE), checkId)
  if (stored !== null) return stored
  const fresh = randomBytes(16).toString('hex')
  try {
    files.write(FILE, `${fresh}\n`)
  } catch (error) {
    const message = `The identity of this daemon cannot be written to its state directory: ${errorMessage(error)}`
    throw new NetWatcherError('failed_precondition', 'STATE_DIRECTORY', message)
  }
  return fresh
}

function checkId(content: Uint8Array): string {
  const text = Buffer.from(content).toString().trim()
  if (/^[0-9a-f]{32}$/.test(text)) return text
  throw new Error('it is not 32 hexadecimal digits')
}
