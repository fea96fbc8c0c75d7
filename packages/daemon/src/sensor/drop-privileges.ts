/**
 * Gives up every right before the first packet is decoded: groups, group, user
 * (in this order, setuid(2) would take away the right to the others), and then
 * looks at what the kernel says is left.
 */

import { effectiveCapabilities } from '../os/process-status.js'

export interface DroppedRights {
  uid: number
  gid: number
  effectiveCapabilities: bigint
}

/** Throws when any right is left. */
export function dropPrivileges(uid: number, gid: number): DroppedRights {
  if (uid === 0 || gid === 0) throw new Error('a sensor must not run as root')
  process.setgroups?.([])
  process.setgid?.(gid)
  process.setuid?.(uid)
  const left = effectiveCapabilities()
  if (left !== 0n || process.getuid?.() !== uid || process.getgid?.() !== gid) {
    throw new Error('the rights of root could not be given up')
  }
  return { uid, gid, effectiveCapabilities: left }
}
