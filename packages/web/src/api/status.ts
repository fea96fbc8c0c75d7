/** What NetWatcher itself is doing: the daemon, the store, this process. */

import { type Language, NO_TEXT, render, saidBy, type Text, text } from '@netwatcher/shared'
import { type DaemonState, type StatusResponse, statusSchema } from '../contract/status.js'
import type { Daemon, Daemons } from '../daemon/daemons.js'
import type { WatchedRoom } from '../ingest/room-watch.js'
import { shortageText } from '../ingest/shortage.js'
import type { LiveHub } from '../live/hub.js'
import { type Loss, listLosses } from '../storage/loss.js'
import type { Store } from '../storage/store.js'
import { sensorView } from '../views/views.js'
import { type Route, route } from './route.js'

export interface StatusDeps {
  version: string
  store: Store
  daemons: Daemons
  hub: LiveHub
  storageError: () => Text | null
  heldBackMs: () => number
  policy: { retentionDays: number; budgetBytes: number }
  room: () => Promise<WatchedRoom>
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
      handle: async ({ c, language }) => c.json(await readStatus(deps, language)),
    }),
  ]
}

export async function readStatus(deps: StatusDeps, language: Language): Promise<StatusResponse> {
  const { all } = deps.daemons
  const states = await Promise.all(all.map((daemon) => daemonState(daemon, deps.nowMs, language)))
  const [daemon] = states
  if (!daemon) throw new Error('no daemon is configured')
  return {
    version: deps.version,
    nowMs: deps.nowMs(),
    daemon,
    daemons: states,
    storage: await storageStatus(deps, language),
    web: {
      pid: process.pid,
      rssBytes: process.memoryUsage.rss(),
      startedMs: deps.startedMs,
      liveStreams: deps.hub.subscriberCount,
    },
  }
}

async function daemonState(
  { name, site, api, link }: Daemon,
  nowMs: () => number,
  language: Language,
): Promise<DaemonState> {
  const { state, foreignEvents, implausibleRows } = link
  const known = { name, site, foreignEvents, implausibleRows }
  if (!state.connected) {
    return { ...known, connected: false, detail: render(state.detail, language), sinceMs: state.sinceMs }
  }
  try {
    const { daemonId: _daemonId, bootId: _bootId, sensors, ...status } = await api.getStatus()
    return {
      ...known,
      connected: true,
      ...status,
      sensors: sensors.map((one) => sensorView({ daemon: name, status: one }, language)),
      capabilities: status.capabilities.map((one) => ({ ...one, detail: render(one.detail, language) })),
      notices: status.notices.map(({ text, atMs }) => ({ text: render(text, language), atMs })),
      leftOut: status.leftOut.map(({ name: left, cause }) => ({
        name: left,
        cause: render(cause, language),
      })),
    }
  } catch (error) {
    return { ...known, connected: false, detail: render(saidBy(error), language), sinceMs: nowMs() }
  }
}

async function storageStatus(
  { store, daemons, policy, room: readRoom, storageError, heldBackMs }: StatusDeps,
  language: Language,
): Promise<StatusResponse['storage']> {
  const [room, devices, trafficRows, setAsideRows, alerts, gaps] = await Promise.all([
    readRoom(),
    store.devices.count(),
    store.traffic.countRecords(),
    store.traffic.countSetAside(),
    store.alerts.count(),
    store.positions.countGaps(),
  ])
  const held = {
    losses: listLosses(store.database.path).map((loss) => lossView(loss, language)),
    error: render(storageError() ?? NO_TEXT, language),
    heldBackMs: heldBackMs(),
    implausibleRows: daemons.all.reduce((sum, { link }) => sum + link.implausibleRows, 0),
  }
  const warning = room.shortage ? render(shortageText(room.shortage, room), language) : ''
  const { usedBytes: databaseBytes, freeBytes } = room
  return {
    databaseBytes,
    freeBytes,
    warning,
    ...policy,
    devices,
    trafficRows,
    setAsideRows,
    alerts,
    gaps,
    ...held,
  }
}

function lossView(loss: Loss, language: Language): StatusResponse['storage']['losses'][number] {
  return { ...loss, detail: render(text(`database_${loss.cause}`, { path: loss.path }), language) }
}
