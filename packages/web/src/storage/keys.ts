/** SQL from what people and tools name things by to the ids that rows have. One parameter each. */

/** Devices that a MAC points to, one in each site at most. */
export const DEVICES_OF_MAC =
  '(SELECT device_id FROM device_mac WHERE site_id IN (SELECT id FROM site) AND mac = ?)'

/** An address as a destination, in each site. */
export const DESTINATIONS_OF_IP =
  '(SELECT id FROM address WHERE network_id IN (SELECT network_id FROM site) AND ip = ?)'

/** The MAC that a device is shown by. */
export function macOf(deviceId: string): string {
  return `(SELECT mac FROM device_mac WHERE device_id = ${deviceId} LIMIT 1)`
}
