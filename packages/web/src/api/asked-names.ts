/** Which names a device asked DNS for, where the owner has them kept; as a file, too. */

import {
  type AskedName,
  type AskedNamesResponse,
  askedNamesQuery,
  askedNamesSchema,
} from '../contract/asked-names.js'
import { deviceParams } from '../contract/devices.js'
import { noSuchDevice } from '../storage/inventory-repository.js'
import type { Store } from '../storage/store.js'
import type { FileExports } from './file-exports.js'
import { type Route, route } from './route.js'

const COLUMNS = ['name', 'periods', 'firstSeenMs', 'lastSeenMs'] as const

export interface AskedNamesDeps {
  store: Store
  exports: FileExports
}

export function askedNamesRoutes({ store, exports }: AskedNamesDeps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/devices/:id/asked-names',
      tag: 'talk',
      summary: 'Lists the names that a device asked DNS for, where they are kept',
      params: deviceParams,
      query: askedNamesQuery,
      response: { status: 200, description: 'Names', schema: askedNamesSchema, files: ['csv'] },
      handle: async ({ c, params, query }) => {
        const id = await store.inventory.idOf(params.id)
        if (id === null) throw noSuchDevice()
        const names = await store.askedNames.ofDevice(id)
        if (query.format === 'csv')
          return await exports.csv(c, { name: 'asked-names', header: COLUMNS, rows: cells(names) })
        const response: AskedNamesResponse = { keptDays: store.askedNames.keptDays, names }
        return c.json(response)
      },
    }),
  ]
}

async function* cells(names: readonly AskedName[]) {
  for (const name of names) yield { ...name }
}
