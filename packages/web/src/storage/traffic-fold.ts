/**
 * Brings appended traffic into the minute level and every total that depends on
 * it: per flow, device and destination, and per minute of each. All in the
 * transaction that takes the rows from `traffic_recent`, so that a sum over it
 * and the levels never changes. Folding many rows at once costs far less than
 * updating every total for every row as it arrives.
 */

import { MINUTE_MS } from '@netwatcher/shared'
import type { EntityManager } from 'typeorm'

export const USAGE_SENSOR = 0
export const USAGE_DEVICE = 1
export const USAGE_DESTINATION = 2

/** Step of the rank by time; see BYTES_RANK. */
export const SEEN_RANK_MS = 5 * MINUTE_MS

/** About half a second of work. */
const FOLD_ROWS = 50_000

const COUNTERS = 'tx_bytes, rx_bytes, tx_packets, rx_packets'
const SUMS = `sum(tx_bytes) AS tx_bytes, sum(rx_bytes) AS rx_bytes,
  sum(tx_packets) AS tx_packets, sum(rx_packets) AS rx_packets`
const SPAN = 'min(start_ms) AS first_ms, max(until_ms) AS last_ms'
const MINUTE = `start_ms - start_ms % ${MINUTE_MS}`
const ADD_COUNTERS = `tx_bytes = tx_bytes + excluded.tx_bytes, rx_bytes = rx_bytes + excluded.rx_bytes,
  tx_packets = tx_packets + excluded.tx_packets, rx_packets = rx_packets + excluded.rx_packets`
const ROWS = 'FROM traffic_recent WHERE id BETWEEN ? AND ?'

const ADD_TRAFFIC = `INSERT INTO traffic_minute (start_ms, flow_id, ${COUNTERS})
  SELECT ${MINUTE} AS minute, flow_id, ${SUMS} ${ROWS} GROUP BY minute, flow_id
  ON CONFLICT (start_ms, flow_id) DO UPDATE SET ${ADD_COUNTERS}`

const addUsage = (scope: number, key: string) => `
  INSERT INTO usage_minute (scope, start_ms, key, ${COUNTERS})
  SELECT ${scope}, ${MINUTE} AS minute, ${key}, ${SUMS} ${ROWS} AND ${key} <> 0 GROUP BY minute, ${key}
  ON CONFLICT (scope, start_ms, key) DO UPDATE SET ${ADD_COUNTERS}`

const ADD_DESTINATION = `
  INSERT INTO destination (address_id, ${COUNTERS}, first_seen_ms, last_seen_ms)
  SELECT remote_id, ${SUMS}, ${SPAN} ${ROWS} GROUP BY remote_id
  ON CONFLICT (address_id) DO UPDATE SET ${ADD_COUNTERS},
    first_seen_ms = min(first_seen_ms, excluded.first_seen_ms),
    last_seen_ms = max(last_seen_ms, excluded.last_seen_ms)`

const sumInto = (table: string, key: string, last: string) => `
  UPDATE ${table} SET
    tx_bytes = ${table}.tx_bytes + n.tx_bytes, rx_bytes = ${table}.rx_bytes + n.rx_bytes,
    tx_packets = ${table}.tx_packets + n.tx_packets, rx_packets = ${table}.rx_packets + n.rx_packets,
    first_seen_ms = min(first_seen_ms, n.first_ms), last_seen_ms = max(last_seen_ms, n.last_ms)
  FROM (SELECT ${key} AS key, ${SUMS}, min(start_ms) AS first_ms, ${last} AS last_ms ${ROWS} GROUP BY ${key}) n
  WHERE ${table}.id = n.key`

/** What only arrives for a device is no sign of its life. */
const LAST_SENT = 'max(CASE WHEN tx_bytes > 0 THEN until_ms ELSE 0 END)'

/**
 * Lists are ordered by an index over a coarse rank, which seldom changes, and
 * sorted exactly only within a rank: an index over the sums themselves would
 * have to be rewritten for every row.
 */
const BYTES_RANK = 'CAST(8 * log2(1 + tx_bytes + rx_bytes) AS INTEGER)'
const SEEN_RANK = `last_seen_ms / ${SEEN_RANK_MS}`
const rank = (table: string, id: string, key: string) => `
  UPDATE ${table} SET bytes_rank = ${BYTES_RANK}, seen_rank = ${SEEN_RANK}
  WHERE ${id} IN (SELECT ${key} ${ROWS}) AND (bytes_rank <> ${BYTES_RANK} OR seen_rank <> ${SEEN_RANK})`

const STATEMENTS = [
  ADD_TRAFFIC,
  addUsage(USAGE_SENSOR, 'sensor_id'),
  addUsage(USAGE_DEVICE, 'device_id'),
  addUsage(USAGE_DESTINATION, 'remote_id'),
  sumInto('flow', 'flow_id', 'max(until_ms)'),
  sumInto('device', 'device_id', LAST_SENT),
  ADD_DESTINATION,
  rank('flow', 'id', 'flow_id'),
  rank('destination', 'address_id', 'remote_id'),
  `DELETE ${ROWS}`,
]

/** Folds rows from `afterId` on, at most as many as fit into one turn; returns how many were left to do. */
export async function foldTraffic(manager: EntityManager, afterId = 0): Promise<number> {
  const [span]: { first: number | null; last: number | null; newest: number | null }[] = await manager.query(
    `SELECT min(id) AS first, max(id) AS newest,
       min(max(id), min(id) + ${FOLD_ROWS - 1}) AS last FROM traffic_recent WHERE id > ?`,
    [afterId],
  )
  if (span?.first == null || span.last == null) return 0
  for (const statement of STATEMENTS) await manager.query(statement, [span.first, span.last])
  return (span.newest ?? span.last) - span.last
}
