/** Scans to and from their messages. */

import type {
  ScanProgress as ScanProgressMessage,
  ScanResponse,
  ScanSummary as ScanSummaryMessage,
} from '@netwatcher/shared/gen/netwatcher/v1/discovery'
import { nameOf, SCAN_METHOD } from '@netwatcher/shared/names'
import type { InterfaceScan, ScanProgress, ScanStep, ScanSummary } from '../model/scan.js'
import { checkCidr, checkNumber, fail, limited, MAX_VLAN } from './checks.js'
import { checkHost, toHostSeen } from './host.js'
import { checkText, toText } from './text.js'

const MAX_DETAILS = 64
/** Subnets of an interface, or what a caller asked for. */
const MAX_TARGETS = 256

export function toProgress(progress: ScanProgress): ScanProgressMessage {
  return { ...progress }
}

export function toSummary(summary: ScanSummary & { interfaces?: InterfaceScan[] }): ScanSummaryMessage {
  return {
    ...summary,
    interfaces: (summary.interfaces ?? []).map((one) => ({
      ...one,
      method: SCAN_METHOD[one.method],
      details: one.details.map(toText),
    })),
    method: SCAN_METHOD[summary.method],
    details: summary.details.map(toText),
    durationMs: Math.trunc(summary.durationMs),
  }
}

function checkSummary(summary: ScanSummaryMessage): ScanSummary {
  const { method, details, found, total, sent, durationMs, targets, vlan, isComplete } = summary
  return {
    method: nameOf(SCAN_METHOD, method) ?? fail('method'),
    details: limited(details, MAX_DETAILS, 'details').map(checkText),
    found,
    total,
    sent,
    durationMs,
    targets: limited(targets, MAX_TARGETS, 'targets').map(checkCidr),
    vlan: checkNumber(vlan, MAX_VLAN),
    isComplete,
  }
}

export function toScanStep(step: ScanStep): ScanResponse {
  switch (step.type) {
    case 'progress':
      return { result: { $case: 'progress', value: toProgress(step.progress) } }
    case 'host':
      return { result: { $case: 'host', value: toHostSeen(step.host) } }
    case 'summary':
      return { result: { $case: 'summary', value: toSummary(step.summary) } }
  }
}

export function checkScanStep({ result }: ScanResponse): ScanStep {
  switch (result?.$case) {
    case 'progress': {
      const { asked, total, found } = result.value
      return { type: 'progress', progress: { asked, total, found } }
    }
    case 'host':
      return { type: 'host', host: checkHost(result.value) }
    case 'summary':
      return { type: 'summary', summary: checkSummary(result.value) }
    default:
      return fail('scan result')
  }
}
