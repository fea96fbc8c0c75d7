/**
 * What a replayed capture amounts to: every alert in its final state with the
 * highest severity it had, the devices, and the traffic added up. All of it is
 * bounded, because a capture file may be a flood.
 */

import { type Alert, SEVERITIES } from '@netwatcher/shared'
import type { DetectionOutput, HostSighting } from '../detect/engine/detection.js'
import type { Clue, NameSighting } from '../model/host.js'
import type { TrafficBucket, TrafficRow } from '../model/traffic.js'

const MAX_ALERTS = 10_000
const MAX_DEVICES = 20_000
const MAX_IPS_PER_DEVICE = 64
const MAX_CLUES_PER_DEVICE = 256
const MAX_ROWS = 200_000

export interface Device {
  mac: string
  ips: string[]
  hostname: string | null
  /** What it told of its nature: `source value`, each once. */
  clues: Map<string, Clue>
  firstSeenMs: number
  lastSeenMs: number
}

export class ReplayResult {
  readonly alerts = new Map<string, Alert>()
  readonly devices = new Map<string, Device>()
  readonly rows = new Map<string, TrafficRow>()
  otherBytes = 0
  otherPackets = 0

  addOutput(output: DetectionOutput): void {
    for (const { alert } of output.alerts) this.addAlert(alert)
    for (const host of output.hosts) this.addHost(host)
    for (const name of output.names) this.addName(name)
    for (const clue of output.clues) this.addClue(clue)
  }

  private addAlert(alert: Alert): void {
    const before = this.alerts.get(alert.id)
    if (before === undefined && this.alerts.size >= MAX_ALERTS) return
    const isLower =
      before !== undefined && SEVERITIES.indexOf(alert.severity) < SEVERITIES.indexOf(before.severity)
    this.alerts.set(alert.id, isLower ? { ...alert, severity: before.severity } : alert)
  }

  private addHost({ ip, mac, seenMs }: HostSighting): void {
    const device = this.devices.get(mac)
    if (device === undefined) {
      if (this.devices.size < MAX_DEVICES) this.devices.set(mac, newDevice(mac, ip, seenMs))
      return
    }
    device.lastSeenMs = Math.max(device.lastSeenMs, seenMs)
    if (ip !== '' && !device.ips.includes(ip) && device.ips.length < MAX_IPS_PER_DEVICE) device.ips.push(ip)
  }

  private addName({ mac, name }: NameSighting): void {
    const device = this.devices.get(mac)
    if (device) device.hostname ??= name
  }

  private addClue(clue: Clue): void {
    const clues = this.devices.get(clue.mac)?.clues
    if (clues && clues.size < MAX_CLUES_PER_DEVICE) clues.set(`${clue.source} ${clue.value}`, clue)
  }

  addBucket(bucket: TrafficBucket): void {
    this.otherBytes += bucket.otherBytes
    this.otherPackets += bucket.otherPackets
    for (const row of bucket.rows) this.addRow(row)
  }

  private addRow(row: TrafficRow): void {
    const key = `${row.deviceMac} ${row.remoteIp} ${row.protocol} ${row.servicePort}`
    const sum = this.rows.get(key)
    if (sum !== undefined) {
      sum.txBytes += row.txBytes
      sum.rxBytes += row.rxBytes
      sum.txPackets += row.txPackets
      sum.rxPackets += row.rxPackets
      if (row.deviceIp !== '') sum.deviceIp = row.deviceIp
    } else if (this.rows.size < MAX_ROWS) {
      this.rows.set(key, { ...row })
    } else {
      this.otherBytes += row.txBytes + row.rxBytes
      this.otherPackets += row.txPackets + row.rxPackets
    }
  }
}

function newDevice(mac: string, ip: string, seenMs: number): Device {
  const ips = ip === '' ? [] : [ip]
  return { mac, ips, hostname: null, clues: new Map(), firstSeenMs: seenMs, lastSeenMs: seenMs }
}
