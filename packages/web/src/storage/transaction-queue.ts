/**
 * Transactions of one connection, one after the other. A SQLite connection has
 * one transaction at a time, and a statement that slips into somebody else's is
 * lost with its roll-back (or reads what its snapshot shows); so whoever writes,
 * or needs several answers about the same moment, waits for its turn.
 *
 * BEGIN and COMMIT are sent from here: SQLite rolls back by itself when the disk
 * is full, and TypeORM, which counts levels, would then believe for ever that a
 * transaction is open.
 */

import type { DataSource, EntityManager } from 'typeorm'
import { isFault } from './fault.js'

export class TransactionQueue {
  /** What the disk or the file did to the last write; null once one has gone through again. */
  fault: unknown = null
  private tail: Promise<unknown> = Promise.resolve()

  constructor(
    private readonly dataSource: DataSource,
    /** Whatever was remembered of rows that were just written names rows that are not there. */
    private readonly onRolledBack: () => void,
  ) {}

  /** Runs `work` in a transaction; a throw rolls all of it back. */
  run<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.enqueue(() => this.transact(work))
  }

  /** Runs statements that SQLite does not allow within a transaction. */
  runOutside<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.enqueue(() => work(this.dataSource.manager))
  }

  /** Resolves when everything enqueued so far is done. */
  async idle(): Promise<void> {
    await this.tail
  }

  private async transact<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const { manager } = this.dataSource
    try {
      await begin(manager)
      const changedBefore = this.fault === null ? 0 : await countChanges(manager)
      const result = await work(manager)
      await manager.query('COMMIT')
      // Only a write shows that there is room again.
      if (this.fault !== null && (await countChanges(manager)) > changedBefore) this.fault = null
      return result
    } catch (error) {
      await rollBack(manager)
      this.onRolledBack()
      if (isFault(error)) this.fault = error
      throw error
    }
  }

  private enqueue<T>(job: () => Promise<T>): Promise<T> {
    const result = this.tail.then(job)
    this.tail = result.catch(() => undefined)
    return result
  }
}

/** A transaction that is still open, whoever left it, is none to write into. */
async function begin(manager: EntityManager): Promise<void> {
  try {
    await manager.query('BEGIN')
  } catch (error) {
    if (!/within a transaction/.test(String(error))) throw error
    await rollBack(manager)
    await manager.query('BEGIN')
  }
}

/** Fails where SQLite has done it already, and then there is nothing left to do. */
async function rollBack(manager: EntityManager): Promise<void> {
  await manager.query('ROLLBACK').catch(() => undefined)
}

async function countChanges(manager: EntityManager): Promise<number> {
  const [row]: { n: number }[] = await manager.query('SELECT total_changes() AS n')
  return row?.n ?? 0
}
