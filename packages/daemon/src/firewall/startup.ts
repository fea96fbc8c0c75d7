/**
 * What the firewall finds when the daemon starts: whether iptables can be used,
 * and which blocks of an earlier run go on: only confirmed ones do, for the rest
 * of their time.
 */

import { errorMessage, NetWatcherError, NO_TEXT, type Text, text } from '@netwatcher/shared'
import type { AuditAction } from '../model/audit.js'
import type { PolicyKind } from '../model/firewall.js'
import type { IptablesRunner } from '../os/iptables.js'
import type { ActiveBlock } from './block.js'
import type { StoredBlock } from './block-store.js'
import { FAMILIES } from './rules.js'
import { kindOf } from './standing.js'

/** Why the firewall cannot be used. */
export interface Obstacle {
  reason: string
  detail: Text
}

export const NOT_ALLOWED: Obstacle = { reason: 'FIREWALL_DISABLED', detail: text('firewall_disabled') }
export const STOPPED: Obstacle = { reason: 'FIREWALL_STOPPED', detail: text('firewall_stopped') }

export function obstacleOf(error: unknown, reason: string): Obstacle {
  return {
    reason: error instanceof NetWatcherError ? error.reason : reason,
    detail: text('firewall_unusable', { text: errorMessage(error) }),
  }
}

/** Both families must be there, and we must be allowed to read them. */
export async function findObstacle(iptables: IptablesRunner): Promise<Obstacle | null> {
  try {
    for (const family of FAMILIES) await iptables.save(family)
    return null
  } catch (error) {
    return obstacleOf(error, 'IPTABLES_FAILED')
  }
}

export type Settled = { keep: ActiveBlock } | { drop: StoredBlock; action: AuditAction; detail: Text }

/** `monotonicMs` is now. The guards have to be looked at before what is kept comes into force. */
export function settleStored(
  block: StoredBlock,
  monotonicMs: number,
  allowed: readonly PolicyKind[],
): Settled {
  const kind = kindOf(block)
  if (kind !== null && !allowed.includes(kind)) {
    return { drop: block, action: 'cleanup', detail: text('policy_switched_off') }
  }
  if (block.state === 'applied') {
    return { drop: block, action: 'rollback', detail: text('block_unconfirmed_at_end') }
  }
  if (block.remainingMs <= 0) {
    return { drop: block, action: 'expire', detail: text('block_ended_while_stopped') }
  }
  const { remainingMs, ...rest } = block
  const times = { confirmByMs: monotonicMs, endsMs: monotonicMs + remainingMs }
  const suspended = block.state === 'suspended' ? text('block_not_checked') : NO_TEXT
  return { keep: { ...rest, ...times, suspended, startsIdle: false } }
}
