/**
 * Gives up root for good. A capture file is as hostile as the wire, so no byte
 * of it may be decoded with privilege: root opens the file, nobody reads it.
 */

import { NetWatcherError } from '@netwatcher/shared'

/** The part of `process` that is needed. */
export interface ProcessIdentity {
  getuid?(): number
  getgid?(): number
  setgroups?(groups: number[]): void
  setgid?(id: number | string): void
  setuid?(id: number | string): void
}

/** Debian's nobody and nogroup, the same on every Linux (and the kernel's overflow ids). */
const NOBODY = 65534

/** Does nothing when there is no root to give up. */
export function dropRoot(identity: ProcessIdentity): void {
  if (identity.getuid?.() !== 0) return
  identity.setgroups?.([])
  identity.setgid?.(NOBODY)
  identity.setuid?.(NOBODY)
  if (identity.getuid() !== NOBODY || identity.getgid?.() !== NOBODY)
    throw new NetWatcherError('internal', 'PRIVILEGE_NOT_DROPPED', 'Root could not be given up')
}
