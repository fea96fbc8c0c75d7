/** The three lists of traffic: what each is over, its filters, its order, and its rows with their names. */

import type { Reach } from '@netwatcher/shared/destinations'
import { DESTINATIONS_OF_IP, DEVICES_OF_MAC, macOf, membersOf } from './keys.js'
import { namedBy } from './name-repository.js'
import { likePattern, type Orders, Where } from './paging.js'
import { isOfInternet, reachIn } from './ranges.js'
import { DEFAULT_SITE_ID } from './site-repository.js'
import { COUNTERS, DESTINATIONS, DEVICES, FLOWS, sumOf, type Totals } from './totals.js'
import {
  ADDRESSES_LIKE,
  addressLikes,
  DEVICES_LIKE,
  deviceLikes,
  FLOW_ORDERS,
  flowConditions,
  NO_RANKS,
  needsFlows,
  TOTAL_ORDERS,
  type TrafficFilter,
} from './traffic-query.js'

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
  domain: string | null
  site: string
  dstName: string | null
  devices: number
}
export type DomainTotal = TotalRecord & {
  /** Null: all addresses without a name of the internet. */
  domain: string | null
  destinations: number
}
export type ReachTotal = TotalRecord & { reach: Reach; destinations: number }
export type DeviceTotal = TotalRecord & {
  device: string | null
  site: string
  deviceName: string | null
  destinations: number
}

export interface TrafficList<_Row extends object> {
  totals: Totals
  /** Sums of flows by this key, where the totals know nothing of what is asked; null: the totals themselves. */
  sumBy: 'remote_id' | 'device_id' | null
  /** SQL that puts rows together which are one thing, out of the SQL for all rows. */
  gather: ((rows: string) => string) | null
  where: Where
  orders: Orders
  /** What conditions and orders call a row. */
  alias: string
  /** SQL for the rows of `inner`, which is aliased already, with more columns. */
  select: (inner: string, more?: string) => string
}

const COUNTER_SUMS = COUNTERS.map((counter) => `${sumOf(`n.${counter}`)} AS ${counter}`).join(', ')

/** Of an answer and what was asked for by it the latest: an address of a large service serves many names. */
const ADDRESS_NAME = (
  id: string,
) => `(SELECT name FROM address_name n WHERE n.address_id = ${id} ORDER BY CASE WHEN source IN ('tls', 'quic', 'dns') THEN 0
  WHEN source = 'mdns' THEN 1 WHEN source = 'dhcp' THEN 2 ELSE 3 END, seen_ms DESC LIMIT 1)`
const DOMAIN_OF = (id: string) =>
  `(SELECT name FROM domain JOIN address_domain ON domain_id = domain.id WHERE address_id = ${id})`
/** Of an address aliased `a`. */
const SITE_OF_DESTINATION = '(SELECT name FROM site WHERE network_id = a.network_id)'
/** Of totals aliased `t`; what was posted by hand has no device and is of the default site. */
const SITE_OF_DEVICE = `(SELECT name FROM site
  WHERE id = coalesce((SELECT site_id FROM device_mac WHERE device_id = t.id LIMIT 1), ${DEFAULT_SITE_ID}))`
/** What the person calls it, else what the network does. */
export const DEVICE_NAME = (id: string) => `coalesce((SELECT r.name FROM device m
    JOIN device r ON r.id = coalesce(m.merged_into, m.id) WHERE m.id = ${id}),
  ${namedBy(`(${id})`)})`

/** Rows of MACs that are one device as one row. */
const wholeDevices = (rows: string, where = '') => `(SELECT coalesce(m.merged_into, n.id) AS id,
    ${COUNTER_SUMS}, max(n.last_seen_ms) AS last_seen_ms, ${NO_RANKS}
  FROM ${rows} n LEFT JOIN device m ON m.id = n.id ${where} GROUP BY 1)`

/** The same without devices that nobody wants to see, and what is none. */
const shownDevices = (rows: string) =>
  wholeDevices(
    rows,
    `LEFT JOIN device r ON r.id = coalesce(m.merged_into, m.id)
     WHERE r.id IS NULL OR (r.trust <> 'ignored' AND r.admitted_ms IS NOT NULL)`,
  )

const SUMS = `t.tx_bytes AS txBytes, t.rx_bytes AS rxBytes, t.tx_packets + t.rx_packets AS packets,
  t.last_seen_ms AS lastSeenMs`

export function flowList(filter: TrafficFilter): TrafficList<FlowRecord> {
  return {
    totals: FLOWS,
    sumBy: null,
    gather: null,
    where: flowConditions(filter),
    orders: FLOW_ORDERS,
    alias: 'f',
    select: (inner, more = '') => `SELECT a.ip AS dst, ${SITE_OF_DESTINATION} AS site,
        ${ADDRESS_NAME('f.remote_id')} AS dstName, ${macOf('f.device_id')} AS device,
        ${DEVICE_NAME('f.device_id')} AS deviceName, nullif(da.ip, '') AS deviceIp, f.protocol, f.port,
        f.tx_bytes AS txBytes, f.rx_bytes AS rxBytes, f.tx_packets + f.rx_packets AS packets,
        f.first_seen_ms AS firstSeenMs, f.last_seen_ms AS lastSeenMs ${more}
      FROM ${inner} JOIN address a ON a.id = f.remote_id LEFT JOIN address da ON da.id = f.device_address_id`,
  }
}

export function destinationList(filter: TrafficFilter): TrafficList<DestinationTotal> {
  const where = new Where()
  for (const word of filter.words ?? []) where.add(`t.id IN ${ADDRESSES_LIKE}`, ...addressLikes(word))
  if (filter.dst !== undefined) where.add(`t.id IN ${DESTINATIONS_OF_IP}`, filter.dst)
  if (filter.reach !== undefined)
    where.add(`(SELECT ${reachIn('ip')} FROM address WHERE id = t.id) = ?`, filter.reach)
  const areOfFlows = needsFlows(filter, 'dst')
  return {
    totals: areOfFlows ? FLOWS : DESTINATIONS,
    sumBy: areOfFlows ? 'remote_id' : null,
    gather: null,
    where,
    orders: TOTAL_ORDERS,
    alias: 't',
    select: (inner, more = '') => `SELECT a.ip AS dst, ${SITE_OF_DESTINATION} AS site,
        ${ADDRESS_NAME('t.id')} AS dstName, ${DOMAIN_OF('t.id')} AS domain,
        (SELECT count(DISTINCT device_id) FROM flow WHERE remote_id = t.id AND device_id <> 0) AS devices,
        ${SUMS} ${more}
      FROM ${inner} JOIN address a ON a.id = t.id`,
  }
}

/** Destinations of one domain as one row. */
const byDomain = (rows: string) => `(SELECT coalesce(ad.domain_id, 0) AS id, ${COUNTER_SUMS},
    max(n.last_seen_ms) AS last_seen_ms, ${NO_RANKS}, count(*) AS destinations
  FROM ${rows} n JOIN address a ON a.id = n.id LEFT JOIN address_domain ad ON ad.address_id = n.id
  WHERE ad.domain_id IS NOT NULL OR ${isOfInternet('a.ip')} GROUP BY 1)`

export function domainList(filter: TrafficFilter): TrafficList<DomainTotal> {
  const where = new Where()
  for (const word of filter.words ?? [])
    where.add(`t.id IN (SELECT id FROM domain WHERE name LIKE ? ESCAPE '\\')`, likePattern(word))
  const areOfFlows = needsFlows(filter, 'dst')
  return {
    totals: areOfFlows ? FLOWS : DESTINATIONS,
    sumBy: areOfFlows ? 'remote_id' : null,
    gather: byDomain,
    where,
    orders: TOTAL_ORDERS,
    alias: 't',
    select: (inner, more = '') => `SELECT (SELECT name FROM domain WHERE id = t.id) AS domain, t.destinations,
        ${SUMS} ${more}
      FROM ${inner}`,
  }
}

/** Destinations of one reach as one row. */
const byReach = (rows: string) => `(SELECT ${reachIn('a.ip')} AS id, ${COUNTER_SUMS},
    max(n.last_seen_ms) AS last_seen_ms, ${NO_RANKS}, count(*) AS destinations
  FROM ${rows} n JOIN address a ON a.id = n.id GROUP BY 1)`

export function reachList(filter: TrafficFilter): TrafficList<ReachTotal> {
  const areOfFlows = needsFlows(filter, 'dst')
  return {
    totals: areOfFlows ? FLOWS : DESTINATIONS,
    sumBy: areOfFlows ? 'remote_id' : null,
    gather: byReach,
    where: new Where(),
    orders: TOTAL_ORDERS,
    alias: 't',
    select: (inner, more = '') => `SELECT t.id AS reach, t.destinations, ${SUMS} ${more} FROM ${inner}`,
  }
}

export function deviceList(filter: TrafficFilter): TrafficList<DeviceTotal> {
  const where = new Where()
  for (const word of filter.words ?? []) where.add(`t.id IN ${DEVICES_LIKE}`, ...deviceLikes(word))
  if (filter.device !== undefined) where.add(`t.id IN ${DEVICES_OF_MAC}`, filter.device)
  const areOfFlows = needsFlows(filter, 'device')
  return {
    totals: areOfFlows ? FLOWS : DEVICES,
    sumBy: areOfFlows ? 'device_id' : null,
    gather: filter.device === undefined ? shownDevices : wholeDevices,
    where,
    orders: TOTAL_ORDERS,
    alias: 't',
    select: (inner, more = '') => `SELECT ${macOf('t.id')} AS device, ${SITE_OF_DEVICE} AS site,
        ${DEVICE_NAME('t.id')} AS deviceName,
        (SELECT count(DISTINCT remote_id) FROM flow WHERE device_id IN ${membersOf('t.id')}) AS destinations,
        ${SUMS} ${more}
      FROM ${inner}`,
  }
}
