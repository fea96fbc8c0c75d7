/**
 * What the live stream has told since the page was opened, as a pure reducer.
 * Every collection is bounded: the pages fetch their lists from the API and lay
 * these newer records over them.
 */

import type { AlertRecord } from '../../contract/alerts.js'
import type { Device } from '../../contract/devices.js'
import type { LiveEvent } from '../../contract/events.js'
import type { FirewallResponse } from '../../contract/firewall.js'
import type { IncidentRecord } from '../../contract/incidents.js'
import type { SensorStatus } from '../../contract/sniff.js'
import { addTraffic, NO_THROUGHPUT, type Throughput } from './throughput.js'

export type Connection = 'connecting' | 'live' | 'lost'
/** A record with when it came, to tell it from one that was fetched later. */
export interface Received<T> {
  record: T
  receivedMs: number
}

export type ScanEvent = Extract<LiveEvent, { type: 'scan' }>

export interface LiveState {
  connection: Connection
  /** By name; empty until the stream says so. */
  daemons: ReadonlyMap<string, { connected: boolean; detail: string }>
  devices: ReadonlyMap<number, Received<Device>>
  alerts: ReadonlyMap<string, Received<AlertRecord>>
  incidents: ReadonlyMap<string, Received<IncidentRecord>>
  /** By daemon and interface, as `scans` are. */
  sensors: ReadonlyMap<string, SensorStatus>
  scans: ReadonlyMap<string, ScanEvent>
  /** By daemon. */
  firewalls: ReadonlyMap<string, FirewallResponse>
  throughput: Throughput
  /** Goes up when something was missed: fetch again what is shown. */
  resets: number
  /** Go up when a device or an alert came that the stream had not named before. */
  newDevices: number
  newAlerts: number
}

export const MAX_LIVE_RECORDS = 1000

export const INITIAL_LIVE_STATE: LiveState = {
  connection: 'connecting',
  daemons: new Map(),
  devices: new Map(),
  alerts: new Map(),
  incidents: new Map(),
  sensors: new Map(),
  scans: new Map(),
  firewalls: new Map(),
  throughput: NO_THROUGHPUT,
  resets: 0,
  newDevices: 0,
  newAlerts: 0,
}

/** Applies a batch, so that a flood of events copies each collection once. */
export function applyEvents(state: LiveState, events: readonly LiveEvent[], nowMs: number): LiveState {
  const next: LiveState = { ...state }
  const devices = new Map(state.devices)
  const alerts = new Map(state.alerts)
  const incidents = new Map(state.incidents)
  const sensors = new Map(state.sensors)
  const scans = new Map(state.scans)
  for (const event of events) {
    switch (event.type) {
      case 'device':
        if (!devices.has(event.device.id)) next.newDevices++
        put(devices, event.device.id, { record: event.device, receivedMs: nowMs })
        next.devices = devices
        break
      case 'alert':
        if (!alerts.has(event.alert.id)) next.newAlerts++
        put(alerts, event.alert.id, { record: event.alert, receivedMs: nowMs })
        next.alerts = alerts
        break
      case 'incident':
        put(incidents, event.incident.id, { record: event.incident, receivedMs: nowMs })
        next.incidents = incidents
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
      case 'reset':
        next.resets++
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
  if (map.size <= MAX_LIVE_RECORDS) return
  const oldest = map.keys().next()
  if (!oldest.done) map.delete(oldest.value)
}

/** The live record where it is newer than the fetched one. */
export function overlay<K, T>(fetched: T, key: K, live: ReadonlyMap<K, Received<T>>, fetchedMs: number): T {
  const newer = live.get(key)
  return newer && newer.receivedMs >= fetchedMs ? newer.record : fetched
}
