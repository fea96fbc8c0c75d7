/** Whether the internet could be reached: each state with its begin and end. */

import { DAY_MS } from '@netwatcher/shared'
import { uplinkQuery, uplinkSpansSchema } from '../contract/internet.js'
import type { Store } from '../storage/store.js'
import { type Route, route } from './route.js'

const MOST_SPANS = 500

export function internetRoutes({ store, nowMs }: { store: Store; nowMs: () => number }): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/internet',
      tag: 'status',
      summary: 'Lists when the internet could be reached and when not, where the daemon watches that',
      query: uplinkQuery,
      response: { status: 200, description: 'States', schema: uplinkSpansSchema },
      handle: async ({ c, query }) =>
        c.json({ spans: await store.uplinks.list(query.fromMs ?? nowMs() - DAY_MS, MOST_SPANS) }),
    }),
  ]
}
