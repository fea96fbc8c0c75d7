/** What the verbs that change something have in common: who may, and that a refusal goes on record. */

import { NetWatcherError } from '@netwatcher/shared'
import type { Audit, Via } from '../model/audit.js'

/** What the root-only settings let the group do that makes detection see less. */
export interface GroupRights {
  stopCapture: boolean
  pinBindings: boolean
  acknowledgeAlerts: boolean
}

const SETTINGS: Record<keyof GroupRights, string> = {
  stopCapture: 'group.stop_capture',
  pinBindings: 'group.pin_bindings',
  acknowledgeAlerts: 'group.acknowledge_alerts',
}

/** Root may on its own socket, whatever is set. */
export function checkRight(rights: GroupRights, right: keyof GroupRights, via: Via): void {
  if (via === 'admin' || rights[right]) return
  const message = `Switched off in the configuration of netwatcherd (${SETTINGS[right]}); root may on admin.sock.`
  throw new NetWatcherError('permission_denied', 'NOT_FOR_THE_GROUP', message)
}

/** Runs a verb, named in snake case. */
export async function audited<T>(
  audit: Audit,
  verb: string,
  via: Via,
  run: () => T | Promise<T>,
): Promise<T> {
  try {
    return await run()
  } catch (error) {
    audit.refuse(verb, error, via)
    throw error
  }
}
