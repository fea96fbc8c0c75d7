/** Devices as they are read: lists, one by its key, exports. */

import { DAY_MS } from '@netwatcher/shared'
import type { DataSource } from 'typeorm'
import type { DeviceKey } from '../contract/devices.js'
import type { Cursor } from './cursor.js'
import {
  DEVICE_DETAILS,
  DEVICE_ORDERS,
  type DeviceFilter,
  type DeviceQuery,
  deviceConditions,
  deviceFrom,
  IS_DEVICE,
  isDeviceKey,
  type RawDevice,
  type StoredDevice,
} from './device-rows.js'
import { isLastHolder, membersOf } from './keys.js'
import { type Order, orderAndLimit, orderBy } from './paging.js'

export interface DevicePaths {
  macs: string[]
  /** The one that was seen last first. */
  ips: string[]
}

export class DeviceRepository {
  constructor(
    private readonly read: DataSource,
    private readonly openCursor: () => Promise<Cursor>,
  ) {}

  async list(query: DeviceQuery): Promise<{ devices: StoredDevice[]; total: number }> {
    const where = deviceConditions(query)
    const [count]: { total: number }[] = await this.read.query(
      `SELECT count(*) AS total FROM device d ${where}`,
      where.parameters,
    )
    const page = `SELECT d.id FROM device d ${where} ${orderAndLimit(DEVICE_ORDERS, query.order, query, 'd.id')}`
    const rows: RawDevice[] = await this.read.query(
      `${DEVICE_DETAILS} WHERE d.id IN (${page}) ${orderAndLimit(DEVICE_ORDERS, query.order, { page: 1, pageSize: query.pageSize }, 'd.id')}`,
      where.parameters,
    )
    return { devices: rows.map(deviceFrom), total: count?.total ?? 0 }
  }

  /** Every device of a list in its order, as it is at one moment. */
  async *export(query: DeviceFilter & { order: Order }): AsyncGenerator<StoredDevice> {
    await using cursor = await this.openCursor()
    const where = deviceConditions(query)
    const sql = `${DEVICE_DETAILS} ${where} ${orderBy(DEVICE_ORDERS, query.order, 'd.id')}`
    for await (const row of cursor.rows<RawDevice>(sql, where.parameters)) yield deviceFrom(row)
  }

  /** A MAC may be of several devices, one in each site: then the one that was seen first. */
  async get(key: DeviceKey): Promise<StoredDevice | null> {
    const [row]: RawDevice[] = await this.read.query(
      `${DEVICE_DETAILS} WHERE ${IS_DEVICE} AND ${isDeviceKey(key)} ORDER BY d.id LIMIT 1`,
      [key],
    )
    return row ? deviceFrom(row) : null
  }

  /** The device of a site that has that MAC. */
  async ofMac(siteId: number, mac: string): Promise<StoredDevice | null> {
    const [row]: RawDevice[] = await this.read.query(
      `${DEVICE_DETAILS} WHERE d.id = (SELECT coalesce(merged_into, id) FROM device_mac JOIN device ON id = device_id
        WHERE site_id = ? AND mac = ?)`,
      [siteId, mac],
    )
    return row ? deviceFrom(row) : null
  }

  /** The device of a site that had that address last, and owned it; null when none had. */
  async holderOf(siteId: number, ip: string): Promise<StoredDevice | null> {
    const [row]: RawDevice[] = await this.read.query(
      `${DEVICE_DETAILS} WHERE d.id = (SELECT coalesce(m.merged_into, m.id)
        FROM device_address da JOIN device m ON m.id = da.device_id JOIN address ON address.id = address_id
        JOIN network ON network.id = network_id WHERE site_id = ? AND ip = ?
        ORDER BY is_disputed, da.last_seen_ms DESC LIMIT 1)`,
      [siteId, ip],
    )
    return row ? deviceFrom(row) : null
  }

  /**
   * All that a device of a site is reached by: its MACs, and what was its address on the last day that it was seen
   * and nobody disputes.
   */
  async pathsTo(siteId: number, mac: string): Promise<DevicePaths | null> {
    const device = membersOf(
      '(SELECT coalesce(merged_into, id) FROM device_mac JOIN device ON id = device_id WHERE site_id = ?1 AND mac = ?2)',
    )
    const macs: { mac: string }[] = await this.read.query(
      `SELECT mac FROM device_mac WHERE device_id IN ${device}`,
      [siteId, mac],
    )
    if (macs.length === 0) return null
    const addresses: { ip: string }[] = await this.read.query(
      `SELECT DISTINCT ip FROM device_address held JOIN address ON address.id = address_id
       WHERE device_id IN ${device} AND ip <> '' AND NOT is_disputed AND ${isLastHolder('held')} AND last_seen_ms >
         (SELECT max(last_seen_ms) FROM device_address WHERE device_id IN ${device}) - ${DAY_MS}
       ORDER BY last_seen_ms DESC`,
      [siteId, mac],
    )
    return { macs: macs.map((row) => row.mac), ips: addresses.map(({ ip }) => ip) }
  }

  /** Of a site: all MACs of the devices with that tag, this machine's own apart. */
  async macsTagged(siteId: number, tag: string): Promise<string[]> {
    const rows: { mac: string }[] = await this.read.query(
      `SELECT mac FROM device_mac held JOIN device m ON m.id = held.device_id
         JOIN device d ON d.id = coalesce(m.merged_into, m.id)
       WHERE held.site_id = ? AND d.is_self = 0 AND ${IS_DEVICE}
         AND EXISTS (SELECT 1 FROM device_tag WHERE device_id = d.id AND tag = ?) ORDER BY mac`,
      [siteId, tag],
    )
    return rows.map(({ mac }) => mac)
  }

  async getMany(macs: readonly string[]): Promise<StoredDevice[]> {
    const rows: RawDevice[] = await this.read.query(
      `${DEVICE_DETAILS} WHERE ${IS_DEVICE} AND d.id IN (SELECT coalesce(merged_into, id) FROM device_mac
         JOIN device ON id = device_id
         WHERE site_id IN (SELECT id FROM site) AND mac IN (SELECT value FROM json_each(?)))`,
      [JSON.stringify(macs)],
    )
    return rows.map(deviceFrom)
  }

  async countOnline(): Promise<number> {
    const where = deviceConditions({ shown: 'current', presence: 'online' })
    const [row]: { n: number }[] = await this.read.query(
      `SELECT count(*) AS n FROM device d ${where}`,
      where.parameters,
    )
    return row?.n ?? 0
  }

  /** Addresses that were there for a moment only, since then. */
  async countShortLived(sinceMs: number): Promise<number> {
    const [row]: { total: number }[] = await this.read.query(
      `SELECT (SELECT count(*) FROM device WHERE admitted_ms IS NULL AND is_flood)
         + coalesce((SELECT sum(addresses) FROM short_lived WHERE hour_ms >= ?), 0) AS total`,
      [sinceMs],
    )
    return row?.total ?? 0
  }

  /** Those that people are shown: neither ignored nor archived. */
  async count(): Promise<number> {
    const [row]: { total: number }[] = await this.read.query(
      `SELECT count(*) AS total FROM device d ${deviceConditions({ shown: 'current' })}`,
    )
    return row?.total ?? 0
  }
}
