/** Devices: the inventory, what a person notes about one, which are the same, and what is forgotten. */

import { DAY_MS, render, text } from '@netwatcher/shared'
import type { VendorTable } from '@netwatcher/shared/identity'
import {
  type BulkBody,
  bulkBody,
  bulkSchema,
  type ChangesResponse,
  changesQuery,
  changesSchema,
  type Device,
  type DeviceKey,
  type DevicesResponse,
  deviceParams,
  devicePatchBody,
  deviceSchema,
  devicesQuery,
  devicesSchema,
  differentBody,
  mergeBody,
  splitBody,
  suggestionsSchema,
  tagsSchema,
} from '../contract/devices.js'
import type { Twins } from '../identity/twins.js'
import type { DeviceFilter } from '../storage/device-rows.js'
import { type Act, noSuchDevice, type Selection } from '../storage/inventory-repository.js'
import { wordsOf } from '../storage/search.js'
import type { Store } from '../storage/store.js'
import type { LiveNews } from '../views/live-event.js'
import type { Views } from '../views/views.js'
import { DEVICE_COLUMNS, deviceCells } from './device-cells.js'
import { each, type FileExports } from './file-exports.js'
import { type Route, route } from './route.js'

export interface DevicesDeps {
  store: Store
  views: Views
  twins: Twins
  vendors: VendorTable
  exports: FileExports
  publish: (news: LiveNews) => void
  nowMs: () => number
}

/** Of one word: a short one is part of many vendors' names. */
const MAX_VENDOR_PREFIXES = 20_000

export function devicesRoutes(deps: DevicesDeps): Route[] {
  return [listRoute(deps), tagsRoute(deps), bulkRoute(deps), ...oneRoutes(deps), ...sameRoutes(deps)]
}

function listRoute({ store, views, vendors, exports, nowMs }: DevicesDeps): Route {
  return route({
    method: 'GET',
    path: '/api/devices',
    tag: 'devices',
    summary: 'Lists the devices that were seen',
    query: devicesQuery,
    response: { status: 200, description: 'Devices', schema: devicesSchema, files: ['csv', 'ndjson'] },
    handle: async ({ c, query, language }) => {
      const { page, pageSize, format, sort: order, favorite, gateway, alerting, ...asked } = query
      const filter = filterOf(vendors, {
        ...asked,
        ...{ isFavorite: favorite, isGateway: gateway, isAlerting: alerting },
      })
      if (format === 'csv') {
        const rows = each(store.devices.export({ ...filter, order }), (one) => deviceCells(views.device(one)))
        return await exports.csv(c, { name: 'devices', header: DEVICE_COLUMNS, rows })
      }
      if (format === 'ndjson') {
        const rows = each(store.devices.export({ ...filter, order }), (one) => views.device(one))
        return await exports.ndjson(c, { name: 'devices', rows })
      }
      const { devices, total } = await store.devices.list({ page, pageSize, order, ...filter })
      const addresses = await store.devices.countShortLived(nowMs() - DAY_MS)
      const response: DevicesResponse = {
        ...{ page, pageSize, total },
        devices: devices.map((one) => views.device(one)),
        shortLived: {
          addresses,
          text: addresses === 0 ? '' : render(text('short_lived_addresses', { count: addresses }), language),
        },
      }
      return c.json(response)
    },
  })
}

function filterOf(
  vendors: VendorTable,
  { q, ...filter }: Omit<DeviceFilter, 'words'> & { q?: string | undefined },
): DeviceFilter {
  if (q === undefined) return filter
  const words = wordsOf(q).map((word) => ({
    word,
    vendorPrefixes: vendors.prefixesOf(word, MAX_VENDOR_PREFIXES),
  }))
  return { ...filter, words }
}

function tagsRoute({ store }: DevicesDeps): Route {
  return route({
    method: 'GET',
    path: '/api/tags',
    tag: 'devices',
    summary: 'Lists the tags in use',
    response: { status: 200, description: 'Tags', schema: tagsSchema },
    handle: async ({ c }) => c.json({ tags: await store.inventory.tags() }),
  })
}

function bulkRoute(deps: DevicesDeps): Route {
  return route({
    method: 'POST',
    path: '/api/inventory/bulk',
    tag: 'devices',
    summary: 'Changes, tags or forgets many devices at once: all of it or nothing',
    body: bulkBody,
    response: { status: 200, description: 'How many', schema: bulkSchema },
    handle: async ({ c, body }) => {
      const selection: Selection =
        body.ids !== undefined
          ? { ids: body.ids }
          : { filter: filterOf(deps.vendors, body.filter ?? { shown: 'current' }) }
      const devices = await actOnMany(deps, selection, body)
      deps.publish({ type: 'reset' })
      return c.json({ devices })
    },
  })
}

async function actOnMany(
  { store, nowMs }: DevicesDeps,
  selection: Selection,
  { set, addTags, removeTags, forget }: BulkBody,
): Promise<number> {
  if (forget) return await store.inventory.forget(selection)
  const { name: _name, ...patch } = set ?? {}
  const change = { patch, addTags: addTags ?? [], removeTags: removeTags ?? [] }
  return await store.inventory.change(selection, change, byPerson(nowMs))
}

function byPerson(nowMs: () => number): Act {
  return { atMs: nowMs(), source: 'person' }
}

function oneRoutes(deps: DevicesDeps): Route[] {
  const { store, nowMs } = deps
  return [
    route({
      method: 'GET',
      path: '/api/devices/:id',
      tag: 'devices',
      summary: 'Reads one device',
      params: deviceParams,
      response: { status: 200, description: 'The device', schema: deviceSchema },
      handle: async ({ c, params }) => c.json(await readDevice(deps, params.id)),
    }),
    route({
      method: 'PATCH',
      path: '/api/devices/:id',
      tag: 'devices',
      summary: 'Names a device, notes something about it, marks it as known or ignored, archives it',
      params: deviceParams,
      body: devicePatchBody,
      response: { status: 200, description: 'The device as it is now', schema: deviceSchema },
      handle: async ({ c, params, body }) => {
        const id = await idOf(store, params.id)
        const change = { patch: body, addTags: [], removeTags: [] }
        await store.inventory.change({ ids: [id] }, change, byPerson(nowMs))
        return c.json(await publishDevice(deps, id))
      },
    }),
    route({
      method: 'DELETE',
      path: '/api/devices/:id',
      tag: 'devices',
      summary: 'Forgets a device with its traffic, names, presence, alerts and history',
      params: deviceParams,
      response: { status: 204, description: 'It is gone, until it is seen again' },
      handle: async ({ c, params }) => {
        await store.inventory.forget({ ids: [await idOf(store, params.id)] })
        deps.publish({ type: 'reset' })
        return c.body(null, 204)
      },
    }),
    route({
      method: 'GET',
      path: '/api/devices/:id/changes',
      tag: 'devices',
      summary: 'Lists what changed about a device',
      params: deviceParams,
      query: changesQuery,
      response: { status: 200, description: 'Changes', schema: changesSchema },
      handle: async ({ c, params, query }) => {
        const id = await idOf(store, params.id)
        const response: ChangesResponse = { ...query, ...(await store.changes.list(id, query)) }
        return c.json(response)
      },
    }),
  ]
}

function sameRoutes(deps: DevicesDeps): Route[] {
  const { store, nowMs, twins } = deps
  return [
    route({
      method: 'GET',
      path: '/api/inventory/suggestions',
      tag: 'devices',
      summary: 'Lists pairs of devices that are probably one with a new MAC, and why; merging is up to you',
      response: { status: 200, description: 'Suggestions', schema: suggestionsSchema },
      handle: async ({ c, language }) => {
        const suggestions = twins.all().map(({ id, earlierId, suggestion }) => ({
          ...{ id, earlierId, mac: suggestion.mac, earlierMac: suggestion.earlierMac },
          confidence: suggestion.confidence,
          reasons: suggestion.reasons.map((reason) => render(reason, language)),
        }))
        return c.json({ suggestions })
      },
    }),
    route({
      method: 'POST',
      path: '/api/devices/:id/merge',
      tag: 'devices',
      summary: 'Says that other devices are this one, with another MAC',
      params: deviceParams,
      body: mergeBody,
      response: { status: 200, description: 'The device with all of its MACs', schema: deviceSchema },
      handle: async ({ c, params, body }) => {
        const id = await idOf(store, params.id)
        await store.inventory.merge(id, body.ids, byPerson(nowMs))
        await twins.refresh()
        deps.publish({ type: 'reset' })
        return c.json(await readDevice(deps, id))
      },
    }),
    route({
      method: 'POST',
      path: '/api/devices/:id/split',
      tag: 'devices',
      summary: 'Takes MACs out of a device again; with that a merge is undone',
      params: deviceParams,
      body: splitBody,
      response: { status: 200, description: 'The device without them', schema: deviceSchema },
      handle: async ({ c, params, body }) => {
        const id = await idOf(store, params.id)
        await store.inventory.split(id, body.macs, byPerson(nowMs))
        await twins.refresh()
        deps.publish({ type: 'reset' })
        return c.json(await readDevice(deps, id))
      },
    }),
    route({
      method: 'POST',
      path: '/api/devices/:id/different',
      tag: 'devices',
      summary: 'Says that a device is another one, so that it is not suggested again',
      params: deviceParams,
      body: differentBody,
      response: { status: 204, description: 'It is remembered' },
      handle: async ({ c, params, body }) => {
        const id = await idOf(store, params.id)
        await store.inventory.tellApart(id, await idOf(store, body.id), byPerson(nowMs))
        await twins.refresh()
        return c.body(null, 204)
      },
    }),
  ]
}

async function idOf({ inventory }: Store, key: DeviceKey): Promise<number> {
  const id = await inventory.idOf(key)
  if (id === null) throw noSuchDevice()
  return id
}

async function readDevice({ store, views }: DevicesDeps, key: DeviceKey): Promise<Device> {
  const stored = await store.devices.get(key)
  if (!stored) throw noSuchDevice()
  return views.device(stored)
}

async function publishDevice(deps: DevicesDeps, id: number): Promise<Device> {
  const device = await readDevice(deps, id)
  deps.publish({ type: 'device', device })
  return device
}
