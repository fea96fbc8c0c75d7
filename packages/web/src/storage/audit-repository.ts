/**
 * What was changed over HTTP, and what a read-only token was refused, with the
 * token that was used. The same of the same token within an hour is one entry
 * with a count; both kinds are bounded apart, so that refusals push no change out.
 */

import { HOUR_MS } from '@netwatcher/shared'
import type { DataSource } from 'typeorm'
import { ChangeEntity, type ChangeRow } from './entities.js'
import type { PageQuery } from './paging.js'
import type { TransactionQueue } from './transaction-queue.js'

const KEPT = 5_000
const KIND = { changed: 'status < 400', refused: 'status >= 400' }

export type Change = Omit<ChangeRow, 'id' | 'firstMs' | 'count'>

export class AuditRepository {
  constructor(
    private readonly read: DataSource,
    private readonly writes: TransactionQueue,
  ) {}

  note({ atMs, ...what }: Change): Promise<void> {
    return this.writes.run(async (manager) => {
      const last = await manager.findOne(ChangeEntity, { where: what, order: { id: 'DESC' } })
      if (last && last.firstMs > atMs - HOUR_MS && last.firstMs <= atMs) {
        await manager.update(ChangeEntity, { id: last.id }, { atMs, count: last.count + 1 })
        return
      }
      await manager.insert(ChangeEntity, { ...what, atMs, firstMs: atMs, count: 1 })
      const kind = what.status < 400 ? KIND.changed : KIND.refused
      await manager.query(
        `DELETE FROM change WHERE ${kind} AND id <= (SELECT id FROM change WHERE ${kind} ORDER BY id DESC LIMIT 1 OFFSET ${KEPT})`,
      )
    })
  }

  /** Newest first. */
  async list({ page, pageSize }: PageQuery): Promise<{ changes: Omit<ChangeRow, 'id'>[]; total: number }> {
    const [rows, total] = await this.read.getRepository(ChangeEntity).findAndCount({
      order: { id: 'DESC' },
      take: pageSize,
      skip: (page - 1) * pageSize,
    })
    return { changes: rows.map(({ id: _id, ...change }) => change), total }
  }
}
