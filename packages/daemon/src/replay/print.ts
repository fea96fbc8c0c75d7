/** The result of a replay as text for people, or as one JSON object per line for programs. */

import {
  type Alert,
  claimantMacs,
  firstAffected,
  type Party,
  protocolName,
  render,
  suggestSameDevices,
  type Text,
  verificationText,
} from '@netwatcher/shared'
import type { LeftOut } from '../capture/packet-source.js'
import type { TrafficRow } from '../model/traffic.js'
import { type Describe, describer } from './describe.js'
import type { Device, ReplayResult } from './replay-result.js'

export interface ReplaySummary {
  packets: number
  bytes: number
  malformed: number
  /** Time from the first to the last frame. */
  durationMs: number
  /** Times that the clock of the stamps was set back. */
  clockSteps: number
  /** Frames in which nothing can be read, by the reason. */
  leftOut: Readonly<Record<LeftOut, number>>
  /** The file ends in the middle of a packet. */
  truncated: boolean
}

const TEXT_ROWS = 20
const SEVERITY_ORDER = { critical: 0, warning: 1, info: 2 }

export function* jsonLines(result: ReplayResult, summary: ReplaySummary): Generator<string> {
  for (const alert of sortedAlerts(result)) yield JSON.stringify(alertObject(alert))
  const twins = sameDevices(result)
  const describe = describer(result)
  for (const device of result.devices.values()) {
    const { mac, ips, hostname, firstSeenMs, lastSeenMs } = device
    const clues = [...device.clues.values()].map(({ source, value }) => [source, value])
    const seen = { firstSeen: firstSeenMs, lastSeen: lastSeenMs }
    const { type, confidence, label, os } = describe(device)
    const known = { deviceType: type, typeConfidence: Number(confidence.toFixed(2)), label, os }
    yield JSON.stringify({
      type: 'device',
      mac,
      ips,
      hostname,
      ...known,
      ...seen,
      sameAs: twins.get(mac) ?? [],
      clues,
    })
  }
  for (const row of sortedRows(result)) yield JSON.stringify(trafficObject(row))
  if (result.otherPackets > 0)
    yield JSON.stringify({ type: 'traffic_other', bytes: result.otherBytes, packets: result.otherPackets })
  yield JSON.stringify({
    type: 'summary',
    ...summary,
    alerts: result.alerts.size,
    devices: result.devices.size,
  })
}

/** By MAC, those that are probably the same device, with how sure that is (0 to 1) and why. */
function sameDevices({ devices }: ReplayResult): Map<string, object[]> {
  const profiles = [...devices.values()].map(({ mac, ips, hostname, clues, firstSeenMs, lastSeenMs }) => ({
    ...{ mac, ips, firstSeenMs, lastSeenMs },
    names: hostname === null ? [] : [hostname],
    clues: [...clues.values()],
  }))
  const twins = new Map<string, object[]>()
  for (const { mac, earlierMac, confidence, reasons } of suggestSameDevices(profiles)) {
    const why = { confidence, reasons: reasons.map(sentence) }
    twins.set(mac, [...(twins.get(mac) ?? []), { mac: earlierMac, ...why }])
    twins.set(earlierMac, [...(twins.get(earlierMac) ?? []), { mac, ...why }])
  }
  return twins
}

/** Times are milliseconds since 1970-01-01 UTC. */
function alertObject(alert: Alert) {
  const { firstSeenMs, lastSeenMs, ...rest } = alert
  return {
    type: 'alert',
    ...rest,
    macs: claimantMacs(alert.parties),
    victim: firstAffected(alert.parties),
    expected: sentence(alert.expected),
    seen: sentence(alert.seen),
    reasonsFor: alert.reasonsFor.map((reason) => ({ ...reason, text: sentence(reason) })),
    reasonsAgainst: alert.reasonsAgainst.map((reason) => ({ ...reason, text: sentence(reason) })),
    verifications: alert.verifications.map((one) => ({ ...one, text: sentence(verificationText(one)) })),
    advice: sentence(alert.advice),
    firstSeen: firstSeenMs,
    lastSeen: lastSeenMs,
  }
}

function sentence(text: Text): string {
  return render(text, 'en')
}

function trafficObject(row: TrafficRow) {
  const { deviceMac, deviceIp, remoteIp, servicePort, protocol, ...counters } = row
  return {
    type: 'traffic',
    device: deviceIp,
    mac: deviceMac,
    remote: remoteIp,
    protocol,
    port: servicePort,
    ...counters,
  }
}

export function* textLines(result: ReplayResult, summary: ReplaySummary): Generator<string> {
  yield `${summary.packets} packets, ${formatBytes(summary.bytes)} in ${(summary.durationMs / 1000).toFixed(1)} s, ${summary.malformed} malformed`
  yield* leftOutText(summary)
  yield ''
  yield result.alerts.size === 0 ? 'No alerts.' : 'Alerts:'
  for (const alert of sortedAlerts(result)) yield* alertText(alert)
  yield ''
  yield `Devices: ${result.devices.size}`
  const describe = describer(result)
  for (const device of result.devices.values()) yield `  ${deviceText(device, describe)}`
  const rows = sortedRows(result)
  yield ''
  yield `Traffic: ${rows.length} rows${rows.length > TEXT_ROWS ? `, the largest ${TEXT_ROWS}` : ''}`
  for (const row of rows.slice(0, TEXT_ROWS)) yield `  ${rowText(row)}`
}

function* leftOutText({ leftOut }: ReplaySummary): Generator<string> {
  const { encrypted, no_data: noData } = leftOut
  if (encrypted + noData > 0)
    yield `Left out: ${encrypted} encrypted frames, ${noData} of management, control or negotiation`
}

function* alertText(alert: Alert): Generator<string> {
  const about = alert.ip === '' ? claimantMacs(alert.parties).join(', ') : alert.ip
  yield `  ${alert.severity.toUpperCase()} ${alert.kind} ${about}`.trimEnd()
  const times = alert.count === 1 ? 'once' : `${alert.count} times`
  yield `    ${formatTime(alert.firstSeenMs)} to ${formatTime(alert.lastSeenMs)} UTC, ${times}, ${alert.state}`
  for (const party of alert.parties) yield `    ${partyText(party)}`
  yield `    expected: ${sentence(alert.expected)}`
  yield `    seen: ${sentence(alert.seen)}`
  for (const reason of alert.reasonsFor) yield `    + ${sentence(reason)}`
  for (const reason of alert.reasonsAgainst) yield `    - ${sentence(reason)}`
  yield `    ${sentence(alert.advice)}`
}

function partyText({ role, mac, ip, certainty }: Party): string {
  return `${role}: ${[mac, ip].filter((name) => name !== '').join(' ')} (${certainty})`
}

function deviceText(device: Device, describe: Describe): string {
  const { type, confidence, label } = describe(device)
  const name = label === null ? '' : `  ${label}`
  const kind = type === null ? '' : `  ${type} (${Math.round(confidence * 100)} %)`
  return `${device.mac}  ${device.ips.join(', ')}${name}${kind}`
}

function rowText(row: TrafficRow): string {
  const service = `${protocolName(row.protocol)}${row.servicePort === 0 ? '' : ` port ${row.servicePort}`}`
  const sent = `sent ${formatBytes(row.txBytes)}, received ${formatBytes(row.rxBytes)}`
  return `${row.deviceIp || row.deviceMac} with ${row.remoteIp || 'the LAN'}, ${service}: ${sent}`
}

function sortedAlerts(result: ReplayResult): Alert[] {
  return [...result.alerts.values()].sort(
    (a, b) => SEVERITY_ORDER[a.severity] - SEVERITY_ORDER[b.severity] || a.firstSeenMs - b.firstSeenMs,
  )
}

function sortedRows(result: ReplayResult): TrafficRow[] {
  const size = (row: TrafficRow) => row.txBytes + row.rxBytes
  return [...result.rows.values()].sort((a, b) => size(b) - size(a))
}

function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  let value = bytes
  let unit = 0
  for (; value >= 1024 && unit < units.length - 1; unit++) value /= 1024
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`
}

function formatTime(timeMs: number): string {
  return new Date(Math.round(timeMs)).toISOString().slice(0, 19).replace('T', ' ')
}
