/**
 * Takes every rule of ours away, for `netwatcherd --cleanup`: it needs no daemon,
 * no configuration and no state, touches only our own chains and what leads into
 * them, and does nothing when there is nothing.
 */

import { NetWatcherError } from '@netwatcher/shared'
import type { IptablesRunner } from '../os/iptables.js'
import { Enforcer } from './enforcer.js'

/** True when there was something to take away. */
export async function cleanupFirewall(iptables: IptablesRunner): Promise<boolean> {
  try {
    return await new Enforcer(iptables).converge([])
  } catch (error) {
    // Without both families installed no rule of ours can have been made.
    if (error instanceof NetWatcherError && error.reason === 'IPTABLES_MISSING') return false
    throw error
  }
}
