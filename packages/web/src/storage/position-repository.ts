/**
 * How far the events of each daemon run have been applied, and what could not
 * be. Written in the same transaction as the rows that the events made, so that
 * each event counts exactly once whatever dies in between.
 */

import { MINUTE_MS, type Text, text } from '@netwatcher/shared'
import type { DataSource, EntityManager } from 'typeorm'
import type { Position } from '../daemon/types.js'
import { DaemonPositionEntity, GapEntity, type GapRow } from './entities.js'
import type { PageQuery } from './paging.js'
import type { TransactionQueue } from './transaction-queue.js'

/** Older runs of a daemon are over; a few are kept against late replays. */
const KEPT_BOOTS = 8
const KEPT_GAPS = 1000
/** `Text.rule` of gaps that the kernel made. */
const DROPS = 'gap_frames_dropped'

export interface ListedGap extends Omit<GapRow, 'id' | 'daemonId' | 'bootId' | 'sensorId' | 'cause'> {
  cause: Text
  /** Both null: of all sensors of a daemon. */
  interface: string | null
  site: string | null
}

/** Why it is, to be told in the reader's language. */
export type StoredGap = Omit<GapRow, 'id' | 'daemonId' | 'bootId' | 'atMs' | 'cause'> & { cause: Text }

export class PositionRepository {
  constructor(
    private readonly read: DataSource,
    private readonly writes: TransactionQueue,
  ) {}

  /**
   * Notes by their names the daemons that a new database begins with: of each, somebody may have told a
   * former one. Once any has been heard the database is new no more, and who is added is new.
   */
  expectAll(names: readonly string[]): Promise<void> {
    return this.writes.run(async (manager) => {
      await manager.query(
        `INSERT INTO setting (name, value) SELECT 'expected_daemons', ?
         WHERE NOT EXISTS (SELECT 1 FROM daemon_position)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE value <> excluded.value`,
        [JSON.stringify(names)],
      )
    })
  }

  /** Whether the daemon of that name was expected; it is no more. */
  async meet(manager: EntityManager, name: string): Promise<boolean> {
    const [row]: { value: string }[] = await manager.query(
      "SELECT value FROM setting WHERE name = 'expected_daemons'",
    )
    const expected: string[] = JSON.parse(row?.value ?? '[]')
    if (!expected.includes(name)) return false
    await manager.query("UPDATE setting SET value = ? WHERE name = 'expected_daemons'", [
      JSON.stringify(expected.filter((one) => one !== name)),
    ])
    return true
  }

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

  /**
   * Start of the last traffic bucket that was applied, of the latest run that told any; 0 when none
   * has. Of another sensor a bucket that began no later may be missing.
   */
  async lastTrafficMs(manager: EntityManager, daemonId: string): Promise<number> {
    const rows: { trafficMs: number }[] = await manager.query(
      `SELECT traffic_ms AS trafficMs FROM daemon_position WHERE daemon_id = ? AND traffic_ms > 0
       ORDER BY ordinal DESC LIMIT 1`,
      [daemonId],
    )
    return rows[0]?.trafficMs ?? 0
  }

  /** `trafficMs`: start of the newest bucket among what is applied, 0 where there is none. */
  async advance(
    manager: EntityManager,
    daemonId: string,
    position: Position,
    trafficMs: number,
  ): Promise<void> {
    await manager.query(
      `INSERT INTO daemon_position (daemon_id, boot_id, sequence, ordinal, traffic_ms)
       VALUES (?, ?, ?, (SELECT coalesce(max(ordinal), 0) + 1 FROM daemon_position), ?)
       ON CONFLICT (daemon_id, boot_id) DO UPDATE SET sequence = excluded.sequence,
         traffic_ms = iif(excluded.traffic_ms > 0, excluded.traffic_ms, traffic_ms)`,
      [daemonId, position.bootId, position.sequence, trafficMs],
    )
    await manager.query(
      `DELETE FROM daemon_position WHERE daemon_id = ? AND boot_id NOT IN
         (SELECT boot_id FROM daemon_position WHERE daemon_id = ? ORDER BY ordinal DESC LIMIT ${KEPT_BOOTS})`,
      [daemonId, daemonId],
    )
  }

  async addGap(manager: EntityManager, daemonId: string, bootId: string, gap: StoredGap, atMs: number) {
    if (gap.cause.rule === DROPS && (await this.joinDrops(manager, bootId, gap))) return
    await manager.insert(GapEntity, { daemonId, bootId, ...gap, cause: JSON.stringify(gap.cause), atMs })
    await manager.query(`DELETE FROM gap WHERE id <= (SELECT max(id) FROM gap) - ${KEPT_GAPS}`)
  }

  /** A sensor that cannot keep up tells of drops with each bucket: those within a minute are one gap. False: it begins one. */
  private async joinDrops(manager: EntityManager, bootId: string, gap: StoredGap): Promise<boolean> {
    const { sensorId, fromMs, toMs, cause } = gap
    const [last]: { id: number; count: string }[] = await manager.query(
      `SELECT id, cause ->> '$.params.count' AS count FROM gap
       WHERE sensor_id = ? AND boot_id = ? AND cause ->> '$.rule' = ? AND to_ms BETWEEN ? AND ?
       ORDER BY id DESC LIMIT 1`,
      [sensorId, bootId, DROPS, fromMs - MINUTE_MS, toMs],
    )
    if (!last) return false
    const count = Number(last.count) + Number(cause.params.count)
    const joined = text(DROPS, { ...cause.params, count })
    await manager.update(GapEntity, last.id, { toMs, cause: JSON.stringify(joined) })
    return true
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
