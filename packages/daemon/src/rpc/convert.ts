/**
 * From the daemon's own types to the messages of proto/netwatcher/v1. Counters
 * are 64-bit on the wire and plain numbers here: they are exact up to 2^53.
 */

import type {
  Alert,
  Severity as AlertSeverity,
  Certainty as CertaintyName,
  Reason,
  Role as RoleName,
} from '@netwatcher/shared'
import {
  type Alert as AlertMessage,
  AlertState,
  Certainty,
  Role,
  Severity,
} from '@netwatcher/shared/gen/netwatcher/v1/alert'
import {
  CaptureState,
  type CaptureStatus as CaptureStatusMessage,
  Vantage,
} from '@netwatcher/shared/gen/netwatcher/v1/capture'
import { Evidence, type Host, type Sensor } from '@netwatcher/shared/gen/netwatcher/v1/common'
import {
  ScanMethod,
  type ScanProgress as ScanProgressMessage,
  type ScanSummary as ScanSummaryMessage,
} from '@netwatcher/shared/gen/netwatcher/v1/discovery'
import {
  Event,
  EventKind as EventKindMessage,
  type Position as PositionMessage,
  type TrafficBucket,
} from '@netwatcher/shared/gen/netwatcher/v1/event'
import type { TrafficRow } from '../account/traffic.js'
import { toBlock, toFirewallState } from '../convert/firewall.js'
import { copyText } from '../convert/text.js'
import type {
  CaptureStatus,
  EventKind,
  EventPayload,
  Gap,
  HostFound,
  Position,
  StoredAlert,
} from '../journal/event.js'
import type {
  Evidence as EvidenceName,
  HostSeen,
  ScanProgress,
  ScanSummary,
  SensorCounters,
  TrafficReport,
  Vantage as VantageName,
} from '../sensor/report.js'

export const SEVERITY = {
  info: Severity.INFO,
  warning: Severity.WARNING,
  critical: Severity.CRITICAL,
} as const satisfies Record<AlertSeverity, Severity>

export const ALERT_STATE = {
  active: AlertState.ACTIVE,
  ended: AlertState.ENDED,
} as const satisfies Record<Alert['state'], AlertState>

export const ROLE = {
  suspect: Role.SUSPECT,
  holder: Role.HOLDER,
  affected: Role.AFFECTED,
} as const satisfies Record<RoleName, Role>

export const CERTAINTY = {
  proven: Certainty.PROVEN,
  likely: Certainty.LIKELY,
  possible: Certainty.POSSIBLE,
} as const satisfies Record<CertaintyName, Certainty>

export const EVIDENCE = {
  arp_solicited: Evidence.ARP_SOLICITED,
  arp_unsolicited: Evidence.ARP_UNSOLICITED,
  arp_gratuitous: Evidence.ARP_GRATUITOUS,
  arp_request: Evidence.ARP_REQUEST,
  dhcp: Evidence.DHCP,
  nd: Evidence.ND,
  ip_source: Evidence.IP_SOURCE,
  neighbor_table: Evidence.NEIGHBOR_TABLE,
  icmp_echo: Evidence.ICMP_ECHO,
  own: Evidence.OWN,
} as const satisfies Record<EvidenceName, Evidence>

export const VANTAGE = {
  unknown: Vantage.UNSPECIFIED,
  switch_port: Vantage.SWITCH_PORT,
  mirror: Vantage.MIRROR,
  gateway: Vantage.GATEWAY,
  own_traffic: Vantage.OWN_TRAFFIC,
} as const satisfies Record<VantageName, Vantage>

export const SCAN_METHOD = {
  arp: ScanMethod.ARP,
  neighbor_table: ScanMethod.NEIGHBOR_TABLE,
} as const satisfies Record<ScanSummary['method'], ScanMethod>

const CAPTURE_STATE = {
  stopped: CaptureState.STOPPED,
  starting: CaptureState.STARTING,
  running: CaptureState.RUNNING,
  retrying: CaptureState.RETRYING,
} as const satisfies Record<CaptureStatus['state'], CaptureState>

const EVENT_KIND = {
  observation: EventKindMessage.OBSERVATION,
  traffic: EventKindMessage.TRAFFIC,
  alert: EventKindMessage.ALERT,
  scan: EventKindMessage.SCAN,
  capture: EventKindMessage.CAPTURE,
  firewall: EventKindMessage.FIREWALL,
  block_suspended: EventKindMessage.BLOCK_SUSPENDED,
} as const satisfies Record<EventKind, EventKindMessage>

/** Finds the name that `value` stands for; null for values that nobody has defined. */
export function nameOf<Name extends string>(names: Record<Name, number>, value: number): Name | null {
  for (const name in names) if (names[name] === value) return name
  return null
}

export function eventKind(value: EventKindMessage): EventKind | null {
  return nameOf(EVENT_KIND, value)
}

/** Sub-millisecond time stamps of packets become whole milliseconds. */
export function wholeNumber(value: number): bigint {
  return BigInt(Math.trunc(value))
}

export function toAlert(alert: Alert, sensor: Sensor | undefined, evidenceBytes: number): AlertMessage {
  return {
    ...alert,
    sensor,
    severity: SEVERITY[alert.severity],
    state: ALERT_STATE[alert.state],
    reasonsFor: alert.reasonsFor.map(copyReason),
    reasonsAgainst: alert.reasonsAgainst.map(copyReason),
    verifications: alert.verifications.map((one) => ({ ...one, atMs: wholeNumber(one.atMs) })),
    parties: alert.parties.map((party) => ({
      ...party,
      role: ROLE[party.role],
      certainty: CERTAINTY[party.certainty],
    })),
    expected: copyText(alert.expected),
    seen: copyText(alert.seen),
    advice: copyText(alert.advice),
    firstSeenMs: wholeNumber(alert.firstSeenMs),
    lastSeenMs: wholeNumber(alert.lastSeenMs),
    count: wholeNumber(alert.count),
    evidenceBytes,
  }
}

function copyReason({ rule, params, frames }: Reason) {
  return { rule, params: { ...params }, frames: [...frames] }
}

export function toStoredAlert(alert: StoredAlert, daemonId: string): AlertMessage {
  return toAlert(alert, { daemonId, interface: alert.interface }, alert.evidenceBytes)
}

export function toHostSeen(host: HostSeen): Host {
  return {
    sensor: undefined,
    ip: host.ip,
    mac: host.mac,
    evidence: EVIDENCE[host.evidence],
    seenMs: wholeNumber(host.seenMs),
    isSelf: false,
    isGateway: false,
    vlan: 0,
    isDisputed: false,
  }
}

export function toHost(host: HostFound, daemonId: string): Host {
  const { isSelf, isGateway } = host
  return { ...toHostSeen(host), sensor: { daemonId, interface: host.interface }, isSelf, isGateway }
}

export function toCounters(counters: SensorCounters): CaptureStatusMessage {
  return {
    sensor: undefined,
    state: CaptureState.UNSPECIFIED,
    detail: '',
    packets: wholeNumber(counters.packets),
    bytes: wholeNumber(counters.bytes),
    dropped: wholeNumber(counters.dropped),
    interfaceDropped: wholeNumber(counters.interfaceDropped),
    malformed: wholeNumber(counters.malformed),
    overflowed: wholeNumber(counters.overflowed),
    flows: counters.flows,
    flowCapacity: counters.flowCapacity,
    vantage: VANTAGE[counters.vantage],
    foreignUnicast: wholeNumber(counters.foreignUnicast),
    probesSent: wholeNumber(counters.probesSent),
    sentPackets: wholeNumber(counters.sentPackets),
    sentBytes: wholeNumber(counters.sentBytes),
    pid: 0,
    uid: 0,
    rssBytes: wholeNumber(counters.rssBytes),
    restarts: 0,
    startedMs: 0n,
    learningUntilMs: wholeNumber(counters.learningUntilMs),
    kernelPackets: 0n,
    kernelBytes: 0n,
  }
}

export function toCaptureStatus(status: CaptureStatus, daemonId: string): CaptureStatusMessage {
  return {
    ...toCounters(status.counters),
    sensor: { daemonId, interface: status.interface },
    state: CAPTURE_STATE[status.state],
    detail: status.detail,
    pid: status.pid,
    uid: status.uid,
    restarts: status.restarts,
    startedMs: wholeNumber(status.startedMs),
    kernelPackets: wholeNumber(status.kernelPackets),
    kernelBytes: wholeNumber(status.kernelBytes),
  }
}

export function toTraffic(traffic: TrafficReport, sensor: Sensor | undefined): TrafficBucket {
  return {
    sensor,
    startMs: wholeNumber(traffic.startMs),
    durationMs: traffic.durationMs,
    rows: traffic.rows.map(toTrafficRow),
    otherBytes: wholeNumber(traffic.otherBytes),
    otherPackets: wholeNumber(traffic.otherPackets),
    dropped: wholeNumber(traffic.dropped),
  }
}

function toTrafficRow(row: TrafficRow): TrafficBucket['rows'][number] {
  return {
    ...row,
    txBytes: wholeNumber(row.txBytes),
    rxBytes: wholeNumber(row.rxBytes),
    txPackets: wholeNumber(row.txPackets),
    rxPackets: wholeNumber(row.rxPackets),
  }
}

export function toProgress(progress: ScanProgress): ScanProgressMessage {
  return { ...progress }
}

export function toSummary(summary: ScanSummary): ScanSummaryMessage {
  return { ...summary, method: SCAN_METHOD[summary.method], durationMs: Math.trunc(summary.durationMs) }
}

export function toPosition(position: Position): PositionMessage {
  return { bootId: position.bootId, sequence: wholeNumber(position.sequence) }
}

export function encodeEvent(
  position: Position,
  atMs: number,
  payload: EventPayload,
  daemonId: string,
): Uint8Array {
  return finishEvent(position, atMs, toPayload(payload, daemonId))
}

export function encodeGap(position: Position, atMs: number, gap: Gap): Uint8Array {
  return finishEvent(position, atMs, {
    $case: 'gap',
    value: {
      firstSequence: wholeNumber(gap.firstSequence),
      lastSequence: wholeNumber(gap.lastSequence),
      trafficBytes: wholeNumber(gap.trafficBytes),
      reason: gap.reason,
    },
  })
}

/** A WatchResponse around an event that is already encoded: field 1, length-delimited. */
export function encodeWatchResponse(event: Uint8Array): Buffer {
  const header: number[] = [(1 << 3) | 2]
  let length = event.length
  for (; length > 0x7f; length >>>= 7) header.push((length & 0x7f) | 0x80)
  header.push(length)
  return Buffer.concat([Uint8Array.from(header), event])
}

function finishEvent(position: Position, atMs: number, payload: Event['payload']): Uint8Array {
  return Event.encode({ position: toPosition(position), atMs: wholeNumber(atMs), payload }).finish()
}

function toPayload(payload: EventPayload, daemonId: string): Event['payload'] {
  switch (payload.kind) {
    case 'observation': {
      const hosts = payload.hosts.map((host) => toHost(host, daemonId))
      return { $case: 'observation', value: { hosts, names: payload.names.map((name) => ({ ...name })) } }
    }
    case 'traffic':
      return {
        $case: 'traffic',
        value: toTraffic(payload.traffic, { daemonId, interface: payload.interface }),
      }
    case 'alert':
      return { $case: 'alert', value: toStoredAlert(payload.alert, daemonId) }
    case 'scan': {
      const hosts = payload.hosts.map((host) => toHost(host, daemonId))
      const sensor = { daemonId, interface: payload.interface }
      return { $case: 'scan', value: { sensor, summary: toSummary(payload.summary), hosts } }
    }
    case 'capture':
      return { $case: 'capture', value: toCaptureStatus(payload.status, daemonId) }
    case 'firewall':
      return { $case: 'firewall', value: toFirewallState(payload.state) }
    case 'block_suspended': {
      const { block } = payload
      return { $case: 'blockSuspended', value: { block: toBlock(block), cause: copyText(block.suspended) } }
    }
  }
}
