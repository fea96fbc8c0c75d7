/**
 * Reports of a sensor to the messages of proto/netwatcher/sensor/v1, and back
 * with every field checked (checks.ts).
 */

import { errorMessage, MIB } from '@netwatcher/shared'
import { Report as ReportMessage } from '@netwatcher/shared/gen/netwatcher/sensor/v1/sensor'
import { FAILURE_CODES, type Report } from '../model/sensor.js'
import { checkAlert, checkEvidence, toAlert } from './alert.js'
import { checkCounters, toCounters } from './capture.js'
import { cleanText, fail, oneOf, ReportError, required } from './checks.js'
import { checkClockStep, toClockStep } from './clock.js'
import { checkObservation, toHostSeen, toName } from './host.js'
import { checkScanStep, toScanStep } from './scan.js'
import { checkShape } from './shape.js'
import { checkTraffic, toTraffic } from './traffic.js'

export const MAX_SNAPSHOT_BYTES = 2 * MIB
/** Three for each of a few VLANs. */
const MAX_WAKE_FRAMES = 100
/** A search, an enumeration, and the types that were found. */
const MAX_ANNOUNCE_FRAMES = 100

export function encodeReport(report: Report): Uint8Array {
  return ReportMessage.encode({ report: toReport(report) }).finish()
}

function toReport(report: Report): ReportMessage['report'] {
  switch (report.type) {
    case 'ready': {
      const { pid, uid, gid, effectiveCapabilities } = report
      return { $case: 'ready', value: { pid, uid, gid, effectiveCapabilities } }
    }
    case 'status':
      return { $case: 'status', value: toCounters(report.counters) }
    case 'traffic':
      return { $case: 'traffic', value: toTraffic(report.traffic, undefined) }
    case 'observation': {
      const { hosts, names, clues } = report
      return {
        $case: 'observation',
        value: { hosts: hosts.map(toHostSeen), names: names.map(toName), clues },
      }
    }
    case 'alert': {
      const evidence = Buffer.from(report.evidence ?? [])
      const alert = toAlert(report.alert, undefined, evidence.length)
      return { $case: 'alert', value: { alert, evidence } }
    }
    case 'scan':
      return { $case: 'scan', value: { scanId: report.scanId, response: toScanStep(report.step) } }
    case 'failure':
      return { $case: 'failure', value: { code: report.code, message: report.message } }
    case 'learnt':
      return { $case: 'learnt', value: { snapshot: Buffer.from(report.snapshot) } }
    case 'woken':
      return { $case: 'woken', value: { wakeId: report.wakeId, sent: report.sent } }
    case 'announced':
      return { $case: 'announced', value: { announceId: report.announceId, sent: report.sent } }
    case 'clock_step':
      return { $case: 'clockStep', value: toClockStep(report.stepMs, undefined) }
  }
}

/** Throws ReportError for anything that a sound sensor does not send. */
export function decodeReport(bytes: Uint8Array): Report {
  checkShape(bytes)
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
      const code = oneOf(FAILURE_CODES, report.value.code, 'failure code')
      return { type: 'failure', code, message: cleanText(report.value.message) }
    }
    case 'learnt': {
      const { snapshot } = report.value
      return snapshot.length <= MAX_SNAPSHOT_BYTES ? { type: 'learnt', snapshot } : fail('snapshot length')
    }
    case 'woken': {
      const { wakeId, sent } = report.value
      return sent <= MAX_WAKE_FRAMES ? { type: 'woken', wakeId, sent } : fail('frames of a wake')
    }
    case 'announced': {
      const { announceId, sent } = report.value
      return sent <= MAX_ANNOUNCE_FRAMES
        ? { type: 'announced', announceId, sent }
        : fail('frames of questions')
    }
    case 'clockStep':
      return { type: 'clock_step', stepMs: checkClockStep(report.value) }
    default:
      return fail('report type')
  }
}
