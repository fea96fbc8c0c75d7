/**
 * A device as it is read: its row with the sums, MACs, addresses and names of
 * all rows that are one device with it, and the conditions of lists.
 */

import type { ClueSource } from '@netwatcher/shared'
import type { DeviceKey, DeviceSort, Patience, Presence, Shown, Trust } from '../contract/devices.js'
import { DEVICES_OF_MAC, macOf, membersOf } from './keys.js'
import { namedBy } from './name-repository.js'
import { likePattern, type Order, type PageQuery, Where } from './paging.js'
import { macPattern } from './search.js'
import { sumOf } from './totals.js'

export interface StoredMac {
  mac: string
  firstSeenMs: number
  lastSeenMs: number
}

export interface StoredAddress {
  ip: string
  /** More than one device claims it, and nobody's claim is settled. */
  isDisputed: boolean
  firstSeenMs: number
  lastSeenMs: number
}

export interface StoredDevice {
  id: number
  mac: string
  site: string
  interface: string
  name: string | null
  notes: string
  owner: string
  type: string | null
  icon: string | null
  tags: string[]
  isFavorite: boolean
  trust: Trust
  patience: Patience
  archivedMs: number | null
  isSelf: boolean
  isGateway: boolean
  presence: Presence
  missedScans: number
  evidence: string
  firstSeenMs: number
  lastSeenMs: number
  txBytes: number
  rxBytes: number
  activeAlerts: number
  /** Of the rows that are one device; the first is the one that it is shown by. */
  macs: StoredMac[]
  addresses: StoredAddress[]
  /** Names by source. */
  names: Record<string, string>
  /** What it told of its nature, the latest first. */
  clues: { source: ClueSource; value: string }[]
}

export interface DeviceFilter {
  shown: Shown
  /** All of them have to be found. */
  words?: SearchWord[] | undefined
  presence?: Presence | undefined
  trust?: Trust | undefined
  owner?: string | undefined
  tag?: string | undefined
  isFavorite?: boolean | undefined
  isGateway?: boolean | undefined
  isAlerting?: boolean | undefined
}

export interface SearchWord {
  word: string
  /** First octets of MACs whose vendor's name has it. */
  vendorPrefixes: string[]
}

export type DeviceQuery = DeviceFilter & PageQuery & { order: Order }

const SHOWN_ADDRESSES = 16
const SHOWN_MACS = 32
const READ_CLUES = 256

/** A counter, or several in one, with those of the rows that are one device with it; takes SQL for those of a row. */
const wholeSum = (counters: (row: string) => string) =>
  `(${counters('d')} + (SELECT ${sumOf(counters('m'))} FROM device m WHERE m.merged_into = d.id))`
const TX = wholeSum((row) => `${row}.tx_bytes`)
const RX = wholeSum((row) => `${row}.rx_bytes`)

/** As it is called on the page: by the person, else by itself; what has no name comes after those that have one. */
const SHOWN_NAME = `coalesce(d.name, ${namedBy(membersOf('d.id'))})`

export const DEVICE_ORDERS: Record<DeviceSort, readonly string[]> = {
  lastSeen: ['d.last_seen_ms'],
  firstSeen: ['d.first_seen_ms'],
  mac: [macOf('d.id')],
  name: [`coalesce(${SHOWN_NAME}, char(1114111)) COLLATE NOCASE`, macOf('d.id')],
  owner: ['d.owner'],
  presence: ['d.presence'],
  bytes: [wholeSum((row) => `${row}.tx_bytes + ${row}.rx_bytes`)],
  txBytes: [TX],
  rxBytes: [RX],
}

export const DEVICE_DETAILS = `
  SELECT d.id, ${macOf('d.id')} AS mac, s.interface,
    (SELECT site.name FROM device_mac JOIN site ON site.id = site_id WHERE device_id = d.id LIMIT 1) AS site,
    d.name, d.notes, d.owner, d.type, d.icon, d.is_favorite, d.trust, d.patience, d.archived_ms,
    d.is_self, d.is_gateway, d.presence, d.missed_scans, d.evidence, d.first_seen_ms, d.last_seen_ms,
    ${TX} AS tx_bytes, ${RX} AS rx_bytes,
    (SELECT json_group_array(tag) FROM (SELECT tag FROM device_tag WHERE device_id = d.id ORDER BY tag)) AS tags,
    (SELECT count(DISTINCT a.id) FROM device_mac JOIN alert_mac USING (site_id, mac) JOIN alert a ON a.id = alert_id
      WHERE device_id IN ${membersOf('d.id')} AND a.state = 'active' AND a.severity > 0) AS active_alerts,
    (SELECT json_group_array(json_object('mac', mac, 'firstSeenMs', first_seen_ms, 'lastSeenMs', last_seen_ms))
      FROM (SELECT mac, m.first_seen_ms, m.last_seen_ms FROM device m CROSS JOIN device_mac ON device_id = m.id
        WHERE m.id IN ${membersOf('d.id')} ORDER BY m.id <> d.id, m.last_seen_ms DESC LIMIT ${SHOWN_MACS})) AS macs,
    (SELECT json_group_array(json_object('ip', ip, 'isDisputed', json(iif(is_disputed, 'true', 'false')),
        'firstSeenMs', first_seen_ms, 'lastSeenMs', last_seen_ms))
      FROM (SELECT ip, max(is_disputed) AS is_disputed, min(first_seen_ms) AS first_seen_ms,
          max(last_seen_ms) AS last_seen_ms
        FROM device_address JOIN address ON address.id = address_id WHERE device_id IN ${membersOf('d.id')}
        GROUP BY ip ORDER BY ip LIKE '%:%', 4 DESC LIMIT ${SHOWN_ADDRESSES})) AS addresses,
    (SELECT json_group_object(source, name) FROM (SELECT source, name, max(seen_ms) FROM device_name
      WHERE device_id IN ${membersOf('d.id')} GROUP BY source)) AS names,
    (SELECT json_group_array(json_object('source', source, 'value', value))
      FROM (SELECT source, value FROM device_clue WHERE device_id IN ${membersOf('d.id')}
        ORDER BY last_seen_ms DESC LIMIT ${READ_CLUES})) AS clues
  FROM device d LEFT JOIN sensor s ON s.id = d.sensor_id`

/** An alert that goes on names it. */
const IS_ALERTING = `EXISTS (SELECT 1 FROM device_mac JOIN alert_mac USING (site_id, mac) JOIN alert a ON a.id = alert_id
  WHERE device_id IN ${membersOf('d.id')} AND a.state = 'active' AND a.severity > 0)`

/** Rows that stand for a device: neither another's, nor there for a moment only. */
export const IS_DEVICE = 'd.merged_into IS NULL AND d.admitted_ms IS NOT NULL'

const SHOWN: Record<Shown, string> = {
  current: "d.trust <> 'ignored' AND d.archived_ms IS NULL",
  ignored: "d.trust = 'ignored'",
  archived: 'd.archived_ms IS NOT NULL',
  all: 'true',
}

export function deviceConditions(filter: DeviceFilter): Where {
  const where = new Where().add(IS_DEVICE).add(SHOWN[filter.shown])
  if (filter.presence !== undefined) where.add('d.presence = ?', filter.presence)
  if (filter.trust !== undefined) where.add('d.trust = ?', filter.trust)
  if (filter.owner !== undefined) where.add('d.owner = ?', filter.owner)
  if (filter.isGateway !== undefined) where.add('d.is_gateway = ?', Number(filter.isGateway))
  if (filter.isAlerting !== undefined) where.add(`${IS_ALERTING} = ?`, Number(filter.isAlerting))
  if (filter.isFavorite !== undefined) where.add('d.is_favorite = ?', Number(filter.isFavorite))
  if (filter.tag !== undefined)
    where.add('d.id IN (SELECT device_id FROM device_tag WHERE tag = ?)', filter.tag)
  for (const word of filter.words ?? []) addWord(where, word)
  return where
}

function addWord(where: Where, { word, vendorPrefixes }: SearchWord): void {
  const like = likePattern(word)
  const prefixes = JSON.stringify(vendorPrefixes)
  where.add(
    `(d.name LIKE ? ESCAPE '\\' OR d.notes LIKE ? ESCAPE '\\' OR d.owner LIKE ? ESCAPE '\\'
      OR d.id IN (SELECT device_id FROM device_tag WHERE tag LIKE ? ESCAPE '\\')
      OR d.id IN (SELECT coalesce(merged_into, id) FROM device WHERE id IN (
        SELECT device_id FROM device_mac WHERE mac LIKE ? ESCAPE '\\'
          OR substr(mac, 1, 8) IN (SELECT value FROM json_each(?))
        UNION SELECT device_id FROM device_name WHERE name LIKE ? ESCAPE '\\'
        UNION SELECT device_id FROM device_address JOIN address ON address.id = address_id
          WHERE ip LIKE ? ESCAPE '\\')))`,
    ...[like, like, like, like, macPattern(word), prefixes, like, like],
  )
}

/** SQL that holds for the device that a key leads to, by whichever of its MACs; takes the key as its parameter. */
export function isDeviceKey(key: DeviceKey): string {
  return typeof key === 'number' ? 'd.id = ?' : `d.merged_into IS NULL AND d.id IN ${DEVICES_OF_MAC}`
}

/** SQL for the rows that are that one device; takes the key as its parameter. */
export function membersOfKey(key: DeviceKey): string {
  return `(SELECT id FROM device WHERE coalesce(merged_into, id) =
    (SELECT d.id FROM device d WHERE ${isDeviceKey(key)} ORDER BY d.id LIMIT 1))`
}

export interface RawDevice {
  id: number
  mac: string
  site: string | null
  interface: string | null
  name: string | null
  notes: string
  owner: string
  type: string | null
  icon: string | null
  tags: string
  is_favorite: number
  trust: Trust
  patience: Patience
  archived_ms: number | null
  is_self: number
  is_gateway: number
  presence: Presence
  missed_scans: number
  evidence: string
  first_seen_ms: number
  last_seen_ms: number
  tx_bytes: number
  rx_bytes: number
  active_alerts: number
  macs: string
  addresses: string
  names: string
  clues: string
}

export function deviceFrom(row: RawDevice): StoredDevice {
  return {
    id: row.id,
    mac: row.mac,
    site: row.site ?? '',
    interface: row.interface ?? '',
    name: row.name,
    notes: row.notes,
    owner: row.owner,
    type: row.type,
    icon: row.icon,
    tags: JSON.parse(row.tags),
    isFavorite: row.is_favorite === 1,
    trust: row.trust,
    patience: row.patience,
    archivedMs: row.archived_ms,
    isSelf: row.is_self === 1,
    isGateway: row.is_gateway === 1,
    presence: row.presence,
    missedScans: row.missed_scans,
    evidence: row.evidence,
    firstSeenMs: row.first_seen_ms,
    lastSeenMs: row.last_seen_ms,
    txBytes: row.tx_bytes,
    rxBytes: row.rx_bytes,
    activeAlerts: row.active_alerts,
    macs: JSON.parse(row.macs),
    addresses: JSON.parse(row.addresses),
    names: JSON.parse(row.names),
    clues: JSON.parse(row.clues),
  }
}
