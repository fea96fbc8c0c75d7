/**
 * What was asked of the firewall and what became of it: the newest entries in
 * memory, and one JSON object per line in the state directory. The same thing
 * again and again is one entry with a count. The file is rewritten to the
 * entries in memory when it has grown to twice their number, or when it was
 * found damaged.
 */

import { NO_TEXT, text } from '@netwatcher/shared'
import { z } from 'zod'
import type { AuditAction, AuditEntry } from '../model/firewall.js'
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
  'suspend',
  'resume',
  'cleanup',
] as const satisfies AuditAction[]

const common = { atMs: z.int(), action: z.enum(AUDIT_ACTIONS), blockId: z.string() }

const entrySchema = z.object({
  ...common,
  targets: z.array(z.string()),
  detail: z.object({ rule: z.string(), params: z.record(z.string(), z.string()) }),
  via: z.enum(['group', 'admin', 'daemon']),
  count: z.int().positive(),
})

/** Lines of version 0.1 have one target and an English detail. */
const oldEntrySchema = z
  .object({ ...common, target: z.string(), detail: z.string() })
  .transform(({ target, detail, ...rest }): AuditEntry => {
    const targets = target === '' ? [] : [target]
    const words = detail === '' ? NO_TEXT : text('as_written', { text: detail })
    return { ...rest, targets, detail: words, via: 'group', count: 1 }
  })

const checkEntry = jsonState<AuditEntry>(z.union([entrySchema, oldEntrySchema]))

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
    this.#entries = entries.reduce(fold, []).slice(-MAX_AUDIT_ENTRIES)
    this.#linesInFile = damaged > 0 || isCutShort ? Number.POSITIVE_INFINITY : lines.length
    if (damaged > 0) this.file.setAside(`${damaged} of its ${lines.length} lines could not be read`)
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

function parseEntry(line: string): AuditEntry[] {
  try {
    return [checkEntry(line)]
  } catch {
    return []
  }
}
