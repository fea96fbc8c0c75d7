/**
 * What the sensors had learnt, one file per interface, so that a restart does
 * not begin with a blank memory. The content is the sensor's own affair: it
 * is never looked at with rights, only handed to the next sensor. Its SHA-256
 * stands before it, so that a damaged file is known without looking.
 */

import { createHash } from 'node:crypto'
import { errorMessage } from '@netwatcher/shared'
import { MAX_SNAPSHOT_BYTES } from '../convert/report.js'
import type { Logger } from '../os/log.js'
import type { FileStore } from '../os/state-directory.js'
import { readState, stateFile } from '../os/state-file.js'

const DIGEST_BYTES = 32

export class LearntStore {
  constructor(
    private readonly files: FileStore,
    private readonly log: Logger,
  ) {}

  /** Empty when there is nothing. */
  read(interfaceName: string): Uint8Array {
    return readState(stateFile(this.files, fileName(interfaceName)), unwrap) ?? new Uint8Array(0)
  }

  write(interfaceName: string, snapshot: Uint8Array): void {
    try {
      this.files.write(fileName(interfaceName), Buffer.concat([digest(snapshot), snapshot]))
    } catch (error) {
      this.log.error('What a sensor has learnt could not be kept', { error: errorMessage(error) })
    }
  }
}

function unwrap(content: Uint8Array): Uint8Array {
  const snapshot = content.subarray(DIGEST_BYTES)
  if (snapshot.length > MAX_SNAPSHOT_BYTES) throw new Error('it is too long')
  if (digest(snapshot).compare(content.subarray(0, DIGEST_BYTES)) !== 0) {
    throw new Error('its SHA-256 does not match')
  }
  return snapshot
}

function digest(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest()
}

/** Interface names have no slash; the suffix keeps them apart from `.` and `..`. */
function fileName(interfaceName: string): string {
  return `${interfaceName}.learnt`
}
