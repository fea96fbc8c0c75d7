/**
 * Bytes by day, device and reach, so that months with any billing day are sums of few rows; and quotas over them.
 * What a second sensor counts, too, is left out.
 */

import { DAY_MS } from '@netwatcher/shared'
import { type REACHES, reachOf } from '@netwatcher/shared/destinations'
import type { DataSource, EntityManager } from 'typeorm'
import type { TrafficRow } from '../daemon/types.js'
import { DEVICES_OF_MAC, macOf } from './keys.js'
import type { NoteRepository } from './note-repository.js'
import { sumOf, sumOfTwo } from './totals.js'
import type { TransactionQueue } from './transaction-queue.js'

/** yyyymmdd. */
export type Day = number

export interface DayVolume {
  day: Day
  reach: (typeof REACHES)[number]
  txBytes: number
  rxBytes: number
}

export interface Quota {
  device: string | null
  limitBytes: number
  alertPercent: number
  usedBytes: number
}

/** Days of two years and a month. */
const KEPT_DAYS = 760

export class VolumeRepository {
  constructor(
    private readonly read: DataSource,
    private readonly writes: TransactionQueue,
    private readonly notes: NoteRepository,
  ) {}

  /** In the ingest's transaction. */
  async add(
    manager: EntityManager,
    siteId: number,
    rows: readonly TrafficRow[],
    atMs: number,
  ): Promise<void> {
    const sums = new Map<string, [mac: string, reach: string, tx: number, rx: number]>()
    for (const { deviceMac, remoteIp, txBytes, rxBytes, isSecondView } of rows) {
      if (isSecondView || deviceMac === '') continue
      const reach = reachOf(remoteIp)
      const key = `${deviceMac} ${reach}`
      const sum = sums.get(key) ?? [deviceMac, reach, 0, 0]
      sum[2] += txBytes
      sum[3] += rxBytes
      sums.set(key, sum)
    }
    if (sums.size === 0) return
    const day = dayOf(atMs)
    await manager.query(ADD_DAYS, [siteId, day, JSON.stringify([...sums.values()])])
    await this.checkQuotas(manager, day, atMs)
  }

  /** By day, newest first; of one device, or all that are shown. */
  async days(device: string | undefined): Promise<DayVolume[]> {
    const where = device === undefined ? '' : `WHERE device_id IN ${DEVICES_OF_MAC}`
    return await this.read.query(
      `SELECT day, reach, ${sumOf('tx_bytes')} AS txBytes, ${sumOf('rx_bytes')} AS rxBytes FROM device_day ${where}
       GROUP BY day, reach ORDER BY day DESC`,
      device === undefined ? [] : [device],
    )
  }

  async billingDay(): Promise<number> {
    return billingDayOf(this.read)
  }

  setBillingDay(day: number): Promise<void> {
    return this.writes.run(async (manager) => {
      await manager.query('UPDATE billing SET day = ?', [day])
    })
  }

  async quotas(nowMs: number): Promise<Quota[]> {
    const since = monthStart(dayOf(nowMs), await this.billingDay())
    return await this.read.query(
      `SELECT ${macOf('q.device_id')} AS device, limit_bytes AS limitBytes, alert_percent AS alertPercent,
         ${usedSince('q.device_id')} AS usedBytes
       FROM quota q ORDER BY q.device_id`,
      [since],
    )
  }

  /** Null takes it away. False: there is no such device. */
  setQuota(device: string | null, limitBytes: number | null, alertPercent: number): Promise<boolean> {
    return this.writes.run(async (manager) => {
      const [row]: { id: number }[] =
        device === null
          ? [{ id: 0 }]
          : await manager.query(
              `SELECT coalesce(merged_into, id) AS id FROM device WHERE id IN ${DEVICES_OF_MAC} LIMIT 1`,
              [device],
            )
      if (!row) return false
      await manager.query('DELETE FROM quota WHERE device_id = ?', [row.id])
      if (limitBytes === null) return true
      await manager.query('INSERT INTO quota (device_id, limit_bytes, alert_percent) VALUES (?, ?, ?)', [
        row.id,
        limitBytes,
        alertPercent,
      ])
      return true
    })
  }

  /** Days that no month needs any more, by a time that is believed. */
  forgetOld(nowMs: number): Promise<void> {
    return this.writes.run(async (manager) => {
      await manager.query('DELETE FROM device_day WHERE day < ?', [dayOf(nowMs - KEPT_DAYS * DAY_MS)])
    })
  }

  /** Each is told once a month. */
  private async checkQuotas(manager: EntityManager, day: Day, atMs: number): Promise<void> {
    const since = monthStart(day, await billingDayOf(manager))
    const reached: { deviceId: number; percent: number }[] = await manager.query(
      `SELECT device_id AS deviceId, alert_percent AS percent FROM quota q WHERE told_day < ?1
         AND ${usedSince('q.device_id', '?1')} >= limit_bytes * alert_percent / 100.0`,
      [since],
    )
    for (const { deviceId, percent } of reached) {
      await manager.query('UPDATE quota SET told_day = ? WHERE device_id = ?', [day, deviceId])
      await this.notes.add(manager, [{ atMs, kind: 'quota', deviceId, subject: String(percent) }])
    }
  }
}

/** Of the internet, both ways. */
const usedSince = (deviceId: string, since = '?') => `(SELECT ${sumOf('d.tx_bytes + d.rx_bytes')}
  FROM device_day d WHERE d.reach = 'internet' AND d.day >= ${since} AND (${deviceId} = 0
    OR d.device_id IN (SELECT id FROM device m WHERE coalesce(m.merged_into, m.id) = ${deviceId})))`

const ADD_DAYS = `
  INSERT INTO device_day (day, device_id, reach, tx_bytes, rx_bytes)
  SELECT ?2, device_mac.device_id, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?3)
  CROSS JOIN device_mac ON site_id = ?1 AND mac = value ->> 0 WHERE true
  ON CONFLICT (device_id, day, reach) DO UPDATE SET
    tx_bytes = ${sumOfTwo('tx_bytes', 'excluded.tx_bytes')}, rx_bytes = ${sumOfTwo('rx_bytes', 'excluded.rx_bytes')}`

async function billingDayOf(asker: Pick<EntityManager, 'query'>): Promise<number> {
  const [row]: { day: number }[] = await asker.query('SELECT day FROM billing')
  return row?.day ?? 1
}

/** Where this machine lives. */
export function dayOf(atMs: number): Day {
  const date = new Date(atMs)
  return date.getFullYear() * 10_000 + (date.getMonth() + 1) * 100 + date.getDate()
}

/** The first day of the month that a day is in, when months begin on `billingDay`. */
export function monthStart(day: Day, billingDay: number): Day {
  const [year, month] = [Math.floor(day / 10_000), Math.floor(day / 100) % 100]
  if (day % 100 >= billingDay) return year * 10_000 + month * 100 + billingDay
  return month === 1
    ? (year - 1) * 10_000 + 1200 + billingDay
    : year * 10_000 + (month - 1) * 100 + billingDay
}
