/**
 * Moves traffic to coarser levels and deletes what is too old. A row is added
 * to the coarser level and taken from the finer one in the same transaction,
 * so that sums over all levels never change. The work is cut into slices of
 * time, so that ingest gets its turn in between.
 */

import { DAY_MS, HOUR_MS } from '@netwatcher/shared'
import type { DataSource, EntityManager } from 'typeorm'
import type { RetentionPlan } from '../ingest/retention-plan.js'
import { expireShortLived } from './admission.js'
import type { AskedNameRepository } from './asked-name-repository.js'
import type { Interner } from './intern.js'
import { expireUnkept } from './inventory-choice.js'
import {
  ADD_EXCLUDED,
  COUNTER_COLUMNS,
  SEEN_RANK_MS,
  SUMS,
  USAGE_DESTINATION,
  USAGE_DEVICE,
  USAGE_SENSOR,
} from './totals.js'
import { foldTraffic } from './traffic-fold.js'
import type { TransactionQueue } from './transaction-queue.js'
import type { VolumeRepository } from './volume-repository.js'
import { leaveSplit, type WindowRepository } from './window-repository.js'

/** Rows of one delete: about 50 ms. */
const DELETE_ROWS = 20_000

interface Step {
  from: string
  to: string
  key: 'flow_id' | 'key'
  /** Null for traffic, which has no scopes. */
  scope: number | null
  gridMs: number
  beforeMs: number
}

export class RetentionRepository {
  constructor(
    private readonly read: DataSource,
    private readonly writes: TransactionQueue,
    private readonly interner: Interner,
    private readonly windows: WindowRepository,
    private readonly askedNames: AskedNameRepository,
    private readonly volumes: VolumeRepository,
  ) {}

  async apply(plan: RetentionPlan): Promise<void> {
    while ((await this.writes.run((manager) => foldTraffic(manager))) > 0);
    for (const step of stepsOf(plan)) await this.rollUp(step)
    await this.windows.leave(plan.deleteBeforeMs)
    await this.writes.run((manager) => expireShortLived(manager, plan.shortLivedBeforeMs))
    while (await this.writes.run((manager) => expireUnkept(manager, plan.unkeptBeforeMs)));
    await this.askedNames.forgetOld(plan)
    await this.volumes.forgetOld(plan.nowMs)
    await this.forget(plan.deleteBeforeMs)
  }

  /** Bytes in use: pages on the free list are reused before the file grows. */
  async usedBytes(): Promise<number> {
    const [row]: { bytes: number }[] = await this.read.query(
      `SELECT (c.page_count - f.freelist_count) * s.page_size AS bytes
       FROM pragma_page_count c, pragma_freelist_count f, pragma_page_size s`,
    )
    return row?.bytes ?? 0
  }

  /** Bytes that can be stored without the file growing. */
  async reusableBytes(): Promise<number> {
    const [row]: { bytes: number }[] = await this.read.query(
      'SELECT f.freelist_count * s.page_size AS bytes FROM pragma_freelist_count f, pragma_page_size s',
    )
    return row?.bytes ?? 0
  }

  /** The wall time that was believed last; null before the first time. */
  async believedMs(): Promise<number | null> {
    const [row]: { at_ms: number }[] = await this.read.query('SELECT at_ms FROM believed_time')
    return row?.at_ms ?? null
  }

  keepBelieved(atMs: number): Promise<void> {
    return this.writes.run(async (manager) => {
      await manager.query(
        `INSERT INTO believed_time (id, at_ms) VALUES (1, ?)
         ON CONFLICT (id) DO UPDATE SET at_ms = excluded.at_ms`,
        [atMs],
      )
    })
  }

  private async rollUp(step: Step): Promise<void> {
    const { from, to, key, scope, gridMs, beforeMs } = step
    const scoped = scope === null ? '' : `scope = ${scope} AND `
    const scopeColumn = scope === null ? '' : 'scope, '
    for (;;) {
      const [oldest]: { start: number | null }[] = await this.read.query(
        `SELECT min(start_ms) AS start FROM ${from} WHERE ${scoped}start_ms < ?`,
        [beforeMs],
      )
      if (oldest?.start == null) return
      const startMs = oldest.start - (oldest.start % gridMs)
      const span = [startMs, startMs + gridMs]
      const within = `WHERE ${scoped}start_ms >= ? AND start_ms < ?`
      await this.writes.run(async (manager) => {
        await leaveSplit(manager, startMs, startMs + gridMs)
        await manager.query(
          `INSERT INTO ${to} (${scopeColumn}start_ms, ${key}, ${COUNTER_COLUMNS})
           SELECT ${scopeColumn}${startMs}, ${key}, ${SUMS} FROM ${from} ${within} GROUP BY ${key}
           ON CONFLICT (${scopeColumn}start_ms, ${key}) DO UPDATE SET ${ADD_EXCLUDED}`,
          span,
        )
        await manager.query(`DELETE FROM ${from} ${within}`, span)
      })
    }
  }

  private async forget(beforeMs: number): Promise<void> {
    for (const table of ['traffic_minute', 'traffic_hour', 'traffic_day', 'traffic_set_aside']) {
      await this.deleteSlices(
        `DELETE FROM ${table} WHERE start_ms = (SELECT min(start_ms) FROM ${table} WHERE start_ms < ?)`,
        [beforeMs],
      )
    }
    for (const table of ['usage_minute', 'usage_hour', 'usage_day']) {
      for (const scope of [USAGE_SENSOR, USAGE_DEVICE, USAGE_DESTINATION]) {
        await this.deleteSlices(
          `DELETE FROM ${table} WHERE scope = ${scope} AND start_ms =
          (SELECT min(start_ms) FROM ${table} WHERE scope = ${scope} AND start_ms < ?)`,
          [beforeMs],
        )
      }
    }
    for (const statement of FORGET_ROWS) await this.deleteSlices(statement, [beforeMs])
    for (const statement of FORGET_ORPHANS) await this.deleteSlices(statement, [])
    this.interner.clear()
  }

  /** Repeats a bounded delete, each in a transaction of its own, until nothing is left. */
  private async deleteSlices(sql: string, parameters: unknown[]): Promise<void> {
    for (;;) {
      const changed = await this.writes.run((manager) => deleteOnce(manager, sql, parameters))
      if (changed === 0) return
      this.interner.clear()
    }
  }
}

async function deleteOnce(manager: EntityManager, sql: string, parameters: unknown[]): Promise<number> {
  await manager.query(sql, parameters)
  const [row]: { n: number }[] = await manager.query('SELECT changes() AS n')
  return row?.n ?? 0
}

function stepsOf(plan: RetentionPlan): Step[] {
  const hours = { gridMs: HOUR_MS }
  const days = { gridMs: DAY_MS }
  const usage = { key: 'key' as const }
  const keys = [USAGE_DEVICE, USAGE_DESTINATION]
  return [
    {
      ...hours,
      from: 'traffic_minute',
      to: 'traffic_hour',
      key: 'flow_id',
      scope: null,
      beforeMs: plan.trafficMinutesBeforeMs,
    },
    {
      ...days,
      from: 'traffic_hour',
      to: 'traffic_day',
      key: 'flow_id',
      scope: null,
      beforeMs: plan.trafficHoursBeforeMs,
    },
    ...keys.map((scope) => ({
      ...hours,
      ...usage,
      from: 'usage_minute',
      to: 'usage_hour',
      scope,
      beforeMs: plan.usageMinutesBeforeMs,
    })),
    {
      ...hours,
      ...usage,
      from: 'usage_minute',
      to: 'usage_hour',
      scope: USAGE_SENSOR,
      beforeMs: plan.sensorMinutesBeforeMs,
    },
    ...[USAGE_SENSOR, ...keys].map((scope) => ({
      ...days,
      ...usage,
      from: 'usage_hour',
      to: 'usage_day',
      scope,
      beforeMs: plan.usageHoursBeforeMs,
    })),
  ]
}

/** Whatever a person named, noted or marked stays. */
const FORGET_ROWS = [
  `DELETE FROM flow WHERE id IN (SELECT id FROM flow
     WHERE seen_rank > 0 AND seen_rank <= ?1 / ${SEEN_RANK_MS} AND last_seen_ms < ?1 LIMIT ${DELETE_ROWS})`,
  `DELETE FROM destination WHERE address_id IN
     (SELECT address_id FROM destination
       WHERE seen_rank > 0 AND seen_rank <= ?1 / ${SEEN_RANK_MS} AND last_seen_ms < ?1 LIMIT ${DELETE_ROWS})`,
  `DELETE FROM alert WHERE id IN (SELECT id FROM alert WHERE last_seen_ms < ? LIMIT ${DELETE_ROWS})`,
  `DELETE FROM incident WHERE id IN (SELECT id FROM incident WHERE last_seen_ms < ? LIMIT ${DELETE_ROWS})`,
  `DELETE FROM device WHERE id IN (SELECT id FROM device WHERE last_seen_ms < ? AND name IS NULL
     AND notes = '' AND owner = '' AND trust = 'new'
     AND is_favorite = 0 AND id NOT IN (SELECT merged_into FROM device WHERE merged_into IS NOT NULL)
     AND id NOT IN (SELECT device_id FROM device_tag) LIMIT ${DELETE_ROWS})`,
  `DELETE FROM device_address WHERE (device_id, address_id) IN
     (SELECT device_id, address_id FROM device_address WHERE last_seen_ms < ? LIMIT ${DELETE_ROWS})`,
  `DELETE FROM presence_change WHERE (device_id, at_ms) IN (SELECT device_id, at_ms FROM presence_change p
     WHERE at_ms < ? AND EXISTS (SELECT 1 FROM presence_change n WHERE n.device_id = p.device_id
       AND n.at_ms > p.at_ms) LIMIT ${DELETE_ROWS})`,
  'DELETE FROM sensor_blind WHERE until_ms < ?',
  'DELETE FROM uplink_span WHERE to_ms < ?',
  'DELETE FROM short_lived WHERE hour_ms < ?',
]

const FORGET_ORPHANS = [
  'DELETE FROM device_clue WHERE device_id NOT IN (SELECT id FROM device)',
  'DELETE FROM alert_mac WHERE alert_id NOT IN (SELECT id FROM alert)',
  'DELETE FROM incident_alert WHERE alert_id NOT IN (SELECT id FROM alert)',
  `DELETE FROM address WHERE id IN (SELECT id FROM address
     WHERE id NOT IN (SELECT remote_id FROM flow) AND id NOT IN (SELECT device_address_id FROM flow)
       AND id NOT IN (SELECT address_id FROM device_address)
       AND id NOT IN (SELECT address_id FROM destination) LIMIT ${DELETE_ROWS})`,
  'DELETE FROM address_name WHERE address_id NOT IN (SELECT id FROM address)',
]
