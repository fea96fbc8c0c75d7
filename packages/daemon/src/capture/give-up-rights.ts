/**
 * Gives up every right, for good, before the first packet is decoded: becomes
 * another user on every thread (by the C library: Node refuses on systems where
 * io_uring might be in use, CVE-2024-22017), leaves only the system calls that a
 * running program needs, and then looks at what the kernel says is left.
 */

import { errorMessage, NetWatcherError } from '@netwatcher/shared'
import { becomeUser, restrictSystemCalls } from 'cap'
import { excessRights, type HeldRights, readHeldRights } from '../os/held-rights.js'

export interface RightsOfProcess {
  becomeUser(uid: number, gid: number): void
  restrictSystemCalls(): void
  read(): HeldRights
}

export const ownRights: RightsOfProcess = { becomeUser, restrictSystemCalls, read: readHeldRights }

/** Throws a NetWatcherError when any right is left. The process must have been started by `launch`. */
export function giveUpRights(rights: RightsOfProcess, uid: number, gid: number): void {
  const excess = attempt(rights, uid, gid)
  if (excess === '') return
  const message = `The rights of root could not be given up (${excess}), so no packet is looked at.`
  throw new NetWatcherError('internal', 'RIGHTS_NOT_GIVEN_UP', message)
}

function attempt(rights: RightsOfProcess, uid: number, gid: number): string {
  try {
    rights.becomeUser(uid, gid)
    rights.restrictSystemCalls()
    return excessRights(rights.read(), uid, gid)
  } catch (error) {
    return errorMessage(error)
  }
}
