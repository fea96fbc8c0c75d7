/**
 * State files whose failing writes are told, whoever writes and whatever becomes
 * of it: on a full disk the daemon goes on, but what it has learnt, alerts and
 * its audit are in memory alone, and that is not for the log only.
 */

import { errorMessage, HOUR_MS } from '@netwatcher/shared'
import type { FileStore } from './state-directory.js'

/** A disk that is full for long is told again now and then, not with every file. */
const TOLD_EVERY_MS = HOUR_MS

export class ToldWrites {
  private toldMs = Number.NEGATIVE_INFINITY

  constructor(
    private readonly nowMs: () => number,
    private readonly onFailure: (why: string) => void,
  ) {}

  /** The same files; errors are thrown on. */
  of(files: FileStore): FileStore {
    return {
      ...files,
      write: (name, content) => this.attempt(() => files.write(name, content)),
      append: (name, text) => this.attempt(() => files.append(name, text)),
    }
  }

  private attempt(work: () => void): void {
    try {
      work()
    } catch (error) {
      if (this.nowMs() - this.toldMs >= TOLD_EVERY_MS) {
        this.toldMs = this.nowMs()
        this.onFailure(errorMessage(error))
      }
      throw error
    }
  }
}
