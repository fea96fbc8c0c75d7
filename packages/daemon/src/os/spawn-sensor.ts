/**
 * Starts a sensor process. It gets two pipes (commands on standard input,
 * reports on file descriptor 3), its standard error, an empty environment and
 * nothing else; when the daemon dies the pipes close, and it exits.
 */

import { spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'

export interface ChildProcess {
  readonly pid: number
  readonly commands: Writable
  readonly reports: Readable
  readonly errors: Readable
  /** Ends it at once (SIGKILL). */
  kill(): void
  /** Called once, with words for how it ended. */
  onExit(callback: (how: string) => void): void
}

const ENTRY = fileURLToPath(new URL('../../dist/sensor/child.js', import.meta.url))
/** JavaScript objects of a sensor; its tables are typed arrays outside of this. */
const HEAP_MIB = 128
/** Small, so that a flood of short-lived objects is collected often instead of growing the process. */
const YOUNG_HEAP_MIB = 1
const REPORTS_FD = 3

const SENSOR_ARGV = [
  `--max-old-space-size=${HEAP_MIB}`,
  `--max-semi-space-size=${YOUNG_HEAP_MIB}`,
  // Compacts more readily; what is compiled for speed stays as fast.
  '--optimize-for-size',
  // A sensor collects garbage itself when a flood is over.
  '--expose-gc',
  ENTRY,
]

export function spawnSensor(): ChildProcess {
  const child = spawn(process.execPath, SENSOR_ARGV, {
    cwd: '/',
    env: {},
    stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
  })
  const reports = child.stdio[REPORTS_FD]
  const { stdin, stderr } = child
  if (!stdin || !stderr || !reports) throw new Error('a sensor has no pipes')
  const exit = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => resolve(signal ? `signal ${signal}` : `exit code ${code}`))
  })
  return {
    pid: child.pid ?? 0,
    commands: stdin,
    reports: reports as Readable,
    errors: stderr,
    kill: () => void child.kill('SIGKILL'),
    onExit: (callback) => void exit.then(callback),
  }
}
