/** SQL from what people and tools name things by to the ids that rows have. One parameter each. */

/** Rows that a MAC points to, one in each site at most, with all that are one device with them. */
export const DEVICES_OF_MAC = `(SELECT id FROM device WHERE coalesce(merged_into, id) IN
  (SELECT coalesce(merged_into, id) FROM device_mac JOIN device ON device.id = device_id
    WHERE site_id IN (SELECT id FROM site) AND mac = ?))`

/** The same of several MACs, a JSON array, as (mac, id). */
export const DEVICES_OF_MACS = `(SELECT DISTINCT asked.mac, member.id
  FROM (SELECT mac, coalesce(merged_into, id) AS whole FROM device_mac JOIN device ON device.id = device_id
    WHERE site_id IN (SELECT id FROM site) AND mac IN (SELECT value FROM json_each(?))) asked
  JOIN device member ON member.id = asked.whole OR member.merged_into = asked.whole)`

/** An address as a destination, in each site. */
export const DESTINATIONS_OF_IP =
  '(SELECT id FROM address WHERE network_id IN (SELECT network_id FROM site) AND ip = ?)'

/** The MAC that a device is shown by. */
export function macOf(deviceId: string): string {
  return `(SELECT mac FROM device_mac WHERE device_id = ${deviceId} LIMIT 1)`
}

/** The rows that are one device with that one, which stands for them. */
export function membersOf(deviceId: string): string {
  return `(SELECT ${deviceId} UNION ALL SELECT id FROM device WHERE merged_into = ${deviceId})`
}

/** SQL: it owns the address of this row of device_address, and nobody who does has been seen with it since. */
export function isLastHolder(row: string): string {
  return `${row}.is_disputed = 0 AND NOT EXISTS (SELECT 1 FROM device_address newer
    WHERE newer.is_disputed = 0 AND newer.address_id = ${row}.address_id AND newer.last_seen_ms > ${row}.last_seen_ms)`
}
