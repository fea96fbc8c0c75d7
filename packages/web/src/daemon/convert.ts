/**
 * Generated protobuf types to plain domain types and back. Besides the client
 * and the fake daemon only this file and convert-firewall.ts know them. The daemon is
 * trusted with structure, but its text came off the wire of a LAN: names are
 * cleaned where they are stored, and anything unknown becomes a safe default.
 */

import {
  type AlertKind,
  CLUE_SOURCES,
  NAME_SOURCES,
  type NameSource,
  type Party,
  type Reason,
  type TableStatus,
  VERIFICATION_METHODS,
  type Verification,
} from '@netwatcher/shared'
import type * as pbAlert from '@netwatcher/shared/gen/netwatcher/v1/alert'
import type * as pbCapture from '@netwatcher/shared/gen/netwatcher/v1/capture'
import type * as pbCommon from '@netwatcher/shared/gen/netwatcher/v1/common'
import type * as pbDaemon from '@netwatcher/shared/gen/netwatcher/v1/daemon'
import type * as pbDiscovery from '@netwatcher/shared/gen/netwatcher/v1/discovery'
import type * as pbEvent from '@netwatcher/shared/gen/netwatcher/v1/event'
import type * as pbPortScan from '@netwatcher/shared/gen/netwatcher/v1/portscan'
import {
  ALERT_STATE,
  CAPTURE_STATE,
  CERTAINTY,
  DECOY_STATE,
  EVIDENCE,
  nameOf,
  ROLE,
  SCAN_METHOD,
  SEVERITY,
  UPLINK_EVIDENCE,
  UPLINK_STATE,
  VANTAGE,
} from '@netwatcher/shared/names'
import type { Uplink } from '../contract/internet.js'
import { blockFrom, firewallFrom } from './convert-firewall.js'
import { plainText } from './plain-text.js'
import type {
  Binding,
  CaptureStatus,
  Clue,
  DaemonEvent,
  DaemonStatus,
  EventPayload,
  Host,
  PortScanUpdate,
  Position,
  ScanSummary,
  ScanUpdate,
  SensorAlert,
  SensorId,
  TrafficBucket,
} from './types.js'

export function positionFrom(position: pbEvent.Position | undefined): Position {
  return { bootId: position?.bootId ?? '', sequence: Number(position?.sequence ?? 0n) }
}

export function positionTo(position: Position): pbEvent.Position {
  return { bootId: position.bootId, sequence: BigInt(position.sequence) }
}

function sensorFrom(sensor: pbCommon.Sensor | undefined): SensorId {
  return { daemonId: sensor?.daemonId ?? '', interface: sensor?.interface ?? '' }
}

export function hostFrom(host: pbCommon.Host): Host {
  return {
    sensor: sensorFrom(host.sensor),
    ip: host.ip,
    mac: host.mac || null,
    evidence: nameOf(EVIDENCE, host.evidence) ?? 'unknown',
    seenMs: Number(host.seenMs),
    isSelf: host.isSelf,
    isGateway: host.isGateway,
    isDisputed: host.isDisputed,
    vlan: host.vlan,
  }
}

/** A newer daemon may know of sources that this version does not. */
function clueFrom({ mac, source, value }: pbEvent.Clue): Clue[] {
  const known = CLUE_SOURCES.find((one) => one === source)
  return known === undefined ? [] : [{ mac, source: known, value }]
}

function nameSource(source: string): NameSource {
  return NAME_SOURCES.find((known) => known === source) ?? 'dns'
}

export function bucketFrom(bucket: pbEvent.TrafficBucket): TrafficBucket {
  return {
    sensor: sensorFrom(bucket.sensor),
    startMs: Number(bucket.startMs),
    durationMs: bucket.durationMs,
    rows: bucket.rows.map((row) => ({
      deviceMac: row.deviceMac,
      deviceIp: row.deviceIp,
      remoteIp: row.remoteIp,
      protocol: row.protocol,
      servicePort: row.servicePort,
      vlan: row.vlan,
      txBytes: Number(row.txBytes),
      rxBytes: Number(row.rxBytes),
      txPackets: Number(row.txPackets),
      rxPackets: Number(row.rxPackets),
      isSecondView: row.isSecondView,
    })),
    otherBytes: Number(bucket.otherBytes),
    otherPackets: Number(bucket.otherPackets),
    dropped: Number(bucket.dropped),
  }
}

function bindingFrom(binding: pbCommon.Binding | undefined): Binding | null {
  return binding ? { ip: binding.ip, mac: binding.mac } : null
}

function verificationFrom(verification: pbAlert.Verification): Verification {
  const { method, result } = verification
  return {
    method: VERIFICATION_METHODS.find((known) => known === method) ?? 'unicast_who_has',
    target: bindingFrom(verification.target) ?? { ip: '', mac: '' },
    result: result === 'answered' || result === 'forwarded' ? result : 'silent',
    atMs: Number(verification.atMs),
  }
}

function partyFrom({ role, mac, ip, certainty }: pbAlert.Party): Party {
  return {
    role: nameOf(ROLE, role) ?? 'affected',
    mac,
    ip,
    certainty: nameOf(CERTAINTY, certainty) ?? 'possible',
  }
}

function reasonFrom({ frames, ...text }: pbAlert.Reason): Reason {
  return { ...plainText(text), frames }
}

export function alertFrom(alert: pbAlert.Alert): SensorAlert {
  return {
    id: alert.id,
    sensor: sensorFrom(alert.sensor),
    // A newer daemon may know kinds that this version does not; they are shown as they are.
    kind: alert.kind as AlertKind,
    severity: nameOf(SEVERITY, alert.severity) ?? 'info',
    state: nameOf(ALERT_STATE, alert.state) ?? 'active',
    ip: alert.ip,
    vlan: alert.vlan,
    parties: alert.parties.map(partyFrom),
    expected: plainText(alert.expected),
    seen: plainText(alert.seen),
    reasonsFor: alert.reasonsFor.map(reasonFrom),
    reasonsAgainst: alert.reasonsAgainst.map(reasonFrom),
    verifications: alert.verifications.map(verificationFrom),
    advice: plainText(alert.advice),
    firstSeenMs: Number(alert.firstSeenMs),
    lastSeenMs: Number(alert.lastSeenMs),
    count: Number(alert.count),
    evidenceBytes: alert.evidenceBytes,
  }
}

function tableFrom({ table, entries, capacity, evicted, refused }: pbCommon.TableStatus): TableStatus {
  return {
    table,
    entries: Number(entries),
    capacity: Number(capacity),
    evicted: Number(evicted),
    refused: Number(refused),
  }
}

export function captureFrom(status: pbCapture.CaptureStatus): CaptureStatus {
  const sensor = sensorFrom(status.sensor)
  return {
    sensor,
    interface: sensor.interface,
    state: nameOf(CAPTURE_STATE, status.state) ?? 'stopped',
    detail: plainText(status.detail),
    tables: status.tables.map(tableFrom),
    segment: status.segment,
    packets: Number(status.packets),
    bytes: Number(status.bytes),
    dropped: Number(status.dropped),
    interfaceDropped: Number(status.interfaceDropped),
    malformed: Number(status.malformed),
    overflowed: Number(status.overflowed),
    flows: status.flows,
    flowCapacity: status.flowCapacity,
    vantage: nameOf(VANTAGE, status.vantage) ?? 'unknown',
    foreignUnicast: Number(status.foreignUnicast),
    probesSent: Number(status.probesSent),
    kernelPackets: Number(status.kernelPackets),
    kernelBytes: Number(status.kernelBytes),
    pid: status.pid,
    uid: status.uid,
    rssBytes: Number(status.rssBytes),
    restarts: status.restarts,
    startedMs: Number(status.startedMs),
    learningUntilMs: Number(status.learningUntilMs),
    decoys: status.decoys.map(({ ip, state, claimant }) => ({
      ip,
      state: nameOf(DECOY_STATE, state) ?? 'probing',
      claimant,
    })),
    hellos: {
      named: Number(status.hellos?.named ?? 0),
      veiled: Number(status.hellos?.veiled ?? 0),
      split: Number(status.hellos?.split ?? 0),
      unnamed: Number(status.hellos?.unnamed ?? 0),
    },
    uplink: status.uplink ? uplinkFrom(status.uplink) : null,
  }
}

function uplinkFrom(uplink: pbCapture.Uplink): Uplink {
  return {
    state: nameOf(UPLINK_STATE, uplink.state) ?? 'unknown',
    sinceMs: Number(uplink.sinceMs),
    answeredMs: Number(uplink.answeredMs),
    evidence: nameOf(UPLINK_EVIDENCE, uplink.evidence) ?? 'none',
    gateway: uplink.gateway,
    gatewayAnsweredMs: Number(uplink.gatewayAnsweredMs),
  }
}

function summaryFrom(summary: pbDiscovery.ScanSummary | undefined): ScanSummary {
  return {
    method: nameOf(SCAN_METHOD, summary?.method ?? SCAN_METHOD.arp) ?? 'arp',
    details: summary?.details ?? [],
    found: summary?.found ?? 0,
    total: summary?.total ?? 0,
    sent: summary?.sent ?? 0,
    durationMs: summary?.durationMs ?? 0,
    targets: summary?.targets ?? [],
    vlan: summary?.vlan ?? 0,
    isComplete: summary?.isComplete ?? false,
    interfaces: (summary?.interfaces ?? []).map((one) => ({
      ...one,
      method: nameOf(SCAN_METHOD, one.method) ?? 'arp',
    })),
  }
}

export function scanUpdateFrom(response: pbDiscovery.ScanResponse): ScanUpdate | null {
  const { result } = response
  switch (result?.$case) {
    case 'progress':
      return { kind: 'progress', ...result.value }
    case 'host':
      return { kind: 'host', host: hostFrom(result.value) }
    case 'summary':
      return { kind: 'summary', summary: summaryFrom(result.value) }
    case undefined:
      return null
  }
}

export function portScanUpdateFrom(response: pbPortScan.ScanPortsResponse): PortScanUpdate | null {
  const { result } = response
  switch (result?.$case) {
    case 'output':
      return { kind: 'output', bytes: result.value }
    case 'outcome':
      return { kind: 'outcome', outcome: result.value }
    case undefined:
      return null
  }
}

function payloadFrom(payload: pbEvent.Event['payload']): EventPayload {
  switch (payload?.$case) {
    case 'observation': {
      const names = payload.value.names.map((sighting) => ({
        ip: sighting.ip,
        mac: sighting.mac || null,
        name: sighting.name,
        source: nameSource(sighting.source),
      }))
      const clues = payload.value.clues.flatMap(clueFrom)
      return { kind: 'observation', hosts: payload.value.hosts.map(hostFrom), names, clues }
    }
    case 'traffic':
      return { kind: 'traffic', bucket: bucketFrom(payload.value) }
    case 'alert':
      return { kind: 'alert', alert: alertFrom(payload.value) }
    case 'scan': {
      const { sensor, summary, hosts } = payload.value
      return {
        kind: 'scan',
        sensor: sensorFrom(sensor),
        summary: summaryFrom(summary),
        hosts: hosts.map(hostFrom),
      }
    }
    case 'capture':
      return { kind: 'capture', status: captureFrom(payload.value) }
    case 'firewall':
      return { kind: 'firewall', state: firewallFrom(payload.value) }
    case 'blockSuspended':
      return { kind: 'block_suspended', block: blockFrom(payload.value.block) }
    case 'gap':
      return {
        kind: 'gap',
        gap: {
          firstSequence: Number(payload.value.firstSequence),
          lastSequence: Number(payload.value.lastSequence),
          trafficBytes: Number(payload.value.trafficBytes),
          cause: plainText(payload.value.cause),
          fromMs: Number(payload.value.fromMs),
          toMs: Number(payload.value.toMs),
          sensor: payload.value.sensor ? sensorFrom(payload.value.sensor) : null,
        },
      }
    case 'clockStep': {
      const { sensor, stepMs } = payload.value
      return { kind: 'clock_step', sensor: sensorFrom(sensor), stepMs: Number(stepMs) }
    }
    case undefined:
      return { kind: 'unknown' }
  }
}

export function eventFrom(event: pbEvent.Event): DaemonEvent {
  return {
    position: positionFrom(event.position),
    atMs: Number(event.atMs),
    payload: payloadFrom(event.payload),
  }
}

export function statusFrom(status: pbDaemon.GetStatusResponse): DaemonStatus {
  return {
    version: status.version,
    daemonId: status.daemonId,
    bootId: status.bootId,
    startedMs: Number(status.startedMs),
    pid: status.pid,
    rssBytes: Number(status.rssBytes),
    sensors: status.sensors.map(captureFrom),
    capabilities: status.capabilities.map((one) => ({ ...one, detail: plainText(one.detail) })),
    unacknowledgedAlerts: status.journal?.unacknowledgedAlerts ?? 0,
    probeBudgetPerMinute: status.probeBudgetPerMinute,
    probesLastMinute: status.probesLastMinute,
    configPath: status.configPath,
    tables: status.tables.map(tableFrom),
    notices: status.notices.map(({ text, atMs }) => ({ text: plainText(text), atMs: Number(atMs) })),
    leftOut: status.leftOut.map(({ name, cause }) => ({ name, cause: plainText(cause) })),
  }
}
