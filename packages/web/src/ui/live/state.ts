/**
 * What the live stream has told since the page was opened, as a pure reducer.
 * Every collection is bounded: the pages fetch their lists from the API and lay
 * these newer records over them.
 */

import type { AlertRecord } from '../../contract/alerts.js'
import type { Device } from '../../contract/devices.js'
import type { LiveEvent } from '../../contract/events.js'
import type { FirewallResponse } from '../../contract/firewall.js'
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
  /** Null until the stream says so. */
  daemon: { connected: boolean; detail: string } | null
  devices: ReadonlyMap<string, Received<Device>>
  alerts: ReadonlyMap<string, Received<AlertRecord>>
  sensors: ReadonlyMap<string, SensorStatus>
  scans: ReadonlyMap<string, ScanEvent>
  firewall: FirewallResponse | null
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
  daemon: null,
  devices: new Map(),
  alerts: new Map(),
  sensors: new Map(),
  scans: new Map(),
  firewall: null,
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
  const sensors = new Map(state.sensors)
  const scans = new Map(state.scans)
  for (const event of events) {
    switch (event.type) {
      case 'device':
        if (!devices.has(event.device.mac)) next.newDevices++
        put(devices, event.device.mac, { record: event.device, receivedMs: nowMs })
        next.devices = devices
        break
      case 'alert':
        if (!alerts.has(event.alert.id)) next.newAlerts++
        put(alerts, event.alert.id, { record: event.alert, receivedMs: nowMs })
        next.alerts = alerts
        break
      case 'sensor':
        sensors.set(event.sensor.interface, event.sensor)
        next.sensors = sensors
        break
      case 'scan':
        scans.set(event.interface, event)
        next.scans = scans
        break
      case 'traffic':
        next.throughput = addTraffic(next.throughput, event)
        break
      case 'firewall':
        next.firewall = event.firewall
        break
      case 'daemon':
        next.daemon = { connected: event.connected, detail: event.detail }
        break
      case 'reset':
        next.resets++
        break
    }
  }
  return next
}

/** Inserts as the newest and forgets the oldest beyond the limit. */
function put<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key)
  map.set(key, value)
  if (map.size <= MAX_LIVE_RECORDS) return
  const oldest = map.keys().next()
  if (!oldest.done) map.delete(oldest.value)
}

/** The live record where it is newer than the fetched one. */
export function overlay<T>(
  fetched: T,
  key: string,
  live: ReadonlyMap<string, Received<T>>,
  fetchedMs: number,
): T {
  const newer = live.get(key)
  return newer && newer.receivedMs >= fetchedMs ? newer.record : fetched
}
