/**
 * Commands and reports between the daemon and its sensors, to and from the
 * messages of proto/netwatcher/sensor/v1. Commands come from the daemon, which
 * the sensor trusts; reports go the other way and are checked by
 * check-report.ts.
 */

import {
  Command as CommandMessage,
  type InterfaceFacts as FactsMessage,
  Report as ReportMessage,
} from '@netwatcher/shared/gen/netwatcher/sensor/v1/sensor'
import {
  ScanPace as ScanPaceMessage,
  type ScanResponse,
} from '@netwatcher/shared/gen/netwatcher/v1/discovery'
import {
  toAlert,
  toCounters,
  toHostSeen,
  toProgress,
  toSummary,
  toTraffic,
  wholeNumber,
} from '../rpc/convert.js'
import type { Command, InterfaceFacts, Report, ScanOrder, ScanStep } from './report.js'

export function encodeCommand(command: Command): Uint8Array {
  return CommandMessage.encode({ command: toCommand(command) }).finish()
}

function toCommand(command: Command): CommandMessage['command'] {
  switch (command.type) {
    case 'configure':
      return {
        $case: 'configure',
        value: { ...command.settings, learnt: Buffer.from(command.settings.learnt) },
      }
    case 'facts':
      return { $case: 'facts', value: command.facts }
    case 'start_scan': {
      const pace = command.order.pace === 'fast' ? ScanPaceMessage.FAST : ScanPaceMessage.NORMAL
      return { $case: 'startScan', value: { ...command.order, pace } }
    }
    case 'cancel_scan':
      return { $case: 'cancelScan', value: { scanId: command.scanId } }
    case 'set_pinned':
      return { $case: 'setPinned', value: { pinned: command.pinned } }
    case 'stop':
      return { $case: 'stop', value: true }
  }
}

/** Null for a command that this sensor does not know. */
export function decodeCommand(bytes: Uint8Array): Command | null {
  const { command } = CommandMessage.decode(bytes)
  switch (command?.$case) {
    case 'configure': {
      const { facts, ...settings } = command.value
      return { type: 'configure', settings: { ...settings, facts: facts ?? noFacts() } }
    }
    case 'facts':
      return { type: 'facts', facts: command.value }
    case 'startScan':
      return { type: 'start_scan', order: { ...command.value, pace: pace(command.value.pace) } }
    case 'cancelScan':
      return { type: 'cancel_scan', scanId: command.value.scanId }
    case 'setPinned':
      return { type: 'set_pinned', pinned: command.value.pinned }
    case 'stop':
      return { type: 'stop' }
    default:
      return null
  }
}

function pace(value: ScanPaceMessage): ScanOrder['pace'] {
  return value === ScanPaceMessage.FAST ? 'fast' : 'normal'
}

function noFacts(): InterfaceFacts & FactsMessage {
  return { mac: '', addresses: [], gateways: [], dnsServers: [], isForwarding: false, mtu: 0 }
}

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
    case 'observation':
      return { $case: 'observation', value: { hosts: report.hosts.map(toHostSeen), names: report.names } }
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
    case 'clock_step':
      return { $case: 'clockStep', value: { sensor: undefined, stepMs: wholeNumber(report.stepMs) } }
  }
}

function toScanStep(step: ScanStep): ScanResponse {
  switch (step.type) {
    case 'progress':
      return { result: { $case: 'progress', value: toProgress(step.progress) } }
    case 'host':
      return { result: { $case: 'host', value: toHostSeen(step.host) } }
    case 'summary':
      return { result: { $case: 'summary', value: toSummary(step.summary) } }
  }
}
