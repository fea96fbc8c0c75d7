/**
 * Totals since a moment, out of the window that began last before it: what a
 * key counted since then, less the few rows between the two (the edge). What
 * the window says of a key bounds what it can have counted in the span, so that
 * the first rows by bytes are found without looking at all of them.
 */

import type { EntityManager } from 'typeorm'
import {
  before,
  COUNTERS,
  type Counter,
  LEVELS,
  RANKED,
  type RowSet,
  rankOf,
  SEEN_RANK_MS,
  sumOf,
  type Totals,
  WINDOWS,
  type Window,
} from './totals.js'
import { countersOf, NO_RANKS, type Source, type TrafficQuery } from './traffic-query.js'

/** Whoever answers a query. */
export type Asker = Pick<EntityManager, 'query'>

/** More starts between a window's and the span's are not worth being looked up for every key. */
const MAX_EDGE_STARTS = 8

/** Most bytes are received: of this many times a page by bytes, a page by received bytes is nearly the first. */
const RECEIVED_TRIED = 4

export interface OpenWindow {
  window: Window
  /** What was last seen after it has rows in the span, and only that. */
  seenAfterMs: number
  /** SQL for the start times to leave out again, and the table they are in; null when there are none. */
  edge: { table: string; starts: string } | null
}

/** Null when no window is near enough; then the rows themselves have to be summed. */
export async function openWindow(manager: Asker, rows: RowSet, fromMs: number): Promise<OpenWindow | null> {
  const scoped = rows.scope === null ? '' : `scope = ${rows.scope} AND `
  const firsts = LEVELS.map(
    ({ name }) => `SELECT min(start_ms) AS at FROM ${rows.family}_${name} WHERE ${scoped}start_ms >= ?`,
  )
  const [found]: { name: string; since_ms: number; first_ms: number }[] = await manager.query(
    `SELECT name, since_ms, first_ms FROM (SELECT min(at) AS first_ms FROM (${firsts.join(' UNION ALL ')}))
     JOIN traffic_window ON since_ms <= first_ms ORDER BY since_ms DESC LIMIT 1`,
    firsts.map(() => fromMs),
  )
  const window = WINDOWS.find(({ name }) => name === found?.name)
  if (!found || !window) return null
  const edges: { table: string; starts: number[]; endMs: number }[] = []
  for (const { name, gridMs } of LEVELS) {
    const table = `${rows.family}_${name}`
    const starts = await startsIn(manager, table, scoped, found.since_ms, fromMs)
    const last = starts.at(-1)
    if (last !== undefined) edges.push({ table, starts, endMs: last + gridMs })
  }
  const [edge, ...others] = edges
  if (!edge) return { window, seenAfterMs: found.since_ms, edge: null }
  if (others.length > 0 || edge.starts.length > MAX_EDGE_STARTS || edge.endMs > found.first_ms) return null
  return { window, seenAfterMs: edge.endMs, edge: { table: edge.table, starts: edge.starts.join(', ') } }
}

/** Jumps from start to start, at most one more than are worth it. */
async function startsIn(
  manager: Asker,
  table: string,
  scoped: string,
  fromMs: number,
  toMs: number,
): Promise<number[]> {
  const next = (after: string) =>
    `(SELECT min(start_ms) FROM ${table} WHERE ${scoped}start_ms ${after} AND start_ms < ${toMs})`
  const rows: { at: number }[] = await manager.query(
    `WITH RECURSIVE starts(at) AS (
       SELECT ${next(`>= ${fromMs}`)} UNION ALL SELECT ${next('> at')} FROM starts WHERE at IS NOT NULL)
     SELECT at FROM starts WHERE at IS NOT NULL LIMIT ${MAX_EDGE_STARTS + 1}`,
  )
  return rows.map(({ at }) => at)
}

/**
 * The totals of a span, with the columns of their table; filters may be applied
 * to it. When they leave few keys, the edge is looked up for each of those.
 */
export function windowSource(totals: Totals, open: OpenWindow, areFew: boolean): Source {
  const edge = areFew ? lookedUp(totals, open) : joined(totals, open)
  return { sql: `(${selectSums(totals, open, '', edge)})`, parameters: [] }
}

/** The same for a list without filters: only what can be on the page, and how many there are in all. */
export async function windowPage(
  manager: Asker,
  totals: Totals,
  open: OpenWindow,
  query: TrafficQuery,
): Promise<Source> {
  const total = countSeen(totals, open)
  const narrow = await narrowed(manager, totals, open, query)
  if (narrow === null) return { ...windowSource(totals, open, false), total }
  return { sql: `(${selectSums(totals, open, narrow, lookedUp(totals, open))})`, parameters: [], total }
}

/** SQL for the conditions that leave out what cannot be on the page; null when there are none. */
async function narrowed(
  manager: Asker,
  totals: Totals,
  open: OpenWindow,
  { order: { key, isDescending }, page, pageSize }: TrafficQuery,
): Promise<string | null> {
  const { table, id } = totals
  const needed = page * pageSize
  const counters = countersOf(key)
  if (key === 'lastSeen') {
    const [index, isIn, rank] = indexed(totals, 'last_seen', 'seen_rank')
    const direction = isDescending ? 'DESC' : 'ASC'
    const terms = [...rank, 'last_seen_ms', id].map((term) => `${term} ${direction}`).join(', ')
    return `WHERE ${id} IN (SELECT ${id} FROM ${table} ${index}
      WHERE ${isIn} ${isSeen(totals, open)} ORDER BY ${terms} LIMIT ${needed}) AND`
  }
  if (counters === null || !isDescending) return null
  const isBoundByBytes = key === 'bytes' || key === 'rxBytes'
  const { rank: name } = open.window
  const [index, isIn, rank] = isBoundByBytes ? indexed(totals, name, `${name}_rank`) : ['', '', []]
  const bound = since(open.window, counters)
  const exact = `${bound} ${lookedUp(totals, open).less(counters)}`
  const tried = key === 'bytes' ? needed : RECEIVED_TRIED * needed
  const [first]: { least: number }[] = await manager.query(
    `SELECT ${exact} AS least FROM ${table} WHERE ${id} IN (
       SELECT ${id} FROM ${table} ${index} WHERE ${isIn} ${isSeen(totals, open)}
       ORDER BY ${[...rank, bound].map((term) => `${term} DESC`).join(', ')} LIMIT ${tried})
     ORDER BY least DESC LIMIT 1 OFFSET ${needed - 1}`,
  )
  // What counted less since the window began than that many did in the span comes after all of them.
  if (!first) return null
  const isHigh = rank.map((column) => `${column} >= ${rankOf(String(first.least))} AND`).join('')
  return `WHERE ${id} IN (SELECT ${id} FROM ${table} ${index}
    WHERE ${isIn} ${isHigh} ${bound} >= ${first.least} AND ${isSeen(totals, open)}
    ORDER BY ${exact} DESC, ${id} DESC LIMIT ${needed}) AND`
}

/** The planner does not see that a partly ordered index and a LIMIT need only a few rows, so it is told. */
function indexed(totals: Totals, index: string, rank: string): [string, string, string[]] {
  if (!isRanked(totals)) return ['', '', []]
  return [`INDEXED BY ${totals.table}_by_${index}`, 'seen_rank > 0 AND', [rank]]
}

/** How the rows of the edge are left out again: what to join, and what to take from a sum of counters. */
interface Edge {
  join: string
  less: (counters: readonly Counter[]) => string
}

function lookedUp({ table, id, key, scope }: Totals, { edge }: OpenWindow): Edge {
  if (!edge) return { join: '', less: () => '' }
  const scoped = scope === null ? '' : `e.scope = ${scope} AND `
  const less = (counters: readonly Counter[]) =>
    `- coalesce((SELECT ${sumOf(counters.map((counter) => `e.${counter}`).join(' + '))} FROM ${edge.table} e
      WHERE ${scoped}e.start_ms IN (${edge.starts}) AND e.${key} = ${table}.${id}), 0)`
  return { join: '', less }
}

function joined({ table, id, key, scope }: Totals, { edge }: OpenWindow): Edge {
  if (!edge) return { join: '', less: () => '' }
  const scoped = scope === null ? '' : `scope = ${scope} AND `
  const sums = COUNTERS.map((counter) => `${sumOf(counter)} AS edge_${counter}`).join(', ')
  const join = `LEFT JOIN (SELECT ${key} AS edge_key, ${sums} FROM ${edge.table}
    WHERE ${scoped}start_ms IN (${edge.starts}) GROUP BY ${key}) ON edge_key = ${table}.${id}`
  const less = (counters: readonly Counter[]) =>
    `- coalesce(${counters.map((counter) => `edge_${counter}`).join(' + ')}, 0)`
  return { join, less }
}

/** SQL for what a key counted since a window began. */
function since(window: Window, counters: readonly Counter[]): string {
  return `(${counters.map((counter) => `${counter} - ${before(window, counter)}`).join(' + ')})`
}

function selectSums(totals: Totals, open: OpenWindow, narrow: string, { join, less }: Edge): string {
  const keys =
    totals.table === 'flow'
      ? 'sensor_id, device_id, device_address_id, remote_id, protocol, port, first_seen_ms,'
      : ''
  const counters = COUNTERS.map(
    // Less than nothing where the total stands still.
    (counter) => `max(0, ${since(open.window, [counter])} ${less([counter])}) AS ${counter}`,
  )
  return `SELECT ${totals.id} AS id, ${keys} ${counters.join(', ')}, last_seen_ms, ${NO_RANKS}
    FROM ${totals.table} ${join} ${narrow || 'WHERE'} ${isSeen(totals, open)}`
}

function isSeen(totals: Totals, { seenAfterMs }: OpenWindow): string {
  return `${isRanked(totals) ? 'seen_rank > 0 AND last_seen_ms' : 'counted_ms'} > ${seenAfterMs}`
}

function countSeen(totals: Totals, open: OpenWindow): string {
  const count = (condition: string) =>
    `SELECT count(*) AS n FROM ${totals.table} WHERE ${condition}${isSeen(totals, open)}`
  if (!isRanked(totals)) return count('')
  const rank = Math.floor(open.seenAfterMs / SEEN_RANK_MS)
  return `SELECT (SELECT count(*) FROM ${totals.table} WHERE seen_rank > 0 AND seen_rank > ${rank})
    + (${count(`seen_rank = ${rank} AND `)}) AS n`
}

function isRanked(totals: Totals): boolean {
  return RANKED.some(({ table }) => table === totals.table)
}
