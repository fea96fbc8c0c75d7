/** Reads traffic: the records, and totals by destination, by device and over time. */

import type { DataSource, EntityManager } from 'typeorm'
import type { Interner } from './intern.js'
import { likePattern, type Order, orderAndLimit, type PageQuery, Where } from './paging.js'
import {
  ADDRESSES_LIKE,
  DEVICES_LIKE,
  FLOW_ORDERS,
  flowConditions,
  flowSource,
  hasSpan,
  needsFlows,
  spanOf,
  TOTAL_ORDERS,
  type TrafficFilter,
  type TrafficQuery,
  usageSource,
} from './traffic-query.js'
import {
  addTraffic,
  POSTED_PROTOCOL,
  type TrafficIncrement,
  USAGE_DESTINATION,
  USAGE_DEVICE,
  USAGE_SENSOR,
} from './traffic-writer.js'
import type { WriteQueue } from './write-queue.js'

export interface FlowRecord {
  dst: string
  dstName: string | null
  device: string | null
  deviceName: string | null
  deviceIp: string | null
  protocol: number
  port: number
  txBytes: number
  rxBytes: number
  packets: number
  firstSeenMs: number
  lastSeenMs: number
}

export interface TotalRecord {
  txBytes: number
  rxBytes: number
  packets: number
  lastSeenMs: number
}
export type DestinationTotal = TotalRecord & { dst: string; dstName: string | null; devices: number }
export type DeviceTotal = TotalRecord & {
  device: string | null
  deviceName: string | null
  destinations: number
}

export interface SeriesPoint {
  atMs: number
  txBytes: number
  rxBytes: number
}

const ADDRESS_NAME = (
  id: string,
) => `(SELECT name FROM address_name n WHERE n.address_id = ${id} ORDER BY CASE source WHEN 'dns' THEN 0 WHEN 'mdns' THEN 1 WHEN 'dhcp' THEN 2
  ELSE 3 END LIMIT 1)`
const DEVICE_NAME = (id: string) => `coalesce((SELECT name FROM device WHERE id = ${id}),
  (SELECT name FROM device_name n WHERE n.device_id = ${id} ORDER BY CASE source WHEN 'dhcp' THEN 0
  WHEN 'mdns' THEN 1 WHEN 'nbns' THEN 2 ELSE 3 END LIMIT 1))`

export class TrafficRepository {
  constructor(
    private readonly read: DataSource,
    private readonly writes: WriteQueue,
    private readonly interner: Interner,
  ) {}

  async add(manager: EntityManager, increments: readonly TrafficIncrement[]): Promise<void> {
    await addTraffic(manager, this.interner, increments)
  }

  /** Adds bytes that a person posted; returns the destination's new total. */
  async post(dst: string, bytes: number, nowMs: number): Promise<number> {
    await this.writes.run(async (manager) => {
      const increment = { sensorId: 0, deviceMac: '', deviceIp: '', remoteIp: dst, port: 0, atMs: nowMs }
      const counters = { txBytes: bytes, rxBytes: 0, txPackets: 0, rxPackets: 0 }
      await this.add(manager, [{ ...increment, ...counters, protocol: POSTED_PROTOCOL, untilMs: nowMs }])
    })
    const [row]: { bytes: number }[] = await this.read.query(
      `SELECT tx_bytes + rx_bytes AS bytes FROM destination
       WHERE address_id = (SELECT id FROM address WHERE ip = ?)`,
      [dst],
    )
    return row?.bytes ?? 0
  }

  async list(query: TrafficQuery): Promise<{ records: FlowRecord[]; total: number }> {
    const source = flowSource(query)
    const where = flowConditions(query)
    const parameters = [...source.parameters, ...where.parameters]
    const [count]: { total: number }[] = await this.read.query(
      `SELECT count(*) AS total FROM ${source.sql} f ${where}`,
      parameters,
    )
    const records: FlowRecord[] = await this.read.query(
      `SELECT a.ip AS dst, ${ADDRESS_NAME('f.remote_id')} AS dstName, d.mac AS device,
         ${DEVICE_NAME('f.device_id')} AS deviceName, nullif(da.ip, '') AS deviceIp, f.protocol, f.port,
         f.tx_bytes AS txBytes, f.rx_bytes AS rxBytes, f.tx_packets + f.rx_packets AS packets,
         f.first_seen_ms AS firstSeenMs, f.last_seen_ms AS lastSeenMs
       FROM (SELECT * FROM ${source.sql} f ${where} ${orderAndLimit(FLOW_ORDERS, query.order, query, 'f.id')}) f
       JOIN address a ON a.id = f.remote_id LEFT JOIN device d ON d.id = f.device_id
       LEFT JOIN address da ON da.id = f.device_address_id
       ${orderAndLimit(FLOW_ORDERS, query.order, { page: 1, pageSize: query.pageSize }, 'f.id')}`,
      parameters,
    )
    return { records, total: count?.total ?? 0 }
  }

  async destinations(query: TrafficQuery): Promise<{ totals: DestinationTotal[]; total: number }> {
    const source = destinationSource(query)
    const where = new Where()
    if (query.text !== undefined) {
      const like = likePattern(query.text)
      where.add(`t.id IN ${ADDRESSES_LIKE}`, like, like)
    }
    if (query.dst !== undefined) where.add('t.id = (SELECT id FROM address WHERE ip = ?)', query.dst)
    const { rows, total } = await this.page<DestinationTotal>(
      source,
      where,
      query,
      `a.ip AS dst, ${ADDRESS_NAME('t.id')} AS dstName,
       (SELECT count(DISTINCT device_id) FROM flow WHERE remote_id = t.id AND device_id <> 0) AS devices`,
      'JOIN address a ON a.id = t.id',
    )
    return { totals: rows, total }
  }

  async devices(query: TrafficQuery): Promise<{ totals: DeviceTotal[]; total: number }> {
    const source = deviceSource(query)
    const where = new Where().add('(t.tx_bytes + t.rx_bytes) > 0')
    if (query.text !== undefined) {
      const like = likePattern(query.text)
      where.add(`t.id IN ${DEVICES_LIKE}`, like, like, like)
    }
    if (query.device !== undefined) where.add('t.id = (SELECT id FROM device WHERE mac = ?)', query.device)
    const { rows, total } = await this.page<DeviceTotal>(
      source,
      where,
      query,
      `d.mac AS device, ${DEVICE_NAME('t.id')} AS deviceName,
       (SELECT count(DISTINCT remote_id) FROM flow WHERE device_id = t.id) AS destinations`,
      'LEFT JOIN device d ON d.id = t.id',
    )
    return { totals: rows, total }
  }

  /** Sums by steps of `stepMs`; a start is rounded down to its step. */
  async series(filter: TrafficFilter, stepMs: number): Promise<SeriesPoint[]> {
    const { sql, parameters } = seriesSource(filter)
    return await this.read.query(
      `SELECT start_ms - start_ms % ? AS atMs, sum(tx_bytes) AS txBytes, sum(rx_bytes) AS rxBytes
       FROM (${sql}) GROUP BY atMs ORDER BY atMs`,
      [stepMs, ...parameters],
    )
  }

  async countRows(): Promise<number> {
    const [row]: { n: number }[] = await this.read.query(
      `SELECT (SELECT count(*) FROM traffic_minute) + (SELECT count(*) FROM traffic_hour)
         + (SELECT count(*) FROM traffic_day) AS n`,
    )
    return row?.n ?? 0
  }

  private async page<T>(
    source: { sql: string; parameters: unknown[] },
    where: Where,
    query: PageQuery & { order: Order },
    columns: string,
    join: string,
  ): Promise<{ rows: T[]; total: number }> {
    const parameters = [...source.parameters, ...where.parameters]
    const [count]: { total: number }[] = await this.read.query(
      `SELECT count(*) AS total FROM ${source.sql} t ${where}`,
      parameters,
    )
    const rows: T[] = await this.read.query(
      `SELECT ${columns}, t.tx_bytes AS txBytes, t.rx_bytes AS rxBytes,
         t.tx_packets + t.rx_packets AS packets, t.last_seen_ms AS lastSeenMs
       FROM (SELECT * FROM ${source.sql} t ${where} ${orderAndLimit(TOTAL_ORDERS, query.order, query, 't.id')}) t
       ${join} ${orderAndLimit(TOTAL_ORDERS, query.order, { page: 1, pageSize: query.pageSize }, 't.id')}`,
      parameters,
    )
    return { rows, total: count?.total ?? 0 }
  }
}

type Source = { sql: string; parameters: unknown[] }

function sumFlows(filter: TrafficFilter, key: string): Source {
  const flows = flowSource(filter)
  const { text: _text, ...exact } = filter
  const where = flowConditions(exact)
  return {
    sql: `(SELECT ${key} AS id, sum(tx_bytes) AS tx_bytes, sum(rx_bytes) AS rx_bytes,
      sum(tx_packets) AS tx_packets, sum(rx_packets) AS rx_packets, max(last_seen_ms) AS last_seen_ms
      FROM ${flows.sql} f ${where} GROUP BY ${key})`,
    parameters: [...flows.parameters, ...where.parameters],
  }
}

function destinationSource(filter: TrafficFilter): Source {
  if (needsFlows(filter, 'dst')) return sumFlows(filter, 'remote_id')
  if (hasSpan(filter)) return usageSource(USAGE_DESTINATION, filter)
  return { sql: '(SELECT address_id AS id, * FROM destination)', parameters: [] }
}

function deviceSource(filter: TrafficFilter): Source {
  if (needsFlows(filter, 'device')) return sumFlows(filter, 'device_id')
  if (hasSpan(filter)) return usageSource(USAGE_DEVICE, filter)
  return { sql: 'device', parameters: [] }
}

function seriesSource(filter: TrafficFilter): Source {
  const span = spanOf(filter)
  const { dst, device } = filter
  if (dst !== undefined && device !== undefined) {
    const levels = ['traffic_minute', 'traffic_hour', 'traffic_day'].map(
      (level) => `SELECT start_ms, tx_bytes, rx_bytes FROM ${level}
        WHERE start_ms >= ? AND start_ms < ? AND flow_id IN (SELECT id FROM flow
          WHERE remote_id = (SELECT id FROM address WHERE ip = ?)
            AND device_id = (SELECT id FROM device WHERE mac = ?))`,
    )
    const one = [...span, dst, device]
    return { sql: levels.join(' UNION ALL '), parameters: [...one, ...one, ...one] }
  }
  const [scope, key, value] =
    dst !== undefined
      ? [USAGE_DESTINATION, 'AND key = (SELECT id FROM address WHERE ip = ?)', [dst]]
      : device !== undefined
        ? [USAGE_DEVICE, 'AND key = (SELECT id FROM device WHERE mac = ?)', [device]]
        : [USAGE_SENSOR, '', []]
  const levels = ['usage_minute', 'usage_hour', 'usage_day'].map(
    (level) => `SELECT start_ms, tx_bytes, rx_bytes FROM ${level}
      WHERE scope = ? AND start_ms >= ? AND start_ms < ? ${key}`,
  )
  const one = [scope, ...span, ...value]
  return { sql: levels.join(' UNION ALL '), parameters: [...one, ...one, ...one] }
}
