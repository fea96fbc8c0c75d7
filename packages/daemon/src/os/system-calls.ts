/**
 * System calls that the daemon needs and Node has not, by an add-on of their own
 * (src/system.cc in the patch of `cap`), in which there is nothing of libpcap.
 */

import { createRequire } from 'node:module'
import { constants } from 'node:os'
import { getSystemErrorName } from 'node:util'
import { SYSTEM_ADDON } from './cap-addon.js'

/** Both give 0 or errno. */
interface SystemAddon {
  notify(path: string, message: string): number
  signalAs(uid: number, pid: number, signal: number): number
}

function addon(): SystemAddon {
  return createRequire(import.meta.url)(SYSTEM_ADDON)
}

/**
 * One datagram to a Unix socket, without waiting (unix(7)); a path that begins
 * with @ is of the abstract name space. Throws with the name of the error.
 */
export function sendDatagram(path: string, message: string): void {
  const errno = addon().notify(path, message)
  if (errno !== 0) throw new Error(`${path}: ${getSystemErrorName(-errno)}`)
}

/**
 * Signals a process, or with a negative `pid` a process group (kill(2)), that may
 * have become one of the users `uids`: without CAP_KILL root may not, so a
 * process does that is that user for as long as this takes. One that has ended by
 * itself is no error. `pid` must be that of a child not yet waited for, or it
 * might be somebody else's by now.
 */
export function signalProcess(pid: number, signal: NodeJS.Signals, uids: readonly number[]): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return
    uids.some((uid) => addon().signalAs(uid, pid, constants.signals[signal]) === 0)
  }
}
