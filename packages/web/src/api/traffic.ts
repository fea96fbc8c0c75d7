/** Traffic: the records, totals by destination and device, the chart, and posting by hand. */

import { DAY_MS, MINUTE_MS } from '@netwatcher/shared'
import { z } from 'zod'
import { protocolNumber } from '../identity/protocols.js'
import { finestStepMs } from '../ingest/retention-plan.js'
import type { Store } from '../storage/store.js'
import { FLOW_ORDERS, TOTAL_ORDERS, type TrafficFilter } from '../storage/traffic-query.js'
import type {
  DestinationsResponse,
  SeriesResponse,
  TrafficDevicesResponse,
  TrafficPostResponse,
  TrafficRecord,
  TrafficResponse,
} from './contract.js'
import { csvResponse } from './csv.js'
import { destinationIp, ip, mac, paging, queryNumber, searchText, sort, timeMs } from './fields.js'
import { type Route, route } from './route.js'
import {
  destinationsSchema,
  seriesSchema,
  trafficDevicesSchema,
  trafficPostSchema,
  trafficSchema,
} from './schemas.js'
import type { Views } from './views.js'

export interface TrafficDeps {
  store: Store
  views: Views
  nowMs: () => number
}

const protocol = z
  .string()
  .max(20)
  .transform((text, context) => {
    const number = protocolNumber(text.toLowerCase())
    if (number !== null) return number
    context.addIssue({ code: 'custom', message: 'It is not a protocol name or number.' })
    return z.NEVER
  })
  .describe('Protocol name (tcp, udp, icmp, arp, …) or number')

const filters = {
  dst: ip.optional(),
  device: mac.optional(),
  protocol: protocol.optional(),
  port: queryNumber(0, 65_535).optional(),
  from: timeMs.optional(),
  to: timeMs.optional(),
  q: searchText.optional(),
}

const isSpan = (query: { from?: number | undefined; to?: number | undefined }) =>
  query.from === undefined || query.to === undefined || query.from < query.to
const SPAN_PROBLEM = { path: ['to'], message: 'It is not after from.' }

const listQuery = z
  .strictObject({
    ...paging,
    ...filters,
    sort: sort(Object.keys(FLOW_ORDERS), '-bytes'),
    format: z.enum(['json', 'csv']).default('json'),
  })
  .refine(isSpan, SPAN_PROBLEM)
const totalsQuery = z
  .strictObject({ ...paging, ...filters, sort: sort(Object.keys(TOTAL_ORDERS), '-bytes') })
  .refine(isSpan, SPAN_PROBLEM)
const seriesQuery = z
  .strictObject({
    from: timeMs.optional(),
    to: timeMs.optional(),
    device: mac.optional(),
    dst: ip.optional(),
  })
  .refine(isSpan, SPAN_PROBLEM)

const postBody = z.strictObject({
  dst: destinationIp,
  bytes: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
})

export function trafficRoutes({ store, views, nowMs }: TrafficDeps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/traffic',
      tag: 'traffic',
      summary: 'Lists the stored traffic records',
      query: listQuery,
      response: { status: 200, description: 'Records', schema: trafficSchema },
      handle: async ({ c, query }) => {
        const { page, pageSize } = query
        const found = await store.traffic.list({ page, pageSize, order: query.sort, ...filterOf(query) })
        const traffic = found.records.map((record) => views.traffic(record))
        if (query.format === 'csv') return csvResponse(c, 'traffic', traffic.map(csvRow), CSV_COLUMNS)
        const response: TrafficResponse = { page, pageSize, total: found.total, traffic }
        return c.json(response)
      },
    }),
    route({
      method: 'POST',
      path: '/api/traffic',
      tag: 'traffic',
      summary: 'Adds bytes to a destination',
      body: postBody,
      response: { status: 200, description: 'The new total of that destination', schema: trafficPostSchema },
      handle: async ({ c, body }) => {
        const bytes = await store.traffic.post(body.dst, body.bytes, nowMs())
        const response: TrafficPostResponse = { dst: body.dst, bytes }
        return c.json(response)
      },
    }),
    route({
      method: 'GET',
      path: '/api/traffic/series',
      tag: 'traffic',
      summary: 'Traffic over time, for a chart',
      query: seriesQuery,
      response: { status: 200, description: 'Points', schema: seriesSchema },
      handle: async ({ c, query }) => {
        const toMs = query.to ?? nowMs()
        const fromMs = query.from ?? toMs - DAY_MS
        const isKeyed = query.device !== undefined || query.dst !== undefined
        const stepMs = Math.max(stepOf(toMs - fromMs), finestStepMs(nowMs() - fromMs, isKeyed))
        const points = await store.traffic.series(filterOf({ ...query, from: fromMs, to: toMs }), stepMs)
        const response: SeriesResponse = { stepMs, points }
        return c.json(response)
      },
    }),
    route({
      method: 'GET',
      path: '/api/traffic/destinations',
      tag: 'traffic',
      summary: 'Totals by destination',
      query: totalsQuery,
      response: { status: 200, description: 'Totals', schema: destinationsSchema },
      handle: async ({ c, query }) => {
        const { page, pageSize } = query
        const found = await store.traffic.destinations({
          page,
          pageSize,
          order: query.sort,
          ...filterOf(query),
        })
        const destinations = found.totals.map((total) => ({
          ...total,
          dstName: views.addressName(total.dst, total.dstName),
          bytes: total.txBytes + total.rxBytes,
        }))
        const response: DestinationsResponse = { page, pageSize, total: found.total, destinations }
        return c.json(response)
      },
    }),
    route({
      method: 'GET',
      path: '/api/traffic/devices',
      tag: 'traffic',
      summary: 'Totals by device',
      query: totalsQuery,
      response: { status: 200, description: 'Totals', schema: trafficDevicesSchema },
      handle: async ({ c, query }) => {
        const { page, pageSize } = query
        const found = await store.traffic.devices({ page, pageSize, order: query.sort, ...filterOf(query) })
        const devices = found.totals.map((total) => views.trafficDevice(total))
        const response: TrafficDevicesResponse = { page, pageSize, total: found.total, devices }
        return c.json(response)
      },
    }),
  ]
}

type Filters = { [Key in keyof typeof filters]?: z.output<(typeof filters)[Key]> }

function filterOf(query: Filters): TrafficFilter {
  const { dst, device, port, from, to, q } = query
  return {
    ...(dst !== undefined && { dst }),
    ...(device !== undefined && { device }),
    ...(query.protocol !== undefined && { protocol: query.protocol }),
    ...(port !== undefined && { port }),
    ...(from !== undefined && { fromMs: from }),
    ...(to !== undefined && { toMs: to }),
    ...(q !== undefined && { text: q }),
  }
}

const STEPS_MS = [1, 5, 15, 60, 6 * 60, 24 * 60].map((minutes) => minutes * MINUTE_MS)
/** As many points as a chart has room for. */
const MAX_POINTS = 400

function stepOf(spanMs: number): number {
  return STEPS_MS.find((stepMs) => spanMs / stepMs <= MAX_POINTS) ?? DAY_MS
}

const CSV_COLUMNS = [
  'dst',
  'dstName',
  'device',
  'deviceName',
  'deviceIp',
  'protocol',
  'port',
  'bytes',
  'txBytes',
  'rxBytes',
  'packets',
  'firstSeen',
  'lastSeen',
]

function csvRow({ firstSeenMs, lastSeenMs, ...record }: TrafficRecord) {
  return {
    ...record,
    firstSeen: new Date(firstSeenMs).toISOString(),
    lastSeen: new Date(lastSeenMs).toISOString(),
  }
}
