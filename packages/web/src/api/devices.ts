/** Devices: the inventory, and what a person notes about one. */

import { NetWatcherError } from '@netwatcher/shared'
import {
  type Device,
  type DeviceKey,
  type DevicesResponse,
  deviceParams,
  devicePatchBody,
  deviceSchema,
  devicesQuery,
  devicesSchema,
} from '../contract/devices.js'
import type { VendorTable } from '@netwatcher/shared/identity'
import type { Store } from '../storage/store.js'
import type { LiveNews } from '../views/live-event.js'
import type { Views } from '../views/views.js'
import { type CsvExports, each } from './csv.js'
import { type Route, route } from './route.js'

export interface DevicesDeps {
  store: Store
  views: Views
  vendors: VendorTable
  exports: CsvExports
  publish: (news: LiveNews) => void
}

const MAX_VENDOR_PREFIXES = 5_000

export function devicesRoutes(deps: DevicesDeps): Route[] {
  const { store, views, publish } = deps
  const read = async (key: DeviceKey): Promise<Device> => {
    const stored = await store.devices.get(key)
    if (!stored) throw noDevice()
    return views.device(stored)
  }
  return [
    route({
      method: 'GET',
      path: '/api/devices',
      tag: 'devices',
      summary: 'Lists the devices that were seen',
      query: devicesQuery,
      response: { status: 200, description: 'Devices', schema: devicesSchema, isAlsoCsv: true },
      handle: async ({ c, query }) => {
        const { page, pageSize, q, format } = query
        const filter = {
          order: query.sort,
          ...(q !== undefined && {
            text: q,
            vendorPrefixes: deps.vendors.prefixesOf(q, MAX_VENDOR_PREFIXES),
          }),
          ...(query.presence !== undefined && { presence: query.presence }),
          ...(query.known !== undefined && { isKnown: query.known }),
          ...(query.ignored !== undefined && { isIgnored: query.ignored }),
        }
        if (format === 'csv') {
          const rows = each(store.devices.export(filter), (device) => csvRow(views.device(device)))
          return await deps.exports.respond(c, { name: 'devices', header: CSV_COLUMNS, rows })
        }
        const { devices, total } = await store.devices.list({ page, pageSize, ...filter })
        const shown = devices.map((device) => views.device(device))
        const response: DevicesResponse = { page, pageSize, total, devices: shown }
        return c.json(response)
      },
    }),
    route({
      method: 'GET',
      path: '/api/devices/:id',
      tag: 'devices',
      summary: 'Reads one device',
      params: deviceParams,
      response: { status: 200, description: 'The device', schema: deviceSchema },
      handle: async ({ c, params }) => c.json(await read(params.id)),
    }),
    route({
      method: 'PATCH',
      path: '/api/devices/:id',
      tag: 'devices',
      summary: 'Names a device, notes something about it, or marks it as known or ignored',
      params: deviceParams,
      body: devicePatchBody,
      response: { status: 200, description: 'The device as it is now', schema: deviceSchema },
      handle: async ({ c, params, body }) => {
        if (!(await store.devices.patch(params.id, body))) throw noDevice()
        const device = await read(params.id)
        publish({ type: 'device', device })
        return c.json(device)
      },
    }),
  ]
}

function noDevice(): NetWatcherError {
  return new NetWatcherError('not_found', 'NO_DEVICE', 'No such device was seen.')
}

const CSV_COLUMNS = [
  'id',
  'site',
  'mac',
  'name',
  'hostname',
  'vendor',
  'presence',
  'addresses',
  'interface',
  'firstSeen',
  'lastSeen',
  'txBytes',
  'rxBytes',
  'isKnown',
  'notes',
]

function csvRow(device: Device) {
  const { mac: address, name, hostname, vendor, presence, txBytes, rxBytes, isKnown, notes } = device
  return {
    id: device.id,
    site: device.site,
    mac: address,
    name,
    hostname,
    vendor,
    presence,
    addresses: device.addresses.map(({ ip }) => ip).join(' '),
    interface: device.interface,
    firstSeen: new Date(device.firstSeenMs).toISOString(),
    lastSeen: new Date(device.lastSeenMs).toISOString(),
    txBytes,
    rxBytes,
    isKnown,
    notes,
  }
}
