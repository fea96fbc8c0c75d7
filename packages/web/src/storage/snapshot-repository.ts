/** Discovery results that a person chose to keep. */

import type { DataSource } from 'typeorm'
import type { Client } from '../contract/clients.js'
import { SnapshotEntity, type SnapshotRow } from './entities.js'
import type { PageQuery } from './paging.js'
import type { TransactionQueue } from './transaction-queue.js'

export interface Snapshot {
  id: number
  takenAtMs: number
  method: string
  /** Devices: one may be there with several addresses. */
  hosts: number
  clients: Client[]
}

/** Keeping is a person's act, but a script must not fill the disk with it. */
const MAX_SNAPSHOTS = 10_000

export class SnapshotRepository {
  constructor(
    private readonly read: DataSource,
    private readonly writes: TransactionQueue,
  ) {}

  save(clients: readonly Client[], method: string, detail: string, takenAtMs: number): Promise<number> {
    return this.writes.run(async (manager) => {
      const row = {
        takenAtMs,
        method,
        detail,
        hosts: countDevices(clients),
        clients: JSON.stringify(clients),
      }
      const { identifiers } = await manager.insert(SnapshotEntity, row)
      const id = Number(identifiers[0]?.id)
      await manager.query('DELETE FROM snapshot WHERE id <= ?', [id - MAX_SNAPSHOTS])
      return id
    })
  }

  async list({ page, pageSize }: PageQuery) {
    const [rows, total] = await this.read.getRepository(SnapshotEntity).findAndCount({
      select: { id: true, takenAtMs: true, hosts: true, method: true },
      order: { id: 'DESC' },
      skip: (page - 1) * pageSize,
      take: pageSize,
    })
    const snapshots = rows.map(({ id, takenAtMs, hosts, method }) => ({ id, takenAtMs, hosts, method }))
    return { snapshots, total }
  }

  async get(id: number): Promise<Snapshot | null> {
    const row: SnapshotRow | null = await this.read.getRepository(SnapshotEntity).findOneBy({ id })
    return row && { ...row, clients: JSON.parse(row.clients) as Client[] }
  }
}

function countDevices(clients: readonly Client[]): number {
  return new Set(clients.map(({ mac, ip }) => mac ?? ip)).size
}
