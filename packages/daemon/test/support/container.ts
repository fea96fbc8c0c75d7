/**
 * NetWatcher installed on a machine of its own: systemd-nspawn(1) boots a tree
 * whose /usr is this machine's with the installation laid over it, and whose
 * /etc is almost empty. Nothing is downloaded, nothing of this machine is
 * written to, and all of it is gone after `close`. Needs root.
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type CommandOutcome, runCommand } from '../../src/os/command.js'
import { waitUntil } from './netwatcherd.js'

export const CHECKOUT = fileURLToPath(new URL('../../../..', import.meta.url))

const BOOT_TIMEOUT_MS = 60_000
const STOP_TIMEOUT_MS = 20_000
/** SIGRTMIN+4 asks systemd to power off (systemd(1)). */
const POWER_OFF_SIGNAL = 34 + 4
/** What programs need to start at all; the users are made by sysusers at boot. */
const SETTINGS_OF_THIS_MACHINE = [
  'alternatives',
  'ld.so.cache',
  'ld.so.conf',
  'ld.so.conf.d',
  'nsswitch.conf',
  'protocols',
  'services',
]
const PASSWD = 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n'
const GROUP = 'root:x:0:\nnogroup:x:65534:\n'
/** So that it can be told from an empty file. */
export const SHADOW_MARK = 'this-is-the-shadow-file'

export class Container {
  readonly directory = mkdtempSync(join(tmpdir(), 'netwatcher-container-'))
  private readonly tree = join(this.directory, 'tree')
  private readonly installed = join(this.directory, 'installed')
  private nspawn: ChildProcess | null = null
  private leaderPid = 0
  private console = ''

  static async boot(): Promise<Container> {
    const container = new Container()
    try {
      await container.install()
      container.makeTree()
      await container.start()
    } catch (error) {
      await container.close()
      throw error
    }
    return container
  }

  /** A path inside, as this machine sees it. */
  path(inside: string): string {
    return `/proc/${this.leaderPid}/root${inside}`
  }

  /** Where scripts/install has put everything. */
  get destination(): string {
    return this.installed
  }

  async install(...args: string[]): Promise<string> {
    const run = ['DESTDIR', this.installed].join('=')
    const outcome = await runCommand(
      'env',
      [run, `PATH=${process.env.PATH}`, join(CHECKOUT, 'scripts/install'), ...args],
      { timeoutMs: BOOT_TIMEOUT_MS },
    )
    return expectSuccess('scripts/install', outcome)
  }

  /** Runs a program inside to its end. */
  run(argv: string[], timeoutMs = 30_000): Promise<CommandOutcome> {
    const namespaces = ['-m', '-u', '-i', '-n', '-p', '-C', '-r', '-w']
    return runCommand(
      'nsenter',
      ['-t', String(this.leaderPid), ...namespaces, '--', 'env', '-i', 'PATH=/usr/sbin:/usr/bin', ...argv],
      { timeoutMs },
    )
  }

  /** Like `run`, but anything but exit code 0 is an error; gives standard output. */
  async check(...argv: string[]): Promise<string> {
    const outcome = await this.run(argv)
    if (outcome.type === 'exited' && outcome.code === 0) return outcome.stdout
    const journal = await this.run(['journalctl', '--no-pager', '-n', '40', '-o', 'cat'])
    throw new Error(`${argv.join(' ')}: ${JSON.stringify(outcome)}\n${JSON.stringify(journal)}`)
  }

  async property(unit: string, name: string): Promise<string> {
    return (await this.check('systemctl', 'show', '--value', '-p', name, unit)).trim()
  }

  async close(): Promise<void> {
    const { nspawn } = this
    if (nspawn && nspawn.exitCode === null && nspawn.signalCode === null) {
      const ended = new Promise((resolve) => nspawn.once('exit', resolve))
      if (this.leaderPid > 0) process.kill(this.leaderPid, POWER_OFF_SIGNAL)
      const timer = setTimeout(() => nspawn.kill('SIGKILL'), STOP_TIMEOUT_MS)
      await ended
      clearTimeout(timer)
    }
    rmSync(this.directory, { recursive: true, force: true })
  }

  private makeTree(): void {
    const etc = join(this.tree, 'etc')
    for (const name of ['etc', 'usr', 'var', 'run', 'tmp', 'proc', 'sys', 'dev', 'root']) {
      mkdirSync(join(this.tree, name), { recursive: true })
    }
    for (const name of ['bin', 'sbin', 'lib', 'lib64']) symlinkSync(`usr/${name}`, join(this.tree, name))
    for (const name of SETTINGS_OF_THIS_MACHINE) {
      if (!existsSync(join('/etc', name))) continue
      cpSync(join('/etc', name), join(etc, name), { recursive: true, verbatimSymlinks: true })
    }
    cpSync('/usr/lib/os-release', join(etc, 'os-release'))
    cpSync(join(this.installed, 'etc'), etc, { recursive: true })
    writeFileSync(join(etc, 'machine-id'), '')
    writeFileSync(join(etc, 'resolv.conf'), '')
    writeFileSync(join(etc, 'passwd'), PASSWD)
    writeFileSync(join(etc, 'group'), GROUP)
    writeFileSync(join(etc, 'shadow'), `root:*:19000::::::\n${SHADOW_MARK}:*:19000::::::\n`, { mode: 0o600 })
    const settings = join(etc, 'netwatcher/netwatcherd.toml')
    cpSync(settings, join(etc, 'netwatcher/installed.toml'))
    writeFileSync(settings, '[firewall]\nenabled = true\n[portscan]\nenabled = true\n')
  }

  private async start(): Promise<void> {
    // Where systemd runs, the container gets a scope of its own; elsewhere there is nobody to ask for one.
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
        `--overlay-ro=/usr:${join(this.installed, 'usr')}:/usr`,
        'systemd.unit=basic.target',
      ],
      // cgroup v2, as on every current system: in v1 a container is not told that a service has ended.
      {
        env: { PATH: process.env.PATH, SYSTEMD_NSPAWN_UNIFIED_HIERARCHY: '1' },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    )
    this.nspawn = nspawn
    const keep = (chunk: Buffer) => {
      this.console += chunk.toString()
    }
    nspawn.stdout.on('data', keep)
    nspawn.stderr.on('data', keep)
    nspawn.on('error', (error) => keep(Buffer.from(error.message)))
    await waitUntil(
      () => this.isUp(nspawn),
      BOOT_TIMEOUT_MS,
      () => `the container does not boot:\n${this.console}`,
    )
  }

  private async isUp(nspawn: ChildProcess): Promise<boolean> {
    const children = await runCommand('pgrep', ['-P', String(nspawn.pid)])
    this.leaderPid = children.type === 'exited' ? Number(children.stdout.trim()) : 0
    if (this.leaderPid === 0) return false
    const state = await this.run(['systemctl', 'is-system-running'])
    return state.type === 'exited' && /^(running|degraded)$/m.test(state.stdout)
  }
}

function expectSuccess(what: string, outcome: CommandOutcome): string {
  if (outcome.type === 'exited' && outcome.code === 0) return outcome.stdout
  throw new Error(`${what}: ${JSON.stringify(outcome)}`)
}
