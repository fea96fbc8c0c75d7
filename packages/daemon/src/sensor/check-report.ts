/**
 * What a sensor says, checked before the daemon believes it. A sensor reads
 * hostile packets and may have been taken over by one, so every field is held
 * against its range: addresses in their one canonical spelling, kinds from the
 * list, bounded lengths, text without control characters. A report that fails
 * condemns the sensor that sent it.
 */

import {
  ALERT_KINDS,
  type Alert,
  type AlertKind,
  errorMessage,
  MIB,
  NO_TEXT,
  type Party,
  parseIp,
  parseMac,
  type Reason,
  type Text,
  type Verification,
} from '@netwatcher/shared'
import { Report as ReportMessage } from '@netwatcher/shared/gen/netwatcher/sensor/v1/sensor'
import type { Alert as AlertMessage } from '@netwatcher/shared/gen/netwatcher/v1/alert'
import type { CaptureStatus } from '@netwatcher/shared/gen/netwatcher/v1/capture'
import type { Binding as BindingMessage, Host } from '@netwatcher/shared/gen/netwatcher/v1/common'
import type { ScanResponse } from '@netwatcher/shared/gen/netwatcher/v1/discovery'
import type { Observation, TrafficBucket } from '@netwatcher/shared/gen/netwatcher/v1/event'
import type { TrafficRow } from '../account/traffic.js'
import type { NameSighting } from '../detect/engine/detection.js'
import {
  ALERT_STATE,
  CERTAINTY,
  EVIDENCE,
  nameOf,
  ROLE,
  SCAN_METHOD,
  SEVERITY,
  VANTAGE,
} from '../rpc/convert.js'
import {
  type Binding,
  FAILURE_CODES,
  type HostSeen,
  type Report,
  type ScanStep,
  type SensorCounters,
  type TrafficReport,
} from './report.js'

/** Rows, hosts or names in one report; a sensor sends more than this in several. */
export const MAX_REPORT_ENTRIES = 5000
export const MAX_EVIDENCE_BYTES = MIB
export const MAX_SNAPSHOT_BYTES = 2 * MIB

const MAX_ENTRIES_PER_ALERT = 64
const MAX_FRAMES_PER_REASON = 256
const MAX_TEXT_LENGTH = 1000
const MAX_TIME_MS = 8_640_000_000_000_000
const MAX_PROTOCOL = 256 + 0xffff
/** First block of a pcapng file (draft-ietf-opsawg-pcapng section 4.1). */
const PCAPNG_BLOCK_TYPE = 0x0a0d0d0a

export class ReportError extends Error {}

/** Throws ReportError for anything that a sound sensor does not send. */
export function decodeReport(bytes: Uint8Array): Report {
  let message: ReportMessage
  try {
    message = ReportMessage.decode(bytes)
  } catch (error) {
    throw new ReportError(`not a report: ${errorMessage(error)}`)
  }
  return checkReport(message.report)
}

function checkReport(report: ReportMessage['report']): Report {
  switch (report?.$case) {
    case 'ready': {
      const { pid, uid, gid, effectiveCapabilities } = report.value
      return { type: 'ready', pid, uid, gid, effectiveCapabilities }
    }
    case 'status':
      return { type: 'status', counters: checkCounters(report.value) }
    case 'traffic':
      return { type: 'traffic', traffic: checkTraffic(report.value) }
    case 'observation':
      return { type: 'observation', ...checkObservation(report.value) }
    case 'alert': {
      const { alert, evidence } = report.value
      return { type: 'alert', alert: checkAlert(required(alert, 'alert')), evidence: checkEvidence(evidence) }
    }
    case 'scan': {
      const { scanId, response } = report.value
      return { type: 'scan', scanId, step: checkScanStep(required(response, 'scan response')) }
    }
    case 'failure': {
      const code = FAILURE_CODES.find((known) => known === report.value.code)
      return { type: 'failure', code: code ?? fail('failure code'), message: cleanText(report.value.message) }
    }
    case 'learnt': {
      const { snapshot } = report.value
      return snapshot.length <= MAX_SNAPSHOT_BYTES ? { type: 'learnt', snapshot } : fail('snapshot length')
    }
    default:
      return fail('report type')
  }
}

function fail(what: string): never {
  throw new ReportError(`${what} is not allowed`)
}

function required<T>(value: T | undefined, what: string): T {
  return value ?? fail(`missing ${what}`)
}

function limited<T>(values: T[], max: number, what: string): T[] {
  return values.length <= max ? values : fail(`${values.length} ${what}`)
}

function checkIp(ip: string): string {
  return parseIp(ip) === ip ? ip : fail('IP address')
}

function checkMac(mac: string): string {
  return parseMac(mac) === mac ? mac : fail('MAC address')
}

function optional(text: string, check: (text: string) => string): string {
  return text === '' ? '' : check(text)
}

function checkNumber(value: bigint | number, max = Number.MAX_SAFE_INTEGER): number {
  const number = Number(value)
  return number >= 0 && number <= max ? number : fail('number')
}

/** Text is shown to people: control characters go, and what is too long is cut. */
export function cleanText(text: string): string {
  // Control, format (bidirectional overrides among them) and unpaired surrogates.
  return text.slice(0, MAX_TEXT_LENGTH).replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, '\ufffd')
}

function checkBinding({ ip, mac }: BindingMessage): Binding {
  return { ip: optional(ip, checkIp), mac: optional(mac, checkMac) }
}

function checkCounters(status: CaptureStatus): SensorCounters {
  return {
    packets: checkNumber(status.packets),
    bytes: checkNumber(status.bytes),
    dropped: checkNumber(status.dropped),
    interfaceDropped: checkNumber(status.interfaceDropped),
    malformed: checkNumber(status.malformed),
    overflowed: checkNumber(status.overflowed),
    flows: status.flows,
    flowCapacity: status.flowCapacity,
    vantage: nameOf(VANTAGE, status.vantage) ?? fail('vantage'),
    foreignUnicast: checkNumber(status.foreignUnicast),
    probesSent: checkNumber(status.probesSent),
    sentPackets: checkNumber(status.sentPackets),
    sentBytes: checkNumber(status.sentBytes),
    rssBytes: checkNumber(status.rssBytes),
    learningUntilMs: checkNumber(status.learningUntilMs, MAX_TIME_MS),
  }
}

function checkTraffic(bucket: TrafficBucket): TrafficReport {
  return {
    startMs: checkNumber(bucket.startMs, MAX_TIME_MS),
    durationMs: bucket.durationMs,
    rows: limited(bucket.rows, MAX_REPORT_ENTRIES, 'rows').map(checkRow),
    otherBytes: checkNumber(bucket.otherBytes),
    otherPackets: checkNumber(bucket.otherPackets),
    dropped: checkNumber(bucket.dropped),
  }
}

function checkRow(row: TrafficBucket['rows'][number]): TrafficRow {
  return {
    deviceMac: optional(row.deviceMac, checkMac),
    deviceIp: optional(row.deviceIp, checkIp),
    remoteIp: optional(row.remoteIp, checkIp),
    protocol: checkNumber(row.protocol, MAX_PROTOCOL),
    servicePort: checkNumber(row.servicePort, 0xffff),
    txBytes: checkNumber(row.txBytes),
    rxBytes: checkNumber(row.rxBytes),
    txPackets: checkNumber(row.txPackets),
    rxPackets: checkNumber(row.rxPackets),
  }
}

function checkObservation(observation: Observation): { hosts: HostSeen[]; names: NameSighting[] } {
  return {
    hosts: limited(observation.hosts, MAX_REPORT_ENTRIES, 'hosts').map(checkHost),
    names: limited(observation.names, MAX_REPORT_ENTRIES, 'names').map(checkName),
  }
}

function checkHost(host: Host): HostSeen {
  return {
    ip: checkIp(host.ip),
    mac: optional(host.mac, checkMac),
    evidence: nameOf(EVIDENCE, host.evidence) ?? fail('evidence'),
    seenMs: checkNumber(host.seenMs, MAX_TIME_MS),
  }
}

const NAME_SOURCES = ['dns', 'mdns', 'dhcp', 'nbns'] as const
/** A DNS name in text (RFC 1035 section 2.3.4). */
const MAX_NAME_LENGTH = 255

function checkName({ ip, mac, name, source }: Observation['names'][number]): NameSighting {
  return {
    ip: optional(ip, checkIp),
    mac: optional(mac, checkMac),
    name: name.length <= MAX_NAME_LENGTH ? cleanText(name) : fail('name length'),
    source: NAME_SOURCES.find((known) => known === source) ?? fail('name source'),
  }
}

function checkAlert(alert: AlertMessage): Alert {
  return {
    id: /^[0-9a-f]{32}$/.test(alert.id) ? alert.id : fail('alert id'),
    kind: ALERT_KINDS.find((known): known is AlertKind => known === alert.kind) ?? fail('alert kind'),
    severity: nameOf(SEVERITY, alert.severity) ?? fail('severity'),
    state: nameOf(ALERT_STATE, alert.state) ?? fail('alert state'),
    ip: optional(alert.ip, checkIp),
    vlan: checkNumber(alert.vlan, MAX_VLAN),
    parties: limited(alert.parties, MAX_ENTRIES_PER_ALERT, 'parties').map(checkParty),
    expected: checkText(alert.expected),
    seen: checkText(alert.seen),
    reasonsFor: limited(alert.reasonsFor, MAX_ENTRIES_PER_ALERT, 'reasons').map(checkReason),
    reasonsAgainst: limited(alert.reasonsAgainst, MAX_ENTRIES_PER_ALERT, 'reasons').map(checkReason),
    verifications: limited(alert.verifications, MAX_ENTRIES_PER_ALERT, 'verifications').map(
      checkVerification,
    ),
    advice: checkText(alert.advice),
    firstSeenMs: checkNumber(alert.firstSeenMs, MAX_TIME_MS),
    lastSeenMs: checkNumber(alert.lastSeenMs, MAX_TIME_MS),
    count: checkNumber(alert.count),
  }
}

function checkParty({ role, mac, ip, certainty }: AlertMessage['parties'][number]): Party {
  if (mac === '' && ip === '') fail('party of nobody')
  return {
    role: nameOf(ROLE, role) ?? fail('role'),
    mac: optional(mac, checkMac),
    ip: optional(ip, checkIp),
    certainty: nameOf(CERTAINTY, certainty) ?? fail('certainty'),
  }
}

/** IEEE 802.1Q: 4095 is reserved. */
const MAX_VLAN = 4094
const MAX_PARAMS = 16

/** Of a text and of a reason alike: a known form of rule, few figures, none of them long. */
function checkText(text: { rule: string; params: Record<string, string> } | undefined): Text {
  const { rule, params } = text ?? NO_TEXT
  const figures = limited(Object.entries(params), MAX_PARAMS, 'figures')
  const checked = figures.map(([name, value]) => [checkRule(name), cleanText(value)])
  return { rule: optional(rule, checkRule), params: Object.fromEntries(checked) }
}

function checkRule(rule: string): string {
  return /^[a-z0-9_]{1,64}$/.test(rule) ? rule : fail('rule name')
}

function checkReason(reason: AlertMessage['reasonsFor'][number]): Reason {
  return {
    ...checkText(reason),
    frames: limited(reason.frames, MAX_FRAMES_PER_REASON, 'frames'),
  }
}

const METHODS = ['unicast_who_has', 'forwarding_probe'] as const
const RESULTS = ['answered', 'silent', 'forwarded'] as const

function checkVerification(one: AlertMessage['verifications'][number]): Verification {
  return {
    method: METHODS.find((known) => known === one.method) ?? fail('verification method'),
    target: checkBinding(required(one.target, 'verification target')),
    result: RESULTS.find((known) => known === one.result) ?? fail('verification result'),
    atMs: checkNumber(one.atMs, MAX_TIME_MS),
  }
}

function checkEvidence(evidence: Buffer): Uint8Array | null {
  if (evidence.length === 0) return null
  if (evidence.length > MAX_EVIDENCE_BYTES) fail('evidence length')
  if (evidence.length < 4 || evidence.readUInt32BE() !== PCAPNG_BLOCK_TYPE) fail('evidence format')
  return evidence
}

function checkScanStep({ result }: ScanResponse): ScanStep {
  switch (result?.$case) {
    case 'progress': {
      const { asked, total, found } = result.value
      return { type: 'progress', progress: { asked, total, found } }
    }
    case 'host':
      return { type: 'host', host: checkHost(result.value) }
    case 'summary': {
      const { method, detail, found, total, sent, durationMs } = result.value
      const summary = { found, total, sent, durationMs, detail: cleanText(detail) }
      return {
        type: 'summary',
        summary: { ...summary, method: nameOf(SCAN_METHOD, method) ?? fail('method') },
      }
    }
    default:
      return fail('scan result')
  }
}
