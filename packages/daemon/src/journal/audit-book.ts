/**
 * Audit entries in the order of their last time. Each kind of them is bounded on
 * its own, so that a flood of one never pushes out another. What happens again
 * is one entry with a count, for as long as it does not pause for an hour.
 */

import { HOUR_MS } from '@netwatcher/shared'
import type { AuditAction, AuditEntry } from '../model/audit.js'

type Kind = 'block' | 'turn' | 'watching' | 'plan' | 'refusal'

const KINDS: Record<AuditAction, Kind> = {
  apply: 'block',
  confirm: 'block',
  revoke: 'block',
  expire: 'block',
  rollback: 'block',
  reconcile: 'block',
  suspend: 'block',
  resume: 'block',
  cleanup: 'block',
  relax: 'block',
  slot_start: 'turn',
  slot_end: 'turn',
  pin: 'watching',
  unpin: 'watching',
  start_capture: 'watching',
  stop_capture: 'watching',
  acknowledge: 'watching',
  plan: 'plan',
  refuse: 'refusal',
}

export const AUDIT_ACTIONS = Object.keys(KINDS) as AuditAction[]

/** Together what one page of ListAudit can show. */
export const AUDIT_CAPACITY: Record<Kind, number> = {
  block: 600,
  turn: 100,
  watching: 100,
  plan: 100,
  refusal: 100,
}
export const MAX_AUDIT_ENTRIES = Object.values(AUDIT_CAPACITY).reduce((sum, one) => sum + one, 0)

const PAUSE_MS = HOUR_MS

export class AuditBook {
  /** Oldest first. */
  #entries: AuditEntry[] = []

  add(entry: AuditEntry): void {
    const kind = KINDS[entry.action]
    const ofKind = this.#entries.filter(({ action }) => KINDS[action] === kind)
    const before = candidates(kind, ofKind).findLast((one) => isSame(kind, one, entry))
    const gone = before ?? (ofKind.length < AUDIT_CAPACITY[kind] ? undefined : ofKind[0])
    this.#entries = this.#entries.filter((one) => one !== gone)
    this.#entries.push(before ? joined(before, entry) : entry)
  }

  /** Oldest first. */
  list(): readonly AuditEntry[] {
    return this.#entries
  }
}

/** Whether something is the same is asked of the last entry only where the order tells the story. */
function candidates(kind: Kind, entries: readonly AuditEntry[]): readonly AuditEntry[] {
  return kind === 'block' ? entries.slice(-1) : entries
}

function isSame(kind: Kind, one: AuditEntry, other: AuditEntry): boolean {
  return Math.abs(other.atMs - one.atMs) <= PAUSE_MS && sameness(kind, one) === sameness(kind, other)
}

function sameness(kind: Kind, entry: AuditEntry): string {
  const { action, blockId, targets, detail, via, verb, reason } = entry
  // Whatever else a caller varies, it is the same refusal.
  if (kind === 'refusal') return JSON.stringify([via, verb, reason])
  const common = [via, action, targets]
  return JSON.stringify(kind === 'block' ? [...common, blockId, detail.rule, detail.params] : common)
}

function joined(before: AuditEntry, entry: AuditEntry): AuditEntry {
  return { ...entry, firstMs: Math.min(before.firstMs, entry.firstMs), count: before.count + entry.count }
}
