/** Reads traffic: the records, and totals by destination, by device and over time. */

import { POSTED_PROTOCOL } from '@netwatcher/shared'
import { REACHES } from '@netwatcher/shared/destinations'
import type { DataSource, EntityManager } from 'typeorm'
import { AnswerCache } from './answer-cache.js'
import type { Cursor } from './cursor.js'
import type { Interner } from './intern.js'
import { DESTINATIONS_OF_IP, DEVICES_OF_MAC, DEVICES_OF_MACS } from './keys.js'
import { type Order, orderAndLimit, orderBy, type PageQuery } from './paging.js'
import { DEFAULT_SITE_ID } from './site-repository.js'
import { rowsInSpan, type Span } from './span.js'
import { DESTINATIONS, DEVICES, FLOWS, type RowSet, SENSOR_ROWS, sumOf } from './totals.js'
import { foldTraffic } from './traffic-fold.js'
import {
  type DestinationTotal,
  type DeviceTotal,
  type DomainTotal,
  destinationList,
  deviceList,
  domainList,
  type FlowRecord,
  flowList,
  type ReachTotal,
  reachList,
  type TrafficList,
} from './traffic-lists.js'
import {
  allTimeSource,
  fewFlows,
  hasSpan,
  type Source,
  spanOf,
  spanSource,
  sumFlows,
  type TrafficFilter,
  type TrafficQuery,
} from './traffic-query.js'
import { addTraffic, type CountedIn, type TrafficIncrement } from './traffic-writer.js'
import type { TransactionQueue } from './transaction-queue.js'
import { type Asker, openWindow, windowPage, windowSource } from './window-query.js'

export interface SeriesPoint {
  atMs: number
  txBytes: number
  rxBytes: number
}

export class TrafficRepository {
  private readonly answers = new AnswerCache(() => performance.now())

  constructor(
    private readonly read: DataSource,
    private readonly snapshots: TransactionQueue,
    /** For sums over spans of time, so that ordinary lists never wait behind one. */
    private readonly analysis: DataSource,
    private readonly writes: TransactionQueue,
    private readonly interner: Interner,
    private readonly openCursor: () => Promise<Cursor>,
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
    const { rows, total } = await this.page(flowList(query), query)
    return { records: rows, total }
  }

  async destinations(query: TrafficQuery): Promise<{ totals: DestinationTotal[]; total: number }> {
    const { rows, total } = await this.page(destinationList(query), query)
    return { totals: rows, total }
  }

  async domains(query: TrafficQuery): Promise<{ totals: DomainTotal[]; total: number }> {
    const { rows, total } = await this.page(domainList(query), query)
    return { totals: rows, total }
  }

  /** Those that anything was counted of, the most first. */
  async reaches(filter: TrafficFilter): Promise<ReachTotal[]> {
    const order = { key: 'bytes', isDescending: true }
    const query = { ...filter, page: 1, pageSize: REACHES.length, order }
    return (await this.page(reachList(filter), query)).rows
  }

  async devices(query: TrafficQuery): Promise<{ totals: DeviceTotal[]; total: number }> {
    const { rows, total } = await this.page(deviceList(query), query)
    return { totals: rows, total }
  }

  /** Every row of a list in its order, as it is at one moment. */
  async *export<Row extends object>(
    list: TrafficList<Row>,
    query: TrafficFilter & { order: Order },
  ): AsyncGenerator<Row> {
    await using cursor = await this.openCursor()
    const ask: Ask = (sql, parameters) => cursor.all(sql, parameters)
    const answer = <T>(sql: string, parameters: unknown[] = []) => cursor.all(sql, parameters) as Promise<T>
    const places: Places = { ask, analyse: ask, snapshot: (work) => work({ query: answer }), areWhole: true }
    const { alias, orders, select } = list
    const source = await this.over(list, { ...query, page: 1, pageSize: 1 }, places, async (found) => found)
    const rows = select(`(SELECT ${alias}.* FROM ${source.sql}) ${alias}`)
    yield* cursor.rows<Row>(`${rows} ${orderBy(orders, query.order, `${alias}.id`)}`, source.parameters)
  }

  /** Sums by steps of `stepMs`; a start is rounded down to its step. */
  async series(filter: TrafficFilter, stepMs: number): Promise<SeriesPoint[]> {
    const { sql, parameters } = seriesSource(filter)
    return await this.analyse(
      `SELECT start_ms - start_ms % ? AS atMs, ${sumOf('tx_bytes')} AS txBytes, ${sumOf('rx_bytes')} AS rxBytes
       FROM (${sql}) GROUP BY atMs ORDER BY atMs`,
      [stepMs, ...parameters],
    )
  }

  /** The same for each of some devices, by MAC; what has counted nothing is not among them. */
  async seriesOf(macs: readonly string[], span: Span, stepMs: number): Promise<Map<string, SeriesPoint[]>> {
    const rows = await this.analyse<SeriesPoint & { mac: string }>(
      `WITH wanted AS MATERIALIZED ${DEVICES_OF_MACS}
       SELECT mac, start_ms - start_ms % ? AS atMs, ${sumOf('tx_bytes')} AS txBytes, ${sumOf('rx_bytes')} AS rxBytes
       FROM (${rowsInSpan(DEVICES, { sql: '(SELECT id FROM wanted)', areFew: true }, span)}) counted
         JOIN wanted ON wanted.id = counted.key
       GROUP BY mac, atMs ORDER BY mac, atMs`,
      [JSON.stringify(macs), stepMs],
    )
    const found = new Map<string, SeriesPoint[]>()
    for (const { mac, ...point } of rows) {
      const points = found.get(mac)
      if (points) points.push(point)
      else found.set(mac, [point])
    }
    return found
  }

  /** As many as there are in the list without filters. */
  async countRecords(): Promise<number> {
    const [row]: { n: number }[] = await this.read.query('SELECT count(*) AS n FROM flow WHERE seen_rank > 0')
    return row?.n ?? 0
  }

  /** Rows of earlier builds that no network can have carried: kept apart, in no list and no total. */
  async countSetAside(): Promise<number> {
    const [row]: { n: number }[] = await this.read.query('SELECT count(*) AS n FROM traffic_set_aside')
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

  private page<Row extends object>(list: TrafficList<Row>, query: TrafficQuery): Promise<Paged<Row>> {
    const places: Places = {
      ask: (sql, parameters) => this.read.query(sql, parameters),
      analyse: (sql, parameters) => this.analyse(sql, parameters),
      snapshot: (work) => this.snapshots.run(work),
      areWhole: false,
    }
    return this.over(list, query, places, (source, ask) => cutOut(source, list, query, ask))
  }

  /** A list over what the query asks for: all time, a window of time, or the rows of a span. */
  private async over<T>(
    list: TrafficList<object>,
    query: TrafficQuery,
    places: Places,
    read: (source: Source, ask: Ask) => Promise<T>,
  ): Promise<T> {
    const { where, sumBy, gather } = list
    const narrow = (source: Source): Source => {
      const summed = sumBy === null ? source : sumFlows(source, query, sumBy)
      const parameters = [...summed.parameters, ...where.parameters]
      const rows = gather ? gather(summed.sql) : summed.sql
      return { ...summed, sql: `${rows} ${list.alias} ${where}`, parameters }
    }
    const isWhole = where.isEmpty && sumBy === null && gather === null
    if (!hasSpan(query)) {
      return await read(narrow(allTimeSource(list.totals, query.order, isWhole)), places.ask)
    }
    const { fromMs, toMs } = query
    if (fromMs !== undefined && toMs === undefined) {
      const found = await places.snapshot(async (asker) => {
        const open = await openWindow(asker, list.totals, fromMs)
        if (!open) return null
        const source =
          isWhole && !places.areWhole
            ? await windowPage(asker, list.totals, open, query)
            : windowSource(list.totals, open, query.dst !== undefined || query.device !== undefined)
        return { answer: await read(narrow(source), (sql, parameters) => asker.query(sql, parameters)) }
      })
      if (found) return found.answer
    }
    const few = list.totals.table === 'flow' ? await this.fewFlows(query) : null
    return await read(narrow(spanSource(list.totals, query, few)), places.analyse)
  }
}

type Ask = <T>(sql: string, parameters: unknown[]) => Promise<T[]>

/** Where the parts of a list are asked for. */
interface Places {
  ask: Ask
  /** For what may take a while. */
  analyse: Ask
  /** Several answers about one moment. */
  snapshot<T>(work: (asker: Asker) => Promise<T>): Promise<T>
  /** All rows are wanted, not the first of them. */
  areWhole: boolean
}

/** Looked up one by one, at each start of the span. */
const FEW_FLOWS = 1_000

interface Paged<T> {
  rows: T[]
  total: number
}

/**
 * Cuts the page out first and looks names up only for it. Counting separately
 * leaves it to an index to give the order; sums over a span have to be made
 * whole anyway, as do sums by another key, so there one pass counts, too.
 */
async function cutOut<Row extends object>(
  { sql, parameters, total }: Source,
  { alias, orders, select, sumBy, gather }: TrafficList<Row>,
  query: TrafficQuery,
  ask: Ask,
): Promise<Paged<Row>> {
  const order = (page: PageQuery) => orderAndLimit(orders, query.order, page, `${alias}.id`)
  const isSummed = hasSpan(query) || sumBy !== null || gather !== null
  const isCounted = total === undefined && isSummed
  const counted = `${alias}.*, ${isCounted ? 'count(*) OVER ()' : '0'} AS total`
  const found = await ask<Row & { total: number }>(
    `${select(`(SELECT ${counted} FROM ${sql} ${order(query)}) ${alias}`, `, ${alias}.total`)}
     ${order({ page: 1, pageSize: query.pageSize })}`,
    parameters,
  )
  const rows = found.map(({ total: _total, ...row }) => row as unknown as Row)
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
