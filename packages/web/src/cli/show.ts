/** What the web part is asked, and how the answers look. */

import type { AlertRecord } from '../contract/alerts.js'
import type { Device } from '../contract/devices.js'
import type { UplinkState } from '../contract/internet.js'
import type { SensorStatus } from '../contract/sniff.js'
import type { StatusResponse } from '../contract/status.js'
import type { TokensResponse } from '../contract/tokens.js'
import type { TrafficRecord } from '../contract/traffic.js'
import type { Client } from './client.js'
import { bytesText, plain, tableText, timeText } from './print.js'
import type { Usage } from './usage.js'

/** For a program (`--json`), and for a person. */
export interface Shown {
  json: unknown
  text: string
}

export async function showStatus(client: Client): Promise<Shown> {
  const status = await client.get<StatusResponse>('/api/status')
  return { json: status, text: statusText(status) }
}

function statusText({ version, daemons, storage }: StatusResponse): string {
  const daemonLines = daemons.map((daemon) => {
    const state = daemon.connected ? `connected, version ${plain(daemon.version)}` : plain(daemon.detail)
    return `daemon ${daemon.name} (site ${daemon.site}): ${state}\n`
  })
  const sensors = daemons.flatMap((daemon) => (daemon.connected ? daemon.sensors : []))
  const rows = sensors.map(({ daemon, interface: name, state, packets, bytes, dropped, vantage }) => [
    daemon,
    name,
    state,
    packets,
    bytesText(bytes),
    dropped,
    vantage,
  ])
  const header = ['DAEMON', 'INTERFACE', 'STATE', 'FRAMES', 'BYTES', 'DROPPED', 'SEES']
  const { databaseBytes, budgetBytes, freeBytes, devices, alerts, gaps } = storage
  const sizes = `${bytesText(databaseBytes)} of ${bytesText(budgetBytes)}, ${bytesText(freeBytes)} free on the disk`
  return [
    `netwatcher-web ${plain(version)}\n`,
    ...daemonLines,
    `storage: ${sizes}; ${devices} devices, ${alerts} alerts, ${gaps} gaps\n`,
    ...sensors.flatMap(internetLine),
    ...[storage.error, storage.warning].filter(Boolean).map((line) => `${line}\n`),
    rows.length > 0 ? tableText(header, rows) : 'Nothing is watched.\n',
  ].join('')
}

const INTERNET: Record<UplinkState, (gateway: string) => string> = {
  up: (gateway) => `up, by ${gateway}`,
  beyond_silent: (gateway) => `down: ${gateway} answers, nothing beyond it does`,
  gateway_silent: (gateway) => `down: ${gateway} does not answer`,
  unknown: () => 'not known',
}

function internetLine({ daemon, interface: name, state, uplink }: SensorStatus): string[] {
  if (uplink === null) return []
  const shown = state === 'running' ? uplink.state : 'unknown'
  const since = shown === 'unknown' ? '' : `, since ${timeText(uplink.sinceMs)} UTC`
  return [`internet (${daemon} ${name}): ${INTERNET[shown](plain(uplink.gateway))}${since}\n`]
}

export async function showDevices(client: Client, { isOnline, limit }: Usage): Promise<Shown> {
  const path = `/api/devices${isOnline ? '?presence=online' : ''}`
  const devices = await client.list<Device>(path, 'devices', limit)
  const rows = devices.map(({ addresses, mac, name, hostname, vendor, presence, lastSeenMs }) => [
    addresses[0]?.ip ?? '',
    mac,
    name ?? hostname ?? '',
    vendor ?? '',
    presence,
    timeText(lastSeenMs),
  ])
  const header = ['ADDRESS', 'MAC', 'NAME', 'VENDOR', 'PRESENCE', 'LAST SEEN (UTC)']
  return { json: devices, text: tableText(header, rows) }
}

export async function showAlerts(client: Client, { isOpen, limit }: Usage): Promise<Shown> {
  const path = `/api/alerts${isOpen ? '?acknowledged=false' : ''}`
  const alerts = await client.list<AlertRecord>(path, 'alerts', limit)
  const rows = alerts.map(({ lastSeenMs, severity, kind, ip, macs, count, state, id }) => [
    timeText(lastSeenMs),
    severity,
    kind,
    ip,
    macs[0] ?? '',
    count,
    state,
    id,
  ])
  const header = ['LAST SEEN (UTC)', 'SEVERITY', 'KIND', 'ADDRESS', 'MAC', 'COUNT', 'STATE', 'ID']
  return { json: alerts, text: tableText(header, rows) }
}

export async function showTraffic(client: Client, usage: Usage, nowMs: number): Promise<Shown> {
  const from = usage.lastMs === null ? '' : `&from=${nowMs - usage.lastMs}`
  const records = await client.list<TrafficRecord>(`/api/traffic?sort=-bytes${from}`, 'traffic', usage.limit)
  const rows = records.map(({ device, deviceIp, dst, dstName, protocol, port, txBytes, rxBytes }) => [
    deviceIp ?? device ?? '',
    dst,
    dstName ?? '',
    port ? `${protocol}/${port}` : protocol,
    bytesText(txBytes),
    bytesText(rxBytes),
  ])
  const header = ['DEVICE', 'DESTINATION', 'NAME', 'SERVICE', 'SENT', 'RECEIVED']
  return { json: records, text: tableText(header, rows) }
}

export async function showTokens(client: Client): Promise<Shown> {
  const { tokens } = await client.get<TokensResponse>('/api/tokens')
  const rows = tokens.map(({ name, access, createdMs }) => [name, access, timeText(createdMs)])
  return { json: tokens, text: tableText(['NAME', 'MAY', 'MADE (UTC)'], rows) }
}
