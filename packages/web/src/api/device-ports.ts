/** The stored port scans of one device, what changed between them, and whether it is scanned regularly. */

import { type DeviceKey, deviceParams } from '../contract/devices.js'
import { portPlanBody, type StoredPortsResponse, storedPortsSchema } from '../contract/portscan.js'
import { noSuchDevice } from '../storage/inventory-repository.js'
import { newlyOpen, type StoredPortScan } from '../storage/port-scan-repository.js'
import type { Store } from '../storage/store.js'
import { type Route, route } from './route.js'

export interface DevicePortsDeps {
  store: Store
  nowMs: () => number
}

export function devicePortsRoutes({ store, nowMs }: DevicePortsDeps): Route[] {
  const idOf = async (key: DeviceKey): Promise<number> => {
    const id = await store.inventory.idOf(key)
    if (id === null) throw noSuchDevice()
    return id
  }
  const answer = async (id: number): Promise<StoredPortsResponse> => ({
    everyHours: await store.portScans.everyHours(id),
    scans: withChanges(await store.portScans.list(id)),
  })
  const response = { status: 200, description: 'Scans', schema: storedPortsSchema } as const
  return [
    route({
      method: 'GET',
      path: '/api/devices/:id/ports',
      tag: 'scan',
      summary: 'Lists the port scans of a device, and what opened and closed between them',
      params: deviceParams,
      response,
      handle: async ({ c, params }) => c.json(await answer(await idOf(params.id))),
    }),
    route({
      method: 'POST',
      path: '/api/devices/:id/ports',
      tag: 'scan',
      summary: 'Has the ports of a device scanned regularly, or not any more',
      params: deviceParams,
      body: portPlanBody,
      response,
      handle: async ({ c, params, body }) => {
        const id = await idOf(params.id)
        await store.portScans.schedule(id, body.everyHours, nowMs())
        return c.json(await answer(id))
      },
    }),
  ]
}

function withChanges(scans: readonly StoredPortScan[]): StoredPortsResponse['scans'] {
  return scans.map((scan, i) => {
    const before = scans.slice(i + 1).find(({ profile }) => profile === scan.profile)
    return {
      ...scan,
      opened: before ? newlyOpen(before.ports, scan.ports) : [],
      closed: before ? newlyOpen(scan.ports, before.ports) : [],
    }
  })
}
