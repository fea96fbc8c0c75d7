/** Alerts with their evidence, and pinned bindings. */

import { NetWatcherError } from '@netwatcher/shared'
import { stream } from 'hono/streaming'
import {
  type AlertsResponse,
  acknowledgeBody,
  alertParams,
  alertSchema,
  alertsQuery,
  alertsSchema,
  type BindingsResponse,
  bindingsSchema,
  bindingBody as body,
} from '../contract/alerts.js'
import { daemonQuery } from '../contract/fields.js'
import type { Daemons } from '../daemon/daemons.js'
import type { StoredAlert } from '../storage/alert-repository.js'
import { wordsOf } from '../storage/search.js'
import type { Store } from '../storage/store.js'
import { alertView } from '../views/alert-view.js'
import type { LiveNews } from '../views/live-event.js'
import type { NameBook } from '../views/name-book.js'
import { type Route, route } from './route.js'

export interface AlertsDeps {
  store: Store
  names: NameBook
  daemons: Daemons
  publish: (news: LiveNews) => void
  nowMs: () => number
}

const EVIDENCE_WITHIN_MS = 30_000

export function alertsRoutes(deps: AlertsDeps): Route[] {
  const { store, publish, nowMs } = deps
  const read = async (id: string) => {
    const stored = await store.alerts.get(id)
    if (!stored) throw noAlert()
    return stored
  }
  return [
    route({
      method: 'GET',
      path: '/api/alerts',
      tag: 'alerts',
      summary: 'Lists alerts',
      query: alertsQuery,
      response: { status: 200, description: 'Alerts', schema: alertsSchema },
      handle: async ({ c, query, language }) => {
        const { page, pageSize, sort: order, acknowledged, from, to, q, ...exact } = query
        const { alerts, total } = await store.alerts.list({
          page,
          pageSize,
          order,
          ...Object.fromEntries(Object.entries(exact).filter(([, value]) => value !== undefined)),
          ...(acknowledged !== undefined && { isAcknowledged: acknowledged }),
          ...(from !== undefined && { fromMs: from }),
          ...(to !== undefined && { toMs: to }),
          ...(q !== undefined && { words: wordsOf(q) }),
        })
        const open = await store.alerts.countOpen()
        const views = alerts.map((stored) => alertView(stored, language))
        const response: AlertsResponse = { page, pageSize, total, alerts: views, open }
        return c.json(response)
      },
    }),
    route({
      method: 'GET',
      path: '/api/alerts/:id',
      tag: 'alerts',
      summary: 'Reads one alert',
      params: alertParams,
      response: { status: 200, description: 'The alert', schema: alertSchema },
      handle: async ({ c, params: { id }, language }) => c.json(alertView(await read(id), language)),
    }),
    route({
      method: 'POST',
      path: '/api/alerts/:id/acknowledge',
      tag: 'alerts',
      summary: 'Marks an alert as read, and its incident with the last of its alerts',
      params: alertParams,
      body: acknowledgeBody,
      response: { status: 200, description: 'The alert as it is now', schema: alertSchema },
      handle: async ({ c, params: { id }, language }) => {
        if (!(await store.alerts.acknowledge(id, nowMs()))) throw noAlert()
        const stored = await read(id)
        publish({ type: 'alert', stored })
        await acknowledgeIncident(deps, id)
        return c.json(alertView(stored, language))
      },
    }),
    evidenceRoute(deps, read),
    ...bindingRoutes(deps.daemons),
  ]
}

/** An incident whose alerts have all been read needs nobody's attention any more. */
async function acknowledgeIncident(
  { store, names, publish, nowMs }: AlertsDeps,
  alertId: string,
): Promise<void> {
  const id = await store.incidents.allRead(alertId)
  if (id === null) return
  await store.incidents.acknowledge(id, '', nowMs())
  const stored = await store.incidents.get(id)
  if (stored) publish({ type: 'incident', stored, nameOf: await names.of(stored.parties) })
}

function evidenceRoute({ daemons }: AlertsDeps, read: (id: string) => Promise<StoredAlert>): Route {
  return route({
    method: 'GET',
    path: '/api/alerts/:id/evidence',
    tag: 'alerts',
    summary: 'Downloads the frames that show an alert, for Wireshark',
    params: alertParams,
    response: { status: 200, description: 'A pcapng file', contentType: 'application/x-pcapng' },
    handle: async ({ c, params: { id } }) => {
      const { alert } = await read(id)
      const { api } = daemons.ofSensor(alert.sensor)
      const signal = AbortSignal.any([c.req.raw.signal, AbortSignal.timeout(EVIDENCE_WITHIN_MS)])
      const chunks = api.getEvidence(id, signal)[Symbol.asyncIterator]()
      // The first chunk decides between a file and a problem.
      const first = await chunks.next()
      if (first.done) {
        throw new NetWatcherError('not_found', 'NO_EVIDENCE', 'The daemon holds no frames of that alert.')
      }
      c.header('Content-Type', 'application/x-pcapng')
      c.header('Content-Disposition', `attachment; filename="netwatcher-${id}.pcapng"`)
      return stream(c, async (out) => {
        await out.write(first.value)
        for await (const chunk of { [Symbol.asyncIterator]: () => chunks }) {
          if (out.aborted) break
          await out.write(chunk)
        }
      })
    },
  })
}

function bindingRoutes(daemons: Daemons): Route[] {
  const response = { status: 200 as const, description: 'All pinned bindings', schema: bindingsSchema }
  const answer = (bindings: BindingsResponse['bindings']): BindingsResponse => ({
    bindings: bindings.map((binding) => ({ ip: binding.ip, mac: binding.mac })),
  })
  return [
    route({
      method: 'GET',
      path: '/api/bindings',
      tag: 'alerts',
      summary: 'Lists the bindings of address and MAC that are declared right',
      query: daemonQuery,
      response,
      handle: async ({ c, query }) => c.json(answer(await daemons.pick(query.daemon).api.listBindings())),
    }),
    route({
      method: 'POST',
      path: '/api/bindings',
      tag: 'alerts',
      summary: 'Declares a binding right; any other claimant is an alert',
      query: daemonQuery,
      body,
      response,
      handle: async ({ c, query, body: binding }) =>
        c.json(answer(await daemons.pick(query.daemon).api.pinBinding(binding))),
    }),
    route({
      method: 'POST',
      path: '/api/bindings/remove',
      tag: 'alerts',
      summary: 'Removes a declared binding',
      query: daemonQuery,
      body,
      response,
      handle: async ({ c, query, body: binding }) =>
        c.json(answer(await daemons.pick(query.daemon).api.unpinBinding(binding))),
    }),
  ]
}

function noAlert(): NetWatcherError {
  return new NetWatcherError('not_found', 'NO_ALERT', 'There is no such alert.')
}
