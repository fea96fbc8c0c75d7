/**
 * Moves the windows forward: what a window leaves behind is added to the
 * counters that its keys had when it began, hour by hour, each in a transaction
 * of its own. Rows themselves are not touched.
 */

import { HOUR_MS, MINUTE_MS } from '@netwatcher/shared'
import type { DataSource, EntityManager } from 'typeorm'
import type { Span } from './span.js'
import {
  addBefore,
  COUNTER_COLUMNS,
  COUNTERS,
  LEVELS,
  RANKED,
  SUMS,
  TOTALS,
  type Totals,
  updateRanks,
  WINDOWS,
  type Window,
} from './totals.js'
import type { TransactionQueue } from './transaction-queue.js'

/** A window reaches back a little further than its span, for pages that ask a little late. */
const LAG_MS = 2 * MINUTE_MS

/** Lives in the memory of the connection that writes: what a window leaves behind, by key. */
export const LEAVING_TABLE = `CREATE TEMP TABLE leaving (key INTEGER PRIMARY KEY,
  ${COUNTERS.map((counter) => `${counter} INTEGER NOT NULL`).join(', ')})`

export class WindowRepository {
  constructor(
    private readonly read: DataSource,
    private readonly writes: TransactionQueue,
  ) {}

  async advance(nowMs: number): Promise<void> {
    for (const window of WINDOWS) {
      const { spanMs, gridMs } = window
      await this.advanceTo(window, Math.ceil((nowMs - spanMs - LAG_MS) / gridMs) * gridMs)
    }
  }

  /** Rows before it are about to be deleted. */
  async leave(beforeMs: number): Promise<void> {
    const minuteMs = Math.ceil(beforeMs / MINUTE_MS) * MINUTE_MS
    for (const window of WINDOWS) await this.advanceTo(window, minuteMs)
  }

  /**
   * Where nothing was counted there is nothing to leave, and nothing is written.
   * A window never begins within what is stored as one row.
   */
  private async advanceTo(window: Window, targetMs: number): Promise<void> {
    for (;;) {
      const oldest = await oldestRows(this.read, await sinceOf(this.read, window), targetMs)
      if (oldest === null) return
      const hourEndMs = Math.floor(oldest.fromMs / HOUR_MS) * HOUR_MS + HOUR_MS
      const untilMs = Math.max(oldest.toMs, Math.min(hourEndMs, targetMs))
      await this.writes.run((manager) => moveWindow(manager, window, untilMs))
    }
  }
}

/** Before rows of `[startMs, endMs)` become one that starts at `startMs`: no window may begin in between. */
export async function leaveSplit(manager: EntityManager, startMs: number, endMs: number): Promise<void> {
  for (const window of WINDOWS) {
    const sinceMs = await sinceOf(manager, window)
    if (startMs < sinceMs && sinceMs < endMs) await moveWindow(manager, window, endMs)
  }
}

type Asker = Pick<EntityManager, 'query'>

async function sinceOf(asker: Asker, { name }: Window): Promise<number> {
  const [row]: { since_ms: number }[] = await asker.query(
    'SELECT since_ms FROM traffic_window WHERE name = ?',
    [name],
  )
  return row?.since_ms ?? 0
}

/** The first rows in a span, as the span of the coarsest of them; each kind of row is rolled up in its own time. */
async function oldestRows(asker: Asker, fromMs: number, toMs: number): Promise<Span | null> {
  const firsts = TOTALS.flatMap(({ family, scope }) =>
    LEVELS.map(({ name, gridMs }) => {
      const scoped = scope === null ? '' : `scope = ${scope} AND `
      return `SELECT min(start_ms) AS at, ${gridMs} AS grid_ms FROM ${family}_${name}
        WHERE ${scoped}start_ms >= ?1 AND start_ms < ?2`
    }),
  )
  const [row]: { at: number; grid_ms: number }[] = await asker.query(
    `SELECT at, grid_ms FROM (${firsts.join(' UNION ALL ')}) WHERE at IS NOT NULL ORDER BY at, grid_ms DESC LIMIT 1`,
    [fromMs, toMs],
  )
  return row ? { fromMs: row.at, toMs: row.at + row.grid_ms } : null
}

async function moveWindow(manager: EntityManager, window: Window, untilMs: number): Promise<void> {
  const fromMs = await sinceOf(manager, window)
  for (const totals of TOTALS) {
    await manager.query('DELETE FROM leaving')
    await manager.query(gatherLeaving(totals), [fromMs, untilMs])
    await manager.query(
      `UPDATE ${totals.table} SET ${addBefore(window)} FROM leaving n WHERE ${totals.table}.${totals.id} = n.key`,
    )
    // The rank of a longer window is that of all time, which stays.
    if (RANKED.some(({ table }) => table === totals.table) && window.rank !== 'bytes') {
      await manager.query(updateRanks(totals, [`${window.rank}_rank`], 'SELECT key FROM leaving'))
    }
  }
  await manager.query('UPDATE traffic_window SET since_ms = ? WHERE name = ?', [untilMs, window.name])
}

function gatherLeaving({ family, key, scope }: Totals): string {
  const scoped = scope === null ? '' : `scope = ${scope} AND `
  const rows = LEVELS.map(
    ({ name }) => `SELECT ${key} AS key, ${COUNTER_COLUMNS} FROM ${family}_${name}
      WHERE ${scoped}start_ms >= ?1 AND start_ms < ?2`,
  )
  return `INSERT INTO leaving SELECT key, ${SUMS} FROM (${rows.join(' UNION ALL ')}) GROUP BY key`
}
