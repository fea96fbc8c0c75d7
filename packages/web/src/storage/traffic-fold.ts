/**
 * Brings appended traffic into the minute level and every total that depends on
 * it: per flow, device and destination, and per minute of each. All in the
 * transaction that takes the rows from `traffic_recent`, so that a sum over it
 * and the levels never changes. Folding many rows at once costs far less than
 * updating every total for every row as it arrives: they are summed per minute
 * and flow first, and only those sums are looked at again.
 */

import { MINUTE_MS } from '@netwatcher/shared'
import type { EntityManager } from 'typeorm'
import { admitByTraffic } from './admission.js'
import {
  ADD_EXCLUDED,
  addBefore,
  COUNTER_COLUMNS,
  COUNTERS,
  RANKED,
  rankOf,
  SEEN_RANK_MS,
  SUMS,
  sumOfTwo,
  TOTALS,
  USAGE_DESTINATION,
  USAGE_DEVICE,
  USAGE_SENSOR,
  updateRanks,
  WINDOWS,
} from './totals.js'

/** About half a second of work. */
const FOLD_ROWS = 50_000

/** Lives in the memory of the connection that writes. */
export const FOLDING_TABLE = `CREATE TEMP TABLE folding (
  minute_ms INTEGER NOT NULL, flow_id INTEGER NOT NULL, sensor_id INTEGER NOT NULL, device_id INTEGER NOT NULL,
  remote_id INTEGER NOT NULL, ${COUNTERS.map((counter) => `${counter} INTEGER NOT NULL`).join(', ')},
  first_ms INTEGER NOT NULL, last_ms INTEGER NOT NULL, sent_ms INTEGER NOT NULL)`

/**
 * A bucket belongs to the minute that it ended in, so that when a flow was last
 * seen also tells its last row. What only arrives for a device is no sign of
 * its life: `sent_ms` is when it last sent.
 */
const SUM_UP = `INSERT INTO folding
  SELECT n.minute_ms, n.flow_id, flow.sensor_id, flow.device_id, flow.remote_id,
    ${COUNTERS.map((counter) => `n.${counter}`).join(', ')}, n.first_ms, n.last_ms, n.sent_ms
  FROM (SELECT (until_ms - 1) / ${MINUTE_MS} * ${MINUTE_MS} AS minute_ms, flow_id, ${SUMS},
      min(start_ms) AS first_ms, max(until_ms) AS last_ms,
      max(CASE WHEN tx_bytes > 0 THEN until_ms ELSE 0 END) AS sent_ms
    FROM traffic_recent WHERE id BETWEEN ? AND ? GROUP BY 1, 2) n
  JOIN flow ON flow.id = n.flow_id`

const ADD_TRAFFIC = `INSERT INTO traffic_minute (start_ms, flow_id, ${COUNTER_COLUMNS})
  SELECT minute_ms, flow_id, ${COUNTER_COLUMNS} FROM folding WHERE true
  ON CONFLICT (start_ms, flow_id) DO UPDATE SET ${ADD_EXCLUDED}`

/** What several sensors of a machine count is in totals over devices once: second views have negative sensors. */
const FIRST_VIEWS = 'sensor_id >= 0'

const addUsage = (scope: number, key: string, only = 'true') => `
  INSERT INTO usage_minute (scope, start_ms, key, ${COUNTER_COLUMNS})
  SELECT ${scope}, minute_ms, ${key}, ${SUMS} FROM folding WHERE ${key} <> 0 AND ${only}
  GROUP BY minute_ms, ${key}
  ON CONFLICT (scope, start_ms, key) DO UPDATE SET ${ADD_EXCLUDED}`

const perKey = (key: string, only = 'true') => `SELECT ${key} AS key, ${SUMS},
    min(first_ms) AS first_ms, max(last_ms) AS last_ms, max(sent_ms) AS sent_ms
  FROM folding WHERE ${only} GROUP BY ${key}`
const addCounters = (table: string) =>
  COUNTERS.map((counter) => `${counter} = ${sumOfTwo(`${table}.${counter}`, `n.${counter}`)}`).join(', ')

const SUM_FLOWS = `
  UPDATE flow SET ${addCounters('flow')},
    first_seen_ms = min(first_seen_ms, n.first_ms), last_seen_ms = max(last_seen_ms, n.last_ms)
  FROM (${perKey('flow_id')}) n WHERE flow.id = n.key`

const SUM_DEVICES = `
  UPDATE device SET ${addCounters('device')}, first_seen_ms = min(first_seen_ms, n.first_ms),
    last_seen_ms = max(last_seen_ms, n.sent_ms), counted_ms = max(counted_ms, n.last_ms)
  FROM (${perKey('device_id')}) n WHERE device.id = n.key`

/** What one of a device's MACs did shows that the device is there. */
const SHOW_LIFE = `
  UPDATE device SET last_seen_ms = max(device.last_seen_ms, n.last_ms)
  FROM (SELECT merged_into, max(last_seen_ms) AS last_ms FROM device
    WHERE merged_into IS NOT NULL AND id IN (SELECT device_id FROM folding) GROUP BY 1) n
  WHERE device.id = n.merged_into`

const SUM_DESTINATIONS = `
  INSERT INTO destination (address_id, ${COUNTER_COLUMNS}, first_seen_ms, last_seen_ms,
    bytes_rank, hour_rank, day_rank, seen_rank)
  SELECT key, ${COUNTER_COLUMNS}, first_ms, last_ms, rank, rank, rank, last_ms / ${SEEN_RANK_MS}
  FROM (SELECT *, ${rankOf('tx_bytes + rx_bytes')} AS rank FROM (${perKey('remote_id', FIRST_VIEWS)})) WHERE true
  ON CONFLICT (address_id) DO UPDATE SET ${ADD_EXCLUDED},
    first_seen_ms = min(first_seen_ms, excluded.first_seen_ms),
    last_seen_ms = max(last_seen_ms, excluded.last_seen_ms)`

const STATEMENTS = [
  ADD_TRAFFIC,
  addUsage(USAGE_SENSOR, 'sensor_id', FIRST_VIEWS),
  addUsage(USAGE_DEVICE, 'device_id'),
  addUsage(USAGE_DESTINATION, 'remote_id', FIRST_VIEWS),
  SUM_FLOWS,
  SUM_DEVICES,
  SHOW_LIFE,
  SUM_DESTINATIONS,
]

/** What arrived only after its time had left a window. */
const ADD_LATE = TOTALS.flatMap(({ table, id, arrivesAs }) =>
  WINDOWS.map(
    (window) => `UPDATE ${table} SET ${addBefore(window)}
      FROM (SELECT ${arrivesAs} AS key, ${SUMS} FROM folding
        WHERE ${table === 'destination' ? FIRST_VIEWS : 'true'}
          AND minute_ms < (SELECT since_ms FROM traffic_window WHERE name = '${window.name}') GROUP BY 1) n
      WHERE ${table}.${id} = n.key`,
  ),
)
const FIND_LATE = 'SELECT 1 FROM traffic_window WHERE since_ms > (SELECT min(minute_ms) FROM folding)'

/** All ranks at once: looking each key up costs more than the other indexes when one of them changes. */
const UPDATE_RANKS = RANKED.map((totals) =>
  updateRanks(
    totals,
    ['bytes_rank', 'seen_rank', 'hour_rank', 'day_rank'],
    `SELECT ${totals.arrivesAs} FROM folding`,
  ),
)

/** Folds rows from `afterId` on, at most as many as fit into one turn; returns how many were left to do. */
export async function foldTraffic(manager: EntityManager, afterId = 0): Promise<number> {
  const [span]: { first: number | null; newest: number | null }[] = await manager.query(
    `SELECT (SELECT min(id) FROM traffic_recent WHERE id > ?) AS first, (SELECT max(id) FROM traffic_recent) AS newest`,
    [afterId],
  )
  if (span?.first == null || span.newest == null) return 0
  const { first, newest } = span
  const last = Math.min(newest, first + FOLD_ROWS - 1)
  await manager.query('DELETE FROM folding')
  await manager.query(SUM_UP, [first, last])
  for (const statement of STATEMENTS) await manager.query(statement)
  const late: unknown[] = await manager.query(FIND_LATE)
  if (late.length > 0) for (const statement of ADD_LATE) await manager.query(statement)
  for (const statement of UPDATE_RANKS) await manager.query(statement)
  const [folded]: { last_ms: number }[] = await manager.query('SELECT max(last_ms) AS last_ms FROM folding')
  await admitByTraffic(manager, 'SELECT device_id FROM folding', folded?.last_ms ?? 0)
  await manager.query('DELETE FROM traffic_recent WHERE id BETWEEN ? AND ?', [first, last])
  return newest - last
}
