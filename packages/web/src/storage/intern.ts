/**
 * Texts to small integers: sensors, addresses, devices and flows get an id the
 * first time they are written, and a bounded memory of recent ones saves the
 * look-up. Only used within a write; when that is rolled back the memory must
 * be cleared, because it may name rows that do not exist.
 */

import type { EntityManager } from 'typeorm'
import type { SensorId } from '../daemon/types.js'
import { GenerationMap } from './generations.js'

const ADDRESSES = 100_000
const DEVICES = 20_000
const FLOWS = 200_000

export class Interner {
  private readonly sensors = new Map<string, number>()
  private readonly addresses = new GenerationMap<string, number>(ADDRESSES)
  private readonly devices = new GenerationMap<string, number>(DEVICES)
  private readonly flows = new GenerationMap<string, number>(FLOWS)

  clear(): void {
    this.sensors.clear()
    this.addresses.clear()
    this.devices.clear()
    this.flows.clear()
  }

  async sensorId(manager: EntityManager, sensor: SensorId): Promise<number> {
    const key = `${sensor.daemonId} ${sensor.interface}`
    const known = this.sensors.get(key)
    if (known !== undefined) return known
    const parameters = [sensor.daemonId, sensor.interface]
    await manager.query('INSERT OR IGNORE INTO sensor (daemon_id, interface) VALUES (?, ?)', parameters)
    const rows: { id: number }[] = await manager.query(
      'SELECT id FROM sensor WHERE daemon_id = ? AND interface = ?',
      parameters,
    )
    const id = rows[0]?.id ?? 0
    this.sensors.set(key, id)
    return id
  }

  /** The ids of the keys, in their order; so do the other two. */
  addressIds(manager: EntityManager, ips: readonly string[]): Promise<number[]> {
    return resolve(this.addresses, ips, (missing) => {
      const json = JSON.stringify(missing)
      return idsOf(manager, missing, {
        table: 'address',
        insert: 'INSERT OR IGNORE INTO address (id, ip) SELECT ? + key, value FROM json_each(?)',
        parameters: [json],
        select: `SELECT address.id FROM json_each(?) wanted CROSS JOIN address WHERE address.ip = wanted.value
          ORDER BY wanted.key`,
        json,
      })
    })
  }

  /** Devices that are not known yet appear as seen at `atMs`; without a MAC it is 0. */
  deviceIds(
    manager: EntityManager,
    macs: readonly string[],
    sensorId: number,
    atMs: number,
  ): Promise<number[]> {
    return resolve(this.devices, macs, async (wanted) => {
      const missing = wanted.filter((mac) => mac !== '')
      if (missing.length === 0) return []
      const json = JSON.stringify(missing)
      return idsOf(manager, missing, {
        table: 'device',
        insert: `INSERT OR IGNORE INTO device (id, mac, sensor_id, first_seen_ms, last_seen_ms)
          SELECT ? + key, value, ?, ?, ? FROM json_each(?)`,
        parameters: [sensorId, atMs, atMs, json],
        select: `SELECT device.id FROM json_each(?) wanted CROSS JOIN device WHERE device.mac = wanted.value
          ORDER BY wanted.key`,
        json,
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
        json,
      })
    })
  }
}

const FLOW_COLUMNS = [0, 1, 2, 3, 4, 5].map((i) => `value ->> ${i}`).join(', ')
const FLOW_COLUMNS_NAMED = ['sensor_id', 'device_id', 'device_address_id', 'remote_id', 'protocol', 'port']
  .map((name, i) => `value ->> ${i} AS ${name}`)
  .join(', ')

interface Keys {
  table: string
  /** Takes the first id, then the parameters. */
  insert: string
  parameters: unknown[]
  /** Gives the ids in the order of the keys in its JSON parameter. */
  select: string
  json: string
}

/** New keys get ids in a row, so that where all are new nothing needs to be read. */
async function idsOf(
  manager: EntityManager,
  missing: readonly string[],
  { table, insert, parameters, select, json }: Keys,
): Promise<[string, number][]> {
  const [row]: { next: number }[] = await manager.query(
    `SELECT coalesce((SELECT max(id) FROM ${table}), 0) + 1 AS next`,
  )
  const next = row?.next ?? 1
  await manager.query(insert, [next, ...parameters])
  const [inserted]: { n: number }[] = await manager.query('SELECT changes() AS n')
  if (inserted?.n === missing.length) return missing.map((key, i) => [key, next + i])
  const rows: { id: number }[] = await manager.query(select, [json])
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
