/**
 * A virtual LAN in network namespaces (ip-netns(8)): one switch and any number
 * of hosts, each with one Ethernet interface `eth0`. Nothing of the machine's
 * own network is touched, and `close` removes everything. Needs root.
 *
 * The names carry the id of the process that made them, so that what a killed
 * run left behind is recognised and removed by the next one.
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { NetWatcherError } from '@netwatcher/shared'
import { type CommandOptions, type CommandOutcome, runCommand } from '../os/command.js'

export interface LabHost {
  /** Short lower-case word. */
  name: string
  /** Locally unique; given so that captures and alerts can be checked against it. */
  mac: string
  /** Addresses with prefix length: `10.77.0.10/24`. */
  addresses: string[]
  /** Default gateway. */
  gateway?: string
  /** Forwards between hosts (net.ipv4.ip_forward). */
  isForwarding?: boolean
}

export interface LabOptions {
  hosts: LabHost[]
  /** A hub floods every frame to every port (a mirror port's view); a switch learns. */
  medium: 'hub' | 'switch'
}

const PREFIX = 'nwlab'
const NAMESPACE_DIR = '/run/netns'
const STOP_GRACE_MS = 3000

export class Lab {
  private readonly processes = new Set<LabProcess>()

  private constructor(
    private readonly id: string,
    private readonly options: LabOptions,
  ) {}

  static async create(options: LabOptions): Promise<Lab> {
    if (process.getuid?.() !== 0) {
      throw new NetWatcherError('permission_denied', 'ROOT_NEEDED', 'Network namespaces need root.')
    }
    await removeLeftovers()
    const lab = new Lab(`${PREFIX}${process.pid}${Lab.nextSuffix()}`, options)
    try {
      await lab.build()
    } catch (error) {
      await lab.close()
      throw error
    }
    return lab
  }

  private static count = 0
  private static nextSuffix(): string {
    return String.fromCharCode('a'.charCodeAt(0) + (Lab.count++ % 26))
  }

  namespace(host: string): string {
    return `${this.id}-${host}`
  }

  /** Runs a program inside a host to its end. */
  run(
    host: string,
    [file, ...args]: [string, ...string[]],
    options?: CommandOptions,
  ): Promise<CommandOutcome> {
    return runCommand('ip', ['netns', 'exec', this.namespace(host), file, ...args], options)
  }

  /** Like `run`, but anything but exit code 0 is an error; gives standard output. */
  async check(host: string, argv: [string, ...string[]], options?: CommandOptions): Promise<string> {
    return expectSuccess(argv, await this.run(host, argv, options))
  }

  /** Starts a program inside a host; it is ended with the lab at the latest. */
  start(host: string, argv: [string, ...string[]], env: NodeJS.ProcessEnv = {}): LabProcess {
    const child = spawn('ip', ['netns', 'exec', this.namespace(host), ...argv], {
      cwd: '/',
      env: { PATH: process.env.PATH, LC_ALL: 'C', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const started = new LabProcess(child)
    this.processes.add(started)
    return started
  }

  /** Takes the link of a host's interface down or up. */
  async setLink(host: string, state: 'up' | 'down'): Promise<void> {
    await ip(['-n', this.namespace(host), 'link', 'set', 'eth0', state])
  }

  async close(): Promise<void> {
    await Promise.all([...this.processes].map((started) => started.stop()))
    this.processes.clear()
    await removeNamespaces((name) => name.startsWith(`${this.id}-`))
  }

  private async build(): Promise<void> {
    const ports = this.options.hosts.map((host, i) => ({
      host,
      port: `port${i}`,
      namespace: this.namespace(host.name),
    }))
    const names = [this.namespace('switch'), ...ports.map((port) => port.namespace)]
    await ip(
      ['-batch', '-'],
      names.map((name) => `netns add ${name}`),
    )
    // A hub forgets at once what it has learnt (ip-link(8) ageing_time), so it floods everything.
    const ageing = this.options.medium === 'hub' ? ' ageing_time 0' : ''
    // A switch is no host: its ports must not speak IPv6 of their own accord.
    const isSilent = ['net.ipv6.conf.all.disable_ipv6=1', 'net.ipv6.conf.default.disable_ipv6=1']
    await this.check('switch', ['sysctl', '-q', '-w', ...isSilent])
    await this.ipIn('switch', [
      `link add switch type bridge stp_state 0 mcast_snooping 0${ageing}`,
      'link set switch up',
      ...ports.flatMap(({ host, port, namespace }) => [
        `link add ${port} type veth peer name eth0 address ${host.mac} netns ${namespace}`,
        `link set ${port} master switch up`,
      ]),
    ])
    for (const { host } of ports) await this.configure(host)
  }

  private async configure(host: LabHost): Promise<void> {
    const sysctls = ['net.ipv6.conf.all.accept_dad=0', 'net.ipv6.conf.eth0.accept_dad=0']
    if (host.isForwarding) sysctls.push('net.ipv4.ip_forward=1')
    await this.check(host.name, ['sysctl', '-q', '-w', ...sysctls])
    await this.ipIn(host.name, [
      'link set lo up',
      ...host.addresses.map((address) => `address add ${address} dev eth0`),
      'link set eth0 up',
      ...(host.gateway ? [`route add default via ${host.gateway}`] : []),
    ])
  }

  private ipIn(host: string, lines: string[]): Promise<void> {
    return ip(['-n', this.namespace(host), '-batch', '-'], lines)
  }
}

/** A program that runs inside a host. */
export class LabProcess {
  /** Standard output and standard error so far, at most the last 256 KiB. */
  output = ''
  private readonly exited: Promise<number>

  constructor(private readonly child: ChildProcess) {
    const keep = (chunk: Buffer) => {
      this.output = (this.output + chunk.toString()).slice(-256 * 1024)
    }
    child.stdout?.on('data', keep)
    child.stderr?.on('data', keep)
    this.exited = new Promise((resolve) => {
      child.once('error', () => resolve(127))
      child.once('close', (code) => resolve(code ?? 128))
    })
  }

  /** `ip netns exec` becomes the program it starts (execve(2)), so this is the program's own id. */
  get pid(): number {
    return this.child.pid ?? 0
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null
  }

  /** Settles with the exit code. */
  get done(): Promise<number> {
    return this.exited
  }

  /** Ends it with `signal`, and with SIGKILL if it does not end by itself in three seconds. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number> {
    if (this.isRunning) this.child.kill(signal)
    const timer = setTimeout(() => this.child.kill('SIGKILL'), STOP_GRACE_MS)
    const code = await this.exited
    clearTimeout(timer)
    return code
  }
}

async function ip(args: string[], lines: string[] = []): Promise<void> {
  expectSuccess(
    ['ip', ...args, ...lines],
    await runCommand('ip', args, { input: `${lines.join('\n')}\n`, timeoutMs: 60_000 }),
  )
}

function expectSuccess(argv: string[], outcome: CommandOutcome): string {
  if (outcome.type === 'exited' && outcome.code === 0) return outcome.stdout
  const detail = outcome.type === 'not_found' ? 'not installed' : `${outcome.stderr}${outcome.stdout}`.trim()
  throw new NetWatcherError('internal', 'COMMAND_FAILED', `${argv.slice(0, 12).join(' ')}: ${detail}`)
}

/** Namespaces whose maker is no longer alive. */
function removeLeftovers(): Promise<void> {
  return removeNamespaces((name) => {
    const maker = /^nwlab(\d+)[a-z]-/.exec(name)?.[1]
    return maker !== undefined && !existsSync(`/proc/${maker}`)
  })
}

async function removeNamespaces(isWanted: (name: string) => boolean): Promise<void> {
  const names = existsSync(NAMESPACE_DIR) ? readdirSync(NAMESPACE_DIR).filter(isWanted) : []
  if (names.length > 0)
    await ip(
      ['-batch', '-'],
      names.map((name) => `netns delete ${name}`),
    )
}
