/**
 * Filters of traffic and the SQL that answers them. Without a time span the
 * totals beside the keys answer; for spans up to now a window mostly does (see
 * `window-query.ts`); for others the rows of all three levels in it are summed
 * (each row is in exactly one level).
 */

import type { Reach } from '@netwatcher/shared/destinations'
import type { FlowSort, TotalSort } from '../contract/traffic.js'
import { DESTINATIONS_OF_IP, DEVICES_OF_MAC } from './keys.js'
import type { Order, PageQuery } from './paging.js'
import { likePattern, Where } from './paging.js'
import { macPattern } from './search.js'
import { rowsInSpan, type Span } from './span.js'
import { type Counter, FLOWS, SUMS, type Totals } from './totals.js'

export interface TrafficFilter {
  /** Destination address, exactly. */
  dst?: string
  /** Of the list of destinations only. */
  reach?: Reach
  /** MAC, exactly. */
  device?: string
  protocol?: number
  port?: number
  /** All of them have to be found: in destination addresses and names, or in device MACs and names. */
  words?: readonly string[]
  fromMs?: number
  toMs?: number
}

export interface TrafficQuery extends TrafficFilter, PageQuery {
  order: Order
}

/** The rank decides which rows are looked at (see `traffic-fold.ts`), the exact value their order. */
export const FLOW_ORDERS: Record<FlowSort, readonly string[]> = {
  bytes: ['f.bytes_rank', '(f.tx_bytes + f.rx_bytes)'],
  txBytes: ['f.tx_bytes'],
  rxBytes: ['f.rx_bytes'],
  packets: ['(f.tx_packets + f.rx_packets)'],
  firstSeen: ['f.first_seen_ms'],
  lastSeen: ['f.seen_rank', 'f.last_seen_ms'],
  dst: ['f.remote_id'],
  device: ['f.device_id'],
  protocol: ['f.protocol'],
  port: ['f.port'],
}

export const TOTAL_ORDERS: Record<TotalSort, readonly string[]> = {
  bytes: ['t.bytes_rank', '(t.tx_bytes + t.rx_bytes)'],
  txBytes: ['t.tx_bytes'],
  rxBytes: ['t.rx_bytes'],
  packets: ['(t.tx_packets + t.rx_packets)'],
  lastSeen: ['t.seen_rank', 't.last_seen_ms'],
}

/** The counters that an order is by the sum of; null for other orders. */
export function countersOf(key: string): readonly Counter[] | null {
  if (key === 'bytes') return ['tx_bytes', 'rx_bytes']
  if (key === 'txBytes') return ['tx_bytes']
  if (key === 'rxBytes') return ['rx_bytes']
  return key === 'packets' ? ['tx_packets', 'rx_packets'] : null
}

/** Stands in for the ranks where sums are made on the fly and no index could help. */
export const NO_RANKS = '0 AS bytes_rank, 0 AS seen_rank'

export interface Source {
  sql: string
  parameters: unknown[]
  /** SQL that counts what it stands for, where the source itself is only a part of it. */
  total?: string
}

export function hasSpan(filter: TrafficFilter): boolean {
  return filter.fromMs !== undefined || filter.toMs !== undefined
}

export function spanOf(filter: TrafficFilter): Span {
  return { fromMs: filter.fromMs ?? 0, toMs: filter.toMs ?? Number.MAX_SAFE_INTEGER }
}

/** The conversations that the exact filters leave, when they are few enough to be looked up one by one. */
export function fewFlows(filter: TrafficFilter): Source {
  const { words: _words, ...exact } = filter
  const where = flowConditions(exact)
  return { sql: `(SELECT f.id FROM flow f ${where})`, parameters: where.parameters }
}

/**
 * Totals of all time. The planner does not see that a partly ordered index and
 * a LIMIT need only a few rows of a whole list, so it is told.
 */
export function allTimeSource(totals: Totals, { key }: Order, isWhole: boolean): Source {
  const { table, id } = totals
  if (table === 'device')
    return { sql: `(SELECT *, ${NO_RANKS} FROM device WHERE counted_ms > 0)`, parameters: [] }
  const index = key === 'bytes' ? 'by_bytes' : key === 'lastSeen' ? 'by_last_seen' : ''
  const indexed = isWhole && index ? `INDEXED BY ${table}_${index}` : ''
  const sql = `(SELECT ${table}.${id} AS id, * FROM ${table} ${indexed} WHERE seen_rank > 0)`
  const total = `SELECT count(*) AS n FROM ${table} WHERE seen_rank > 0`
  return { sql, parameters: [], ...(isWhole && { total }) }
}

/** Totals of a span as the sum of its rows, with the columns of their table. */
export function spanSource(totals: Totals, filter: TrafficFilter, few: Source | null): Source {
  return totals.table === 'flow' ? flowSource(filter, few) : usageSource(totals, filter)
}

function flowSource(filter: TrafficFilter, few: Source | null): Source {
  const keys = few && { sql: few.sql, areFew: true }
  const rows = rowsInSpan(FLOWS, keys, spanOf(filter))
  const sql = `(SELECT flow.id, sensor_id, device_id, device_address_id, remote_id, protocol, port,
      first_seen_ms, last_seen_ms, ${NO_RANKS}, n.tx_bytes, n.rx_bytes, n.tx_packets, n.rx_packets
    FROM (SELECT key, ${SUMS} FROM (${rows}) GROUP BY key) n JOIN flow ON flow.id = n.key)`
  return { sql, parameters: few ? [...few.parameters, ...few.parameters, ...few.parameters] : [] }
}

function usageSource(totals: Totals, filter: TrafficFilter): Source {
  const rows = rowsInSpan(totals, null, spanOf(filter))
  const sql = `(SELECT key AS id, ${SUMS}, max(start_ms) AS last_seen_ms, ${NO_RANKS} FROM (${rows}) GROUP BY key)`
  return { sql, parameters: [] }
}

/** Sums of flows by another of their keys. */
export function sumFlows(flows: Source, filter: TrafficFilter, key: 'remote_id' | 'device_id'): Source {
  const { words: _words, ...exact } = filter
  const where = flowConditions(exact)
  // Of one device each view is shown; over all of them what several sensors count is there once.
  if (key === 'remote_id' && filter.device === undefined) where.add('f.sensor_id >= 0')
  return {
    sql: `(SELECT ${key} AS id, ${SUMS}, max(last_seen_ms) AS last_seen_ms, ${NO_RANKS}
      FROM ${flows.sql} f ${where} GROUP BY ${key})`,
    parameters: [...flows.parameters, ...where.parameters],
  }
}

/** True when only flows can answer: totals per key know nothing of these. */
export function needsFlows(filter: TrafficFilter, own: 'dst' | 'device'): boolean {
  const other = own === 'dst' ? filter.device : filter.dst
  return other !== undefined || filter.protocol !== undefined || filter.port !== undefined
}

/** Conditions on a flow aliased `f`. */
export function flowConditions(filter: TrafficFilter): Where {
  const where = new Where()
  if (filter.dst !== undefined) where.add(`f.remote_id IN ${DESTINATIONS_OF_IP}`, filter.dst)
  if (filter.device !== undefined) {
    where.add(`f.device_id IN ${DEVICES_OF_MAC}`, filter.device)
  }
  if (filter.protocol !== undefined) where.add('f.protocol = ?', filter.protocol)
  if (filter.port !== undefined) where.add('f.port = ?', filter.port)
  for (const word of filter.words ?? []) {
    const likes = [...addressLikes(word), ...deviceLikes(word)]
    where.add(`(f.remote_id IN ${ADDRESSES_LIKE} OR f.device_id IN ${DEVICES_LIKE})`, ...likes)
  }
  return where
}

/** Parameters of ADDRESSES_LIKE. */
export function addressLikes(word: string): string[] {
  return [likePattern(word), likePattern(word)]
}

/** Parameters of DEVICES_LIKE. */
export function deviceLikes(word: string): string[] {
  return [macPattern(word), likePattern(word), likePattern(word)]
}

export const ADDRESSES_LIKE = `(SELECT id FROM address WHERE ip LIKE ? ESCAPE '\\'
  UNION SELECT address_id FROM address_name WHERE name LIKE ? ESCAPE '\\')`
export const DEVICES_LIKE = `(SELECT device_id FROM device_mac WHERE mac LIKE ? ESCAPE '\\'
  UNION SELECT id FROM device WHERE coalesce(merged_into, id) IN (SELECT id FROM device WHERE name LIKE ? ESCAPE '\\')
  UNION SELECT device_id FROM device_name WHERE name LIKE ? ESCAPE '\\')`
