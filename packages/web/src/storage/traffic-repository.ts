/** Reads traffic: the records, and totals by destination, by device and over time. */

import type { DataSource, EntityManager } from 'typeorm'
import { POSTED_PROTOCOL } from '../contract/protocols.js'
import { AnswerCache } from './answer-cache.js'
import type { Interner } from './intern.js'
import { DESTINATIONS_OF_IP, DEVICES_OF_MAC, macOf } from './keys.js'
import { likePattern, orderAndLimit, type PageQuery, Where } from './paging.js'
import { DEFAULT_SITE_ID } from './site-repository.js'
import { rowsInSpan } from './span.js'
import { DESTINATIONS, DEVICES, FLOWS, type RowSet, SENSOR_ROWS, type Totals } from './totals.js'
import { foldTraffic } from './traffic-fold.js'
import {
  ADDRESSES_LIKE,
  allTimeSource,
  DEVICES_LIKE,
  FLOW_ORDERS,
  fewFlows,
  flowConditions,
  hasSpan,
  needsFlows,
  type Source,
  spanOf,
  spanSource,
  sumFlows,
  TOTAL_ORDERS,
  type TrafficFilter,
  type TrafficQuery,
} from './traffic-query.js'
import { addTraffic, type CountedIn, type TrafficIncrement } from './traffic-writer.js'
import type { TransactionQueue } from './transaction-queue.js'
import { openWindow, windowPage, windowSource } from './window-query.js'

export interface FlowRecord {
  dst: string
  site: string
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
export type DestinationTotal = TotalRecord & {
  dst: string
  site: string
  dstName: string | null
  devices: number
}
export type DeviceTotal = TotalRecord & {
  device: string | null
  site: string
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
/** Of an address aliased `a`. */
const SITE_OF_DESTINATION = '(SELECT name FROM site WHERE network_id = a.network_id)'
/** Of totals aliased `t`; what was posted by hand has no device and is of the default site. */
const SITE_OF_DEVICE = `(SELECT name FROM site
  WHERE id = coalesce((SELECT site_id FROM device_mac WHERE device_id = t.id LIMIT 1), ${DEFAULT_SITE_ID}))`
const DEVICE_NAME = (id: string) => `coalesce((SELECT name FROM device WHERE id = ${id}),
  (SELECT name FROM device_name n WHERE n.device_id = ${id} ORDER BY CASE source WHEN 'dhcp' THEN 0
  WHEN 'mdns' THEN 1 WHEN 'nbns' THEN 2 ELSE 3 END LIMIT 1))`

export class TrafficRepository {
  private readonly answers = new AnswerCache(() => performance.now())

  constructor(
    private readonly read: DataSource,
    private readonly snapshots: TransactionQueue,
    /** For sums over spans of time, so that ordinary lists never wait behind one. */
    private readonly analysis: DataSource,
    private readonly writes: TransactionQueue,
    private readonly interner: Interner,
  ) {}

  async add(manager: EntityManager, span: CountedIn, increments: readonly TrafficIncrement[]): Promise<void> {
    await addTraffic(manager, this.interner, span, increments)
  }

  /** Brings what was added into the lists and totals, in turns that leave room for other writes. */
  async fold(): Promise<void> {
    while ((await this.writes.run((manager) => foldTraffic(manager))) > 0);
  }

  /** Adds bytes that a person posted, to the default site; returns the destination's new total. */
  async post(dst: string, bytes: number, nowMs: number): Promise<number> {
    await this.writes.run(async (manager) => {
      const key = { deviceMac: '', deviceIp: '', remoteIp: dst, protocol: POSTED_PROTOCOL, servicePort: 0 }
      const counters = { txBytes: bytes, rxBytes: 0, txPackets: 0, rxPackets: 0, isSecondView: false }
      const [newest]: { id: number }[] = await manager.query(
        'SELECT coalesce(max(id), 0) AS id FROM traffic_recent',
      )
      const siteId = DEFAULT_SITE_ID
      const networkId = await this.interner.destinationsId(manager, siteId)
      // Not seen by any sensor.
      const span = { siteId, sensorId: 0, networkId, startMs: nowMs, untilMs: nowMs + 1 }
      await this.add(manager, span, [{ ...key, ...counters }])
      await foldTraffic(manager, newest?.id)
    })
    const [row]: { bytes: number }[] = await this.read.query(
      `SELECT tx_bytes + rx_bytes AS bytes FROM destination
       WHERE address_id = (SELECT id FROM address
         WHERE network_id = (SELECT network_id FROM site WHERE id = ${DEFAULT_SITE_ID}) AND ip = ?)`,
      [dst],
    )
    return row?.bytes ?? 0
  }

  async list(query: TrafficQuery): Promise<{ records: FlowRecord[]; total: number }> {
    const where = flowConditions(query)
    const order = (page: PageQuery) => orderAndLimit(FLOW_ORDERS, query.order, page, 'f.id')
    const { rows, total } = await this.over(FLOWS, query, where.isEmpty, (source, ask) =>
      page<FlowRecord>(
        filtered(source, `f ${where}`, where),
        query,
        order,
        (
          inner,
        ) => `SELECT a.ip AS dst, ${SITE_OF_DESTINATION} AS site, ${ADDRESS_NAME('f.remote_id')} AS dstName, ${macOf('f.device_id')} AS device,
           ${DEVICE_NAME('f.device_id')} AS deviceName, nullif(da.ip, '') AS deviceIp, f.protocol, f.port,
           f.tx_bytes AS txBytes, f.rx_bytes AS rxBytes, f.tx_packets + f.rx_packets AS packets,
           f.first_seen_ms AS firstSeenMs, f.last_seen_ms AS lastSeenMs, f.total
         FROM (${inner}) f
         JOIN address a ON a.id = f.remote_id
         LEFT JOIN address da ON da.id = f.device_address_id`,
        ask,
      ),
    )
    return { records: rows, total }
  }

  async destinations(query: TrafficQuery): Promise<{ totals: DestinationTotal[]; total: number }> {
    const where = new Where()
    if (query.text !== undefined) {
      const like = likePattern(query.text)
      where.add(`t.id IN ${ADDRESSES_LIKE}`, like, like)
    }
    if (query.dst !== undefined) where.add(`t.id IN ${DESTINATIONS_OF_IP}`, query.dst)
    const { rows, total } = await this.totals<DestinationTotal>(
      needsFlows(query, 'dst') ? 'remote_id' : DESTINATIONS,
      where,
      query,
      `a.ip AS dst, ${SITE_OF_DESTINATION} AS site, ${ADDRESS_NAME('t.id')} AS dstName,
       (SELECT count(DISTINCT device_id) FROM flow WHERE remote_id = t.id AND device_id <> 0) AS devices`,
      'JOIN address a ON a.id = t.id',
    )
    return { totals: rows, total }
  }

  async devices(query: TrafficQuery): Promise<{ totals: DeviceTotal[]; total: number }> {
    const where = new Where()
    if (query.text !== undefined) {
      const like = likePattern(query.text)
      where.add(`t.id IN ${DEVICES_LIKE}`, like, like, like)
    }
    if (query.device !== undefined) where.add(`t.id IN ${DEVICES_OF_MAC}`, query.device)
    const { rows, total } = await this.totals<DeviceTotal>(
      needsFlows(query, 'device') ? 'device_id' : DEVICES,
      where,
      query,
      `${macOf('t.id')} AS device, ${SITE_OF_DEVICE} AS site, ${DEVICE_NAME('t.id')} AS deviceName,
       (SELECT count(DISTINCT remote_id) FROM flow WHERE device_id = t.id) AS destinations`,
      '',
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

  /** As many as there are in the list without filters. */
  async countRecords(): Promise<number> {
    const [row]: { n: number }[] = await this.read.query('SELECT count(*) AS n FROM flow WHERE seen_rank > 0')
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
    from: Totals | 'remote_id' | 'device_id',
    where: Where,
    query: TrafficQuery,
    columns: string,
    join: string,
  ): Promise<Paged<T>> {
    const order = (page: PageQuery) => orderAndLimit(TOTAL_ORDERS, query.order, page, 't.id')
    const list = (source: Source, ask: Ask) =>
      page<T>(
        filtered(source, `t ${where}`, where),
        query,
        order,
        (inner) => `SELECT ${columns}, t.tx_bytes AS txBytes, t.rx_bytes AS rxBytes,
          t.tx_packets + t.rx_packets AS packets, t.last_seen_ms AS lastSeenMs, t.total
         FROM (${inner}) t ${join}`,
        ask,
      )
    if (typeof from !== 'string') return this.over(from, query, where.isEmpty, list)
    return this.over(FLOWS, query, false, (flows, ask) => list(sumFlows(flows, query, from), ask))
  }

  /** Lists totals over what the query asks for: all time, a window of time, or the rows of a span. */
  private async over<T>(
    totals: Totals,
    query: TrafficQuery,
    isWhole: boolean,
    list: (source: Source, ask: Ask) => Promise<T>,
  ): Promise<T> {
    if (!hasSpan(query)) {
      return await list(allTimeSource(totals, query.order, isWhole), (sql, parameters) =>
        this.read.query(sql, parameters),
      )
    }
    const { fromMs, toMs } = query
    if (fromMs !== undefined && toMs === undefined) {
      const found = await this.snapshots.run(async (manager) => {
        const open = await openWindow(manager, totals, fromMs)
        if (!open) return null
        const source = isWhole
          ? await windowPage(manager, totals, open, query)
          : windowSource(totals, open, query.dst !== undefined || query.device !== undefined)
        return { answer: await list(source, (sql, parameters) => manager.query(sql, parameters)) }
      })
      if (found) return found.answer
    }
    const few = totals.table === 'flow' ? await this.fewFlows(query) : null
    return await list(spanSource(totals, query, few), (sql, parameters) => this.analyse(sql, parameters))
  }
}

type Ask = <T>(sql: string, parameters: unknown[]) => Promise<T[]>

/** Looked up one by one, at each start of the span. */
const FEW_FLOWS = 1_000

interface Paged<T> {
  rows: T[]
  total: number
}

function filtered(source: Source, rest: string, where: Where): Source {
  return { ...source, sql: `${source.sql} ${rest}`, parameters: [...source.parameters, ...where.parameters] }
}

/**
 * Cuts the page out first and looks names up only for it. Counting separately
 * leaves it to an index to give the order; sums over a span have to be made
 * whole anyway, so there one pass counts, too.
 */
async function page<T>(
  { sql, parameters, total }: Source,
  query: TrafficQuery,
  order: (page: PageQuery) => string,
  select: (inner: string) => string,
  ask: Ask,
): Promise<Paged<T>> {
  const isCounted = total === undefined && hasSpan(query)
  const found = await ask<T & { total: number }>(
    `${select(`SELECT *, ${isCounted ? 'count(*) OVER ()' : '0'} AS total FROM ${sql} ${order(query)}`)}
     ${order({ page: 1, pageSize: query.pageSize })}`,
    parameters,
  )
  const rows = found.map(({ total: _total, ...row }) => row as T)
  if (isCounted && found[0]) return { rows, total: found[0].total }
  const [count] =
    total === undefined
      ? await ask<{ n: number }>(`SELECT count(*) AS n FROM ${sql}`, parameters)
      : await ask<{ n: number }>(total, [])
  return { rows, total: count?.n ?? 0 }
}

function seriesSource(filter: TrafficFilter): Source {
  const { dst, device } = filter
  const span = spanOf(filter)
  // Each of the three levels names the keys.
  const source = (rows: RowSet, sql: string, own: unknown[]): Source => ({
    sql: rowsInSpan(rows, { sql, areFew: true }, span),
    parameters: [...own, ...own, ...own],
  })
  if (dst !== undefined && device !== undefined) {
    const sql = `(SELECT id FROM flow WHERE remote_id IN ${DESTINATIONS_OF_IP} AND device_id IN ${DEVICES_OF_MAC})`
    return source(FLOWS, sql, [dst, device])
  }
  if (dst !== undefined) return source(DESTINATIONS, DESTINATIONS_OF_IP, [dst])
  if (device !== undefined) return source(DEVICES, DEVICES_OF_MAC, [device])
  return { sql: rowsInSpan(SENSOR_ROWS, null, span), parameters: [] }
}
