/**
 * Root does not replay as it was started: `launch` starts the same command once
 * more, prepared for giving up its rights (src/launch.cc in the patch of `cap`).
 */

import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { LAUNCH } from './cap-addon.js'

const AFTER_STANDARD_STREAMS = 3
/** Tells the launched process that it is. Whoever sets it by hand is refused when rights are read back. */
const LAUNCHED = 'NETWATCHER_LAUNCHED'

export function mustBeLaunched(): boolean {
  return process.getuid?.() === 0 && process.env[LAUNCHED] === undefined
}

/** Gives the exit code of the same command, run by `launch`. */
export function launchAgain(): Promise<number> {
  const argv = [
    String(AFTER_STANDARD_STREAMS),
    process.execPath,
    ...process.execArgv,
    ...process.argv.slice(1),
  ]
  const child = spawn(LAUNCH, argv, { stdio: 'inherit', env: { [LAUNCHED]: '1' } })
  // A terminal tells the whole group; the child decides.
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => child.kill())
  return new Promise((resolve, reject) => {
    child.once('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)))
    child.once('error', reject)
  })
}
