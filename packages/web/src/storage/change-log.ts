/** What changed about a device: the old value, the new one, when, and from what. */

import type { DataSource, EntityManager } from 'typeorm'
import type { ChangeSource, DeviceKey } from '../contract/devices.js'
import { membersOfKey } from './device-rows.js'
import type { PageQuery } from './paging.js'

export interface Change {
  deviceId: number
  /** `name`, `tags`, `address`, `hostname`, … */
  field: string
  before: string
  after: string
}

export interface StoredChange {
  atMs: number
  field: string
  before: string
  after: string
  source: ChangeSource
}

/** Of one device; the oldest go. */
const MAX_CHANGES = 1_000

export async function noteChanges(
  manager: EntityManager,
  changes: readonly Change[],
  { atMs, source }: { atMs: number; source: ChangeSource },
): Promise<void> {
  const rows = changes.filter(({ before, after }) => before !== after)
  if (rows.length === 0) return
  const json = JSON.stringify(
    rows.map(({ deviceId, field, before, after }) => [deviceId, field, before, after]),
  )
  await manager.query(
    `INSERT INTO device_change (device_id, at_ms, field, before, after, source)
     SELECT value ->> 0, ?, value ->> 1, value ->> 2, value ->> 3, ? FROM json_each(?)`,
    [atMs, source, json],
  )
  await manager.query(
    `DELETE FROM device_change WHERE id IN (SELECT c.id FROM json_each(?) CROSS JOIN device_change c
       ON c.device_id = value ->> 0 AND c.id <= (SELECT id FROM device_change WHERE device_id = value ->> 0
         ORDER BY id DESC LIMIT 1 OFFSET ${MAX_CHANGES}))`,
    [json],
  )
}

export class ChangeRepository {
  constructor(private readonly read: DataSource) {}

  /** Newest first, of all MACs of the device. */
  async list(
    key: DeviceKey,
    { page, pageSize }: PageQuery,
  ): Promise<{ changes: StoredChange[]; total: number }> {
    const of = `device_id IN ${membersOfKey(key)}`
    const [count]: { total: number }[] = await this.read.query(
      `SELECT count(*) AS total FROM device_change WHERE ${of}`,
      [key],
    )
    const changes: StoredChange[] = await this.read.query(
      `SELECT at_ms AS atMs, field, before, after, source FROM device_change WHERE ${of}
       ORDER BY id DESC LIMIT ${pageSize} OFFSET ${(page - 1) * pageSize}`,
      [key],
    )
    return { changes, total: count?.total ?? 0 }
  }
}
