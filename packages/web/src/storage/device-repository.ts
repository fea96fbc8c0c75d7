/**
 * Devices with their addresses and names. Sightings are written in the
 * ingest's transaction, one statement per table for all of them.
 */

import { cleanName, DAY_MS } from '@netwatcher/shared'
import type { DataSource, EntityManager } from 'typeorm'
import type { DeviceKey, DevicePatch, DeviceSort, Presence } from '../contract/devices.js'
import type { FinishedScan, Host, NameSighting } from '../daemon/types.js'
import type { Cursor } from './cursor.js'
import type { Interner } from './intern.js'
import { DEVICES_OF_MAC, isLastHolder, macOf } from './keys.js'
import { type Addressed, missedBy } from './missed-scan.js'
import { likePattern, type Order, orderAndLimit, orderBy, type PageQuery, Where } from './paging.js'
import type { TransactionQueue } from './transaction-queue.js'

export interface StoredDevice {
  id: number
  mac: string
  site: string
  interface: string
  name: string | null
  notes: string
  isKnown: boolean
  isIgnored: boolean
  isSelf: boolean
  isGateway: boolean
  presence: Presence
  missedScans: number
  evidence: string
  firstSeenMs: number
  lastSeenMs: number
  txBytes: number
  rxBytes: number
  activeAlerts: number
  addresses: { ip: string; firstSeenMs: number; lastSeenMs: number }[]
  /** Names by source. */
  names: Record<string, string>
}

export interface DevicePaths {
  macs: string[]
  /** The one that was seen last first. */
  ips: string[]
}

export interface DeviceQuery extends PageQuery {
  order: Order
  text?: string
  presence?: Presence
  isKnown?: boolean
  isIgnored?: boolean
  /** First octets of MACs whose vendor matches the text. */
  vendorPrefixes?: string[]
}

const ORDERS: Record<DeviceSort, readonly string[]> = {
  lastSeen: ['d.last_seen_ms'],
  firstSeen: ['d.first_seen_ms'],
  mac: [macOf('d.id')],
  name: ['d.name'],
  presence: ['d.presence'],
  bytes: ['(d.tx_bytes + d.rx_bytes)'],
  txBytes: ['d.tx_bytes'],
  rxBytes: ['d.rx_bytes'],
}

const SHOWN_ADDRESSES = 16

const DETAILS = `
  SELECT d.id, ${macOf('d.id')} AS mac, s.interface,
    (SELECT site.name FROM device_mac JOIN site ON site.id = site_id WHERE device_id = d.id LIMIT 1) AS site, d.name, d.notes, d.is_known, d.is_ignored, d.is_self, d.is_gateway,
    d.presence, d.missed_scans, d.evidence, d.first_seen_ms, d.last_seen_ms, d.tx_bytes, d.rx_bytes,
    (SELECT count(DISTINCT a.id) FROM device_mac JOIN alert_mac USING (site_id, mac) JOIN alert a ON a.id = alert_id
      WHERE device_id = d.id AND a.state = 'active' AND a.severity > 0) AS active_alerts,
    (SELECT json_group_array(json_object('ip', ip, 'firstSeenMs', first_seen_ms, 'lastSeenMs', last_seen_ms))
      FROM (SELECT ip, min(first_seen_ms) AS first_seen_ms, max(last_seen_ms) AS last_seen_ms
        FROM device_address JOIN address ON address.id = address_id WHERE device_id = d.id
        GROUP BY ip ORDER BY ip LIKE '%:%', 3 DESC LIMIT ${SHOWN_ADDRESSES})) AS addresses,
    (SELECT json_group_object(source, name) FROM device_name WHERE device_id = d.id) AS names
  FROM device d LEFT JOIN sensor s ON s.id = d.sensor_id`

export class DeviceRepository {
  constructor(
    private readonly read: DataSource,
    private readonly writes: TransactionQueue,
    private readonly interner: Interner,
    private readonly openCursor: () => Promise<Cursor>,
  ) {}

  async list(query: DeviceQuery): Promise<{ devices: StoredDevice[]; total: number }> {
    const where = conditions(query)
    const [count]: { total: number }[] = await this.read.query(
      `SELECT count(*) AS total FROM device d ${where}`,
      where.parameters,
    )
    const page = `SELECT d.id FROM device d ${where} ${orderAndLimit(ORDERS, query.order, query, 'd.id')}`
    const rows: RawDevice[] = await this.read.query(
      `${DETAILS} WHERE d.id IN (${page}) ${orderAndLimit(ORDERS, query.order, { page: 1, pageSize: query.pageSize }, 'd.id')}`,
      where.parameters,
    )
    return { devices: rows.map(deviceFrom), total: count?.total ?? 0 }
  }

  /** Every device of a list in its order, as it is at one moment. */
  async *export(query: Omit<DeviceQuery, keyof PageQuery>): AsyncGenerator<StoredDevice> {
    await using cursor = await this.openCursor()
    const where = conditions(query)
    const sql = `${DETAILS} ${where} ${orderBy(ORDERS, query.order, 'd.id')}`
    for await (const row of cursor.rows<RawDevice>(sql, where.parameters)) yield deviceFrom(row)
  }

  /** A MAC may be of several devices, one in each site: then the one that was seen first. */
  async get(key: DeviceKey): Promise<StoredDevice | null> {
    const [row]: RawDevice[] = await this.read.query(`${DETAILS} WHERE ${isKey(key)} ORDER BY d.id LIMIT 1`, [
      key,
    ])
    return row ? deviceFrom(row) : null
  }

  /** The device of a site that has that MAC. */
  async ofMac(siteId: number, mac: string): Promise<StoredDevice | null> {
    const [row]: RawDevice[] = await this.read.query(
      `${DETAILS} WHERE d.id = (SELECT device_id FROM device_mac WHERE site_id = ? AND mac = ?)`,
      [siteId, mac],
    )
    return row ? deviceFrom(row) : null
  }

  /** The device of a site that had that address last; null when none had. */
  async holderOf(siteId: number, ip: string): Promise<StoredDevice | null> {
    const [row]: RawDevice[] = await this.read.query(
      `${DETAILS} WHERE d.id = (SELECT device_id FROM device_address JOIN address ON address.id = address_id
        JOIN network ON network.id = network_id WHERE site_id = ? AND ip = ? ORDER BY last_seen_ms DESC LIMIT 1)`,
      [siteId, ip],
    )
    return row ? deviceFrom(row) : null
  }

  /** All that a device of a site is reached by: its MACs, and what was its address on the last day that it was seen. */
  async pathsTo(siteId: number, mac: string): Promise<DevicePaths | null> {
    const device = '(SELECT device_id FROM device_mac WHERE site_id = ?1 AND mac = ?2)'
    const macs: { mac: string }[] = await this.read.query(
      `SELECT mac FROM device_mac WHERE device_id = ${device}`,
      [siteId, mac],
    )
    if (macs.length === 0) return null
    const addresses: { ip: string }[] = await this.read.query(
      `SELECT DISTINCT ip FROM device_address held JOIN address ON address.id = address_id
       WHERE device_id = ${device} AND ip <> '' AND ${isLastHolder('held')} AND last_seen_ms >
         (SELECT max(last_seen_ms) FROM device_address WHERE device_id = ${device}) - ${DAY_MS}
       ORDER BY last_seen_ms DESC`,
      [siteId, mac],
    )
    return { macs: macs.map((row) => row.mac), ips: addresses.map(({ ip }) => ip) }
  }

  async getMany(macs: readonly string[]): Promise<StoredDevice[]> {
    const rows: RawDevice[] = await this.read.query(
      `${DETAILS} WHERE d.id IN (SELECT device_id FROM device_mac
         WHERE site_id IN (SELECT id FROM site) AND mac IN (SELECT value FROM json_each(?)))`,
      [JSON.stringify(macs)],
    )
    return rows.map(deviceFrom)
  }

  async countOnline(): Promise<number> {
    const [row]: { n: number }[] = await this.read.query(
      "SELECT count(*) AS n FROM device WHERE presence = 'online'",
    )
    return row?.n ?? 0
  }

  async count(): Promise<number> {
    const [row]: { total: number }[] = await this.read.query('SELECT count(*) AS total FROM device')
    return row?.total ?? 0
  }

  /** False when there is no such device. */
  patch(key: DeviceKey, patch: DevicePatch): Promise<boolean> {
    const sets: string[] = []
    const values: unknown[] = []
    const set = (column: string, value: unknown) => {
      sets.push(`${column} = ?`)
      values.push(value)
    }
    if (patch.name !== undefined) set('name', patch.name)
    if (patch.notes !== undefined) set('notes', patch.notes)
    if (patch.isKnown !== undefined) set('is_known', Number(patch.isKnown))
    if (patch.isIgnored !== undefined) set('is_ignored', Number(patch.isIgnored))
    return this.writes.run(async (manager) => {
      const [found]: { id: number }[] = await manager.query(
        `SELECT d.id FROM device d WHERE ${isKey(key)} ORDER BY d.id LIMIT 1`,
        [key],
      )
      if (!found) return false
      if (sets.length > 0) {
        await manager.query(`UPDATE device SET ${sets.join(', ')} WHERE id = ?`, [...values, found.id])
      }
      return true
    })
  }

  /** Hosts of one sensor and VLAN. Those with a MAC become sightings of devices; others have no identity to keep. */
  async applyHosts(manager: EntityManager, siteId: number, hosts: readonly Host[]): Promise<void> {
    const first = hosts[0]
    if (!first) return
    const sensorId = await this.interner.sensorId(manager, siteId, first.sensor)
    const networkId = await this.interner.networkId(manager, siteId, sensorId, first.vlan)
    const sighted = hosts.filter((host) => host.mac !== null)
    const macs = sighted.map((host) => host.mac ?? '')
    const devices = await this.interner.deviceIds(manager, siteId, macs, sensorId, first.seenMs)
    const ips = sighted.map((host) => host.ip)
    const addresses = await this.interner.addressIds(manager, networkId, ips)
    const pairs = sighted.map((host, i) => [devices[i], addresses[i], host.seenMs])
    await manager.query(SIGHT_ADDRESSES, [JSON.stringify(pairs)])
    const idOf = new Map(macs.map((mac, i) => [mac, devices[i]]))
    const latest = [...latestByMac(sighted)].map(([mac, host]) => [
      idOf.get(mac),
      host.seenMs,
      host.evidence,
      Number(host.isSelf),
      Number(host.isGateway),
    ])
    await manager.query(SIGHT_DEVICES, [sensorId, JSON.stringify(latest)])
  }

  async applyNames(
    manager: EntityManager,
    siteId: number,
    names: readonly NameSighting[],
    atMs: number,
  ): Promise<void> {
    const cleaned = names.flatMap((sighting) => {
      const name = cleanName(sighting.name)
      return name ? [{ ...sighting, name }] : []
    })
    if (cleaned.length === 0) return
    const ips = cleaned.map(({ ip }) => ip)
    const destinationsId = await this.interner.destinationsId(manager, siteId)
    const addresses = await this.interner.addressIds(manager, destinationsId, ips)
    const byAddress = cleaned.map(({ source, name }, i) => [addresses[i], source, name])
    await manager.query(NAME_ADDRESSES, [atMs, JSON.stringify(byAddress)])
    const byDevice = cleaned.flatMap(({ mac, source, name }) => (mac ? [[mac, source, name]] : []))
    await manager.query(NAME_DEVICES, [atMs, JSON.stringify(byDevice), siteId])
  }

  /** A finished scan of a sensor: who was asked and did not answer. */
  async countMissedScan(
    manager: EntityManager,
    siteId: number,
    { sensor, summary, hosts }: FinishedScan,
  ): Promise<void> {
    const sensorId = await this.interner.sensorId(manager, siteId, sensor)
    const networkId = await this.interner.networkId(manager, siteId, sensorId, summary.vlan)
    const rows: Addressed[] = await manager.query(WATCHED_ADDRESSES, [sensorId])
    const found = new Set(hosts.map(({ mac }) => mac))
    const missed = missedBy(
      summary.targets,
      rows.filter((row) => row.networkId === networkId && !found.has(row.mac)),
    )
    await manager.query(
      'UPDATE device SET missed_scans = missed_scans + 1 WHERE id IN (SELECT value FROM json_each(?))',
      [JSON.stringify(missed)],
    )
  }

  /** What the presence rules need, of every device that is not settled as offline. */
  async listUnsettled(): Promise<PresenceRow[]> {
    return await this.read.query(
      `SELECT d.id, ${macOf('d.id')} AS mac, s.daemon_id AS daemonId, s.interface, d.presence, d.missed_scans AS missedScans, d.is_self AS isSelf,
         d.last_seen_ms AS lastSeenMs
       FROM device d LEFT JOIN sensor s ON s.id = d.sensor_id WHERE d.presence <> 'offline'`,
    )
  }

  setPresence(changes: readonly { id: number; presence: Presence }[]): Promise<void> {
    const rows = changes.map(({ id, presence }) => [id, presence])
    return this.writes.run(async (manager) => {
      await manager.query(
        `UPDATE device SET presence = value ->> 1 FROM json_each(?) WHERE device.id = value ->> 0`,
        [JSON.stringify(rows)],
      )
    })
  }
}

export interface PresenceRow {
  id: number
  mac: string
  daemonId: string | null
  interface: string | null
  presence: Presence
  missedScans: number
  isSelf: number
  lastSeenMs: number
}

/** Devices that a sensor watches, by the IPv4 address that each was seen with last. */
const WATCHED_ADDRESSES = `
  SELECT d.id, ${macOf('d.id')} AS mac, a.network_id AS networkId, a.ip, max(da.last_seen_ms)
  FROM device d JOIN device_address da ON da.device_id = d.id JOIN address a ON a.id = da.address_id
  WHERE d.sensor_id = ? AND d.is_self = 0 AND d.presence <> 'offline' AND a.ip NOT LIKE '%:%'
  GROUP BY d.id`

const SIGHT_ADDRESSES = `
  INSERT INTO device_address (device_id, address_id, first_seen_ms, last_seen_ms)
  SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 2 FROM json_each(?) WHERE true
  ON CONFLICT (device_id, address_id) DO UPDATE SET
    first_seen_ms = min(first_seen_ms, excluded.first_seen_ms),
    last_seen_ms = max(last_seen_ms, excluded.last_seen_ms)`

const SIGHT_DEVICES = `
  UPDATE device SET
    evidence = CASE WHEN value ->> 1 >= last_seen_ms THEN value ->> 2 ELSE evidence END,
    presence = CASE WHEN value ->> 1 >= last_seen_ms THEN 'online' ELSE presence END,
    missed_scans = CASE WHEN value ->> 1 >= last_seen_ms THEN 0 ELSE missed_scans END,
    sensor_id = CASE WHEN value ->> 1 >= last_seen_ms THEN ? ELSE sensor_id END,
    is_self = value ->> 3, is_gateway = value ->> 4,
    first_seen_ms = min(first_seen_ms, value ->> 1), last_seen_ms = max(last_seen_ms, value ->> 1)
  FROM json_each(?) WHERE device.id = value ->> 0`

/** One row per device: its latest sighting; an address that is a gateway makes the device one. */
function latestByMac(hosts: readonly Host[]): Map<string, Host> {
  const latest = new Map<string, Host>()
  for (const host of hosts) {
    const mac = host.mac ?? ''
    const other = latest.get(mac)
    const newer = !other || host.seenMs >= other.seenMs ? host : other
    latest.set(mac, {
      ...newer,
      isSelf: host.isSelf || (other?.isSelf ?? false),
      isGateway: host.isGateway || (other?.isGateway ?? false),
    })
  }
  return latest
}

const NAME_ADDRESSES = `
  INSERT INTO address_name (address_id, source, name, seen_ms)
  SELECT value ->> 0, value ->> 1, value ->> 2, ? FROM json_each(?) WHERE true
  ON CONFLICT (address_id, source) DO UPDATE SET name = excluded.name, seen_ms = excluded.seen_ms`

const NAME_DEVICES = `
  INSERT INTO device_name (device_id, source, name, seen_ms)
  SELECT device_mac.device_id, value ->> 1, value ->> 2, ?1 FROM json_each(?2)
  JOIN device_mac ON site_id = ?3 AND mac = value ->> 0 WHERE true
  ON CONFLICT (device_id, source) DO UPDATE SET name = excluded.name, seen_ms = excluded.seen_ms`

function conditions(query: Omit<DeviceQuery, keyof PageQuery>): Where {
  const where = new Where()
  if (query.presence !== undefined) where.add('d.presence = ?', query.presence)
  if (query.isKnown !== undefined) where.add('d.is_known = ?', Number(query.isKnown))
  if (query.isIgnored !== undefined) where.add('d.is_ignored = ?', Number(query.isIgnored))
  if (query.text !== undefined) {
    const like = likePattern(query.text)
    const prefixes = JSON.stringify(query.vendorPrefixes ?? [])
    where.add(
      `(d.id IN (SELECT device_id FROM device_mac WHERE mac LIKE ? ESCAPE '\\')
        OR d.name LIKE ? ESCAPE '\\' OR d.notes LIKE ? ESCAPE '\\'
        OR d.id IN (SELECT device_id FROM device_mac WHERE substr(mac, 1, 8) IN (SELECT value FROM json_each(?)))
        OR d.id IN (SELECT device_id FROM device_name WHERE name LIKE ? ESCAPE '\\')
        OR d.id IN (SELECT device_id FROM device_address JOIN address ON address.id = address_id
          WHERE ip LIKE ? ESCAPE '\\'))`,
      ...[like, like, like, prefixes, like, like],
    )
  }
  return where
}

/** SQL; takes the key as its parameter. */
function isKey(key: DeviceKey): string {
  return typeof key === 'number' ? 'd.id = ?' : `d.id IN ${DEVICES_OF_MAC}`
}

interface RawDevice {
  id: number
  mac: string
  site: string | null
  interface: string | null
  name: string | null
  notes: string
  is_known: number
  is_ignored: number
  is_self: number
  is_gateway: number
  presence: Presence
  missed_scans: number
  evidence: string
  first_seen_ms: number
  last_seen_ms: number
  tx_bytes: number
  rx_bytes: number
  active_alerts: number
  addresses: string
  names: string
}

function deviceFrom(row: RawDevice): StoredDevice {
  return {
    id: row.id,
    mac: row.mac,
    site: row.site ?? '',
    interface: row.interface ?? '',
    name: row.name,
    notes: row.notes,
    isKnown: row.is_known === 1,
    isIgnored: row.is_ignored === 1,
    isSelf: row.is_self === 1,
    isGateway: row.is_gateway === 1,
    presence: row.presence,
    missedScans: row.missed_scans,
    evidence: row.evidence,
    firstSeenMs: row.first_seen_ms,
    lastSeenMs: row.last_seen_ms,
    txBytes: row.tx_bytes,
    rxBytes: row.rx_bytes,
    activeAlerts: row.active_alerts,
    addresses: JSON.parse(row.addresses),
    names: JSON.parse(row.names),
  }
}
