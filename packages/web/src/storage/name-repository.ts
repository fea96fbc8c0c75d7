/** Names that were seen on the network, by address. */

import { DEVICE_NAME_SOURCES } from '@netwatcher/shared'
import type { DataSource } from 'typeorm'
import type { DeviceNameSource } from '../contract/device-names.js'
import { membersOf } from './keys.js'

export interface AddressName {
  ip: string
  source: string
  name: string
  seenMs: number
}

export interface DeviceName {
  source: DeviceNameSource
  name: string
  seenMs: number
}

export interface FormerName {
  source: DeviceNameSource
  name: string
  /** When it was given up for another. */
  untilMs: number
}

/** SQL for the name that some rows of `device` go by on the network; `ids` is SQL for them. */
export const namedBy = (ids: string) => `(SELECT name FROM device_name WHERE device_id IN ${ids}
  ORDER BY CASE source ${DEVICE_NAME_SOURCES.map((source, i) => `WHEN '${source}' THEN ${i}`).join(' ')} ELSE ${DEVICE_NAME_SOURCES.length} END,
    seen_ms DESC LIMIT 1)`

const MOST_FORMER = 50

export class NameRepository {
  constructor(private readonly read: DataSource) {}

  /** What a device, of any of its MACs, was called by each source last. */
  ofDevice(deviceId: number): Promise<DeviceName[]> {
    return this.read.query(
      `SELECT source, name, max(seen_ms) AS seenMs FROM device_name
       WHERE device_id IN ${membersOf('?1')} GROUP BY source`,
      [deviceId],
    )
  }

  /** What it was called before, newest first. */
  formerOfDevice(deviceId: number): Promise<FormerName[]> {
    return this.read.query(
      `SELECT CASE field WHEN 'name' THEN 'person' ELSE substr(field, 10) END AS source, before AS name,
         at_ms AS untilMs
       FROM device_change WHERE device_id IN ${membersOf('?1')} AND before <> ''
         AND (field = 'name' OR field LIKE 'hostname\\_%' ESCAPE '\\')
       ORDER BY id DESC LIMIT ${MOST_FORMER}`,
      [deviceId],
    )
  }

  /** In one site: elsewhere the same address is somebody else's. */
  namesOf(siteId: number, ips: readonly string[]): Promise<AddressName[]> {
    return this.read.query(
      `SELECT a.ip, n.source, n.name, n.seen_ms AS seenMs
       FROM address a JOIN address_name n ON n.address_id = a.id
       WHERE a.network_id = (SELECT network_id FROM site WHERE id = ?)
         AND a.ip IN (SELECT value FROM json_each(?))`,
      [siteId, JSON.stringify(ips)],
    )
  }
}
