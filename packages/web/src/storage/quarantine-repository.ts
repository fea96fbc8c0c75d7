/** Who is let through a quarantine when it is made, and who waits to be. */

import { DAY_MS } from '@netwatcher/shared'
import type { DataSource } from 'typeorm'
import { IS_DEVICE } from './device-rows.js'
import { macOf } from './keys.js'

/** Whoever has not been seen for longer is no part of the network any more. */
const SEEN_MS = 30 * DAY_MS
const MOST_WAITING = 200

export interface Waiting {
  /** The newest first, at most 200. */
  macs: string[]
  total: number
}

export class QuarantineRepository {
  constructor(private readonly read: DataSource) {}

  /** MACs of devices of a site, this machine's own apart. */
  async admittable(siteId: number, who: 'seen' | 'known', nowMs: number): Promise<string[]> {
    const isAdmitted =
      who === 'known' ? "d.trust = 'known'" : `d.last_seen_ms > ${Math.trunc(nowMs - SEEN_MS)}`
    const rows: { mac: string }[] = await this.read.query(
      `SELECT a.mac FROM device_mac a JOIN device m ON m.id = a.device_id
         JOIN device d ON d.id = coalesce(m.merged_into, m.id)
       WHERE a.site_id = ? AND d.is_self = 0 AND ${IS_DEVICE} AND ${isAdmitted} ORDER BY d.last_seen_ms DESC`,
      [siteId],
    )
    return rows.map(({ mac }) => mac)
  }

  /** Devices seen last on one of the links that have a MAC which is not let through. */
  async waiting(
    siteId: number,
    { interfaces, admittedMacs }: { interfaces: readonly string[]; admittedMacs: readonly string[] },
    nowMs: number,
  ): Promise<Waiting> {
    const rows: { mac: string; total: number }[] = await this.read.query(
      `SELECT ${macOf('d.id')} AS mac, count(*) OVER () AS total
       FROM device d JOIN sensor s ON s.id = d.sensor_id
       WHERE s.site_id = ? AND s.interface IN (SELECT value FROM json_each(?))
         AND d.is_self = 0 AND ${IS_DEVICE} AND d.last_seen_ms > ?
         AND EXISTS (SELECT 1 FROM device_mac a JOIN device m ON m.id = a.device_id
           WHERE coalesce(m.merged_into, m.id) = d.id
           AND a.mac NOT IN (SELECT value FROM json_each(?)))
       ORDER BY d.first_seen_ms DESC LIMIT ${MOST_WAITING}`,
      [siteId, JSON.stringify(interfaces), nowMs - SEEN_MS, JSON.stringify(admittedMacs)],
    )
    return { macs: rows.map(({ mac }) => mac), total: rows[0]?.total ?? 0 }
  }
}
