/** Puts what happens to blocks on record: in the audit and in the log, even when one of them cannot be written. */

import { errorMessage, render, type Text } from '@netwatcher/shared'
import type { AuditAction, Via } from '../model/firewall.js'
import type { Logger } from '../os/log.js'
import type { AuditLog } from './audit-log.js'
import { type BlockRule, targetTexts } from './block.js'
import type { FirewallClock } from './clock.js'

export class AuditTrail {
  constructor(
    private readonly audit: AuditLog,
    private readonly clock: FirewallClock,
    private readonly log: Logger,
  ) {}

  record(action: AuditAction, block: BlockRule | null, detail: Text, via: Via = 'daemon'): void {
    const blockId = block?.id ?? ''
    const targets = block ? targetTexts(block) : []
    this.log.info('firewall', {
      action,
      blockId,
      targets: targets.join(' '),
      detail: render(detail, 'en'),
      via,
    })
    try {
      const atMs = Math.round(this.clock.wallMs())
      this.audit.add({ atMs, action, blockId, targets, detail, via, count: 1 })
    } catch (error) {
      this.log.error('the firewall audit could not be written', { error: errorMessage(error) })
    }
  }
}
