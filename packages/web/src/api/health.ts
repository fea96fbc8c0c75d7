/** For who watches the watcher: `/healthz` says only whether all is well, `/metrics` how it is doing (Prometheus). */

import type { HealthResponse } from '../contract/health.js'
import { healthSchema } from '../contract/health.js'
import { METRICS_TYPE, metricsText } from '../views/metrics.js'
import { type Route, route } from './route.js'
import { readStatus, type StatusDeps } from './status.js'

/** Outside of /api, where monitoring looks for them. */
export const WATCHED_PATHS = ['/healthz', '/metrics']

export function healthRoutes(deps: StatusDeps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/healthz',
      tag: 'status',
      summary: 'Tells whether all daemons are connected and what they tell can be stored; 503 when not',
      isPublic: true,
      response: { status: 200, description: 'All is well', schema: healthSchema },
      handle: async ({ c }) => {
        const ok = await isHealthy(deps)
        return c.json({ ok } satisfies HealthResponse, ok ? 200 : 503)
      },
    }),
    route({
      method: 'GET',
      path: '/metrics',
      tag: 'status',
      summary: 'How everything is doing, for Prometheus',
      response: { status: 200, description: 'Text exposition format', contentType: METRICS_TYPE },
      handle: async ({ c }) => {
        const [status, openAlerts, online] = await Promise.all([
          readStatus(deps, 'en'),
          deps.store.alerts.countOpen(),
          deps.store.devices.countOnline(),
        ])
        const { user, system } = process.cpuUsage()
        const cpuSeconds = (user + system) / 1e6
        return c.body(await metricsText({ status, openAlerts, online, cpuSeconds }), 200, {
          'Content-Type': METRICS_TYPE,
        })
      },
    }),
  ]
}

/** Asks nothing of the daemons: anybody may ask this as often as they like. */
async function isHealthy({ daemons, store, storageError }: StatusDeps): Promise<boolean> {
  const isConnected = daemons.all.every(({ link }) => link.state.connected)
  if (!isConnected || storageError() !== null) return false
  try {
    await store.tokens.list()
    return true
  } catch {
    return false
  }
}
