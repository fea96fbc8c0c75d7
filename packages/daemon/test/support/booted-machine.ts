/**
 * A tree of files that systemd-nspawn(1) boots as a machine with a network of
 * its own, in which nothing is unless a test puts it there. Needs root.
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { type CommandOutcome, runCommand } from '../../src/os/command.js'
import { waitUntil } from './netwatcherd.js'

const BOOT_TIMEOUT_MS = 120_000
const STOP_TIMEOUT_MS = 20_000
/** SIGRTMIN+4 asks systemd to power off (systemd(1)). */
const POWER_OFF_SIGNAL = 34 + 4
const NAMESPACES_BUT_THE_NETWORK = ['-m', '-u', '-i', '-p', '-C', '-r', '-w']

export interface RunOptions {
  timeoutMs?: number
  /** With this machine's network, for programs that download. */
  isOnline?: boolean
  /** More variables: `NAME=value`. */
  environment?: string[]
}

export class BootedMachine {
  private nspawn: ChildProcess | null = null
  private leaderPid = 0
  private console = ''

  /** `options` are systemd-nspawn's; `target` is what is booted to. */
  constructor(
    protected readonly tree: string,
    private readonly options: string[],
    private readonly target: string,
  ) {}

  /** A path inside, as this machine sees it. */
  path(inside: string): string {
    return `/proc/${this.leaderPid}/root${inside}`
  }

  /** Runs a program inside to its end. */
  run(argv: string[], options: RunOptions = {}): Promise<CommandOutcome> {
    const { timeoutMs = 30_000, isOnline = false, environment = [] } = options
    const namespaces = isOnline ? NAMESPACES_BUT_THE_NETWORK : [...NAMESPACES_BUT_THE_NETWORK, '-n']
    const path = 'PATH=/opt/node/bin:/usr/sbin:/usr/bin'
    return runCommand(
      'nsenter',
      ['-t', String(this.leaderPid), ...namespaces, '--', 'env', '-i', path, ...environment, ...argv],
      { timeoutMs },
    )
  }

  /** Like `run`, but anything but exit code 0 is an error; gives standard output. */
  async check(...argv: string[]): Promise<string> {
    return this.checkWith({}, ...argv)
  }

  async checkWith(options: RunOptions, ...argv: string[]): Promise<string> {
    const outcome = await this.run(argv, options)
    if (outcome.type === 'exited' && outcome.code === 0) return outcome.stdout
    const journal = await this.run(['journalctl', '--no-pager', '-n', '40', '-o', 'cat'])
    throw new Error(`${argv.join(' ')}: ${printed(outcome)}\n--- journal\n${printed(journal)}`)
  }

  async property(unit: string, name: string): Promise<string> {
    return (await this.check('systemctl', 'show', '--value', '-p', name, unit)).trim()
  }

  async powerOn(): Promise<void> {
    // Where systemd runs, the machine gets a scope of its own; elsewhere there is nobody to ask for one.
    const scope = existsSync('/run/systemd/system') ? [] : ['--keep-unit']
    const nspawn = spawn(
      'systemd-nspawn',
      [
        '--quiet',
        '--boot',
        '--register=no',
        ...scope,
        '--private-network',
        '--link-journal=no',
        '--console=pipe',
        `--machine=netwatcher-test-${process.pid}`,
        `--directory=${this.tree}`,
        ...this.options,
        `systemd.unit=${this.target}`,
      ],
      // cgroup v2, as on every current system: in v1 a container is not told that a service has ended.
      {
        env: { PATH: process.env.PATH, SYSTEMD_NSPAWN_UNIFIED_HIERARCHY: '1' },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    )
    this.nspawn = nspawn
    this.console = ''
    const keep = (chunk: Buffer) => {
      this.console += chunk.toString()
    }
    nspawn.stdout.on('data', keep)
    nspawn.stderr.on('data', keep)
    nspawn.on('error', (error) => keep(Buffer.from(error.message)))
    await waitUntil(
      () => this.isUp(nspawn),
      BOOT_TIMEOUT_MS,
      () => `the machine does not boot:\n${this.console}`,
    )
  }

  async powerOff(): Promise<void> {
    const { nspawn } = this
    if (!nspawn || nspawn.exitCode !== null || nspawn.signalCode !== null) return
    const ended = new Promise((resolve) => nspawn.once('exit', resolve))
    if (this.leaderPid > 0) process.kill(this.leaderPid, POWER_OFF_SIGNAL)
    const timer = setTimeout(() => nspawn.kill('SIGKILL'), STOP_TIMEOUT_MS)
    await ended
    clearTimeout(timer)
    this.leaderPid = 0
  }

  private async isUp(nspawn: ChildProcess): Promise<boolean> {
    const children = await runCommand('pgrep', ['-P', String(nspawn.pid)])
    this.leaderPid = children.type === 'exited' ? Number(children.stdout.trim()) : 0
    if (this.leaderPid === 0) return false
    const state = await this.run(['systemctl', 'is-system-running'])
    return state.type === 'exited' && /^(running|degraded)$/m.test(state.stdout)
  }
}

export function expectSuccess(what: string, outcome: CommandOutcome): string {
  if (outcome.type === 'exited' && outcome.code === 0) return outcome.stdout
  throw new Error(`${what}: ${printed(outcome)}`)
}

function printed(outcome: CommandOutcome): string {
  if (outcome.type === 'not_found') return 'there is no such program'
  const how = outcome.type === 'exited' ? `code ${outcome.code}` : `stopped: ${outcome.reason}`
  return `${how}\n${outcome.stdout.slice(-8000)}\n${outcome.stderr.slice(-8000)}`
}
