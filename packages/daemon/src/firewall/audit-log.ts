/**
 * What was asked of the firewall and what became of it: the newest entries in
 * memory, and one JSON object per line in the state directory. The file is
 * rewritten to the newest entries when it has grown to twice their number.
 */

import type { TextFile } from '../os/text-file.js'

export type AuditAction =
  | 'plan'
  | 'apply'
  | 'confirm'
  | 'revoke'
  | 'expire'
  | 'rollback'
  | 'refuse'
  | 'reconcile'
  | 'cleanup'

export interface AuditEntry {
  atMs: number
  action: AuditAction
  blockId: string
  target: string
  detail: string
}

export const MAX_AUDIT_ENTRIES = 1000

export class AuditLog {
  #entries: AuditEntry[] = []
  #linesInFile = 0

  constructor(private readonly file: TextFile) {}

  load(): void {
    const lines = (this.file.read() ?? '').split('\n').filter((line) => line !== '')
    this.#linesInFile = lines.length
    this.#entries = lines.flatMap(parseEntry).slice(-MAX_AUDIT_ENTRIES)
  }

  /** Kept in memory even when the disk refuses it; then this throws. */
  add(entry: AuditEntry): void {
    this.#entries = [...this.#entries, entry].slice(-MAX_AUDIT_ENTRIES)
    if (this.#linesInFile >= 2 * MAX_AUDIT_ENTRIES) {
      this.file.replace(this.#entries.map(formatLine).join(''))
      this.#linesInFile = this.#entries.length
    } else {
      this.file.append(formatLine(entry))
      this.#linesInFile++
    }
  }

  /** Newest first. */
  newest(count: number): AuditEntry[] {
    return this.#entries.slice(-count).reverse()
  }
}

function formatLine(entry: AuditEntry): string {
  return `${JSON.stringify(entry)}\n`
}

/** A line that a crash has cut short is left out. */
function parseEntry(line: string): AuditEntry[] {
  try {
    const entry = JSON.parse(line) as AuditEntry
    const texts = [entry.action, entry.blockId, entry.target, entry.detail]
    return Number.isInteger(entry.atMs) && texts.every((text) => typeof text === 'string') ? [entry] : []
  } catch {
    return []
  }
}
