/**
 * Runs another program to its end. (The sensor, which stays, is started by
 * spawn-sensor.ts; flock(1), which needs a file of ours, by its caller here.) Never a shell: the program and
 * each argument are separate strings (execve(2)), the environment is fixed
 * (LC_ALL=C so that output can be parsed), standard input is given or empty.
 * Each program leads a process group of its own (setpgid(2)), so that a
 * time-out also ends what it has forked, and its output is bounded.
 */

import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { signalProcess } from './system-calls.js'

export interface CommandOptions {
  /** Written to standard input; empty when left out. */
  input?: string
  /** After this the whole process group is ended. */
  timeoutMs?: number
  /** Bound on standard output and standard error together; beyond it the group is ended. */
  maxOutputBytes?: number
  /** Run as this user and group, without supplementary groups. Needs root. */
  user?: { uid: number; gid: number }
  /** Sees standard output as it arrives, which then is not collected in the outcome. */
  onStdout?: (chunk: Uint8Array) => void
  /** Ends the process group when aborted. */
  signal?: AbortSignal
}

export type CommandOutcome =
  /** `code` is 128 + the signal's number when a signal ended it, as in a shell. */
  | { type: 'exited'; code: number; stdout: string; stderr: string }
  /** The program is not installed, or may not be executed. */
  | { type: 'not_found' }
  | { type: 'stopped'; reason: StopReason; stdout: string; stderr: string }

export type StopReason = 'timeout' | 'output_limit' | 'aborted'

/** `file` is a bare name looked up in the system's directories, or an absolute path. */
export type CommandRunner = (
  file: string,
  args: readonly string[],
  options?: CommandOptions,
) => Promise<CommandOutcome>

const SEARCH_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
const DEFAULT_TIMEOUT_MS = 10_000
const DEFAULT_MAX_OUTPUT_BYTES = 4 * 1024 * 1024
/** Between SIGTERM and SIGKILL, and for output still in the pipe after the exit. */
const GRACE_MS = 500

/** Rejects only when the kernel cannot start any process (EAGAIN, ENOMEM). */
export const runCommand: CommandRunner = (file, args, options = {}) =>
  new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      cwd: '/',
      env: { LC_ALL: 'C', PATH: SEARCH_PATH },
      detached: true,
      stdio: 'pipe',
      ...options.user,
    })
    const { pid } = child
    const output = { stdout: [] as Buffer[], stderr: [] as Buffer[], bytes: 0 }
    let stopReason: StopReason | null = null
    const timers: NodeJS.Timeout[] = []

    const killGroup = (leaderPid: number, signal: NodeJS.Signals) =>
      signalProcess(-leaderPid, signal, options.user ? [options.user.uid] : [])
    const stop = (reason: StopReason) => {
      if (stopReason || pid === undefined) return
      stopReason = reason
      killGroup(pid, 'SIGTERM')
      timers.push(setTimeout(() => killGroup(pid, 'SIGKILL'), GRACE_MS))
    }
    const collect = (name: 'stdout' | 'stderr', chunk: Buffer) => {
      output.bytes += chunk.length
      if (stopReason === 'output_limit') return
      if (output.bytes > (options.maxOutputBytes ?? DEFAULT_MAX_OUTPUT_BYTES)) stop('output_limit')
      else if (name === 'stdout' && options.onStdout) options.onStdout(chunk)
      else output[name].push(chunk)
    }
    const onAbort = () => stop('aborted')
    const settle = () => {
      for (const timer of timers) clearTimeout(timer)
      options.signal?.removeEventListener('abort', onAbort)
    }

    child.stdout.on('data', (chunk: Buffer) => collect('stdout', chunk))
    child.stderr.on('data', (chunk: Buffer) => collect('stderr', chunk))
    // A program that does not read its input closes the pipe (EPIPE): its exit code tells more.
    child.stdin.on('error', () => {})
    child.stdin.end(options.input ?? '')
    child.on('error', (error: NodeJS.ErrnoException) => {
      settle()
      if (error.code === 'ENOENT' || error.code === 'EACCES') resolve({ type: 'not_found' })
      else reject(error)
    })
    child.on('exit', () => {
      // What the leader left behind in its group must neither live on nor hold the pipes open.
      if (pid !== undefined) killGroup(pid, 'SIGKILL')
      const closePipes = () => [child.stdout, child.stderr].forEach((pipe) => void pipe.destroy())
      timers.push(setTimeout(closePipes, GRACE_MS))
    })
    child.on('close', (code, signal) => {
      settle()
      const texts = { stdout: text(output.stdout), stderr: text(output.stderr) }
      if (stopReason) resolve({ type: 'stopped', reason: stopReason, ...texts })
      else resolve({ type: 'exited', code: code ?? 128 + (signal ? constants.signals[signal] : 0), ...texts })
    })

    timers.push(setTimeout(() => stop('timeout'), options.timeoutMs ?? DEFAULT_TIMEOUT_MS))
    if (options.signal?.aborted) onAbort()
    else options.signal?.addEventListener('abort', onAbort, { once: true })
  })

function text(chunks: Buffer[]): string {
  return Buffer.concat(chunks).toString('utf8')
}
