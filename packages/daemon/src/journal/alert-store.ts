/**
 * The alerts that the daemon holds, and their evidence, as files in its state
 * directory: one JSON file and one pcapng file each, and one list of those that
 * are acknowledged (one write for any number of them). Alerts that are not on
 * it are reported again after a restart. Count and bytes are bounded: of the
 * sensor that has most, acknowledged and milder alerts go first.
 */

import { errorMessage, SEVERITIES, type TableStatus } from '@netwatcher/shared'
import type { StoredAlert } from '../model/alert.js'
import type { Logger } from '../os/log.js'
import type { FileStore } from '../os/state-directory.js'
import { readState, stateFile } from '../os/state-file.js'
import { checkAcknowledged, checkAlert, formatAlert } from './alert-file.js'

interface AlertRecord {
  alert: StoredAlert
  isAcknowledged: boolean
  fileBytes: number
  /** Sequence of its last event in this run; 0 while it has to be reported. */
  sequence: number
}

export interface AlertLimits {
  count: number
  /** Bytes of all alert files, and of all evidence files. */
  alertBytes: number
  evidenceBytes: number
}

const ACKNOWLEDGED_FILE = 'acknowledged.json'
const ALERT_FILE = /^([0-9a-f]{32})\.json$/
const EVIDENCE_FILE = /^([0-9a-f]{32})\.pcapng$/

export class AlertStore {
  private readonly records = new Map<string, AlertRecord>()
  /** Ids of those that the disk has refused: they are only in memory. */
  private readonly unwritten = new Set<string>()
  /** Said once, not with every alert. */
  private isFailing = false
  private evicted = 0

  constructor(
    private readonly files: FileStore,
    private readonly limits: AlertLimits,
    private readonly log: Logger,
  ) {}

  /** Reads what an earlier run left, and returns the alerts that have to be reported again. */
  load(): StoredAlert[] {
    const names = this.files.list()
    const acknowledged = new Set(readState(stateFile(this.files, ACKNOWLEDGED_FILE), checkAcknowledged))
    for (const name of names) {
      const id = ALERT_FILE.exec(name)?.[1]
      if (id !== undefined) this.loadOne(name, id, acknowledged.has(id))
    }
    for (const name of names) {
      const id = EVIDENCE_FILE.exec(name)?.[1]
      if (id !== undefined && !this.records.has(id)) this.files.remove(name)
    }
    this.enforceLimits()
    return [...this.records.values()].filter((one) => !one.isAcknowledged).map((one) => one.alert)
  }

  private loadOne(name: string, id: string, isOnList: boolean): void {
    const fileBytes = this.files.size(name)
    const found = readState(stateFile(this.files, name), checkAlert(id))
    if (!found) return
    // What was going on when the daemon stopped is not being watched any more.
    const isInterrupted = found.alert.state === 'active'
    const evidenceBytes = this.files.size(`${id}.pcapng`)
    const alert: StoredAlert = { ...found.alert, state: 'ended', evidenceBytes }
    const isAcknowledged = (isOnList || found.isAcknowledged) && !isInterrupted
    this.records.set(id, { alert, isAcknowledged, fileBytes, sequence: 0 })
  }

  /** Stores a new or changed alert, and returns it with the size of the evidence that is held. */
  put(alert: StoredAlert, evidence: Uint8Array | null): StoredAlert {
    const isWritten = evidence !== null && this.write(`${alert.id}.pcapng`, evidence)
    const before = this.records.get(alert.id)
    const stored = {
      ...alert,
      evidenceBytes: isWritten ? evidence.length : (before?.alert.evidenceBytes ?? 0),
    }
    if (before?.isAcknowledged) {
      // Taken off the list first: a kill in between at worst reports the old state again.
      before.isAcknowledged = false
      this.saveAcknowledged()
    }
    this.save({ alert: stored, isAcknowledged: false, fileBytes: 0, sequence: 0 })
    this.enforceLimits()
    return this.records.get(alert.id)?.alert ?? stored
  }

  /** Notes the event that carried the alert. */
  reported(id: string, sequence: number): void {
    const record = this.records.get(id)
    if (record) record.sequence = sequence
  }

  /** Events that a reader can no longer be given: the alerts that they carried have to be reported again. */
  missed({ first, last }: { first: number; last: number }): void {
    for (const record of this.records.values()) {
      const { isAcknowledged, sequence } = record
      if (!isAcknowledged && sequence >= first && sequence <= last) record.sequence = 0
    }
  }

  /** One that has to be reported; null when there is none. */
  get unreported(): StoredAlert | null {
    for (const { alert, isAcknowledged, sequence } of this.records.values())
      if (!isAcknowledged && sequence === 0) return alert
    return null
  }

  /** Everything reported up to `sequence` is stored elsewhere. Gives how many alerts that is news of. */
  acknowledge(sequence: number): number {
    const isNews = (one: AlertRecord) => !one.isAcknowledged && one.sequence > 0 && one.sequence <= sequence
    const news = [...this.records.values()].filter(isNews)
    if (news.length === 0) return 0
    for (const record of news) record.isAcknowledged = true
    this.saveAcknowledged()
    return news.length
  }

  /** Writes what the disk has refused, once it takes it. Called from time to time. */
  catchUp(): void {
    for (const id of this.unwritten) {
      const record = this.records.get(id)
      if (record) this.save(record)
      if (this.isFailing) return
    }
  }

  table(): TableStatus {
    const { count: capacity } = this.limits
    return { table: 'alerts', entries: this.records.size, capacity, evicted: this.evicted, refused: 0 }
  }

  get unacknowledged(): number {
    return [...this.records.values()].filter((one) => !one.isAcknowledged).length
  }

  get(id: string): StoredAlert | null {
    return this.records.get(id)?.alert ?? null
  }

  /** Newest first. */
  list(query: { limit: number; activeOnly: boolean }): StoredAlert[] {
    const alerts = [...this.records.values()].map((record) => record.alert)
    return alerts
      .filter((alert) => !query.activeOnly || alert.state === 'active')
      .sort((a, b) => b.lastSeenMs - a.lastSeenMs)
      .slice(0, query.limit)
  }

  activeOn(interfaceName: string): StoredAlert[] {
    const alerts = [...this.records.values()].map((record) => record.alert)
    return alerts.filter((alert) => alert.state === 'active' && alert.interface === interfaceName)
  }

  evidence(id: string): Uint8Array | null {
    return this.records.has(id) ? this.files.read(`${id}.pcapng`) : null
  }

  private save(record: AlertRecord): void {
    const { alert } = record
    const bytes = Buffer.from(formatAlert(alert))
    if (this.write(`${alert.id}.json`, bytes)) this.unwritten.delete(alert.id)
    else this.unwritten.add(alert.id)
    this.records.set(alert.id, { ...record, fileBytes: bytes.length })
  }

  private saveAcknowledged(): void {
    const acknowledged = [...this.records.values()].filter((one) => one.isAcknowledged)
    this.write(ACKNOWLEDGED_FILE, Buffer.from(JSON.stringify(acknowledged.map(({ alert }) => alert.id))))
  }

  private write(name: string, bytes: Uint8Array): boolean {
    return this.attempt(() => this.files.write(name, bytes))
  }

  private removeFile(name: string): void {
    this.attempt(() => this.files.remove(name))
  }

  /** What the disk refuses keeps no alert from being kept in memory and reported. */
  private attempt(work: () => void): boolean {
    try {
      work()
      this.isFailing = false
    } catch (error) {
      if (!this.isFailing) this.log.error('Alerts cannot be written', { error: errorMessage(error) })
      this.isFailing = true
    }
    return !this.isFailing
  }

  private enforceLimits(): void {
    for (let limit = this.exceeded(); limit; limit = this.exceeded()) {
      const record = this.leastWorth(SIZE[limit])
      if (!record) return
      if (limit === 'evidenceBytes') this.removeEvidence(record)
      else this.remove(record)
    }
  }

  private exceeded(): keyof AlertLimits | undefined {
    const records = [...this.records.values()]
    return LIMITS.find((limit) => sum(records, SIZE[limit]) > this.limits[limit])
  }

  /**
   * Of the sensor that has most, so that one which invents alerts pushes out its
   * own. What the daemon itself says is counted apart.
   */
  private leastWorth(size: Size): AlertRecord | undefined {
    const bySensor = new Map<string, AlertRecord[]>()
    for (const record of this.records.values()) {
      const sensor = record.alert.kind === 'watch_stopped' ? '' : record.alert.interface
      bySensor.set(sensor, [...(bySensor.get(sensor) ?? []), record])
    }
    const [most = []] = [...bySensor.values()].sort((a, b) => sum(b, size) - sum(a, size))
    return most.filter((record) => size(record) > 0).sort(byWorth)[0]
  }

  private removeEvidence(record: AlertRecord): void {
    this.removeFile(`${record.alert.id}.pcapng`)
    this.save({ ...record, alert: { ...record.alert, evidenceBytes: 0 } })
  }

  private remove(record: AlertRecord): void {
    const { id, kind } = record.alert
    if (!record.isAcknowledged) this.log.warn('An unacknowledged alert was dropped: too many', { kind })
    this.records.delete(id)
    this.evicted++
    this.unwritten.delete(id)
    this.removeFile(`${id}.json`)
    this.removeFile(`${id}.pcapng`)
  }
}

type Size = (record: AlertRecord) => number

const SIZE: Record<keyof AlertLimits, Size> = {
  count: () => 1,
  alertBytes: (record) => record.fileBytes,
  evidenceBytes: (record) => record.alert.evidenceBytes,
}
const LIMITS = ['count', 'alertBytes', 'evidenceBytes'] as const

function sum(records: readonly AlertRecord[], size: Size): number {
  return records.reduce((total, record) => total + size(record), 0)
}

/** Least worth keeping first. */
function byWorth(a: AlertRecord, b: AlertRecord): number {
  // Drills are anybody's to make: they never push out what somebody else has caused.
  const rank = ({ alert }: AlertRecord) => (alert.kind === 'drill' ? -1 : SEVERITIES.indexOf(alert.severity))
  return (
    Number(b.isAcknowledged) - Number(a.isAcknowledged) ||
    rank(a) - rank(b) ||
    a.alert.lastSeenMs - b.alert.lastSeenMs
  )
}
