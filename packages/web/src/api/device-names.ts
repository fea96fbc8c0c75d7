/** What a device is called, and by whom. A name is locked by giving it: PATCH of the device. */

import { DEVICE_NAME_SOURCES } from '@netwatcher/shared'
import { type DeviceNamesResponse, deviceNamesSchema } from '../contract/device-names.js'
import { deviceParams } from '../contract/devices.js'
import { noSuchDevice } from '../storage/inventory-repository.js'
import type { Store } from '../storage/store.js'
import type { Views } from '../views/views.js'
import { type Route, route } from './route.js'

export interface DeviceNamesDeps {
  store: Store
  views: Views
}

export function deviceNamesRoutes({ store, views }: DeviceNamesDeps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/devices/:id/names',
      tag: 'devices',
      summary: 'Lists what a device is called, by whom, and what it was called before',
      params: deviceParams,
      response: { status: 200, description: 'Names', schema: deviceNamesSchema },
      handle: async ({ c, params }) => {
        const stored = await store.devices.get(params.id)
        if (stored === null) throw noSuchDevice()
        const said = await store.names.ofDevice(stored.id)
        const { hostname, hostnameSource } = views.device(stored)
        const given =
          stored.name === null ? [] : [{ source: 'person' as const, name: stored.name, seenMs: null }]
        const reverse =
          hostnameSource === 'rdns' && hostname !== null
            ? [{ source: 'rdns' as const, name: hostname, seenMs: null }]
            : []
        const own = DEVICE_NAME_SOURCES.flatMap((source) => said.filter((one) => one.source === source))
        const response: DeviceNamesResponse = {
          isLocked: stored.name !== null,
          names: [...given, ...own, ...reverse].map((one, i) => ({ ...one, isShown: i === 0 })),
          former: await store.names.formerOfDevice(stored.id),
        }
        return c.json(response)
      },
    }),
  ]
}
