/** Gaps: what could not be recorded, told in the language of whoever asks. */

import { render } from '@netwatcher/shared'
import { type GapsResponse, gapsQuery, gapsSchema } from '../contract/gaps.js'
import type { Store } from '../storage/store.js'
import { type Route, route } from './route.js'

export function gapsRoutes({ store }: { store: Store }): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/gaps',
      tag: 'status',
      summary: 'Lists what could not be recorded, and why',
      query: gapsQuery,
      response: { status: 200, description: 'Gaps, newest first', schema: gapsSchema },
      handle: async ({ c, query, language }) => {
        const { gaps, total } = await store.positions.listGaps(query)
        const told = gaps.map(({ cause, ...gap }) => ({ ...gap, cause: render(cause, language) }))
        const response: GapsResponse = { ...query, total, gaps: told }
        return c.json(response)
      },
    }),
  ]
}
