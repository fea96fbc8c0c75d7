/** The state of daemon, sensors and storage for all pages: fetched now and then, newer by the live stream. */

import { createContext, type ReactNode, useContext, useMemo } from 'react'
import type { SensorStatus } from '../../contract/sniff.js'
import type { StatusResponse } from '../../contract/status.js'
import { clockOffset } from '../format/time.js'
import { type Resource, useResource } from '../hooks/use-resource.js'
import { useLive } from './services.js'

const REFRESH_MS = 30_000

export interface StatusView {
  resource: Resource<StatusResponse>
  /** Sensors with the live updates in place; empty without the daemon. */
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
  const liveDaemon = useLive((state) => state.daemon)
  const liveSensors = useLive((state) => state.sensors)
  const { data } = resource
  const { fetchedMs } = resource
  const clockOffsetMs = useMemo(
    () => (data ? clockOffset(data.nowMs, fetchedMs, Date.now()) : 0),
    [data, fetchedMs],
  )
  const isDaemonConnected = liveDaemon?.connected ?? data?.daemon.connected ?? null
  const sensors = useMemo(() => {
    if (isDaemonConnected === false) return []
    const known = new Map(
      data?.daemon.connected ? data.daemon.sensors.map((one) => [one.interface, one]) : [],
    )
    for (const [name, sensor] of liveSensors) known.set(name, sensor)
    return [...known.values()].sort((a, b) => a.interface.localeCompare(b.interface))
  }, [data, liveSensors, isDaemonConnected])
  const fetched = data?.daemon
  const view: StatusView = {
    resource,
    sensors,
    isDaemonConnected,
    daemonDetail: liveDaemon?.detail || (fetched && !fetched.connected ? fetched.detail : ''),
    clockOffsetMs,
  }
  return <StatusContext value={view}>{children}</StatusContext>
}

export function useStatus(): StatusView {
  const view = useContext(StatusContext)
  if (!view) throw new Error('StatusProvider is missing')
  return view
}
