/** A device as a row of a CSV file, in columns that an import reads again. */

import type { Cell } from '../contract/csv.js'
import type { Device } from '../contract/devices.js'

export const DEVICE_COLUMNS = [
  'id',
  'site',
  'mac',
  'name',
  'hostname',
  'vendor',
  'owner',
  'type',
  'deviceType',
  'icon',
  'tags',
  'trust',
  'isFavorite',
  'presence',
  'patience',
  'macs',
  'addresses',
  'interface',
  'firstSeen',
  'lastSeen',
  'archived',
  'txBytes',
  'rxBytes',
  'notes',
]

const timeText = (atMs: number) => new Date(atMs).toISOString()

export function deviceCells(device: Device): Record<string, Cell> {
  const { id, site, mac, name, hostname, vendor, owner, type, icon, trust, isFavorite, presence } = device
  const { patience, txBytes, rxBytes, notes, deviceType } = device
  return {
    ...{ id, site, mac, name, hostname, vendor, owner, type, icon, trust, isFavorite, presence },
    ...{ deviceType, patience, txBytes, rxBytes, notes, interface: device.interface },
    macs: device.macs.map((one) => one.mac).join(' '),
    tags: device.tags.join(', '),
    addresses: device.addresses.map(({ ip }) => ip).join(' '),
    firstSeen: timeText(device.firstSeenMs),
    lastSeen: timeText(device.lastSeenMs),
    archived: device.archivedMs === null ? null : timeText(device.archivedMs),
  }
}
