/**
 * What was asked of the firewall and what became of it: the newest entries in
 * memory, and one JSON object per line in the state directory. The same thing
 * again and again is one entry with a count. The file is rewritten to the
 * entries in memory when it has grown to twice their number.
 */

import { type Text, text } from '@netwatcher/shared'
import type { AuditEntry } from '../model/firewall.js'
import type { TextFile } from '../os/text-file.js'

export const MAX_AUDIT_ENTRIES = 1000

export class AuditLog {
  #entries: AuditEntry[] = []
  #linesInFile = 0

  constructor(private readonly file: TextFile) {}

  load(): void {
    const lines = (this.file.read() ?? '').split('\n').filter((line) => line !== '')
    this.#linesInFile = lines.length
    this.#entries = lines.flatMap(parseEntry).reduce(fold, []).slice(-MAX_AUDIT_ENTRIES)
  }

  /** Kept in memory even when the disk refuses it; then this throws. */
  add(entry: AuditEntry): void {
    this.#entries = fold(this.#entries, entry).slice(-MAX_AUDIT_ENTRIES)
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

function fold(entries: AuditEntry[], entry: AuditEntry): AuditEntry[] {
  const last = entries.at(-1)
  if (!last || sameness(last) !== sameness(entry)) return [...entries, entry]
  return [...entries.slice(0, -1), { ...entry, count: last.count + entry.count }]
}

function sameness({ action, blockId, targets, detail, via }: AuditEntry): string {
  return JSON.stringify([action, blockId, targets, detail.rule, detail.params, via])
}

function formatLine(entry: AuditEntry): string {
  return `${JSON.stringify(entry)}\n`
}

/** A line that a crash has cut short is left out. */
function parseEntry(line: string): AuditEntry[] {
  try {
    const value = withTexts(JSON.parse(line))
    const { atMs, action, blockId, targets, detail, via, count } = value
    const texts = [action, blockId, via, detail.rule, ...targets, ...Object.values(detail.params)]
    const isSound = Number.isInteger(atMs) && Number.isInteger(count) && texts.every(isString)
    return isSound ? [{ atMs, action, blockId, targets, detail, via, count }] : []
  } catch {
    return []
  }
}

/** Lines of version 0.1 have one `target` and an English `detail`. */
function withTexts(value: AuditEntry & { target?: string }): AuditEntry {
  if (!isString(value.target)) return value
  const targets = value.target === '' ? [] : [value.target]
  const detail: Text = isString(value.detail) ? text('as_written', { text: value.detail }) : value.detail
  return { ...value, targets, detail, via: 'group', count: 1 }
}

function isString(value: unknown): value is string {
  return typeof value === 'string'
}
