/** What is known of each device that could be another one's new MAC, and what people have decided about pairs. */

import type { MacProfile } from '@netwatcher/shared'
import type { DataSource } from 'typeorm'
import { IS_DEVICE } from './device-rows.js'
import { macOf, membersOf } from './keys.js'

export interface DeviceProfile extends MacProfile {
  id: number
  siteId: number
  /** All of its MACs. */
  macs: string[]
}

/** With more there would be no end of comparing; those seen last come first. */
const MAX_PROFILES = 50_000
/** Of one answer: what SQLite gives is made into objects all at once. */
const AT_ONCE = 200
const SOURCES = ['dhcp_12', 'dhcp_55', 'dhcp_61', 'mdns_instance', 'nbns_name']

const PROFILES = `
  SELECT d.id, (SELECT site_id FROM device_mac WHERE device_id = d.id LIMIT 1) AS siteId, ${macOf('d.id')} AS mac,
    d.first_seen_ms AS firstSeenMs, d.last_seen_ms AS lastSeenMs,
    (SELECT json_group_array(mac) FROM device_mac WHERE device_id IN ${membersOf('d.id')}) AS macs,
    (SELECT json_group_array(ip) FROM device_address JOIN address ON address.id = address_id
      WHERE device_id IN ${membersOf('d.id')} AND is_disputed = 0 AND ip NOT LIKE '%:%') AS ips,
    (SELECT json_group_array(name) FROM device_name WHERE device_id IN ${membersOf('d.id')}) AS names,
    (SELECT json_group_array(json_object('source', source, 'value', value)) FROM device_clue
      WHERE device_id IN ${membersOf('d.id')} AND source IN (${SOURCES.map((source) => `'${source}'`).join(', ')})) AS clues
  FROM device d WHERE d.id IN (SELECT value FROM json_each(?))`
const CANDIDATES = `
  SELECT d.id FROM device d WHERE ${IS_DEVICE} AND d.is_self = 0 AND d.is_gateway = 0 AND d.last_seen_ms >= ?
  ORDER BY d.last_seen_ms DESC LIMIT ${MAX_PROFILES}`

type Lists = 'macs' | 'ips' | 'names' | 'clues'
/** Lists are stored as JSON. */
type StoredProfile = Omit<DeviceProfile, Lists> & Record<Lists, string>

export class SameDeviceRepository {
  constructor(private readonly read: DataSource) {}

  /** In pieces, between which others have their turn. */
  async *profiles(seenSinceMs: number): AsyncGenerator<DeviceProfile[]> {
    const candidates: { id: number }[] = await this.read.query(CANDIDATES, [seenSinceMs])
    for (let from = 0; from < candidates.length; from += AT_ONCE) {
      const ids = candidates.slice(from, from + AT_ONCE).map(({ id }) => id)
      const rows: StoredProfile[] = await this.read.query(PROFILES, [JSON.stringify(ids)])
      yield rows.map(profileOf)
    }
  }

  /** Pairs of MACs of a site that a person said are different devices, the lesser first. */
  async different(siteId: number): Promise<Set<string>> {
    const rows: { mac: string; otherMac: string }[] = await this.read.query(
      'SELECT mac, other_mac AS otherMac FROM same_device WHERE site_id = ? AND is_same = 0',
      [siteId],
    )
    return new Set(rows.map(({ mac, otherMac }) => `${mac} ${otherMac}`))
  }
}

function profileOf({ macs, ips, names, clues, ...row }: StoredProfile): DeviceProfile {
  return {
    ...row,
    macs: JSON.parse(macs),
    ips: JSON.parse(ips),
    names: JSON.parse(names),
    clues: JSON.parse(clues),
  }
}
