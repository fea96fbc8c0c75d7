/** Whether an inventory is kept: asked at the first run, changed whenever somebody likes. */

import { type InventoryResponse, inventoryBody, inventorySchema } from '../contract/inventory-choice.js'
import type { Store } from '../storage/store.js'
import { type Route, route } from './route.js'

export function inventoryChoiceRoutes({ store }: { store: Store }): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/inventory',
      tag: 'devices',
      summary: 'Tells whether devices are remembered after they have left',
      response: { status: 200, description: 'What was chosen', schema: inventorySchema },
      handle: async ({ c }) => {
        const response: InventoryResponse = { inventory: await store.inventoryChoices.get() }
        return c.json(response)
      },
    }),
    route({
      method: 'POST',
      path: '/api/inventory',
      tag: 'devices',
      summary:
        'Has devices remembered, or forgotten a day after they were last seen, save those somebody noted',
      body: inventoryBody,
      response: { status: 200, description: 'What was chosen', schema: inventorySchema },
      handle: async ({ c, body }) => {
        await store.inventoryChoices.set(body.inventory)
        const response: InventoryResponse = body
        return c.json(response)
      },
    }),
  ]
}
