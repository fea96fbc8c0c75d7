/** The fire drill: asks a sensor for a practice alert, and shows how far it came. */

import { drillBody, drillQuery, drillSchema } from '../contract/drill.js'
import type { Daemons } from '../daemon/daemons.js'
import type { DrillBook } from '../notify/drill.js'
import { type Route, route } from './route.js'

export interface DrillDeps {
  daemons: Daemons
  drills: DrillBook
}

export function drillRoutes({ daemons, drills }: DrillDeps): Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/drill/start',
      tag: 'channels',
      summary: 'Shows a sensor a spoof that is on no wire, once a minute at most, and follows the alert',
      query: drillQuery,
      body: drillBody,
      response: { status: 202, description: 'The drill as it stands', schema: drillSchema },
      handle: async ({ c, query, body, language }) => {
        await drills.start(daemons.pick(query.daemon), body.interface ?? '')
        return c.json(await drills.report(language), 202)
      },
    }),
    route({
      method: 'GET',
      path: '/api/drill',
      tag: 'channels',
      summary: 'Tells how far the latest drill came, link by link',
      response: { status: 200, description: 'The drill as it stands', schema: drillSchema },
      handle: async ({ c, language }) => c.json(await drills.report(language)),
    }),
  ]
}
