/** What was done once after the installation; it stays done, whatever is deleted by age. */

import { type SetupResponse, setupSchema } from '../contract/setup.js'
import type { Store } from '../storage/store.js'
import { type Route, route } from './route.js'

export function setupRoutes({ store }: { store: Store }): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/setup',
      tag: 'status',
      summary: 'Tells when a network was first scanned, and the way of an alert first tried',
      response: { status: 200, description: 'The first time of each', schema: setupSchema },
      handle: async ({ c }) => c.json((await store.milestones.get()) satisfies SetupResponse),
    }),
  ]
}
