/**
 * The status as Prometheus reads it (text exposition format 0.0.4). Labels are
 * what the settings and the machine bound (daemons, interfaces, tables,
 * severities), never devices or destinations: whoever is on the wire could
 * otherwise make as many time series as they like.
 */

import { Counter, Gauge, Registry } from 'prom-client'
import type { UplinkState } from '../contract/internet.js'
import type { StatusResponse } from '../contract/status.js'

export const METRICS_TYPE = Registry.PROMETHEUS_CONTENT_TYPE

export interface Figures {
  status: StatusResponse
  openAlerts: Record<string, number>
  /** Devices that are here now. */
  online: number
  /** Of this process. */
  cpuSeconds: number
}

type Labels = Record<string, string>
type Sample = [labels: Labels, value: number]

interface Metric {
  name: string
  help: string
  samples: Sample[]
}

/** Made anew each time, so that what is gone is not told any more. */
export async function metricsText(figures: Figures): Promise<string> {
  const registry = new Registry()
  for (const metric of gauges(figures)) {
    const gauge = new Gauge({ ...described(metric), registers: [registry] })
    for (const [labels, value] of metric.samples) gauge.set(labels, value)
  }
  for (const metric of counters(figures)) {
    const counter = new Counter({ ...described(metric), registers: [registry] })
    for (const [labels, value] of metric.samples) counter.inc(labels, value)
  }
  return await registry.metrics()
}

function described({ name, help, samples }: Metric) {
  return { name, help, labelNames: Object.keys(samples[0]?.[0] ?? {}) }
}

function metric(name: string, help: string, ...samples: Sample[]): Metric {
  return { name, help, samples }
}

function gauges({ status, openAlerts, online }: Figures): Metric[] {
  const { daemons, storage, web } = status
  const tables = tableSamples(status)
  return [
    metric('netwatcher_info', 'Version of the web part.', [{ version: status.version }, 1]),
    metric('netwatcher_devices', 'Devices that are known.', [{}, storage.devices]),
    metric('netwatcher_devices_online', 'Devices that are here now.', [{}, online]),
    metric(
      'netwatcher_alerts_open',
      'Alerts that nobody has acknowledged.',
      ...Object.entries(openAlerts).map(([severity, value]): Sample => [{ severity }, value]),
    ),
    metric(
      'netwatcher_daemon_connected',
      '1 while the web part is connected to this daemon.',
      ...daemons.map(({ name, site, connected }): Sample => [{ daemon: name, site }, connected ? 1 : 0]),
    ),
    metric(
      'netwatcher_sensor_running',
      '1 while the sensor of this interface watches it.',
      ...sensorSamples(status, ({ state }) => (state === 'running' ? 1 : 0)),
    ),
    metric(
      'netwatcher_internet_up',
      '1 while the internet can be reached, 0 while it cannot; left out where that is not known or not watched.',
      ...internetSamples(status, (state) => state === 'up'),
    ),
    metric(
      'netwatcher_gateway_up',
      '0 while the gateway does not answer; left out where that is not known or not watched.',
      ...internetSamples(status, (state) => state !== 'gateway_silent'),
    ),
    metric(
      'netwatcher_sensor_flows',
      'Conversations in the table.',
      ...sensorSamples(status, (s) => s.flows),
    ),
    metric('netwatcher_table_entries', 'Entries of a bounded table.', ...tables.map((one) => one.entries)),
    metric(
      'netwatcher_table_capacity',
      'Entries that it has room for.',
      ...tables.map((one) => one.capacity),
    ),
    metric('netwatcher_database_bytes', 'Size of the database.', [{}, storage.databaseBytes]),
    metric('netwatcher_database_budget_bytes', 'Size that it may have.', [{}, storage.budgetBytes]),
    metric('netwatcher_disk_free_bytes', 'Room that the disk has left.', [{}, storage.freeBytes]),
    metric('netwatcher_storage_failing', '1 while nothing can be stored.', [
      {},
      storage.error === '' ? 0 : 1,
    ]),
    metric('netwatcher_gaps', 'Times that are missing in what was recorded.', [{}, storage.gaps]),
    metric('netwatcher_live_streams', 'Pages that are open.', [{}, web.liveStreams]),
    metric('process_resident_memory_bytes', 'Resident memory of the web part.', [{}, web.rssBytes]),
    metric('process_start_time_seconds', 'Start of the web part, since 1970-01-01 UTC.', [
      {},
      web.startedMs / 1000,
    ]),
  ].filter(({ samples }) => samples.length > 0)
}

function counters({ status, cpuSeconds }: Figures): Metric[] {
  const { daemons } = status
  const tables = tableSamples(status)
  return [
    metric(
      'netwatcher_sensor_frames_total',
      'Frames that were read.',
      ...sensorSamples(status, (s) => s.packets),
    ),
    metric(
      'netwatcher_sensor_bytes_total',
      'Bytes of those frames.',
      ...sensorSamples(status, (s) => s.bytes),
    ),
    metric(
      'netwatcher_sensor_dropped_total',
      'Frames that the kernel dropped because nobody had read them in time.',
      ...sensorSamples(status, (s) => s.dropped),
    ),
    metric(
      'netwatcher_sensor_malformed_total',
      'Frames whose headers contradict themselves.',
      ...sensorSamples(status, (s) => s.malformed),
    ),
    metric(
      'netwatcher_sensor_overflowed_total',
      'Frames that were counted together because a table was full.',
      ...sensorSamples(status, (s) => s.overflowed),
    ),
    metric(
      'netwatcher_sensor_restarts_total',
      'Times that a sensor was started again.',
      ...sensorSamples(status, (s) => s.restarts),
    ),
    metric(
      'netwatcher_table_evicted_total',
      'Entries that gave way to newer ones.',
      ...tables.map((one) => one.evicted),
    ),
    metric(
      'netwatcher_implausible_rows_total',
      'Traffic rows that no interface can have carried, left out.',
      ...daemons.map(({ name, implausibleRows }): Sample => [{ daemon: name }, implausibleRows]),
    ),
    metric('process_cpu_seconds_total', 'Processor time of the web part.', [{}, cpuSeconds]),
  ].filter(({ samples }) => samples.length > 0)
}

type Connected = Extract<StatusResponse['daemon'], { connected: true }>
type Sensor = Connected['sensors'][number]

function connectedOf({ daemons }: StatusResponse): Connected[] {
  return daemons.filter((daemon) => daemon.connected)
}

function sensorSamples(status: StatusResponse, figure: (sensor: Sensor) => number): Sample[] {
  return connectedOf(status).flatMap(({ name, sensors }) =>
    sensors.map((sensor): Sample => [{ daemon: name, interface: sensor.interface }, figure(sensor)]),
  )
}

function internetSamples(status: StatusResponse, isUp: (state: UplinkState) => boolean): Sample[] {
  return connectedOf(status).flatMap(({ name, sensors }) =>
    sensors.flatMap(({ interface: interfaceName, state, uplink }): Sample[] => {
      if (state !== 'running' || uplink === null || uplink.state === 'unknown') return []
      return [[{ daemon: name, interface: interfaceName }, Number(isUp(uplink.state))]]
    }),
  )
}

/** Of the daemons and their sensors; `interface` is empty for a daemon's own. */
function tableSamples(status: StatusResponse): Record<'entries' | 'capacity' | 'evicted', Sample>[] {
  return connectedOf(status).flatMap(({ name, sensors, tables }) =>
    [{ interface: '', tables }, ...sensors].flatMap((holder) =>
      holder.tables.map(({ table, entries, capacity, evicted }) => {
        const labels = { daemon: name, interface: holder.interface, table }
        return {
          entries: [labels, entries] as Sample,
          capacity: [labels, capacity] as Sample,
          evicted: [labels, evicted] as Sample,
        }
      }),
    ),
  )
}
