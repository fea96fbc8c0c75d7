/** The state of daemons, sensors and storage for all pages: fetched now and then, newer by the live stream. */

import { createContext, type ReactNode, useContext, useEffect, useMemo } from 'react'
import type { SensorStatus } from '../../contract/sniff.js'
import type { DaemonState, StatusResponse } from '../../contract/status.js'
import { clockOffset } from '../format/time.js'
import { type Resource, useResource } from '../hooks/use-resource.js'
import { useLive, useServices } from './services.js'

const REFRESH_MS = 30_000

export interface StatusView {
  resource: Resource<StatusResponse>
  /** The only daemon, or the one that was chosen; null until it is known. */
  daemon: DaemonState | null
  /** Its sensors with the live updates in place; empty without it. */
  sensors: SensorStatus[]
  /** Null until it is known. */
  isDaemonConnected: boolean | null
  daemonDetail: string
  /** Server's clock minus the browser's, for countdowns. */
  clockOffsetMs: number
}

const StatusContext = createContext<StatusView | null>(null)

export function StatusProvider({ children }: { children: ReactNode }) {
  const resource = useResource<StatusResponse>('/api/status', {}, { refreshMs: REFRESH_MS })
  const { data, askedMs, receivedMs } = resource
  const daemon = useChosenDaemon(data)
  const live = useLive((state) => state.daemons).get(daemon?.name ?? '')
  const isDaemonConnected = live?.connected ?? daemon?.connected ?? null
  const sensors = useSensors(daemon, isDaemonConnected)
  const clockOffsetMs = useMemo(
    () => (data ? clockOffset(data.nowMs, askedMs, receivedMs) : 0),
    [data, askedMs, receivedMs],
  )
  const daemonDetail = live?.detail || (daemon && !daemon.connected ? daemon.detail : '')
  const view = { resource, daemon, sensors, isDaemonConnected, daemonDetail, clockOffsetMs }
  return <StatusContext value={view}>{children}</StatusContext>
}

/** What this browser remembers may be the name of a daemon that is gone. */
function useChosenDaemon(status: StatusResponse | null): DaemonState | null {
  const { name, choose } = useServices().daemon
  const daemons = status?.daemons ?? []
  const daemon = daemons.find((one) => one.name === name) ?? daemons[0] ?? null
  const wanted = daemons.length > 1 && daemon ? daemon.name : ''
  useEffect(() => {
    if (status && wanted !== name) choose(wanted)
  }, [status, wanted, name, choose])
  // Until then requests would go to another one, or to none.
  return wanted === name ? daemon : null
}

function useSensors(daemon: DaemonState | null, isConnected: boolean | null): SensorStatus[] {
  const live = useLive((state) => state.sensors)
  return useMemo(() => {
    if (isConnected === false) return []
    const known = new Map(daemon?.connected ? daemon.sensors.map((one) => [one.interface, one]) : [])
    for (const sensor of live.values()) {
      if (sensor.daemon === daemon?.name) known.set(sensor.interface, sensor)
    }
    return [...known.values()].sort((a, b) => a.interface.localeCompare(b.interface))
  }, [daemon, live, isConnected])
}

export function useStatus(): StatusView {
  const view = useContext(StatusContext)
  if (!view) throw new Error('StatusProvider is missing')
  return view
}
