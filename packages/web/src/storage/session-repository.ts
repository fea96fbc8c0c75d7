/** Browser sessions (only a hash of their secret is kept) and spent login tickets. */

import { type DataSource, LessThan, MoreThan } from 'typeorm'
import { SessionEntity, UsedTicketEntity } from './entities.js'
import type { TransactionQueue } from './transaction-queue.js'

export class SessionRepository {
  constructor(
    private readonly read: DataSource,
    private readonly writes: TransactionQueue,
  ) {}

  /** `tokenId`: of the token that it was opened with; null for the installation's own. */
  create(idHash: string, nowMs: number, expiresMs: number, tokenId: number | null): Promise<void> {
    return this.writes.run(async (manager) => {
      await manager.delete(SessionEntity, { expiresMs: LessThan(nowMs) })
      await manager.insert(SessionEntity, { idHash, createdMs: nowMs, expiresMs, tokenId })
    })
  }

  /** Null when there is no such session, or none any more. */
  async find(idHash: string, nowMs: number): Promise<{ tokenId: number | null } | null> {
    return await this.read.getRepository(SessionEntity).findOneBy({ idHash, expiresMs: MoreThan(nowMs) })
  }

  remove(idHash: string): Promise<void> {
    return this.writes.run(async (manager) => {
      await manager.delete(SessionEntity, { idHash })
    })
  }

  /** False when the ticket was spent before. */
  spendTicket(nonce: string, nowMs: number, expiresMs: number): Promise<boolean> {
    return this.writes.run(async (manager) => {
      await manager.delete(UsedTicketEntity, { expiresMs: LessThan(nowMs) })
      if (await manager.existsBy(UsedTicketEntity, { nonce })) return false
      await manager.insert(UsedTicketEntity, { nonce, expiresMs })
      return true
    })
  }
}
