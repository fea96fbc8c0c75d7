/** Reads traffic: the records, and totals by destination, by device and over time. */

import type { DataSource, EntityManager } from 'typeorm'
import { AnswerCache } from './answer-cache.js'
import type { Interner } from './intern.js'
import { likePattern, orderAndLimit, type PageQuery, Where } from './paging.js'
import { type RowsWanted, rowsInSpan } from './span.js'
import { foldTraffic, USAGE_DESTINATION, USAGE_DEVICE, USAGE_SENSOR } from './traffic-fold.js'
import {
  ADDRESSES_LIKE,
  DEVICES_LIKE,
  FLOW_ORDERS,
  fewFlows,
  flowConditions,
  flowSource,
  hasSpan,
  NO_RANKS,
  needsFlows,
  rankIndex,
  type Source,
  spanOf,
  TOTAL_ORDERS,
  type TrafficFilter,
  type TrafficQuery,
  usageSource,
} from './traffic-query.js'
import { addTraffic, POSTED_PROTOCOL, type TrafficIncrement } from './traffic-writer.js'
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
  private readonly answers = new AnswerCache(() => performance.now())

  constructor(
    private readonly read: DataSource,
    /** For sums over spans of time, so that ordinary lists never wait behind one. */
    private readonly analysis: DataSource,
    private readonly writes: WriteQueue,
    private readonly interner: Interner,
  ) {}

  async add(manager: EntityManager, increments: readonly TrafficIncrement[]): Promise<void> {
    await addTraffic(manager, this.interner, increments)
  }

  /** Brings what was added into the lists and totals, in turns that leave room for other writes. */
  async fold(): Promise<void> {
    while ((await this.writes.run((manager) => foldTraffic(manager))) > 0);
  }

  /** Adds bytes that a person posted; returns the destination's new total. */
  async post(dst: string, bytes: number, nowMs: number): Promise<number> {
    await this.writes.run(async (manager) => {
      const increment = { sensorId: 0, deviceMac: '', deviceIp: '', remoteIp: dst, port: 0, atMs: nowMs }
      const counters = { txBytes: bytes, rxBytes: 0, txPackets: 0, rxPackets: 0 }
      const [newest]: { id: number }[] = await manager.query(
        'SELECT coalesce(max(id), 0) AS id FROM traffic_recent',
      )
      await this.add(manager, [{ ...increment, ...counters, protocol: POSTED_PROTOCOL, untilMs: nowMs }])
      await foldTraffic(manager, newest?.id)
    })
    const [row]: { bytes: number }[] = await this.read.query(
      `SELECT tx_bytes + rx_bytes AS bytes FROM destination
       WHERE address_id = (SELECT id FROM address WHERE ip = ?)`,
      [dst],
    )
    return row?.bytes ?? 0
  }

  async list(query: TrafficQuery): Promise<{ records: FlowRecord[]; total: number }> {
    const source = flowSource(query, await this.fewFlows(query))
    const where = flowConditions(query)
    const index = hasSpan(query) ? '' : rankIndex('flow', query.order, where)
    const order = (page: PageQuery) => orderAndLimit(FLOW_ORDERS, query.order, page, 'f.id')
    const { rows, total } = await this.page<FlowRecord>(
      { sql: `${source.sql} f${index} ${where}`, parameters: [...source.parameters, ...where.parameters] },
      query,
      order,
      (inner) => `SELECT a.ip AS dst, ${ADDRESS_NAME('f.remote_id')} AS dstName, d.mac AS device,
         ${DEVICE_NAME('f.device_id')} AS deviceName, nullif(da.ip, '') AS deviceIp, f.protocol, f.port,
         f.tx_bytes AS txBytes, f.rx_bytes AS rxBytes, f.tx_packets + f.rx_packets AS packets,
         f.first_seen_ms AS firstSeenMs, f.last_seen_ms AS lastSeenMs, f.total
       FROM (${inner}) f
       JOIN address a ON a.id = f.remote_id LEFT JOIN device d ON d.id = f.device_id
       LEFT JOIN address da ON da.id = f.device_address_id`,
    )
    return { records: rows, total }
  }

  async destinations(query: TrafficQuery): Promise<{ totals: DestinationTotal[]; total: number }> {
    const where = new Where()
    if (query.text !== undefined) {
      const like = likePattern(query.text)
      where.add(`t.id IN ${ADDRESSES_LIKE}`, like, like)
    }
    if (query.dst !== undefined) where.add('t.id = (SELECT id FROM address WHERE ip = ?)', query.dst)
    const source = destinationSource(query, await this.fewFlows(query), where)
    const { rows, total } = await this.totals<DestinationTotal>(
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
    const source = deviceSource(query, await this.fewFlows(query))
    const where = new Where().add('(t.tx_bytes + t.rx_bytes) > 0')
    if (query.text !== undefined) {
      const like = likePattern(query.text)
      where.add(`t.id IN ${DEVICES_LIKE}`, like, like, like)
    }
    if (query.device !== undefined) where.add('t.id = (SELECT id FROM device WHERE mac = ?)', query.device)
    const { rows, total } = await this.totals<DeviceTotal>(
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
    return await this.analyse(
      `SELECT start_ms - start_ms % ? AS atMs, sum(tx_bytes) AS txBytes, sum(rx_bytes) AS rxBytes
       FROM (${sql}) GROUP BY atMs ORDER BY atMs`,
      [stepMs, ...parameters],
    )
  }

  /** Rows of all levels. Counting reads all of them. */
  async countRows(): Promise<number> {
    const tables = ['recent', 'minute', 'hour', 'day'].map(
      (level) => `(SELECT count(*) FROM traffic_${level})`,
    )
    const [row] = await this.analyse<{ n: number }>(`SELECT ${tables.join(' + ')} AS n`, [])
    return row?.n ?? 0
  }

  private analyse<T>(sql: string, parameters: unknown[]): Promise<T[]> {
    const question = `${sql} ${JSON.stringify(parameters)}`
    return this.answers.get(question, () => this.analysis.query(sql, parameters))
  }

  /** Null when the filters leave many conversations, or when no span is asked for. */
  private async fewFlows(query: TrafficFilter): Promise<Source | null> {
    if (!hasSpan(query) || (query.dst === undefined && query.device === undefined)) return null
    const few = fewFlows(query)
    const rows: unknown[] = await this.read.query(
      `SELECT 1 FROM ${few.sql} LIMIT ${FEW_FLOWS + 1}`,
      few.parameters,
    )
    return rows.length <= FEW_FLOWS ? few : null
  }

  private totals<T>(
    source: Source,
    where: Where,
    query: TrafficQuery,
    columns: string,
    join: string,
  ): Promise<Paged<T>> {
    return this.page<T>(
      { sql: `${source.sql} t ${where}`, parameters: [...source.parameters, ...where.parameters] },
      query,
      (page) => orderAndLimit(TOTAL_ORDERS, query.order, page, 't.id'),
      (inner) => `SELECT ${columns}, t.tx_bytes AS txBytes, t.rx_bytes AS rxBytes,
        t.tx_packets + t.rx_packets AS packets, t.last_seen_ms AS lastSeenMs, t.total
       FROM (${inner}) t ${join}`,
    )
  }

  /**
   * Cuts the page out first and looks names up only for it. Where an index
   * gives the order, counting separately keeps it; sums over a span have to be
   * made whole anyway, so there one pass counts, too.
   */
  private async page<T>(
    { sql, parameters }: Source,
    query: TrafficQuery,
    order: (page: PageQuery) => string,
    select: (inner: string) => string,
  ): Promise<Paged<T>> {
    const isSpan = hasSpan(query)
    const run = <R>(text: string): Promise<R[]> =>
      isSpan ? this.analyse<R>(text, parameters) : this.read.query(text, parameters)
    const total = isSpan ? 'count(*) OVER ()' : '0'
    const found = await run<T & { total: number }>(
      `${select(`SELECT *, ${total} AS total FROM ${sql} ${order(query)}`)}
       ${order({ page: 1, pageSize: query.pageSize })}`,
    )
    const rows = found.map(({ total: _total, ...row }) => row as T)
    if (isSpan && found[0]) return { rows, total: found[0].total }
    const [count] = await run<{ n: number }>(`SELECT count(*) AS n FROM ${sql}`)
    return { rows, total: count?.n ?? 0 }
  }
}

/** Looked up one by one, at each start of the span. */
const FEW_FLOWS = 1_000

interface Paged<T> {
  rows: T[]
  total: number
}

function sumFlows(filter: TrafficFilter, few: Source | null, key: string): Source {
  const flows = flowSource(filter, few)
  const { text: _text, ...exact } = filter
  const where = flowConditions(exact)
  return {
    sql: `(SELECT ${key} AS id, sum(tx_bytes) AS tx_bytes, sum(rx_bytes) AS rx_bytes,
      sum(tx_packets) AS tx_packets, sum(rx_packets) AS rx_packets, max(last_seen_ms) AS last_seen_ms, ${NO_RANKS}
      FROM ${flows.sql} f ${where} GROUP BY ${key})`,
    parameters: [...flows.parameters, ...where.parameters],
  }
}

function destinationSource(query: TrafficQuery, few: Source | null, where: Where): Source {
  if (needsFlows(query, 'dst')) return sumFlows(query, few, 'remote_id')
  if (hasSpan(query)) return usageSource(USAGE_DESTINATION, query)
  const index = rankIndex('destination', query.order, where)
  return { sql: `(SELECT address_id AS id, * FROM destination${index})`, parameters: [] }
}

function deviceSource(filter: TrafficFilter, few: Source | null): Source {
  if (needsFlows(filter, 'device')) return sumFlows(filter, few, 'device_id')
  if (hasSpan(filter)) return usageSource(USAGE_DEVICE, filter)
  return { sql: `(SELECT *, ${NO_RANKS} FROM device)`, parameters: [] }
}

const OF_ADDRESS = '(SELECT id FROM address WHERE ip = ?)'
const OF_DEVICE = '(SELECT id FROM device WHERE mac = ?)'

function seriesSource(filter: TrafficFilter): Source {
  const { dst, device } = filter
  const span = spanOf(filter)
  const source = (wanted: RowsWanted, own: unknown[]): Source => ({
    sql: rowsInSpan(wanted, span),
    parameters: [...own, ...own, ...own],
  })
  if (dst !== undefined && device !== undefined) {
    const sql = `(SELECT id FROM flow WHERE remote_id = ${OF_ADDRESS} AND device_id = ${OF_DEVICE})`
    return source({ family: 'traffic', scope: null, keys: { sql, areFew: true } }, [dst, device])
  }
  const usage = (scope: number, sql: string | null): RowsWanted => ({
    family: 'usage',
    scope,
    keys: sql === null ? null : { sql, areFew: true },
  })
  if (dst !== undefined) return source(usage(USAGE_DESTINATION, OF_ADDRESS), [dst])
  if (device !== undefined) return source(usage(USAGE_DEVICE, OF_DEVICE), [device])
  return source(usage(USAGE_SENSOR, null), [])
}
