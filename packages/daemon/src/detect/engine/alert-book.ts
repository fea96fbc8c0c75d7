/**
 * The alerts of one engine. Findings about the same kind, claimer and address
 * fold into one alert with a count; a higher severity is reported at once, a
 * repeat only now and then. An alert that stays quiet ends, and what comes
 * later is a new alert with an id of its own. Everything is bounded: alerts
 * per kind, frames per alert, bytes in all.
 */

import { createHash } from 'node:crypto'
import {
  ALERT_KINDS,
  type Alert,
  type AlertKind,
  KIB,
  MIB,
  MINUTE_MS,
  type Party,
  type Reason,
  render,
  SECOND_MS,
  type Severity,
  type TableStatus,
  type Verification,
} from '@netwatcher/shared'
import type { AlertUpdate } from '../../model/alert.js'
import type { Finding, FindingReason, FrameReference } from './detector.js'
import type { EvidenceRing } from './evidence-ring.js'
import { type EvidenceFrame, writePcapng } from './pcapng.js'

/** An attack that pauses goes on well within this: cache lifetimes are 1 minute (Linux, Windows) to 20 (BSD). */
export const QUIET_MS = 5 * MINUTE_MS
/** Repeats of one alert are reported no more often than this. */
const REPEAT_INTERVAL_MS = 5 * SECOND_MS
/** More active alerts of one kind than this become one alert about all the rest. */
export const MAX_ACTIVE_PER_KIND = 64
const MAX_FRAMES_PER_ALERT = 100
const MAX_BYTES_PER_ALERT = 64 * KIB
const MAX_BYTES_TOTAL = 8 * MIB
const MAX_FRAMES_PER_REASON = 16
const MAX_VERIFICATIONS = 16
const RANK: Record<Severity, number> = { info: 0, warning: 1, critical: 2 }

interface Entry {
  key: string
  alert: Alert
  /** Position in `frames` by ring reference. */
  numbers: Map<FrameReference, number>
  frames: EvidenceFrame[]
  linkType: number
  frameBytes: number
  isEvidenceNew: boolean
  isDirty: boolean
  /** Report without waiting for the repeat interval. */
  isUrgent: boolean
  reportedMs: number
}

export class AlertBook {
  readonly #namespace: string
  readonly #ring: EvidenceRing
  readonly #active = new Map<string, Entry>()
  readonly #activePerKind = new Map<AlertKind, number>()
  #finished: Entry[] = []
  /** Findings that became part of an alert about all the rest of their kind. */
  #folded = 0
  #heldBytes = 0
  /** Evidence for which all alerts together had no room left. */
  #refusedBytes = 0

  constructor(namespace: string, ring: EvidenceRing) {
    this.#namespace = namespace
    this.#ring = ring
  }

  /** What was folded into an alert about all the rest found no place of its own; evidence is counted in bytes. */
  tables(): TableStatus[] {
    const alerts = { entries: this.#active.size, capacity: MAX_ACTIVE_PER_KIND * ALERT_KINDS.length }
    const evidence = { entries: this.#heldBytes, capacity: MAX_BYTES_TOTAL }
    return [
      { table: 'active_alerts', ...alerts, evicted: 0, refused: this.#folded },
      { table: 'evidence_bytes', ...evidence, evicted: 0, refused: this.#refusedBytes },
    ]
  }

  raise(finding: Finding, nowMs: number): string {
    const entry = this.#find(finding) ?? this.#open(finding, nowMs)
    const { alert } = entry
    alert.count++
    alert.lastSeenMs = Math.max(alert.lastSeenMs, nowMs)
    const isEscalation = RANK[finding.severity] > RANK[alert.severity]
    if (RANK[finding.severity] >= RANK[alert.severity]) this.#restate(alert, finding)
    mergeParties(alert.parties, finding.parties)
    for (const reason of finding.reasonsFor) this.#merge(entry, alert.reasonsFor, reason)
    alert.reasonsAgainst = []
    for (const reason of finding.reasonsAgainst) this.#merge(entry, alert.reasonsAgainst, reason)
    entry.isDirty = true
    entry.isUrgent ||= isEscalation
    return alert.id
  }

  /** Active alert of this identity, if any. */
  find(kind: AlertKind, claimer: string, ip: string): Alert | null {
    return this.#active.get(identity(kind, claimer, ip))?.alert ?? null
  }

  end(kind: AlertKind, claimer: string, ip: string): void {
    const entry = this.#active.get(identity(kind, claimer, ip))
    if (entry) this.#finish(entry)
  }

  /** Adds a reason that is no new occurrence. */
  note(id: string, reason: FindingReason): void {
    for (const entry of this.#active.values()) {
      if (entry.alert.id !== id) continue
      this.#merge(entry, entry.alert.reasonsFor, reason)
      entry.isDirty = true
    }
  }

  verified(id: string, verification: Verification): void {
    for (const entry of this.#active.values()) {
      if (entry.alert.id !== id) continue
      // Of a check that is repeated, the last word counts.
      const others = entry.alert.verifications.filter((earlier) => !isSameCheck(earlier, verification))
      entry.alert.verifications = [...others, verification].slice(-MAX_VERIFICATIONS)
      entry.isDirty = true
      entry.isUrgent = true
    }
  }

  tick(nowMs: number): void {
    for (const entry of this.#active.values()) {
      if (nowMs - entry.alert.lastSeenMs >= QUIET_MS) this.#finish(entry)
    }
  }

  /** Updates that are due. */
  drain(nowMs: number): AlertUpdate[] {
    const due = [...this.#active.values()].filter(
      (entry) => entry.isDirty && (entry.isUrgent || nowMs - entry.reportedMs >= REPEAT_INTERVAL_MS),
    )
    const updates = [...due, ...this.#finished].map((entry) => this.#report(entry, nowMs))
    this.#finished = []
    return updates
  }

  #find(finding: Finding): Entry | undefined {
    return this.#active.get(identity(finding.kind, finding.claimer, finding.ip))
  }

  #open(finding: Finding, nowMs: number): Entry {
    const active = this.#activePerKind.get(finding.kind) ?? 0
    if (active >= MAX_ACTIVE_PER_KIND) {
      this.#folded++
      const overflow = this.#active.get(identity(finding.kind, OVERFLOW, ''))
      return overflow ?? this.#insert({ ...finding, claimer: OVERFLOW, ip: '' }, nowMs)
    }
    return this.#insert(finding, nowMs)
  }

  #insert(finding: Finding, nowMs: number): Entry {
    const key = identity(finding.kind, finding.claimer, finding.ip)
    const entry: Entry = {
      key,
      alert: newAlert(finding, this.#identify(key, nowMs), nowMs),
      numbers: new Map(),
      frames: [],
      linkType: 1,
      frameBytes: 0,
      isEvidenceNew: false,
      isDirty: true,
      isUrgent: true,
      reportedMs: 0,
    }
    this.#active.set(key, entry)
    this.#activePerKind.set(finding.kind, (this.#activePerKind.get(finding.kind) ?? 0) + 1)
    return entry
  }

  /** The same frames give the same id, live or from a file. */
  #identify(key: string, nowMs: number): string {
    return createHash('sha256').update(`${this.#namespace}|${key}|${nowMs}`).digest('hex').slice(0, 32)
  }

  #restate(alert: Alert, finding: Finding): void {
    alert.severity = finding.severity
    alert.expected = finding.expected
    alert.seen = finding.seen
    alert.advice = finding.advice
  }

  #merge(entry: Entry, reasons: Reason[], reason: FindingReason): void {
    const numbers = reason.frames.flatMap((reference) => this.#number(entry, reference, reason) ?? [])
    const known = reasons.find((candidate) => candidate.rule === reason.rule)
    if (!known) {
      reasons.push({ rule: reason.rule, params: reason.params, frames: numbers })
      return
    }
    known.params = reason.params
    known.frames = [...new Set([...known.frames, ...numbers])].slice(0, MAX_FRAMES_PER_REASON)
  }

  /** Number of a frame in the alert's own file, from 1; null when there is no room or it is forgotten. */
  #number(entry: Entry, reference: FrameReference, reason: FindingReason): number | null {
    const known = entry.numbers.get(reference)
    if (known !== undefined) {
      this.#annotate(entry, known, reason.rule)
      return known
    }
    const kept = this.#ring.get(reference)
    if (kept === null) return null
    const isEntryFull =
      entry.frames.length >= MAX_FRAMES_PER_ALERT ||
      entry.frameBytes + kept.bytes.length > MAX_BYTES_PER_ALERT
    if (isEntryFull) return null
    if (this.#heldBytes + kept.bytes.length > MAX_BYTES_TOTAL) {
      this.#refusedBytes += kept.bytes.length
      return null
    }
    const comment = `${reason.rule}: ${render({ rule: reason.rule, params: reason.params }, 'en')}`
    entry.linkType = kept.linkType
    entry.frames.push({ timeMs: kept.timeMs, wireLength: kept.wireLength, bytes: kept.bytes, comment })
    entry.frameBytes += kept.bytes.length
    this.#heldBytes += kept.bytes.length
    entry.isEvidenceNew = true
    entry.numbers.set(reference, entry.frames.length)
    return entry.frames.length
  }

  #annotate(entry: Entry, number: number, rule: string): void {
    const frame = entry.frames[number - 1]
    if (!frame || frame.comment.includes(rule)) return
    frame.comment += `; ${rule}`
    entry.isEvidenceNew = true
  }

  #finish(entry: Entry): void {
    entry.alert.state = 'ended'
    this.#active.delete(entry.key)
    const { kind } = entry.alert
    this.#activePerKind.set(kind, Math.max(0, (this.#activePerKind.get(kind) ?? 0) - 1))
    this.#heldBytes -= entry.frameBytes
    this.#finished.push(entry)
  }

  #report(entry: Entry, nowMs: number): AlertUpdate {
    const evidence = entry.isEvidenceNew ? writePcapng('netwatcher', entry.linkType, entry.frames) : null
    entry.isEvidenceNew = false
    entry.isDirty = false
    entry.isUrgent = false
    entry.reportedMs = nowMs
    return { alert: structuredClone(entry.alert), evidence }
  }
}

const OVERFLOW = 'others'

function identity(kind: AlertKind, claimer: string, ip: string): string {
  return `${kind}|${claimer}|${ip}`
}

function newAlert(finding: Finding, id: string, nowMs: number): Alert {
  return {
    id,
    kind: finding.kind,
    severity: finding.severity,
    state: 'active',
    ip: finding.ip,
    vlan: finding.vlan ?? 0,
    parties: [],
    expected: finding.expected,
    seen: finding.seen,
    reasonsFor: [],
    reasonsAgainst: [],
    verifications: [],
    advice: finding.advice,
    firstSeenMs: nowMs,
    lastSeenMs: nowMs,
    count: 0,
  }
}

const MAX_PARTIES = 16
const ROLE_RANK = { suspect: 0, holder: 1, affected: 2 }
const CERTAINTY_RANK = { proven: 0, likely: 1, possible: 2 }

/** What is said last of somebody counts; a flood of claimants is cut. */
function mergeParties(parties: Party[], more: readonly Party[]): void {
  for (const party of more) {
    const index = parties.findIndex((known) => isSameParty(known, party))
    if (index >= 0) parties[index] = { ...party }
    else if (parties.length < MAX_PARTIES) parties.push({ ...party })
  }
  parties.sort(
    (a, b) =>
      ROLE_RANK[a.role] - ROLE_RANK[b.role] || CERTAINTY_RANK[a.certainty] - CERTAINTY_RANK[b.certainty],
  )
}

/** A holder may also be affected; suspect and holder exclude each other. */
function isSameParty(a: Party, b: Party): boolean {
  const isSameSide = (a.role === 'affected') === (b.role === 'affected')
  return isSameSide && a.mac === b.mac && (a.mac !== '' || a.ip === b.ip)
}

function isSameCheck(a: Verification, b: Verification): boolean {
  return a.method === b.method && a.target.ip === b.target.ip && a.target.mac === b.target.mac
}
