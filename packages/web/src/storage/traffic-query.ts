/**
 * Filters of traffic and the SQL that answers them. Without a time span the
 * totals beside the keys answer; with one, the rows of all three levels in it
 * are summed (each row is in exactly one level). Hours and days count when
 * their start lies in the span.
 */

import type { Order, PageQuery } from './paging.js'
import { likePattern, Where } from './paging.js'

export interface TrafficFilter {
  /** Destination address, exactly. */
  dst?: string
  /** MAC, exactly. */
  device?: string
  protocol?: number
  port?: number
  /** Matches destination addresses and names, and device MACs and names. */
  text?: string
  fromMs?: number
  toMs?: number
}

export interface TrafficQuery extends TrafficFilter, PageQuery {
  order: Order
}

export const FLOW_ORDERS: Readonly<Record<string, string>> = {
  bytes: '(f.tx_bytes + f.rx_bytes)',
  txBytes: 'f.tx_bytes',
  rxBytes: 'f.rx_bytes',
  packets: '(f.tx_packets + f.rx_packets)',
  firstSeen: 'f.first_seen_ms',
  lastSeen: 'f.last_seen_ms',
  dst: 'f.remote_id',
  device: 'f.device_id',
  protocol: 'f.protocol',
  port: 'f.port',
}

export const TOTAL_ORDERS: Readonly<Record<string, string>> = {
  bytes: '(t.tx_bytes + t.rx_bytes)',
  txBytes: 't.tx_bytes',
  rxBytes: 't.rx_bytes',
  packets: '(t.tx_packets + t.rx_packets)',
  lastSeen: 't.last_seen_ms',
}

export function hasSpan(filter: TrafficFilter): boolean {
  return filter.fromMs !== undefined || filter.toMs !== undefined
}

const SUMS = `sum(tx_bytes) AS tx_bytes, sum(rx_bytes) AS rx_bytes,
  sum(tx_packets) AS tx_packets, sum(rx_packets) AS rx_packets`

/** `flow` narrowed to what was counted in the span, with the same columns. */
export function flowSource(filter: TrafficFilter): { sql: string; parameters: unknown[] } {
  if (!hasSpan(filter)) return { sql: 'flow', parameters: [] }
  const span = spanOf(filter)
  const levels = ['traffic_minute', 'traffic_hour', 'traffic_day'].map(
    (level) => `SELECT * FROM ${level} WHERE start_ms >= ? AND start_ms < ?`,
  )
  const sql = `(SELECT flow.id, sensor_id, device_id, device_address_id, remote_id, protocol, port,
      first_seen_ms, last_seen_ms, n.tx_bytes, n.rx_bytes, n.tx_packets, n.rx_packets
    FROM (SELECT flow_id, ${SUMS} FROM (${levels.join(' UNION ALL ')}) GROUP BY flow_id) n
    JOIN flow ON flow.id = n.flow_id)`
  return { sql, parameters: [...span, ...span, ...span] }
}

/** Totals per key of one scope in the span. */
export function usageSource(scope: number, filter: TrafficFilter): { sql: string; parameters: unknown[] } {
  const span = [scope, ...spanOf(filter)]
  const levels = ['usage_minute', 'usage_hour', 'usage_day'].map(
    (level) => `SELECT * FROM ${level} WHERE scope = ? AND start_ms >= ? AND start_ms < ?`,
  )
  const sql = `(SELECT key AS id, ${SUMS}, max(start_ms) AS last_seen_ms
    FROM (${levels.join(' UNION ALL ')}) GROUP BY key)`
  return { sql, parameters: [...span, ...span, ...span] }
}

export function spanOf(filter: TrafficFilter): [number, number] {
  return [filter.fromMs ?? 0, filter.toMs ?? Number.MAX_SAFE_INTEGER]
}

/** True when only flows can answer: totals per key know nothing of these. */
export function needsFlows(filter: TrafficFilter, own: 'dst' | 'device'): boolean {
  const other = own === 'dst' ? filter.device : filter.dst
  return other !== undefined || filter.protocol !== undefined || filter.port !== undefined
}

/** Conditions on a flow aliased `f`. */
export function flowConditions(filter: TrafficFilter): Where {
  const where = new Where()
  if (filter.dst !== undefined) where.add('f.remote_id = (SELECT id FROM address WHERE ip = ?)', filter.dst)
  if (filter.device !== undefined) {
    where.add('f.device_id = (SELECT id FROM device WHERE mac = ?)', filter.device)
  }
  if (filter.protocol !== undefined) where.add('f.protocol = ?', filter.protocol)
  if (filter.port !== undefined) where.add('f.port = ?', filter.port)
  if (filter.text !== undefined) {
    const like = likePattern(filter.text)
    where.add(
      `(f.remote_id IN ${ADDRESSES_LIKE} OR f.device_id IN ${DEVICES_LIKE})`,
      like,
      like,
      like,
      like,
      like,
    )
  }
  return where
}

export const ADDRESSES_LIKE = `(SELECT id FROM address WHERE ip LIKE ? ESCAPE '\\'
  UNION SELECT address_id FROM address_name WHERE name LIKE ? ESCAPE '\\')`
export const DEVICES_LIKE = `(SELECT id FROM device WHERE mac LIKE ? ESCAPE '\\' OR name LIKE ? ESCAPE '\\'
  UNION SELECT device_id FROM device_name WHERE name LIKE ? ESCAPE '\\')`
