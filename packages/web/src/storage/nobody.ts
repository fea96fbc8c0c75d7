/**
 * What devices sent that are forgotten stays counted, as nobody's: their flows
 * become those of device 0, or are added to one that is there.
 */

import type { EntityManager } from 'typeorm'
import {
  ADD_EXCLUDED,
  before,
  COUNTER_COLUMNS,
  COUNTERS,
  FLOWS,
  LEVELS,
  SUMS,
  sumOf,
  sumOfTwo,
  updateRanks,
  WINDOWS,
} from './totals.js'

/** Of a flow, all that is a sum. */
const ADDED = [
  ...COUNTERS,
  ...WINDOWS.flatMap((window) => COUNTERS.map((counter) => before(window, counter))),
]
const KEY = ['remote_id', 'protocol', 'port', 'device_address_id', 'sensor_id']

/** `ids` is SQL for the devices. */
export async function giveToNobody(manager: EntityManager, ids: string): Promise<void> {
  await manager.query(`UPDATE OR IGNORE flow SET device_id = 0 WHERE device_id IN ${ids}`)
  // What is left has the key of one of nobody's.
  const pairs = `(SELECT gone.id AS gone, kept.id AS kept FROM flow gone JOIN flow kept
    ON kept.device_id = 0 AND ${KEY.map((column) => `kept.${column} = gone.${column}`).join(' AND ')}
    WHERE gone.device_id IN ${ids})`
  const [some]: unknown[] = await manager.query(`SELECT 1 FROM ${pairs} LIMIT 1`)
  if (!some) return
  for (const { name } of LEVELS) {
    await manager.query(
      `INSERT INTO traffic_${name} (start_ms, flow_id, ${COUNTER_COLUMNS})
       SELECT start_ms, kept, ${SUMS} FROM traffic_${name} JOIN ${pairs} ON gone = flow_id GROUP BY start_ms, kept
       ON CONFLICT (start_ms, flow_id) DO UPDATE SET ${ADD_EXCLUDED}`,
    )
    await manager.query(
      `DELETE FROM traffic_${name} WHERE flow_id IN (SELECT id FROM flow WHERE device_id IN ${ids})`,
    )
  }
  await manager.query(`UPDATE traffic_recent SET flow_id = kept FROM ${pairs} WHERE flow_id = gone`)
  await manager.query(
    `UPDATE flow SET ${ADDED.map((column) => `${column} = ${sumOfTwo(`flow.${column}`, `more.${column}`)}`).join(', ')},
       first_seen_ms = min(flow.first_seen_ms, more.first_ms), last_seen_ms = max(flow.last_seen_ms, more.last_ms)
     FROM (SELECT kept, min(first_seen_ms) AS first_ms, max(last_seen_ms) AS last_ms,
         ${ADDED.map((column) => `${sumOf(column)} AS ${column}`).join(', ')}
       FROM ${pairs} JOIN flow ON id = gone GROUP BY kept) more
     WHERE flow.id = kept`,
  )
  await manager.query(
    updateRanks(FLOWS, ['bytes_rank', 'seen_rank', 'hour_rank', 'day_rank'], `SELECT kept FROM ${pairs}`),
  )
  await manager.query(`DELETE FROM flow WHERE device_id IN ${ids}`)
}
