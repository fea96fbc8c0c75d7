/**
 * Starts a sensor process. It gets two pipes (commands on standard input,
 * reports on file descriptor 3), its standard error, an empty environment and
 * nothing else; when the daemon dies the pipes close, and it exits. `launch`
 * prepares it for giving up its rights.
 */

import { spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { LAUNCH, LAUNCH_FAILED } from './cap-addon.js'
import { signalProcess } from './system-calls.js'

export interface ChildProcess {
  readonly pid: number
  readonly commands: Writable
  readonly reports: Readable
  readonly errors: Readable
  /** Ends it at once (SIGKILL). */
  kill(): void
  /** Called once. */
  onExit(callback: (exit: SensorExit) => void): void
}

export interface SensorExit {
  /** In words. */
  how: string
  /** False when it never ran, because it could not have given up its rights. */
  wasSafe: boolean
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

/** The program and its arguments; `launch` closes every file but those of the pipes. */
export function sensorCommand(argv: readonly string[]): [string, string[]] {
  return [LAUNCH, [String(REPORTS_FD + 1), process.execPath, ...argv]]
}

/** `uids` are those of the users that it may become. */
export function spawnSensor(uids: readonly number[], argv = SENSOR_ARGV): ChildProcess {
  const child = spawn(...sensorCommand(argv), {
    cwd: '/',
    env: {},
    stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
  })
  const reports = child.stdio[REPORTS_FD]
  const { stdin, stderr } = child
  if (!stdin || !stderr || !reports) throw new Error('a sensor has no pipes')
  const exit = new Promise<SensorExit>((resolve) => {
    child.once('error', ({ message }) => resolve({ how: message, wasSafe: true }))
    child.once('exit', (code, signal) =>
      resolve({ how: signal ? `signal ${signal}` : `exit code ${code}`, wasSafe: code !== LAUNCH_FAILED }),
    )
  })
  return {
    pid: child.pid ?? 0,
    commands: stdin,
    reports: reports as Readable,
    errors: stderr,
    kill: () => {
      if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
        signalProcess(child.pid, 'SIGKILL', uids)
    },
    onExit: (callback) => void exit.then(callback),
  }
}
