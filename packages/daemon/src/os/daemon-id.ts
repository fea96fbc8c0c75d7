/** The random identity of this installation, made at the first start. */

import { randomBytes } from 'node:crypto'
import type { FileStore } from './state-directory.js'
import { readState, stateFile } from './state-file.js'

const FILE = 'daemon-id'

/** 32 hexadecimal digits. */
export function readDaemonId(files: FileStore): string {
  const stored = readState(stateFile(files, FILE), checkId)
  if (stored !== null) return stored
  const fresh = randomBytes(16).toString('hex')
  files.write(FILE, `${fresh}\n`)
  return fresh
}

function checkId(content: Uint8Array): string {
  const text = Buffer.from(content).toString().trim()
  if (/^[0-9a-f]{32}$/.test(text)) return text
  throw new Error('it is not 32 hexadecimal digits')
}
