/**
 * A daemon's clock was set back: what its sensors saw by the old time lies in
 * the future. Left alone, a device that has gone would count as there until
 * then, and what is seen now would count as older.
 */

import type { EntityManager } from 'typeorm'
import type { Source } from './site-repository.js'
import { foldTraffic } from './traffic-fold.js'

const back = (time: string) => `max(0, min(?1, ${time} + ?2))`
const MOVED = back('last_seen_ms')
const OF_DAEMON = 'SELECT id FROM sensor WHERE site_id = ?3 AND daemon_id = ?4'
const moved = (time: string) => `${time} = iif(${time} > ?1, ${back(time)}, ${time})`
const STATEMENTS = [
  `UPDATE device_address SET last_seen_ms = ${MOVED}, first_seen_ms = min(first_seen_ms, ${MOVED})
   WHERE last_seen_ms > ?1 AND device_id IN (SELECT id FROM device WHERE sensor_id IN (${OF_DAEMON}))`,
  `UPDATE device SET last_seen_ms = ${MOVED}, first_seen_ms = min(first_seen_ms, ${MOVED})
   WHERE last_seen_ms > ?1 AND sensor_id IN (${OF_DAEMON})`,
  `UPDATE asked_name SET last_seen_ms = ${MOVED}, first_seen_ms = min(first_seen_ms, ${MOVED})
   WHERE last_seen_ms > ?1 AND device_id IN (SELECT id FROM device WHERE sensor_id IN (${OF_DAEMON}))`,
  // What comes next would begin in the future, too, and no outage would last.
  `UPDATE uplink_span SET ${moved('from_ms')}, ${moved('to_ms')}
   WHERE max(from_ms, coalesce(to_ms, 0)) > ?1 AND sensor_id IN (${OF_DAEMON})`,
]

/** `atMs` is by the new time; `stepMs` is negative. */
export async function setBack(
  manager: EntityManager,
  { siteId, daemonId }: Source,
  { atMs, stepMs }: { atMs: number; stepMs: number },
): Promise<void> {
  // Traffic that waits to be folded would bring the old time back.
  while ((await foldTraffic(manager)) > 0);
  for (const statement of STATEMENTS) await manager.query(statement, [atMs, stepMs, siteId, daemonId])
}
