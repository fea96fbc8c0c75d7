/**
 * Which names each device asked DNS for: only where the owner wants it, for a few days. A sensor tells
 * a name of a device at most once in ten minutes, so what is counted are those of them in which it was asked for.
 */

import { DAY_MS, MINUTE_MS } from '@netwatcher/shared'
import type { DataSource, EntityManager } from 'typeorm'
import type { AskedName } from '../contract/asked-names.js'
import type { Clue } from '../daemon/types.js'
import { membersOf } from './keys.js'
import type { TransactionQueue } from './transaction-queue.js'

const PERIOD_MS = 10 * MINUTE_MS
export const MOST_ASKED_NAMES = 1000
/** Rows of one delete, as in retention. */
const DELETE_ROWS = 20_000

export class AskedNameRepository {
  constructor(
    private readonly read: DataSource,
    private readonly writes: TransactionQueue,
    /** How long they are kept; 0: not at all. */
    readonly keptDays: number,
  ) {}

  /** In the ingest's transaction. Names of devices that are not known are left out. */
  async apply(manager: EntityManager, siteId: number, clues: readonly Clue[], atMs: number): Promise<void> {
    const asked = clues.filter(({ source }) => source === 'dns_asked')
    if (this.keptDays === 0 || asked.length === 0) return
    const rows = JSON.stringify(asked.map(({ mac, value }) => [mac, value]))
    await manager.query(KEEP_NAMES, [siteId, atMs, rows])
    await manager.query(FORGET_BEYOND, [siteId, JSON.stringify([...new Set(asked.map(({ mac }) => mac))])])
  }

  /** Of a device with all that are one with it, the name that was asked for last first. */
  async ofDevice(deviceId: number): Promise<AskedName[]> {
    if (this.keptDays === 0) return []
    return await this.read.query(
      `SELECT name, sum(periods) AS periods, min(first_seen_ms) AS firstSeenMs, max(last_seen_ms) AS lastSeenMs
       FROM asked_name WHERE device_id IN ${membersOf('?1')}
       GROUP BY name ORDER BY lastSeenMs DESC, name LIMIT ${MOST_ASKED_NAMES}`,
      [deviceId],
    )
  }

  /** What is older than it is kept, or than retention keeps anything; where none are kept, all. */
  async forgetOld({ nowMs, deleteBeforeMs }: { nowMs: number; deleteBeforeMs: number }): Promise<void> {
    if (this.keptDays === 0) return await this.forgetUnwanted()
    await this.forgetBefore(Math.max(deleteBeforeMs, nowMs - this.keptDays * DAY_MS))
  }

  /** What an earlier run kept, where none are kept any more. */
  async forgetUnwanted(): Promise<void> {
    if (this.keptDays === 0) await this.forgetBefore(Number.MAX_SAFE_INTEGER)
  }

  private async forgetBefore(atMs: number): Promise<void> {
    while ((await this.writes.run((manager) => forgetSome(manager, atMs))) > 0);
  }
}

async function forgetSome(manager: EntityManager, beforeMs: number): Promise<number> {
  await manager.query(
    `DELETE FROM asked_name WHERE (device_id, name) IN
       (SELECT device_id, name FROM asked_name WHERE last_seen_ms < ? LIMIT ${DELETE_ROWS})`,
    [beforeMs],
  )
  const [row]: { n: number }[] = await manager.query('SELECT changes() AS n')
  return row?.n ?? 0
}

/** Several sensors may tell of the same question. */
const KEEP_NAMES = `
  INSERT INTO asked_name (device_id, name, periods, first_seen_ms, last_seen_ms)
  SELECT DISTINCT device_mac.device_id, value ->> 1, 1, ?2, ?2 FROM json_each(?3)
  CROSS JOIN device_mac ON site_id = ?1 AND mac = value ->> 0 WHERE true
  ON CONFLICT (device_id, name) DO UPDATE SET
    periods = periods + (excluded.last_seen_ms / ${PERIOD_MS} > last_seen_ms / ${PERIOD_MS}),
    last_seen_ms = max(last_seen_ms, excluded.last_seen_ms)`

const FORGET_BEYOND = `
  DELETE FROM asked_name WHERE (device_id, name) IN (
    SELECT device_id, name FROM (
      SELECT device_id, name, row_number() OVER (PARTITION BY device_id ORDER BY last_seen_ms DESC, name) AS place
      FROM asked_name WHERE device_id IN (
        SELECT device_id FROM device_mac WHERE site_id = ?1 AND mac IN (SELECT value FROM json_each(?2))))
    WHERE place > ${MOST_ASKED_NAMES})`
