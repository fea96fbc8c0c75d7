/**
 * Notices that the open database is lost: a query met damage, on whichever
 * connection, or its file is not where it was. Either is left for the next start
 * to find, which begins a new database: this process has it open for good.
 */

import { type Stats, statSync } from 'node:fs'
import type { Logger } from 'typeorm'
import { faultOf } from './fault.js'
import { markDamaged } from './inspect.js'
import { type LossCause, markDeleted } from './loss.js'

export class DatabaseWatch implements Logger {
  private opened: Stats | undefined
  private isLost = false

  constructor(
    private readonly path: string,
    private readonly nowMs: () => number,
    private readonly onLost: (cause: LossCause) => void,
  ) {}

  /** The file that is there now is the one. */
  begin(): void {
    this.opened = this.look()
  }

  /** Called from time to time: an open file outlives its name, and nobody would miss it before the next start. */
  checkPlace(): void {
    const found = this.look()
    if (found?.ino === this.opened?.ino && found?.dev === this.opened?.dev) return
    this.lose('deleted', () => markDeleted(this.path, this.nowMs()))
  }

  logQueryError(error: string | Error): void {
    // Until then, whoever opens it is told.
    if (this.opened && faultOf(error) === 'damaged') this.lose('damaged', () => markDamaged(this.path))
  }

  logQuery(): void {}
  logQuerySlow(): void {}
  logSchemaBuild(): void {}
  logMigration(): void {}
  log(): void {}

  private lose(cause: LossCause, mark: () => void): void {
    if (this.isLost) return
    this.isLost = true
    try {
      mark()
    } catch {
      // The directory is gone, or full: the next start meets the same again.
    }
    this.onLost(cause)
  }

  private look(): Stats | undefined {
    return statSync(this.path, { throwIfNoEntry: false })
  }
}
