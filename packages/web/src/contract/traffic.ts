/** GET and POST /api/traffic: records, totals by destination and by device, the series of the chart. */

import { MOST_COUNTED, protocolNumber } from '@netwatcher/shared'
import { REACHES, SERVICE_KINDS } from '@netwatcher/shared/destinations'
import { z } from 'zod'
import {
  destinationIp,
  ip,
  listFormat,
  mac,
  paging,
  queryNumber,
  searchText,
  sort,
  timeMs as timeMsField,
} from './fields.js'
import { says } from './says.js'
import { bytes, count, ipText, macText, pageOf, siteName, text, timeMs } from './values.js'

export const TOTAL_SORTS = ['bytes', 'txBytes', 'rxBytes', 'packets', 'lastSeen'] as const
export type TotalSort = (typeof TOTAL_SORTS)[number]
export const FLOW_SORTS = [...TOTAL_SORTS, 'firstSeen', 'dst', 'device', 'protocol', 'port'] as const
export type FlowSort = (typeof FLOW_SORTS)[number]

const protocol = z
  .string()
  .max(20)
  .transform((typed, context) => {
    const number = protocolNumber(typed.toLowerCase())
    if (number !== null) return number
    context.addIssue({ code: 'custom', message: says('field_not_protocol') })
    return z.NEVER
  })
  .describe('Protocol name (tcp, udp, icmp, arp, …) or number')

/** What has no IP address is kept under an empty one. */
const notIp = z.literal('none').transform(() => '')

const filters = {
  dst: z.union([notIp, ip]).optional().describe('Destination address; none: what is not IP'),
  device: mac.optional(),
  protocol: protocol.optional(),
  port: queryNumber(0, 65_535).optional(),
  from: timeMsField.optional(),
  to: timeMsField.optional(),
  q: searchText.optional().describe('Part of an address or a name'),
}
export type TrafficFilters = { [Key in keyof typeof filters]?: z.output<(typeof filters)[Key]> }

const isSpan = (query: { from?: number | undefined; to?: number | undefined }) =>
  query.from === undefined || query.to === undefined || query.from < query.to
const SPAN_PROBLEM = { path: ['to'], message: says('field_not_after') }

export const trafficQuery = z
  .strictObject({ ...paging, ...filters, sort: sort(FLOW_SORTS, '-bytes'), format: listFormat })
  .refine(isSpan, SPAN_PROBLEM)
export const totalsQuery = z
  .strictObject({ ...paging, ...filters, sort: sort(TOTAL_SORTS, '-bytes'), format: listFormat })
  .refine(isSpan, SPAN_PROBLEM)
const reach = z
  .enum(REACHES)
  .describe('internet, this network, broadcast and multicast, or frames that are not IP')
export const destinationsQuery = totalsQuery.safeExtend({ reach: reach.optional() })
export const reachesQuery = z
  .strictObject({ from: filters.from, to: filters.to, device: filters.device })
  .refine(isSpan, SPAN_PROBLEM)
export const seriesQuery = z
  .strictObject({ from: filters.from, to: filters.to, device: filters.device, dst: filters.dst })
  .refine(isSpan, SPAN_PROBLEM)
const MOST_TOGETHER = 100
/** `aa:bb:…,aa:bb:…`: no list of a page is longer. */
const macs = z
  .string()
  .transform((joined) => joined.split(','))
  .pipe(z.array(mac).min(1).max(MOST_TOGETHER))
  .describe(`MAC addresses joined by commas, ${MOST_TOGETHER} at most`)
export const deviceSeriesQuery = z
  .strictObject({ devices: macs, from: filters.from, to: filters.to })
  .refine(isSpan, SPAN_PROBLEM)
export const trafficBody = z.strictObject({
  dst: destinationIp,
  bytes: z.number().int().min(0).max(MOST_COUNTED),
})

const sums = {
  bytes: bytes.describe('Bytes of both directions'),
  txBytes: bytes,
  rxBytes: bytes,
  packets: count,
}
const destination = {
  site: siteName,
  dst: ipText.describe('Destination address'),
  dstName: text.nullable().describe('Best known name'),
}
const owner = {
  device: macText.nullable().describe('MAC of the device; null for records that were posted by hand'),
  deviceName: text.nullable(),
}

const trafficRecordSchema = z.object({
  ...destination,
  ...owner,
  deviceIp: ipText.nullable(),
  protocol: text,
  port: count,
  ...sums,
  firstSeenMs: timeMs,
  lastSeenMs: timeMs,
})
export type TrafficRecord = z.infer<typeof trafficRecordSchema>

export const trafficSchema = z.object({ ...pageOf, traffic: z.array(trafficRecordSchema) })
export type TrafficResponse = z.infer<typeof trafficSchema>

export const trafficPostSchema = z.object({
  dst: ipText,
  bytes: bytes.describe('Bytes of that destination after adding'),
})
export type TrafficPostResponse = z.infer<typeof trafficPostSchema>

const stepMs = count.describe('Milliseconds from one point to the next')
const points = z.array(z.object({ atMs: timeMs, txBytes: bytes, rxBytes: bytes }))
export const seriesSchema = z.object({ stepMs, points })
export type SeriesResponse = z.infer<typeof seriesSchema>

export const deviceSeriesSchema = z.object({
  stepMs,
  series: z
    .array(z.object({ device: macText.describe('As it was asked for'), points }))
    .describe('One for each device that was asked for; without points where nothing was counted'),
})
export type DeviceSeriesResponse = z.infer<typeof deviceSeriesSchema>

const service = z
  .object({ name: text, kind: z.enum(SERVICE_KINDS) })
  .nullable()
  .describe('By the name, where it is in our list')
const domain = text.nullable().describe('The part of the name that somebody has registered')

const destinationTotalSchema = z.object({
  ...destination,
  ...sums,
  domain,
  service,
  reach,
  country: text.nullable().describe('ISO 3166-1 alpha-2, where the address is registered; null: not known'),
  devices: count,
  lastSeenMs: timeMs,
})
export type DestinationRecord = z.infer<typeof destinationTotalSchema>
export const destinationsSchema = z.object({ ...pageOf, destinations: z.array(destinationTotalSchema) })
export type DestinationsResponse = z.infer<typeof destinationsSchema>

const domainTotalSchema = z.object({
  domain: domain.describe('Null: all addresses of the internet whose name nobody said'),
  service,
  ...sums,
  destinations: count.describe('Addresses'),
  lastSeenMs: timeMs,
})
export type DomainRecord = z.infer<typeof domainTotalSchema>
export const domainsSchema = z.object({ ...pageOf, domains: z.array(domainTotalSchema) })
export type DomainsResponse = z.infer<typeof domainsSchema>

export const reachesSchema = z.object({
  reaches: z
    .array(z.object({ reach, ...sums, destinations: count.describe('Addresses'), lastSeenMs: timeMs }))
    .describe('The most first; without those that nothing was counted of'),
})
export type ReachesResponse = z.infer<typeof reachesSchema>

const deviceTotalSchema = z.object({
  site: siteName,
  ...owner,
  vendor: text.nullable(),
  ...sums,
  destinations: count,
  lastSeenMs: timeMs,
})
export type TrafficDevice = z.infer<typeof deviceTotalSchema>
export const trafficDevicesSchema = z.object({ ...pageOf, devices: z.array(deviceTotalSchema) })
export type TrafficDevicesResponse = z.infer<typeof trafficDevicesSchema>
