/** Scans to and from their messages. */

import type {
  ScanProgress as ScanProgressMessage,
  ScanResponse,
  ScanSummary as ScanSummaryMessage,
} from '@netwatcher/shared/gen/netwatcher/v1/discovery'
import { nameOf, SCAN_METHOD } from '@netwatcher/shared/names'
import type { ScanProgress, ScanStep, ScanSummary } from '../model/scan.js'
import { cleanText, fail } from './checks.js'
import { checkHost, toHostSeen } from './host.js'

export function toProgress(progress: ScanProgress): ScanProgressMessage {
  return { ...progress }
}

export function toSummary(summary: ScanSummary): ScanSummaryMessage {
  return { ...summary, method: SCAN_METHOD[summary.method], durationMs: Math.trunc(summary.durationMs) }
}

function checkSummary({ method, detail, found, total, sent, durationMs }: ScanSummaryMessage): ScanSummary {
  return {
    method: nameOf(SCAN_METHOD, method) ?? fail('method'),
    detail: cleanText(detail),
    found,
    total,
    sent,
    durationMs,
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
