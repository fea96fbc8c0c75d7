/**
 * Texts to small integers: sensors, networks, addresses, devices and flows get
 * an id the first time they are written, and a bounded memory of recent ones
 * saves the look-up. Only used within a write; when that is rolled back the
 * memory must be cleared, because it may name rows that do not exist.
 */

import type { EntityManager } from 'typeorm'
import type { SensorId } from '../daemon/types.js'
import { GenerationMap } from './generations.js'

const NETWORKS = 10_000
const ADDRESSES = 100_000
const DEVICES = 20_000
const FLOWS = 200_000

export class Interner {
  private readonly sites = new Map<number, number>()
  private readonly sensors = new Map<string, number>()
  private readonly networks = new GenerationMap<string, number>(NETWORKS)
  private readonly addresses = new GenerationMap<string, number>(ADDRESSES)
  private readonly devices = new GenerationMap<string, number>(DEVICES)
  private readonly flows = new GenerationMap<string, number>(FLOWS)

  clear(): void {
    this.sites.clear()
    this.sensors.clear()
    this.networks.clear()
    this.addresses.clear()
    this.devices.clear()
    this.flows.clear()
  }

  async sensorId(manager: EntityManager, siteId: number, sensor: SensorId): Promise<number> {
    const key = `${siteId} ${sensor.daemonId} ${sensor.interface}`
    const known = this.sensors.get(key)
    if (known !== undefined) return known
    const parameters = [siteId, sensor.daemonId, sensor.interface]
    await manager.query(
      'INSERT OR IGNORE INTO sensor (site_id, daemon_id, interface) VALUES (?, ?, ?)',
      parameters,
    )
    const rows: { id: number }[] = await manager.query(
      'SELECT id FROM sensor WHERE site_id = ? AND daemon_id = ? AND interface = ?',
      parameters,
    )
    const id = rows[0]?.id ?? 0
    this.sensors.set(key, id)
    return id
  }

  /** Sensors of a daemon with one segment, the name of an interface among them, see the same networks from now on. */
  async placeSensor(
    manager: EntityManager,
    siteId: number,
    sensor: SensorId,
    segment: string,
  ): Promise<void> {
    const id = await this.sensorId(manager, siteId, sensor)
    const first = { ...sensor, interface: segment === '' ? sensor.interface : segment }
    const segmentId = await this.sensorId(manager, siteId, first)
    await manager.query('UPDATE sensor SET segment_id = ?1 WHERE id = ?2 AND segment_id IS NOT ?1', [
      segmentId,
      id,
    ])
    const [changed]: { n: number }[] = await manager.query('SELECT changes() AS n')
    if (changed?.n !== 0) this.networks.clear()
  }

  /** The network that a sensor sees under a VLAN identifier (0: untagged): one for all sensors of its segment. */
  async networkId(manager: EntityManager, siteId: number, sensorId: number, vlan: number): Promise<number> {
    const key = `${sensorId} ${vlan}`
    const known = this.networks.get(key)
    if (known !== undefined) return known
    const find = async (): Promise<number | undefined> => {
      const rows: { id: number }[] = await manager.query(
        `SELECT network_id AS id FROM sensor_network WHERE sensor_id = ${SEGMENT_OF} AND vlan = ?`,
        [sensorId, vlan],
      )
      return rows[0]?.id
    }
    let id = await find()
    if (id === undefined) {
      await manager.query('INSERT INTO network (site_id) VALUES (?)', [siteId])
      await manager.query(
        `INSERT INTO sensor_network (sensor_id, vlan, network_id) VALUES (${SEGMENT_OF}, ?, (SELECT max(id) FROM network))`,
        [sensorId, vlan],
      )
      id = (await find()) ?? 0
    }
    this.networks.set(key, id)
    return id
  }

  /** The network that stands for all destinations of a site. */
  async destinationsId(manager: EntityManager, siteId: number): Promise<number> {
    const known = this.sites.get(siteId)
    if (known !== undefined) return known
    const rows: { id: number }[] = await manager.query('SELECT network_id AS id FROM site WHERE id = ?', [
      siteId,
    ])
    const id = rows[0]?.id ?? 0
    this.sites.set(siteId, id)
    return id
  }

  /** The ids of the addresses in a network, in their order; so do the other two. */
  addressIds(manager: EntityManager, networkId: number, ips: readonly string[]): Promise<number[]> {
    const keys = ips.map((ip) => `${networkId} ${ip}`)
    return resolve(this.addresses, keys, (missing) => {
      const json = JSON.stringify(missing.map(afterSpace))
      return idsOf(manager, missing, {
        table: 'address',
        insert:
          'INSERT OR IGNORE INTO address (id, network_id, ip) SELECT ? + key, ?, value FROM json_each(?)',
        parameters: [networkId, json],
        select: `SELECT address.id FROM json_each(?2) wanted CROSS JOIN address
          WHERE address.network_id = ?1 AND address.ip = wanted.value ORDER BY wanted.key`,
        wanted: [networkId, json],
      })
    })
  }

  /** Devices that are not known yet appear as seen at `atMs`; without a MAC it is 0. */
  deviceIds(
    manager: EntityManager,
    siteId: number,
    macs: readonly string[],
    sensorId: number,
    atMs: number,
  ): Promise<number[]> {
    const keys = macs.map((mac) => `${siteId} ${mac}`)
    return resolve(this.devices, keys, async (wanted) => {
      const missing = wanted.filter((key) => afterSpace(key) !== '')
      if (missing.length === 0) return []
      const json = JSON.stringify(missing.map(afterSpace))
      return idsOf(manager, missing, {
        table: 'device',
        insert: `INSERT OR IGNORE INTO device_mac (device_id, site_id, mac)
          SELECT ? + key, ?, value FROM json_each(?)`,
        parameters: [siteId, json],
        afterInsert: (next) =>
          manager.query(
            `INSERT INTO device (id, sensor_id, first_seen_ms, last_seen_ms)
             SELECT device_id, ?, ?, ? FROM device_mac WHERE device_id >= ?`,
            [sensorId, atMs, atMs, next],
          ),
        select: `SELECT device_mac.device_id AS id FROM json_each(?2) wanted CROSS JOIN device_mac
          WHERE device_mac.site_id = ?1 AND device_mac.mac = wanted.value ORDER BY wanted.key`,
        wanted: [siteId, json],
      })
    })
  }

  /** A key is `sensor,device,device address,remote address,protocol,port`, all numbers; flows that are not known yet start with zero counters. */
  flowIds(manager: EntityManager, keys: readonly string[], atMs: number): Promise<number[]> {
    return resolve(this.flows, keys, (missing) => {
      const json = `[${missing.map((key) => `[${key}]`).join(',')}]`
      return idsOf(manager, missing, {
        table: 'flow',
        insert: `INSERT OR IGNORE INTO flow (id, sensor_id, device_id, device_address_id, remote_id, protocol, port,
            tx_bytes, rx_bytes, tx_packets, rx_packets, first_seen_ms, last_seen_ms)
          SELECT ? + key, ${FLOW_COLUMNS}, 0, 0, 0, 0, ?, ? FROM json_each(?)`,
        parameters: [atMs, atMs, json],
        select: `SELECT flow.id
          FROM (SELECT key AS place, ${FLOW_COLUMNS_NAMED} FROM json_each(?)) wanted
          JOIN flow USING (remote_id, device_id, protocol, port, device_address_id, sensor_id)
          ORDER BY place`,
        wanted: [json],
      })
    })
  }
}

/** The sensor that stands for the segment of one; takes its id. */
const SEGMENT_OF = '(SELECT coalesce(segment_id, id) FROM sensor WHERE id = ?)'

const FLOW_COLUMNS = [0, 1, 2, 3, 4, 5].map((i) => `value ->> ${i}`).join(', ')
const FLOW_COLUMNS_NAMED = ['sensor_id', 'device_id', 'device_address_id', 'remote_id', 'protocol', 'port']
  .map((name, i) => `value ->> ${i} AS ${name}`)
  .join(', ')

/** Keys are a number, a space and the text. */
function afterSpace(key: string): string {
  return key.slice(key.indexOf(' ') + 1)
}

interface Keys {
  table: string
  /** Takes the first id, then the parameters. */
  insert: string
  parameters: unknown[]
  /** For what goes with the rows that were inserted, whose ids begin with `next`. */
  afterInsert?: (next: number) => Promise<unknown>
  /** Gives the ids in the order of the keys in its JSON parameter. */
  select: string
  wanted: unknown[]
}

/** New keys get ids in a row, so that where all are new nothing needs to be read. */
async function idsOf(
  manager: EntityManager,
  missing: readonly string[],
  { table, insert, parameters, afterInsert, select, wanted }: Keys,
): Promise<[string, number][]> {
  const [row]: { next: number }[] = await manager.query(
    `SELECT coalesce((SELECT max(id) FROM ${table}), 0) + 1 AS next`,
  )
  const next = row?.next ?? 1
  await manager.query(insert, [next, ...parameters])
  const [inserted]: { n: number }[] = await manager.query('SELECT changes() AS n')
  await afterInsert?.(next)
  if (inserted?.n === missing.length) return missing.map((key, i) => [key, next + i])
  const rows: { id: number }[] = await manager.query(select, wanted)
  return missing.map((key, i) => [key, rows[i]?.id ?? 0])
}

async function resolve(
  memory: GenerationMap<string, number>,
  keys: readonly string[],
  fetch: (missing: string[]) => Promise<[string, number][]>,
): Promise<number[]> {
  const ids = keys.map((key) => memory.get(key) ?? 0)
  const missing = new Set<string>()
  for (const [i, key] of keys.entries()) if (ids[i] === 0) missing.add(key)
  if (missing.size === 0) return ids
  const found = new Map(await fetch([...missing]))
  for (const [key, id] of found) memory.set(key, id)
  return keys.map((key, i) => ids[i] || (found.get(key) ?? 0))
}
