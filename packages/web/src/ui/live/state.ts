/**
 * What only the live stream tells, since the page was opened, as a pure reducer.
 * Every collection is bounded; what the API has, too, goes into the query cache.
 */

import type { AlertRecord } from '../../contract/alerts.js'
import type { LiveEvent } from '../../contract/events.js'
import type { FirewallResponse } from '../../contract/firewall.js'
import type { SensorStatus } from '../../contract/sniff.js'
import { addTraffic, NO_THROUGHPUT, type Throughput } from './throughput.js'

export type Connection = 'connecting' | 'live' | 'lost'
export type ScanEvent = Extract<LiveEvent, { type: 'scan' }>

export interface LiveState {
  connection: Connection
  /** By name; empty until the stream says so. */
  daemons: ReadonlyMap<string, { connected: boolean; detail: string }>
  alerts: ReadonlyMap<string, AlertRecord>
  /** By daemon and interface, as `scans` are. */
  sensors: ReadonlyMap<string, SensorStatus>
  scans: ReadonlyMap<string, ScanEvent>
  /** By daemon. */
  firewalls: ReadonlyMap<string, FirewallResponse>
  throughput: Throughput
}

export const MAX_LIVE_ALERTS = 1000

export const INITIAL_LIVE_STATE: LiveState = {
  connection: 'connecting',
  daemons: new Map(),
  alerts: new Map(),
  sensors: new Map(),
  scans: new Map(),
  firewalls: new Map(),
  throughput: NO_THROUGHPUT,
}

/** Applies a batch, so that a flood of events copies each collection once. */
export function applyEvents(state: LiveState, events: readonly LiveEvent[]): LiveState {
  const next: LiveState = { ...state }
  const alerts = new Map(state.alerts)
  const sensors = new Map(state.sensors)
  const scans = new Map(state.scans)
  for (const event of events) {
    switch (event.type) {
      case 'alert':
        put(alerts, event.alert.id, event.alert)
        next.alerts = alerts
        break
      case 'sensor':
        sensors.set(placeOf(event.sensor), event.sensor)
        next.sensors = sensors
        break
      case 'scan':
        scans.set(placeOf(event), event)
        next.scans = scans
        break
      case 'traffic':
        next.throughput = addTraffic(next.throughput, event)
        break
      case 'firewall':
        next.firewalls = new Map(next.firewalls).set(event.firewall.daemon, event.firewall)
        break
      case 'daemon':
        next.daemons = new Map(next.daemons).set(event.daemon, {
          connected: event.connected,
          detail: event.detail,
        })
        break
      case 'device':
      case 'incident':
      case 'reset':
        break
    }
  }
  return next
}

/** Two daemons may have interfaces of the same name. */
export function placeOf({ daemon, interface: name }: { daemon: string; interface: string }): string {
  return `${daemon} ${name}`
}

/** Inserts as the newest and forgets the oldest beyond the limit. */
function put<K, T>(map: Map<K, T>, key: K, value: T): void {
  map.delete(key)
  map.set(key, value)
  if (map.size <= MAX_LIVE_ALERTS) return
  const oldest = map.keys().next()
  if (!oldest.done) map.delete(oldest.value)
}
