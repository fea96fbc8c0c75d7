/** Alerts and their evidence to and from their messages. */

import {
  ALERT_KINDS,
  type Alert,
  MIB,
  type Party,
  type Reason,
  VERIFICATION_METHODS,
  type Verification,
} from '@netwatcher/shared'
import type { Alert as AlertMessage } from '@netwatcher/shared/gen/netwatcher/v1/alert'
import type { Sensor } from '@netwatcher/shared/gen/netwatcher/v1/common'
import { ALERT_STATE, CERTAINTY, nameOf, ROLE, SEVERITY } from '@netwatcher/shared/names'
import type { StoredAlert } from '../model/alert.js'
import {
  checkCounter,
  checkIp,
  checkMac,
  checkNumber,
  fail,
  limited,
  MAX_TIME_MS,
  MAX_VLAN,
  oneOf,
  optional,
  required,
} from './checks.js'
import { checkBinding } from './host.js'
import { wholeNumber } from './numbers.js'
import { checkText, toText } from './text.js'

export const MAX_EVIDENCE_BYTES = MIB

const MAX_ENTRIES_PER_ALERT = 64
const MAX_FRAMES_PER_REASON = 256
/** First block of a pcapng file (draft-ietf-opsawg-pcapng section 4.1). */
const PCAPNG_BLOCK_TYPE = 0x0a0d0d0a
/** That somebody stopped the watching is said by the daemon alone. */
const SENSOR_KINDS = ALERT_KINDS.filter((kind) => kind !== 'watch_stopped')
const RESULTS = ['answered', 'silent', 'forwarded'] as const

export function toAlert(alert: Alert, sensor: Sensor | undefined, evidenceBytes: number): AlertMessage {
  return {
    ...alert,
    sensor,
    severity: SEVERITY[alert.severity],
    state: ALERT_STATE[alert.state],
    reasonsFor: alert.reasonsFor.map(toReason),
    reasonsAgainst: alert.reasonsAgainst.map(toReason),
    verifications: alert.verifications.map((one) => ({ ...one, atMs: wholeNumber(one.atMs) })),
    parties: alert.parties.map((party) => ({
      ...party,
      role: ROLE[party.role],
      certainty: CERTAINTY[party.certainty],
    })),
    expected: toText(alert.expected),
    seen: toText(alert.seen),
    advice: toText(alert.advice),
    firstSeenMs: wholeNumber(alert.firstSeenMs),
    lastSeenMs: wholeNumber(alert.lastSeenMs),
    count: wholeNumber(alert.count),
    evidenceBytes,
  }
}

function toReason(reason: Reason): AlertMessage['reasonsFor'][number] {
  return { ...toText(reason), frames: [...reason.frames] }
}

export function toStoredAlert(alert: StoredAlert, daemonId: string): AlertMessage {
  return toAlert(alert, { daemonId, interface: alert.interface }, alert.evidenceBytes)
}

export function checkAlert(alert: AlertMessage): Alert {
  return {
    id: /^[0-9a-f]{32}$/.test(alert.id) ? alert.id : fail('alert id'),
    kind: oneOf(SENSOR_KINDS, alert.kind, 'alert kind'),
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
    count: checkCounter(alert.count),
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

function checkReason(reason: AlertMessage['reasonsFor'][number]): Reason {
  return {
    ...checkText(reason),
    frames: limited(reason.frames, MAX_FRAMES_PER_REASON, 'frames'),
  }
}

function checkVerification(one: AlertMessage['verifications'][number]): Verification {
  return {
    method: oneOf(VERIFICATION_METHODS, one.method, 'verification method'),
    target: checkBinding(required(one.target, 'verification target')),
    result: oneOf(RESULTS, one.result, 'verification result'),
    atMs: checkNumber(one.atMs, MAX_TIME_MS),
  }
}

export function checkEvidence(evidence: Buffer): Uint8Array | null {
  if (evidence.length === 0) return null
  if (evidence.length > MAX_EVIDENCE_BYTES) fail('evidence length')
  if (evidence.length < 4 || evidence.readUInt32BE() !== PCAPNG_BLOCK_TYPE) fail('evidence format')
  return evidence
}
