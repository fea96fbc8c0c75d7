/** Presence: what its rules need, its transitions, and the times in which sensors saw nothing. */

import type { DataSource, EntityManager } from 'typeorm'
import type { DeviceKey, Patience, Presence } from '../contract/devices.js'
import type { BlindCause } from '../contract/presence.js'
import { IS_DEVICE, isDeviceKey } from './device-rows.js'
import { macOf, membersOf } from './keys.js'
import { DEVICE_NAME } from './traffic-lists.js'
import type { TransactionQueue } from './transaction-queue.js'

export interface PresenceRow {
  id: number
  mac: string
  sensorId: number
  daemonId: string | null
  interface: string | null
  /** The address that it can be asked at; null when it has none that is its own. */
  ip: string | null
  presence: Presence
  patience: Patience
  missedScans: number
  evidence: string
  isSelf: number
  lastSeenMs: number
}

export interface PresenceChange {
  id: number
  presence: Presence
  lastSeenMs: number
  evidence: string
}

export interface StoredBlindness {
  sensorId: number
  interface: string
  fromMs: number
  untilMs: number | null
  cause: BlindCause
}

const UNSETTLED = `
  SELECT d.id, ${macOf('d.id')} AS mac, d.sensor_id AS sensorId, s.daemon_id AS daemonId, s.interface,
    (SELECT ip FROM device_address da JOIN address ON address.id = da.address_id
      WHERE da.device_id IN ${membersOf('d.id')} AND da.is_disputed = 0 AND ip NOT LIKE '%:%'
      ORDER BY da.last_seen_ms DESC LIMIT 1) AS ip,
    d.presence, d.patience, d.missed_scans AS missedScans, d.evidence, d.is_self AS isSelf, d.last_seen_ms AS lastSeenMs
  FROM device d LEFT JOIN sensor s ON s.id = d.sensor_id WHERE ${IS_DEVICE} AND d.presence <> 'offline'`

/** The state of a device before each change tells whether it is one; `unknown` is no transition. */
const NOTE_TRANSITIONS = `
  INSERT OR IGNORE INTO presence_change (device_id, at_ms, is_present, told_ms, evidence)
  SELECT value ->> 0, value ->> 2, value ->> 1 <> 'offline', ?, value ->> 3 FROM json_each(?)
  CROSS JOIN device ON device.id = value ->> 0 AND device.last_seen_ms <= value ->> 2
  WHERE value ->> 1 <> 'unknown' AND (value ->> 1 <> 'offline') IS NOT
    (SELECT is_present FROM presence_change WHERE device_id = value ->> 0 ORDER BY at_ms DESC, is_present LIMIT 1)`

export interface StoredTransition {
  atMs: number
  deviceId: number
  mac: string
  name: string | null
  isPresent: boolean
  /** Nothing was known of it before. */
  isFirst: boolean
}

const LATEST_TRANSITIONS = `
  SELECT p.at_ms AS atMs, d.id AS deviceId, ${macOf('d.id')} AS mac, ${DEVICE_NAME('d.id')} AS name,
    p.is_present AS isPresent, p.is_present AND NOT EXISTS
      (SELECT 1 FROM presence_change e WHERE e.device_id = d.id AND e.at_ms < p.at_ms) AS isFirst
  FROM presence_change p JOIN device d ON d.id = p.device_id
  WHERE p.at_ms >= ? AND d.trust <> 'ignored' AND ${IS_DEVICE} ORDER BY p.at_ms DESC, p.is_present LIMIT ?`

const BLINDNESS = `SELECT b.sensor_id AS sensorId, s.interface, b.from_ms AS fromMs, b.until_ms AS untilMs, b.cause
  FROM sensor_blind b JOIN sensor s ON s.id = b.sensor_id`

export class PresenceRepository {
  constructor(
    private readonly read: DataSource,
    private readonly writes: TransactionQueue,
  ) {}

  /** Every device that is not settled as offline. */
  async listUnsettled(): Promise<PresenceRow[]> {
    return await this.read.query(UNSETTLED)
  }

  /** Whose departure has its own time: when it was last seen. */
  settle(changes: readonly PresenceChange[], toldMs: number): Promise<void> {
    const rows = JSON.stringify(
      changes.map(({ id, presence, lastSeenMs, evidence }) => [id, presence, lastSeenMs, evidence]),
    )
    return this.writes.run(async (manager) => {
      await manager.query(NOTE_TRANSITIONS, [toldMs, rows])
      // Seen in the meantime: then the sighting has said so already.
      await manager.query(
        `UPDATE device SET presence = value ->> 1 FROM json_each(?)
         WHERE device.id = value ->> 0 AND device.last_seen_ms <= value ->> 2`,
        [rows],
      )
    })
  }

  beginBlind(sensorId: number, fromMs: number, cause: BlindCause): Promise<void> {
    return this.writes.run((manager) => beginBlind(manager, { sensorId, fromMs, cause }))
  }

  endBlind(sensorId: number, untilMs: number): Promise<void> {
    return this.writes.run(async (manager) => {
      await manager.query(
        'UPDATE sensor_blind SET until_ms = max(from_ms, ?) WHERE sensor_id = ? AND until_ms IS NULL',
        [untilMs, sensorId],
      )
    })
  }

  /** Those that last, or ended after `sinceMs`; newest first. */
  async blindness(sinceMs: number): Promise<StoredBlindness[]> {
    return await this.read.query(
      `${BLINDNESS} WHERE b.until_ms IS NULL OR b.until_ms > ? ORDER BY b.from_ms DESC LIMIT 1000`,
      [sinceMs],
    )
  }

  /** Of all devices that are not ignored; newest first. */
  async latest(sinceMs: number, limit: number): Promise<StoredTransition[]> {
    const rows: (Omit<StoredTransition, 'isPresent' | 'isFirst'> & { isPresent: number; isFirst: number })[] =
      await this.read.query(LATEST_TRANSITIONS, [sinceMs, limit])
    return rows.map((row) => ({ ...row, isPresent: row.isPresent === 1, isFirst: row.isFirst === 1 }))
  }

  /** In order of time, the one before `fromMs` among them. */
  async transitions(key: DeviceKey, fromMs: number): Promise<{ atMs: number; isPresent: boolean }[]> {
    const of = `(SELECT d.id FROM device d WHERE ${isDeviceKey(key)} ORDER BY d.id LIMIT 1)`
    const rows: { atMs: number; isPresent: number }[] = await this.read.query(
      `SELECT at_ms AS atMs, is_present AS isPresent FROM presence_change WHERE device_id = ${of}
         AND at_ms >= coalesce((SELECT max(at_ms) FROM presence_change WHERE device_id = ${of} AND at_ms < ?), 0)
       ORDER BY at_ms, is_present DESC`,
      [key, key, fromMs],
    )
    return rows.map(({ atMs, isPresent }) => ({ atMs, isPresent: isPresent === 1 }))
  }
}

/** One at a time of each sensor. */
export async function beginBlind(
  manager: EntityManager,
  { sensorId, fromMs, cause }: { sensorId: number; fromMs: number; cause: BlindCause },
): Promise<void> {
  await manager.query(
    `INSERT OR IGNORE INTO sensor_blind (sensor_id, from_ms, cause) SELECT ?1, ?2, ?3
     WHERE NOT EXISTS (SELECT 1 FROM sensor_blind WHERE sensor_id = ?1 AND until_ms IS NULL)`,
    [sensorId, fromMs, cause],
  )
}
