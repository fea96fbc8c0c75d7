/** Traffic: the records, totals by destination and device, the chart, and posting by hand. */

import { DAY_MS, MINUTE_MS } from '@netwatcher/shared'
import type { Service } from '@netwatcher/shared/destinations'
import {
  type DestinationsResponse,
  type DeviceSeriesResponse,
  type DomainsResponse,
  destinationsQuery,
  destinationsSchema,
  deviceSeriesQuery,
  deviceSeriesSchema,
  domainsSchema,
  type ReachesResponse,
  reachesQuery,
  reachesSchema,
  type SeriesResponse,
  seriesQuery,
  seriesSchema,
  type TrafficDevicesResponse,
  type TrafficFilters,
  type TrafficPostResponse,
  type TrafficResponse,
  totalsQuery,
  trafficBody,
  trafficDevicesSchema,
  trafficPostSchema,
  trafficQuery,
  trafficSchema,
} from '../contract/traffic.js'
import type { Countries } from '../identity/countries.js'
import { finestStepMs } from '../ingest/retention-plan.js'
import { wordsOf } from '../storage/search.js'
import type { Store } from '../storage/store.js'
import {
  type DestinationTotal,
  destinationList,
  deviceList,
  domainList,
  flowList,
} from '../storage/traffic-lists.js'
import type { TrafficFilter } from '../storage/traffic-query.js'
import { destinationView, domainView } from '../views/destination-view.js'
import type { Views } from '../views/views.js'
import { each, type FileExports } from './file-exports.js'
import { type Route, route } from './route.js'

export interface TrafficDeps {
  store: Store
  views: Views
  countries: Countries
  exports: FileExports
  nowMs: () => number
}

export function trafficRoutes({ store, views, countries, exports, nowMs }: TrafficDeps): Route[] {
  const viewOf = (total: DestinationTotal) => destinationView(total, views, countries)
  return [
    route({
      method: 'GET',
      path: '/api/traffic',
      tag: 'traffic',
      summary: 'Lists the stored traffic records',
      query: trafficQuery,
      response: { status: 200, description: 'Records', schema: trafficSchema, files: ['csv'] },
      handle: async ({ c, query }) => {
        const { page, pageSize } = query
        const filter = { order: query.sort, ...filterOf(query) }
        if (query.format === 'csv') {
          const found = store.traffic.export(flowList(filter), filter)
          const rows = each(found, (record) => timed(views.traffic(record)))
          return await exports.csv(c, { name: 'traffic', header: FLOW_COLUMNS, rows })
        }
        const found = await store.traffic.list({ page, pageSize, ...filter })
        const traffic = found.records.map((record) => views.traffic(record))
        const response: TrafficResponse = { page, pageSize, total: found.total, traffic }
        return c.json(response)
      },
    }),
    route({
      method: 'POST',
      path: '/api/traffic',
      tag: 'traffic',
      summary: 'Adds bytes to a destination',
      body: trafficBody,
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
        const isKeyed = query.device !== undefined || query.dst !== undefined
        const { from, to, stepMs } = spanAsked(query, nowMs(), isKeyed)
        const points = await store.traffic.series(filterOf({ ...query, from, to }), stepMs)
        const response: SeriesResponse = { stepMs, points }
        return c.json(response)
      },
    }),
    route({
      method: 'GET',
      path: '/api/traffic/series/devices',
      tag: 'traffic',
      summary: 'Traffic over time of each of several devices',
      query: deviceSeriesQuery,
      response: { status: 200, description: 'Points of each device', schema: deviceSeriesSchema },
      handle: async ({ c, query }) => {
        const { from, to, stepMs } = spanAsked(query, nowMs(), true)
        const found = await store.traffic.seriesOf(query.devices, { fromMs: from, toMs: to }, stepMs)
        const series = query.devices.map((device) => ({ device, points: found.get(device) ?? [] }))
        const response: DeviceSeriesResponse = { stepMs, series }
        return c.json(response)
      },
    }),
    route({
      method: 'GET',
      path: '/api/traffic/destinations',
      tag: 'traffic',
      summary: 'Totals by destination',
      query: destinationsQuery,
      response: { status: 200, description: 'Totals', schema: destinationsSchema, files: ['csv'] },
      handle: async ({ c, query }) => {
        const { page, pageSize } = query
        const reach = query.reach === undefined ? {} : { reach: query.reach }
        const filter = { order: query.sort, ...filterOf(query), ...reach }
        if (query.format === 'csv') {
          const found = store.traffic.export(destinationList(filter), filter)
          const rows = each(found, (total) => timed(flat(viewOf(total))))
          return await exports.csv(c, { name: 'destinations', header: DESTINATION_COLUMNS, rows })
        }
        const found = await store.traffic.destinations({ page, pageSize, ...filter })
        const destinations = found.totals.map(viewOf)
        const response: DestinationsResponse = { page, pageSize, total: found.total, destinations }
        return c.json(response)
      },
    }),
    route({
      method: 'GET',
      path: '/api/traffic/reaches',
      tag: 'traffic',
      summary: 'Totals by how far away it went',
      query: reachesQuery,
      response: { status: 200, description: 'Totals', schema: reachesSchema },
      handle: async ({ c, query }) => {
        const found = await store.traffic.reaches(filterOf(query))
        const reaches = found.map((total) => ({ ...total, bytes: total.txBytes + total.rxBytes }))
        const response: ReachesResponse = { reaches }
        return c.json(response)
      },
    }),
    route({
      method: 'GET',
      path: '/api/traffic/domains',
      tag: 'traffic',
      summary: 'Totals of the internet by registered domain',
      query: totalsQuery,
      response: { status: 200, description: 'Totals', schema: domainsSchema, files: ['csv'] },
      handle: async ({ c, query }) => {
        const { page, pageSize } = query
        const filter = { order: query.sort, ...filterOf(query) }
        if (query.format === 'csv') {
          const found = store.traffic.export(domainList(filter), filter)
          const rows = each(found, (total) => timed(flat(domainView(total))))
          return await exports.csv(c, { name: 'domains', header: DOMAIN_COLUMNS, rows })
        }
        const found = await store.traffic.domains({ page, pageSize, ...filter })
        const domains = found.totals.map(domainView)
        const response: DomainsResponse = { page, pageSize, total: found.total, domains }
        return c.json(response)
      },
    }),
    route({
      method: 'GET',
      path: '/api/traffic/devices',
      tag: 'traffic',
      summary: 'Totals by device',
      query: totalsQuery,
      response: { status: 200, description: 'Totals', schema: trafficDevicesSchema, files: ['csv'] },
      handle: async ({ c, query }) => {
        const { page, pageSize } = query
        const filter = { order: query.sort, ...filterOf(query) }
        if (query.format === 'csv') {
          const found = store.traffic.export(deviceList(filter), filter)
          const rows = each(found, (total) => timed(views.trafficDevice(total)))
          return await exports.csv(c, { name: 'traffic-devices', header: DEVICE_COLUMNS, rows })
        }
        const found = await store.traffic.devices({ page, pageSize, ...filter })
        const devices = found.totals.map((total) => views.trafficDevice(total))
        const response: TrafficDevicesResponse = { page, pageSize, total: found.total, devices }
        return c.json(response)
      },
    }),
  ]
}

function filterOf(query: TrafficFilters): TrafficFilter {
  const { dst, device, port, from, to, q } = query
  return {
    ...(dst !== undefined && { dst }),
    ...(device !== undefined && { device }),
    ...(query.protocol !== undefined && { protocol: query.protocol }),
    ...(port !== undefined && { port }),
    ...(from !== undefined && { fromMs: from }),
    ...(to !== undefined && { toMs: to }),
    ...(q !== undefined && { words: wordsOf(q) }),
  }
}

const STEPS_MS = [1, 5, 15, 60, 6 * 60, 24 * 60].map((minutes) => minutes * MINUTE_MS)
/** As many points as a chart has room for. */
const MAX_POINTS = 400

/** The last day unless asked otherwise; steps as short as rows of that age are kept. */
function spanAsked(
  query: { from?: number | undefined; to?: number | undefined },
  nowMs: number,
  isKeyed: boolean,
) {
  const to = query.to ?? nowMs
  const from = query.from ?? to - DAY_MS
  return { from, to, stepMs: Math.max(stepOf(to - from), finestStepMs(nowMs - from, isKeyed)) }
}

function stepOf(spanMs: number): number {
  return STEPS_MS.find((stepMs) => spanMs / stepMs <= MAX_POINTS) ?? DAY_MS
}

const SUM_COLUMNS = ['bytes', 'txBytes', 'rxBytes', 'packets']
const FLOW_COLUMNS = [
  ...['site', 'dst', 'dstName', 'device', 'deviceName', 'deviceIp', 'protocol', 'port'],
  ...SUM_COLUMNS,
  ...['firstSeen', 'lastSeen'],
]
const DESTINATION_COLUMNS = [
  ...['site', 'dst', 'dstName'],
  ...SUM_COLUMNS,
  ...['devices', 'lastSeen', 'domain', 'service', 'serviceKind', 'reach', 'country'],
]
const DOMAIN_COLUMNS = ['domain', 'service', 'serviceKind', ...SUM_COLUMNS, 'destinations', 'lastSeen']
const DEVICE_COLUMNS = [
  ...['site', 'device', 'deviceName', 'vendor'],
  ...SUM_COLUMNS,
  ...['destinations', 'lastSeen'],
]

/** A service as two cells. */
function flat<Row extends { service: Service | null }>({ service, ...rest }: Row) {
  return { ...rest, service: service?.name ?? null, serviceKind: service?.kind ?? null }
}

/** Times as people and spreadsheets read them. */
function timed<Row extends { firstSeenMs?: number; lastSeenMs: number }>(row: Row) {
  const { firstSeenMs, lastSeenMs, ...rest } = row
  return {
    ...rest,
    ...(firstSeenMs !== undefined && { firstSeen: new Date(firstSeenMs).toISOString() }),
    lastSeen: new Date(lastSeenMs).toISOString(),
  }
}
