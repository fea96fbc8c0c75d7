/**
 * Transactions of one connection, one after the other. A SQLite connection has
 * one transaction at a time, and a statement that slips into somebody else's is
 * lost with its roll-back (or reads what its snapshot shows); so whoever writes,
 * or needs several answers about the same moment, waits for its turn.
 */

import type { DataSource, EntityManager } from 'typeorm'

export class TransactionQueue {
  private tail: Promise<unknown> = Promise.resolve()

  constructor(private readonly dataSource: DataSource) {}

  /** Runs `work` in a transaction; a throw rolls all of it back. */
  run<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.enqueue(() => this.dataSource.transaction(work))
  }

  /** Runs statements that SQLite does not allow within a transaction. */
  runOutside<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.enqueue(() => work(this.dataSource.manager))
  }

  /** Resolves when everything enqueued so far is done. */
  async idle(): Promise<void> {
    await this.tail
  }

  private enqueue<T>(job: () => Promise<T>): Promise<T> {
    const result = this.tail.then(job)
    this.tail = result.catch(() => undefined)
    return result
  }
}
