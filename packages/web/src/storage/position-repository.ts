/**
 * How far the events of each daemon run have been applied, and what could not
 * be. Written in the same transaction as the rows that the events made, so that
 * each event counts exactly once whatever dies in between.
 */

import type { Text } from '@netwatcher/shared'
import type { DataSource, EntityManager } from 'typeorm'
import type { Position } from '../daemon/types.js'
import { DaemonPositionEntity, GapEntity, type GapRow } from './entities.js'
import type { PageQuery } from './paging.js'

/** Older runs of a daemon are over; a few are kept against late replays. */
const KEPT_BOOTS = 8
const KEPT_GAPS = 1000

export interface ListedGap extends Omit<GapRow, 'id' | 'daemonId' | 'bootId' | 'sensorId' | 'cause'> {
  cause: Text
  /** Both null: of all sensors of a daemon. */
  interface: string | null
  site: string | null
}

/** Why it is, to be told in the reader's language. */
export type StoredGap = Omit<GapRow, 'id' | 'daemonId' | 'bootId' | 'atMs' | 'cause'> & { cause: Text }

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
    await manager.insert(GapEntity, { daemonId, bootId, ...gap, cause: JSON.stringify(gap.cause), atMs })
    await manager.query(`DELETE FROM gap WHERE id <= (SELECT max(id) FROM gap) - ${KEPT_GAPS}`)
  }

  /** Newest first. */
  async listGaps({ page, pageSize }: PageQuery): Promise<{ gaps: ListedGap[]; total: number }> {
    const rows: (Omit<ListedGap, 'cause'> & { cause: string })[] = await this.read.query(
      `SELECT at_ms AS atMs, from_ms AS fromMs, to_ms AS toMs, traffic_bytes AS trafficBytes,
         first_sequence AS firstSequence, last_sequence AS lastSequence, cause, interface, site.name AS site
       FROM gap LEFT JOIN sensor ON sensor.id = sensor_id LEFT JOIN site ON site.id = site_id
       ORDER BY gap.id DESC LIMIT ? OFFSET ?`,
      [pageSize, (page - 1) * pageSize],
    )
    const gaps = rows.map(({ cause, ...row }) => ({ ...row, cause: JSON.parse(cause) as Text }))
    return { gaps, total: await this.countGaps() }
  }

  async countGaps(): Promise<number> {
    return await this.read.getRepository(GapEntity).count()
  }
}
