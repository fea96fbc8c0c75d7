/**
 * One daemon per state directory. Node has no flock(2), so flock(1) takes the
 * lock on a file that this process keeps open: the lock belongs to the open
 * file (not to the process that took it), and the kernel drops it when this
 * process ends, however it ends.
 */

import { execFileSync } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { NetWatcherError } from '@netwatcher/shared'

const FLOCK = '/usr/bin/flock'

/** Throws when somebody else holds the lock. Gives what releases it. */
export function takeInstanceLock(stateDirectory: string): () => void {
  const file = openSync(join(stateDirectory, 'lock'), 'a', 0o600)
  try {
    execFileSync(FLOCK, ['--nonblock', '3'], { stdio: ['ignore', 'ignore', 'ignore', file], env: {} })
    return () => closeSync(file)
  } catch (error) {
    closeSync(file)
    const isHeld = (error as { status?: number | null }).status === 1
    const message = isHeld
      ? `Another netwatcherd is running already on the state directory ${stateDirectory}.`
      : `The state directory cannot be locked: is ${FLOCK} (package util-linux) installed?`
    throw new NetWatcherError('failed_precondition', 'ALREADY_RUNNING', message)
  }
}
