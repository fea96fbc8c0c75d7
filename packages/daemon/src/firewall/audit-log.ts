/**
 * What was asked of the firewall and what became of it: the newest entries in
 * memory, and one JSON object per line in the state directory. The file is
 * rewritten to the newest entries when it has grown to twice their number, or
 * when it was found damaged.
 */

import { z } from 'zod'
import { jsonState } from '../os/state-file.js'
import type { TextFile } from '../os/text-file.js'

const AUDIT_ACTIONS = [
  'plan',
  'apply',
  'confirm',
  'revoke',
  'expire',
  'rollback',
  'refuse',
  'reconcile',
  'cleanup',
] as const

export type AuditAction = (typeof AUDIT_ACTIONS)[number]

const entrySchema = z.object({
  atMs: z.int(),
  action: z.enum(AUDIT_ACTIONS),
  blockId: z.string(),
  target: z.string(),
  detail: z.string(),
})

export type AuditEntry = z.infer<typeof entrySchema>

const checkEntry = jsonState(entrySchema)

export const MAX_AUDIT_ENTRIES = 1000

export class AuditLog {
  #entries: AuditEntry[] = []
  #linesInFile = 0

  constructor(private readonly file: TextFile) {}

  /**
   * A last line that a kill has cut short is left out. Where more is wrong, the
   * file is set aside. Either way the next entry has it written anew.
   */
  load(): void {
    const text = this.file.read() ?? ''
    const lines = text.split('\n').filter((line) => line !== '')
    const isCutShort = text !== '' && !text.endsWith('\n')
    const whole = isCutShort ? lines.slice(0, -1) : lines
    const entries = whole.flatMap(parseEntry)
    const damaged = whole.length - entries.length
    this.#entries = entries.slice(-MAX_AUDIT_ENTRIES)
    this.#linesInFile = damaged > 0 || isCutShort ? Number.POSITIVE_INFINITY : lines.length
    if (damaged > 0) this.file.setAside(`${damaged} of its ${lines.length} lines could not be read`)
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

function parseEntry(line: string): AuditEntry[] {
  try {
    return [checkEntry(line)]
  } catch {
    return []
  }
}
