/**
 * Which MACs become devices. One that only a frame of traffic named waits until
 * there is a second one or it says something of itself (ARP, DHCP, ND). Where
 * more than a few appear within a minute they are a flood (macof, DHCP
 * starvation): all of that minute wait, also those that were admitted before it
 * was known, and only who answers a scan or stays is a device. Rows that wait
 * are in no list, count or export, and expire.
 */

import { HOUR_MS, MINUTE_MS } from '@netwatcher/shared'
import type { EntityManager } from 'typeorm'
import { giveToNobody } from './nobody.js'
import { LEVELS, USAGE_DEVICE } from './totals.js'

/** A class room that is switched on brings tens; floods bring hundreds a second. */
export const FLOOD_NEWCOMERS = 60
/** Who was seen for as long is no invention of a flood. */
const STAYS_MS = 10 * MINUTE_MS
/** A second frame: one alone may have any source. */
const LEAST_PACKETS = 2

interface Newcomers {
  siteId: number
  atMs: number
  /** Rows that have said something of themselves. */
  stated: readonly number[]
  found: 'seen' | 'by_scan'
}

export async function admit(
  manager: EntityManager,
  { siteId, atMs, stated, found }: Newcomers,
): Promise<void> {
  if (stated.length === 0) return
  const json = JSON.stringify(stated)
  if (found === 'by_scan') {
    await manager.query(
      `UPDATE device SET admitted_ms = coalesce(admitted_ms, ?), is_flood = 0, has_answered = 1
       WHERE id IN ${OF_JSON} AND has_answered = 0`,
      [atMs, json],
    )
    return
  }
  await holdBackFlood(manager, siteId, atMs)
  await manager.query(
    `UPDATE device SET admitted_ms = ? WHERE id IN ${OF_JSON} AND admitted_ms IS NULL
     AND (is_flood = 0 OR last_seen_ms - first_seen_ms >= ${STAYS_MS} OR is_self OR is_gateway)`,
    [atMs, json],
  )
}

/** Of traffic that was folded: who has sent more than one frame. */
export async function admitByTraffic(manager: EntityManager, deviceIds: string, atMs: number): Promise<void> {
  const [waiting]: unknown[] = await manager.query(
    `SELECT 1 FROM device WHERE admitted_ms IS NULL AND id IN (${deviceIds}) LIMIT 1`,
  )
  if (!waiting) return
  const sites: { id: number }[] = await manager.query('SELECT id FROM site')
  for (const { id } of sites) await holdBackFlood(manager, id, atMs)
  await manager.query(
    `UPDATE device SET admitted_ms = ? WHERE admitted_ms IS NULL AND id IN (${deviceIds})
     AND tx_packets + rx_packets >= ${LEAST_PACKETS} AND (is_flood = 0 OR last_seen_ms - first_seen_ms >= ${STAYS_MS})`,
    [atMs],
  )
}

/** Forgets who was there for a moment, and counts them. */
export async function expireShortLived(manager: EntityManager, beforeMs: number): Promise<void> {
  const gone = `admitted_ms IS NULL AND max(last_seen_ms, counted_ms) < ${beforeMs}`
  const [found]: unknown[] = await manager.query(`SELECT 1 FROM device WHERE ${gone} LIMIT 1`)
  if (!found) return
  await manager.query(
    `INSERT INTO short_lived (site_id, hour_ms, addresses)
     SELECT site_id, first_seen_ms / ${HOUR_MS} * ${HOUR_MS}, count(*) FROM device JOIN device_mac ON device_id = id
     WHERE ${gone} GROUP BY 1, 2
     ON CONFLICT (site_id, hour_ms) DO UPDATE SET addresses = addresses + excluded.addresses`,
  )
  await forgetRows(manager, gone)
}

/** Rows of `device` that hold the condition. */
export async function forgetRows(manager: EntityManager, gone: string): Promise<void> {
  const ids = `(SELECT id FROM device WHERE ${gone})`
  await giveToNobody(manager, ids)
  for (const { name } of LEVELS) {
    await manager.query(`DELETE FROM usage_${name} WHERE scope = ${USAGE_DEVICE} AND key IN ${ids}`)
  }
  await manager.query(`DELETE FROM device WHERE ${gone}`)
}

const OF_JSON = '(SELECT value FROM json_each(?))'
/** People have said something of it, or it is more than a moment old. */
const IS_SETTLED = `name IS NOT NULL OR notes <> '' OR trust <> 'new' OR owner <> '' OR merged_into IS NOT NULL
  OR is_self OR is_gateway OR has_answered OR last_seen_ms - first_seen_ms >= ${MINUTE_MS}`

async function holdBackFlood(manager: EntityManager, siteId: number, atMs: number): Promise<void> {
  const since = atMs - MINUTE_MS
  const [recent]: { n: number }[] = await manager.query(
    `SELECT count(*) AS n FROM device JOIN device_mac ON device_id = id WHERE first_seen_ms > ? AND site_id = ?`,
    [since, siteId],
  )
  if ((recent?.n ?? 0) <= FLOOD_NEWCOMERS) return
  await manager.query(
    `UPDATE device SET admitted_ms = NULL, is_flood = 1
     WHERE first_seen_ms > ? AND is_flood = 0 AND NOT (${IS_SETTLED})
       AND id IN (SELECT device_id FROM device_mac WHERE site_id = ?)`,
    [since, siteId],
  )
}
