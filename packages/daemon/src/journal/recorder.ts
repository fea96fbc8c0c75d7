/**
 * Turns what the sensors report into events: adds which interface it was, and
 * what the daemon knows of a host; keeps alerts; says so seldom that counters
 * have moved that an idle network fills no journal.
 */

import { SECOND_MS } from '@netwatcher/shared'
import type { StoredAlert } from '../model/alert.js'
import type { CaptureStatus } from '../model/capture.js'
import type { HostFound, HostSeen } from '../model/host.js'
import type { InterfaceFacts } from '../model/interface.js'
import type { ScanSummary } from '../model/scan.js'
import type { Report } from '../model/sensor.js'
import type { AlertStore } from './alert-store.js'
import type { Journal } from './journal.js'

export interface RecorderDependencies {
  journal: Journal
  alerts: AlertStore
  /** Whoever keeps who has been seen. */
  neighbors: { note(interfaceName: string, hosts: readonly HostSeen[]): void }
  facts(interfaceName: string): InterfaceFacts | null
  status(interfaceName: string): CaptureStatus | null
  /** From any origin; never goes back. */
  nowMs(): number
}

const STATUS_INTERVAL_MS = 10 * SECOND_MS

export class Recorder {
  private readonly lastStatusMs = new Map<string, number>()

  constructor(private readonly deps: RecorderDependencies) {}

  /** Reports again what nobody had acknowledged before the restart. */
  replay(alerts: readonly StoredAlert[]): void {
    for (const alert of alerts) this.reportAlert(alert)
  }

  record(interfaceName: string, report: Report): void {
    const { journal, neighbors } = this.deps
    if (report.type === 'traffic') {
      journal.append({ kind: 'traffic', interface: interfaceName, traffic: report.traffic })
    } else if (report.type === 'observation') {
      neighbors.note(interfaceName, report.hosts)
      const hosts = report.hosts.map((host) => this.found(interfaceName, host))
      journal.append({ kind: 'observation', hosts, names: report.names })
    } else if (report.type === 'alert') {
      this.recordAlert({ ...report.alert, interface: interfaceName, evidenceBytes: 0 }, report.evidence)
    } else if (report.type === 'clock_step') {
      journal.append({ kind: 'clock_step', interface: interfaceName, stepMs: report.stepMs })
    } else if (report.type === 'status') {
      this.recordCounters(interfaceName)
    }
  }

  recordState(status: CaptureStatus): void {
    this.lastStatusMs.set(status.interface, this.deps.nowMs())
    this.deps.journal.append({ kind: 'capture', status })
  }

  recordScan(interfaceName: string, summary: ScanSummary, hosts: HostFound[]): void {
    this.deps.neighbors.note(interfaceName, hosts)
    this.deps.journal.append({ kind: 'scan', interface: interfaceName, summary, hosts })
  }

  /** The sensor that watched these has ended: nobody can tell whether they go on. */
  endAlerts(interfaceName: string): void {
    for (const alert of this.deps.alerts.activeOn(interfaceName)) {
      this.recordAlert({ ...alert, state: 'ended' }, null)
    }
  }

  /** A host with what the daemon itself knows of it. */
  found(interfaceName: string, host: HostSeen): HostFound {
    const facts = this.deps.facts(interfaceName)
    return {
      ...host,
      interface: interfaceName,
      isSelf: facts?.addresses.some(({ ip }) => ip === host.ip) === true && facts.mac === host.mac,
      isGateway: facts?.gateways.includes(host.ip) === true,
    }
  }

  private recordAlert(alert: StoredAlert, evidence: Uint8Array | null): void {
    this.reportAlert(this.deps.alerts.put(alert, evidence))
  }

  private reportAlert(alert: StoredAlert): void {
    const { sequence } = this.deps.journal.append({ kind: 'alert', alert })
    this.deps.alerts.reported(alert.id, sequence)
  }

  private recordCounters(interfaceName: string): void {
    const lastMs = this.lastStatusMs.get(interfaceName) ?? Number.NEGATIVE_INFINITY
    const status = this.deps.status(interfaceName)
    if (status && this.deps.nowMs() - lastMs >= STATUS_INTERVAL_MS) this.recordState(status)
  }
}
