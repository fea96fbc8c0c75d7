/**
 * What the sensors had learnt, one file per interface, so that a restart does
 * not begin with a blank memory. The content is the sensor's own affair: it
 * is never looked at with rights, only handed to the next sensor.
 */

import { errorMessage } from '@netwatcher/shared'
import { MAX_SNAPSHOT_BYTES } from '../convert/report.js'
import type { Logger } from '../os/log.js'
import type { FileStore } from '../os/state-directory.js'

export class LearntStore {
  constructor(
    private readonly files: FileStore,
    private readonly log: Logger,
  ) {}

  /** Empty when there is nothing. */
  read(interfaceName: string): Uint8Array {
    const snapshot = this.files.read(fileName(interfaceName))
    return snapshot && snapshot.length <= MAX_SNAPSHOT_BYTES ? snapshot : new Uint8Array(0)
  }

  write(interfaceName: string, snapshot: Uint8Array): void {
    try {
      this.files.write(fileName(interfaceName), snapshot)
    } catch (error) {
      this.log.error('What a sensor has learnt could not be kept', { error: errorMessage(error) })
    }
  }
}

/** Interface names have no slash; the suffix keeps them apart from `.` and `..`. */
function fileName(interfaceName: string): string {
  return `${interfaceName}.bin`
}
