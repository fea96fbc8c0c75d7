/** SQL from what people and tools name things by to the ids that rows have. One parameter each. */

/** Rows that a MAC points to, one in each site at most, with all that are one device with them. */
export const DEVICES_OF_MAC = `(SELECT id FROM device WHERE coalesce(merged_into, id) IN
  (SELECT coalesce(merged_into, id) FROM device_mac JOIN device ON device.id = device_id
    WHERE site_id IN (SELECT id FROM site) AND mac = ?))`

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
