/**
 * How far the events of each daemon run have been applied, and what could not
 * be. Written in the same transaction as the rows that the events made, so that
 * each event counts exactly once whatever dies in between.
 */

import type { DataSource, EntityManager } from 'typeorm'
import type { Position } from '../daemon/types.js'
import { DaemonPositionEntity, GapEntity, type GapRow } from './entities.js'

/** Older runs of a daemon are over; a few are kept against late replays. */
const KEPT_BOOTS = 8
const KEPT_GAPS = 1000

export type StoredGap = Omit<GapRow, 'id' | 'daemonId' | 'bootId' | 'atMs'>

export class PositionRepository {
  constructor(private readonly read: DataSource) {}

  /** The latest run of the daemon that anything was applied of. */
  async latest(daemonId: string): Promise<Position | null> {
    const row = await this.read
      .getRepository(DaemonPositionEntity)
      .findOne({ where: { daemonId }, order: { ordinal: 'DESC' } })
    return row && { bootId: row.bootId, sequence: row.sequence }
  }

  /** Last applied sequence by boot id. Read within the transaction that adds to it. */
  async applied(manager: EntityManager, daemonId: string): Promise<Map<string, number>> {
    const rows = await manager.findBy(DaemonPositionEntity, { daemonId })
    return new Map(rows.map((row) => [row.bootId, row.sequence]))
  }

  async advance(manager: EntityManager, daemonId: string, position: Position): Promise<void> {
    await manager.query(
      `INSERT INTO daemon_position (daemon_id, boot_id, sequence, ordinal)
       VALUES (?, ?, ?, (SELECT coalesce(max(ordinal), 0) + 1 FROM daemon_position))
       ON CONFLICT (daemon_id, boot_id) DO UPDATE SET sequence = excluded.sequence`,
      [daemonId, position.bootId, position.sequence],
    )
    await manager.query(
      `DELETE FROM daemon_position WHERE daemon_id = ? AND boot_id NOT IN
         (SELECT boot_id FROM daemon_position WHERE daemon_id = ? ORDER BY ordinal DESC LIMIT ${KEPT_BOOTS})`,
      [daemonId, daemonId],
    )
  }

  async addGap(manager: EntityManager, daemonId: string, bootId: string, gap: StoredGap, atMs: number) {
    await manager.insert(GapEntity, { daemonId, bootId, ...gap, atMs })
    await manager.query(`DELETE FROM gap WHERE id <= (SELECT max(id) FROM gap) - ${KEPT_GAPS}`)
  }

  async countGaps(): Promise<number> {
    return await this.read.getRepository(GapEntity).count()
  }
}
