/**
 * What the firewall finds when the daemon starts: whether iptables can be used,
 * and which blocks of an earlier run go on. Only confirmed ones do, for the rest
 * of their time, and only if nothing speaks against them now: the machine may
 * have moved to a network where the same address is its gateway.
 */

import { errorMessage, NetWatcherError } from '@netwatcher/shared'
import type { IptablesRunner } from '../os/iptables.js'
import type { AuditAction } from './audit-log.js'
import type { ActiveBlock } from './block.js'
import type { StoredBlock } from './block-store.js'
import { checkGuards, type GuardFacts } from './guard.js'
import { FAMILIES } from './rules.js'

/** Why the firewall cannot be used. */
export interface Obstacle {
  reason: string
  detail: string
}

/** Both families must be there, and we must be allowed to read them. */
export async function findObstacle(iptables: IptablesRunner): Promise<Obstacle | null> {
  try {
    for (const family of FAMILIES) await iptables.save(family)
    return null
  } catch (error) {
    const reason = error instanceof NetWatcherError ? error.reason : 'IPTABLES_FAILED'
    return { reason, detail: errorMessage(error) }
  }
}

export type Settled = { keep: ActiveBlock } | { drop: StoredBlock; action: AuditAction; detail: string }

/** `monotonicMs` is now. */
export function settleStored(block: StoredBlock, facts: GuardFacts, monotonicMs: number): Settled {
  if (block.state === 'applied') {
    return { drop: block, action: 'rollback', detail: 'it was not confirmed before the daemon ended' }
  }
  if (block.remainingMs <= 0) {
    return { drop: block, action: 'expire', detail: 'it ended while the daemon was not running' }
  }
  try {
    checkGuards(block.target, facts)
  } catch (error) {
    return { drop: block, action: 'refuse', detail: `not put back: ${errorMessage(error)}` }
  }
  const { remainingMs, ...rest } = block
  return { keep: { ...rest, confirmByMs: monotonicMs, endsMs: monotonicMs + remainingMs } }
}
