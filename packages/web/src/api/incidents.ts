/** Incidents: alerts that belong together, and what a person does about them. */

import { MINUTE_MS, NetWatcherError } from '@netwatcher/shared'
import {
  type IncidentDetail,
  type IncidentsResponse,
  incidentAcknowledgeBody,
  incidentBulkBody,
  incidentBulkSchema,
  incidentDetailSchema,
  incidentParams,
  incidentSchema,
  incidentsQuery,
  incidentsSchema,
  quietBody,
} from '../contract/incidents.js'
import type { StoredIncident } from '../storage/incident-repository.js'
import type { Store } from '../storage/store.js'
import { incidentView, timelineView } from '../views/incident-view.js'
import type { LiveNews } from '../views/live-event.js'
import type { NameBook } from '../views/name-book.js'
import { type Route, route } from './route.js'

export interface IncidentsDeps {
  store: Store
  names: NameBook
  publish: (news: LiveNews) => void
  nowMs: () => number
}

/** Alerts of a timeline. */
const MOST_ALERTS = 200

export function incidentsRoutes(deps: IncidentsDeps): Route[] {
  const { store, names } = deps
  return [
    route({
      method: 'GET',
      path: '/api/incidents',
      tag: 'incidents',
      summary: 'Lists incidents',
      query: incidentsQuery,
      response: { status: 200, description: 'Incidents', schema: incidentsSchema },
      handle: async ({ c, query, language }) => {
        const { page, pageSize, sort: order, from, to, ...exact } = query
        const { incidents, total } = await store.incidents.list({
          page,
          pageSize,
          order,
          ...Object.fromEntries(Object.entries(exact).filter(([, value]) => value !== undefined)),
          ...(from !== undefined && { fromMs: from }),
          ...(to !== undefined && { toMs: to }),
        })
        const nameOf = await names.of(incidents.flatMap(({ parties }) => parties))
        const views = incidents.map((stored) => incidentView(stored, nameOf, language))
        const counts = await store.incidents.counts()
        const response: IncidentsResponse = { page, pageSize, total, incidents: views, counts }
        return c.json(response)
      },
    }),
    detailRoute(deps),
    ...changeRoutes(deps),
    bulkRoute(deps),
  ]
}

function detailRoute({ store, names }: IncidentsDeps): Route {
  return route({
    method: 'GET',
    path: '/api/incidents/:id',
    tag: 'incidents',
    summary: 'Reads one incident with its timeline',
    params: incidentParams,
    response: { status: 200, description: 'The incident', schema: incidentDetailSchema },
    handle: async ({ c, params: { id }, language }) => {
      const stored = await read(store, id)
      const alerts = await store.alerts.getMany(await store.incidents.alertIds(id, MOST_ALERTS))
      const entries = await store.incidents.entries(id)
      const sent = await store.outbox.ofIncident(id)
      const view = incidentView(stored, await names.of(stored.parties), language)
      const response: IncidentDetail = {
        ...view,
        timeline: timelineView({ alerts, entries, sent }, language),
      }
      return c.json(response)
    },
  })
}

/** What a person does; the answer is the incident as it is then. */
function changeRoutes({ store, names, publish, nowMs }: IncidentsDeps): Route[] {
  const described = {
    method: 'POST',
    tag: 'incidents',
    params: incidentParams,
    response: { status: 200, description: 'The incident as it is now', schema: incidentSchema },
  } as const
  const changed = async (id: string, isFound: boolean) => {
    if (!isFound) throw noIncident()
    const stored = await read(store, id)
    const nameOf = await names.of(stored.parties)
    publish({ type: 'incident', stored, nameOf })
    return { stored, nameOf }
  }
  const quiet = (verb: 'snooze' | 'mute', summary: string) =>
    route({
      ...described,
      path: `/api/incidents/:id/${verb}`,
      summary,
      body: quietBody,
      handle: async ({ c, params: { id }, body: { minutes }, language }) => {
        const isFound = await store.incidents[verb](id, untilMs(minutes, nowMs()), nowMs())
        const { stored, nameOf } = await changed(id, isFound)
        return c.json(incidentView(stored, nameOf, language))
      },
    })
  return [
    route({
      ...described,
      path: '/api/incidents/:id/acknowledge',
      summary: 'Marks an incident and its alerts as read',
      body: incidentAcknowledgeBody,
      handle: async ({ c, params: { id }, body: { by }, language }) => {
        const isFound = await store.incidents.acknowledge(id, by, nowMs())
        const { stored, nameOf } = await changed(id, isFound)
        return c.json(incidentView(stored, nameOf, language))
      },
    }),
    quiet('snooze', 'Sends nothing more about an incident for a while'),
    quiet('mute', 'Sends nothing for a while about incidents of this kind and these suspects'),
  ]
}

function bulkRoute({ store, names, publish, nowMs }: IncidentsDeps): Route {
  return route({
    method: 'POST',
    path: '/api/incident-bulk',
    tag: 'incidents',
    summary: 'Marks many incidents as read, or mutes them',
    body: incidentBulkBody,
    response: { status: 200, description: 'How many', schema: incidentBulkSchema },
    handle: async ({ c, body: { ids, acknowledge, mute } }) => {
      const wanted = [...new Set(ids)]
      // Before the first is changed.
      if ((await store.incidents.getMany(wanted)).length < wanted.length) throw noIncident()
      for (const id of wanted) {
        if (acknowledge) await store.incidents.acknowledge(id, acknowledge.by, nowMs())
        if (mute) await store.incidents.mute(id, untilMs(mute.minutes, nowMs()), nowMs())
      }
      for (const stored of await store.incidents.getMany(wanted)) {
        publish({ type: 'incident', stored, nameOf: await names.of(stored.parties) })
      }
      return c.json({ incidents: wanted.length })
    },
  })
}

/** 0: no longer. */
function untilMs(minutes: number, nowMs: number): number {
  return minutes === 0 ? 0 : nowMs + minutes * MINUTE_MS
}

async function read(store: Store, id: string): Promise<StoredIncident> {
  const stored = await store.incidents.get(id)
  if (!stored) throw noIncident()
  return stored
}

function noIncident(): NetWatcherError {
  return new NetWatcherError('not_found', 'NO_INCIDENT', 'There is no such incident.')
}
