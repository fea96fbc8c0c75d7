/**
 * Puts what callers ask for, and what the daemon does by itself, on record: in
 * the audit and in the system log, even when one of them cannot be written.
 * What happens to blocks is logged line by line; what a caller can repeat at
 * will is rationed there.
 */

import { errorMessage, NetWatcherError, render, type Text, text } from '@netwatcher/shared'
import type { Audit, AuditAction, AuditEntry, AuditSubject, Via } from '../model/audit.js'
import type { Logger } from '../os/log.js'
import { MinuteQuota } from '../os/minute-quota.js'
import type { AuditLog } from './audit-log.js'

const LINES_PER_MINUTE = 30
/** What anybody who may call can repeat without end. */
const REPEATABLE: ReadonlySet<AuditAction> = new Set([
  'plan',
  'refuse',
  'pin',
  'unpin',
  'start_capture',
  'stop_capture',
  'acknowledge',
])

export class AuditTrail implements Audit {
  readonly #quotas = new Map<AuditAction, MinuteQuota>()
  #isFailing = false

  constructor(
    private readonly audit: AuditLog,
    private readonly wallMs: () => number,
    private readonly log: Logger,
  ) {}

  record(action: AuditAction, subject: AuditSubject, detail: Text, via: Via = 'daemon'): void {
    this.#add({ action, ...subject, detail, via, verb: '', reason: '' })
  }

  refuse(verb: string, error: unknown, via: Via): void {
    const reason = error instanceof NetWatcherError ? error.reason : ''
    this.#add({
      action: 'refuse',
      detail: text('as_written', { text: errorMessage(error) }),
      via,
      verb,
      reason,
    })
  }

  #add(what: Pick<AuditEntry, 'action' | 'detail' | 'via' | 'verb' | 'reason'> & AuditSubject): void {
    const atMs = Math.round(this.wallMs())
    const { blockId = '', targets = [] } = what
    const entry = { ...what, atMs, firstMs: atMs, blockId, targets: [...targets], count: 1 }
    this.#say(entry)
    try {
      this.audit.add(entry)
      this.#isFailing = false
    } catch (error) {
      if (!this.#isFailing) this.log.error('The audit could not be written', { error: errorMessage(error) })
      this.#isFailing = true
    }
  }

  #say({ action, blockId, targets, detail, via, verb, reason, atMs }: AuditEntry): void {
    const leftOut = REPEATABLE.has(action) ? this.#quotaOf(action).take(atMs) : 0
    if (leftOut === null) return
    this.log.info('audit', {
      action,
      ...(verb !== '' && { verb, reason }),
      blockId,
      targets: targets.join(' '),
      detail: render(detail, 'en'),
      via,
      ...(leftOut > 0 && { leftOut }),
    })
  }

  #quotaOf(action: AuditAction): MinuteQuota {
    const quota = this.#quotas.get(action) ?? new MinuteQuota(LINES_PER_MINUTE)
    this.#quotas.set(action, quota)
    return quota
  }
}
