/**
 * Turns what the sensors report into events: adds which interface it was, and
 * what the daemon knows of a host; keeps alerts; says so seldom that counters
 * have moved that an idle network fills no journal. New alerts also go to the
 * system log, where no caller can acknowledge them.
 */

import { claimantMacs, render, SECOND_MS, text } from '@netwatcher/shared'
import type { UplinkStateName } from '@netwatcher/shared/names'
import type { StoredAlert } from '../model/alert.js'
import type { CaptureStatus, PlacedStatus, TimeSpan } from '../model/capture.js'
import type { HostFound, HostSeen } from '../model/host.js'
import type { InterfaceFacts } from '../model/interface.js'
import type { ScanSummary } from '../model/scan.js'
import type { Report } from '../model/sensor.js'
import type { Logger } from '../os/log.js'
import { MinuteQuota } from '../os/minute-quota.js'
import type { AlertStore } from './alert-store.js'
import type { Journal } from './journal.js'
import { reportAlert } from './report-alert.js'

export interface RecorderDependencies {
  journal: Journal
  alerts: AlertStore
  /** Whoever keeps who has been seen. */
  neighbors: { note(interfaceName: string, hosts: readonly HostSeen[]): void }
  /** Of all watched interfaces. */
  ownMacs(): readonly string[]
  segments: {
    note(interfaceName: string, hosts: readonly HostSeen[]): void
    members(interfaceName: string): readonly string[]
    place(status: CaptureStatus): PlacedStatus
  }
  facts(interfaceName: string): InterfaceFacts | null
  status(interfaceName: string): CaptureStatus | null
  /** From any origin; never goes back. */
  nowMs(): number
  log: Logger
}

const STATUS_INTERVAL_MS = 10 * SECOND_MS
/** More changes of the internet's state wait for the next status: each is a message. */
const CHANGES_PER_MINUTE = 6
const LOGGED_PER_MINUTE = 30

export class Recorder {
  private readonly lastStatusMs = new Map<string, number>()
  private readonly uplinkStates = new Map<string, UplinkStateName | undefined>()
  private readonly changes = new Map<string, MinuteQuota>()
  /** Of each interface, so that one sensor's flood leaves the others theirs. */
  private readonly logged = new Map<string, MinuteQuota>()

  constructor(private readonly deps: RecorderDependencies) {}

  /** Reports again what nobody had acknowledged before the restart. */
  replay(alerts: readonly StoredAlert[]): void {
    for (const alert of alerts) reportAlert(this.deps, alert)
  }

  record(interfaceName: string, report: Report): void {
    const { journal } = this.deps
    if (report.type === 'traffic') {
      journal.append({ kind: 'traffic', interface: interfaceName, traffic: report.traffic })
    } else if (report.type === 'observation') {
      this.noteHosts(interfaceName, report.hosts)
      const hosts = report.hosts.map((host) => this.found(interfaceName, host))
      journal.append({ kind: 'observation', hosts, names: report.names, clues: report.clues })
    } else if (report.type === 'alert') {
      this.recordOwn({ ...report.alert, interface: interfaceName, evidenceBytes: 0 }, report.evidence)
    } else if (report.type === 'clock_step') {
      journal.append({ kind: 'clock_step', interface: interfaceName, stepMs: report.stepMs })
    } else if (report.type === 'status') {
      this.recordCounters(interfaceName)
    }
  }

  recordState(status: CaptureStatus): void {
    this.lastStatusMs.set(status.interface, this.deps.nowMs())
    this.uplinkStates.set(status.interface, status.counters.uplink?.state)
    this.deps.journal.append({ kind: 'capture', status: this.deps.segments.place(status) })
  }

  recordScan(interfaceName: string, summary: ScanSummary, hosts: HostFound[]): void {
    this.noteHosts(interfaceName, hosts)
    this.deps.journal.append({ kind: 'scan', interface: interfaceName, summary, hosts })
  }

  /** A sensor ended with what it had counted and not told: somebody has to say that it is missing. */
  recordUncounted(interfaceName: string, span: TimeSpan): void {
    const cause = text('gap_sensor_ended', { interface: interfaceName })
    const gap = { firstSequence: 0, lastSequence: 0, trafficBytes: 0, cause, ...span }
    this.deps.journal.append({ kind: 'gap', interface: interfaceName, gap })
  }

  /** The sensor that watched these has ended: nobody can tell whether they go on. */
  endAlerts(interfaceName: string): void {
    for (const alert of this.deps.alerts.activeOn(interfaceName)) {
      // What the daemon itself has to say does not depend on a sensor.
      if (alert.kind !== 'watch_stopped') this.recordAlert({ ...alert, state: 'ended' }, null)
    }
  }

  /** A host with what the daemon itself knows of it. */
  found(interfaceName: string, host: HostSeen): HostFound {
    const { facts, segments, ownMacs } = this.deps
    const isRouter = (name: string) => facts(name)?.gateways.includes(host.ip) === true
    return {
      ...host,
      interface: interfaceName,
      isSelf: host.mac === '' ? isOwnAddress(facts(interfaceName), host.ip) : ownMacs().includes(host.mac),
      isGateway: segments.members(interfaceName).some(isRouter),
    }
  }

  /** Interfaces that turn out to be in one segment are told at once. */
  private noteHosts(interfaceName: string, hosts: readonly HostSeen[]): void {
    const { neighbors, segments, status } = this.deps
    neighbors.note(interfaceName, hosts)
    const before = segments.members(interfaceName)
    segments.note(interfaceName, hosts)
    const members = segments.members(interfaceName)
    if (members.length === before.length) return
    for (const one of members.map(status)) if (one) this.recordState(one)
  }

  /** A sensor speaks of its own alerts: what another interface or the daemon has raised is not its to change. */
  private recordOwn(alert: StoredAlert, evidence: Uint8Array | null): void {
    const held = this.deps.alerts.get(alert.id)
    const isOther = held !== null && (held.interface !== alert.interface || held.kind === 'watch_stopped')
    if (!isOther) this.recordAlert(alert, evidence)
    else if (this.mayLog(alert.interface) !== null)
      this.deps.log.warn('A sensor spoke of an alert that is not its own', { interface: alert.interface })
  }

  recordAlert(alert: StoredAlert, evidence: Uint8Array | null): void {
    if (alert.severity !== 'info' && !this.deps.alerts.get(alert.id)) this.logAlert(alert)
    reportAlert(this.deps, this.deps.alerts.put(alert, evidence))
  }

  private logAlert({ kind, severity, ip, parties, seen, id, interface: name }: StoredAlert): void {
    const leftOut = this.mayLog(name)
    if (leftOut === null) return
    const macs = claimantMacs(parties).join(' ')
    const words = { ip, macs, seen: render(seen, 'en'), ...(leftOut > 0 && { leftOut }) }
    this.deps.log.warn('alert', { kind, severity, interface: name, ...words, id })
  }

  /** Lines left out before this one; null when it is to be left out, too. */
  private mayLog(interfaceName: string): number | null {
    return quotaOf(this.logged, interfaceName, LOGGED_PER_MINUTE).take(this.deps.nowMs())
  }

  private recordCounters(interfaceName: string): void {
    const lastMs = this.lastStatusMs.get(interfaceName) ?? Number.NEGATIVE_INFINITY
    const status = this.deps.status(interfaceName)
    if (!status) return
    const isNews = this.uplinkStates.get(interfaceName) !== status.counters.uplink?.state
    const isDue = this.deps.nowMs() - lastMs >= STATUS_INTERVAL_MS
    if (isDue || (isNews && this.mayChange(interfaceName))) this.recordState(status)
  }

  private mayChange(interfaceName: string): boolean {
    return quotaOf(this.changes, interfaceName, CHANGES_PER_MINUTE).take(this.deps.nowMs()) !== null
  }
}

function quotaOf(quotas: Map<string, MinuteQuota>, interfaceName: string, perMinute: number): MinuteQuota {
  const quota = quotas.get(interfaceName) ?? new MinuteQuota(perMinute)
  quotas.set(interfaceName, quota)
  return quota
}

/** On a link without MACs, only the address tells whose it is. */
function isOwnAddress(facts: InterfaceFacts | null, ip: string): boolean {
  return facts?.addresses.some((address) => address.ip === ip) === true
}
