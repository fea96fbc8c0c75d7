/** What NetWatcher itself is doing: the daemon, the store, this process. */

import { errorMessage, type Language, render } from '@netwatcher/shared'
import { type StatusResponse, statusSchema } from '../contract/status.js'
import type { DaemonLink } from '../daemon/link.js'
import type { DaemonApi } from '../daemon/types.js'
import type { LiveHub } from '../live/hub.js'
import type { Store } from '../storage/store.js'
import { sensorView } from '../views/views.js'
import { type Route, route } from './route.js'

export interface StatusDeps {
  version: string
  store: Store
  daemon: DaemonApi
  link: DaemonLink
  hub: LiveHub
  storageError: () => string
  heldBackMs: () => number
  policy: { retentionDays: number; budgetBytes: number }
  startedMs: number
  nowMs: () => number
}

export function statusRoutes(deps: StatusDeps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/status',
      tag: 'status',
      summary: 'Tells how the daemon, the store and the web part are doing',
      response: { status: 200, description: 'Status', schema: statusSchema },
      handle: async ({ c, language }) => {
        const response: StatusResponse = {
          version: deps.version,
          nowMs: deps.nowMs(),
          daemon: await daemonStatus(deps, language),
          storage: await storageStatus(deps),
          web: {
            pid: process.pid,
            rssBytes: process.memoryUsage.rss(),
            startedMs: deps.startedMs,
            liveStreams: deps.hub.subscriberCount,
          },
        }
        return c.json(response)
      },
    }),
  ]
}

async function daemonStatus(
  { daemon, link, nowMs }: StatusDeps,
  language: Language,
): Promise<StatusResponse['daemon']> {
  const { state } = link
  if (!state.connected) return { connected: false, detail: state.detail, sinceMs: state.sinceMs }
  try {
    const { daemonId: _daemonId, bootId: _bootId, sensors, ...status } = await daemon.getStatus()
    return {
      connected: true,
      ...status,
      sensors: sensors.map((one) => sensorView(one, language)),
      capabilities: status.capabilities.map((one) => ({ ...one, detail: render(one.detail, language) })),
      notices: status.notices.map(({ text, atMs }) => ({ text: render(text, language), atMs })),
      leftOut: status.leftOut.map(({ name, cause }) => ({ name, cause: render(cause, language) })),
    }
  } catch (error) {
    return { connected: false, detail: errorMessage(error), sinceMs: nowMs() }
  }
}

async function storageStatus({
  store,
  policy,
  storageError,
  heldBackMs,
}: StatusDeps): Promise<StatusResponse['storage']> {
  const [databaseBytes, devices, trafficRows, alerts, gaps] = await Promise.all([
    store.retention.usedBytes(),
    store.devices.count(),
    store.traffic.countRecords(),
    store.alerts.count(),
    store.positions.countGaps(),
  ])
  const held = {
    error: storageError(),
    heldBackMs: heldBackMs(),
    implausibleRows: store.traffic.implausible,
  }
  return { databaseBytes, ...policy, devices, trafficRows, alerts, gaps, ...held }
}
