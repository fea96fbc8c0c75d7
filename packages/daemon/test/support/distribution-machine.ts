/**
 * A freshly installed distribution with a user, a Node and checkouts in the
 * user's home, as one who follows the README has it. Downloads use this
 * machine's network; everything else happens in the booted machine's own, where
 * a switch joins it with a neighbour and an attacker.
 */

import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type CommandOutcome, runCommand } from '../../src/os/command.js'
import { BootedMachine, expectSuccess, type RunOptions } from './booted-machine.js'
import { CHECKOUT } from './container.js'
import {
  baseTree,
  certificates,
  type Distribution,
  nodeArchive,
  npmPackage,
  packageCache,
} from './distribution.js'

const HOME = '/home/owner'
const CERTIFICATES = '/opt/certificates.crt'
export const NEIGHBOUR = { ip: '10.80.0.2', mac: '02:00:00:00:00:02' }
const ATTACKER = { ip: '10.80.0.3', mac: '02:00:00:00:00:03' }
/** Compiling SQLite on a loaded machine. */
const SETUP_TIMEOUT_MS = 1_500_000

export interface Archive {
  version: string
  /** Version of the npm in it; null to leave it out. */
  npm: string | null
}

/** Where Node and npm come from. */
export interface NodeSource {
  title: string
  /** Of the archive; null: the distribution's own. */
  archive: Archive | null
  /** The distribution's packages. */
  packages: string[]
}

export class DistributionMachine extends BootedMachine {
  private constructor(
    private readonly distribution: Distribution,
    private readonly directory: string,
  ) {
    const kept = `--bind=${packageCache(distribution)}:/var/cache/apt/archives`
    // Nothing here has to outlive a power cut, and dpkg flushes every file.
    super(join(directory, 'tree'), [kept, '--suppress-sync=yes'], 'multi-user.target')
  }

  static async boot(distribution: Distribution, node: NodeSource): Promise<DistributionMachine> {
    const machine = new DistributionMachine(
      distribution,
      mkdtempSync(join(tmpdir(), 'netwatcher-distribution-')),
    )
    try {
      await machine.makeTree(await baseTree(distribution))
      await machine.powerOn()
      await machine.addOwner()
      if (node.archive) await machine.provideNode(node.archive)
      if (node.packages.length > 0) await machine.install(node.packages)
    } catch (error) {
      await machine.close()
      throw error
    }
    return machine
  }

  /** Unpacks an archive of Node to /opt/node, the first place that is looked in. */
  async provideNode({ version, npm }: Archive): Promise<void> {
    const place = this.path('/opt/node')
    cpSync(await nodeArchive(version), place, { recursive: true, verbatimSymlinks: true })
    if (npm === null) return
    mkdirSync(join(place, 'lib/node_modules'), { recursive: true })
    cpSync(await npmPackage(npm), join(place, 'lib/node_modules/npm'), { recursive: true })
    for (const command of ['npm', 'npx'])
      symlinkSync(`../lib/node_modules/npm/bin/${command}-cli.js`, join(place, 'bin', command))
  }

  /** Puts the files of a commit, or those of this checkout as they are, into the home directory. */
  async checkOut(directory: string, commit: string | null): Promise<void> {
    const place = join(HOME, directory)
    await this.check('mkdir', '-p', place)
    const archive = join(this.directory, 'checkout.tar')
    const files = commit
      ? ['git', '-C', CHECKOUT, 'archive', '-o', archive, commit]
      : [
          'sh',
          '-c',
          `cd "$0" && git ls-files -z --cached --others --exclude-standard | tar -c --null -T - -f "$1"`,
          CHECKOUT,
          archive,
        ]
    expectSuccess('git', await runCommand('env', [`PATH=${process.env.PATH}`, ...files]))
    copyFileSync(archive, this.path('/tmp/checkout.tar'))
    await this.check('tar', '-x', '-f', '/tmp/checkout.tar', '-C', place)
    await this.check('rm', '/tmp/checkout.tar')
    await this.check('chown', '-R', 'owner:owner', HOME)
  }

  /** Runs a program as the owner in a directory of the home. */
  asOwner(directory: string, argv: string[], options: RunOptions = {}): Promise<CommandOutcome> {
    const inDirectory = ['sh', '-c', 'cd "$0" && exec "$@"', join(HOME, directory)]
    const environment = [`HOME=${HOME}`, 'USER=owner', 'LANG=C.UTF-8', ...(options.environment ?? [])]
    const drop = ['setpriv', '--reuid=owner', '--regid=owner', '--init-groups', '--']
    return this.run([...drop, ...inDirectory, ...argv], { ...options, environment })
  }

  /** The same, with downloads allowed; gives both outputs. */
  async setUp(directory: string, ...argv: string[]): Promise<string> {
    const environment = certificates(process.env.NODE_EXTRA_CA_CERTS && CERTIFICATES)
    const options = { isOnline: true, timeoutMs: SETUP_TIMEOUT_MS, environment }
    const outcome = await this.asOwner(directory, argv, options)
    expectSuccess(`${this.distribution.name}: ${argv.join(' ')}`, outcome)
    return outcome.type === 'exited' ? outcome.stdout + outcome.stderr : ''
  }

  async install(packages: string[]): Promise<void> {
    const options = {
      isOnline: true,
      timeoutMs: SETUP_TIMEOUT_MS,
      environment: ['DEBIAN_FRONTEND=noninteractive'],
    }
    await this.checkWith(options, 'apt-get', 'update', '-qq')
    await this.checkWith(options, 'apt-get', 'install', '-y', '-qq', '--no-install-recommends', ...packages)
  }

  /** `lan0` of the machine, a neighbour and an attacker, on one switch. */
  async joinLan(): Promise<void> {
    const ip = (line: string) => this.check('ip', ...line.split(' '))
    await ip('link set lo up')
    await ip('netns add switch')
    await ip('-n switch link add switch type bridge')
    await ip('-n switch link set switch up')
    await ip('link add lan0 type veth peer name port0 netns switch')
    await ip('address add 10.80.0.1/24 dev lan0')
    await ip('link set lan0 up')
    for (const [name, host] of [
      ['neighbour', NEIGHBOUR],
      ['attacker', ATTACKER],
    ] as const) {
      await ip(`netns add ${name}`)
      await ip(`-n switch link add ${name} type veth peer name eth0 address ${host.mac} netns ${name}`)
      await ip(`-n ${name} address add ${host.ip}/24 dev eth0`)
      await ip(`-n ${name} link set eth0 up`)
    }
    for (const port of ['port0', 'neighbour', 'attacker'])
      await ip(`-n switch link set ${port} master switch up`)
    await ip(`route add default via ${NEIGHBOUR.ip}`)
  }

  /** Runs a program of this machine in the attacker's network, until the time is over. */
  async attack(argv: string[], timeoutMs: number): Promise<void> {
    const network = `--net=${this.path('/run/netns/attacker')}`
    await runCommand('nsenter', [network, ...argv], { timeoutMs })
  }

  /** The web application's answer to a call with the token. */
  async api<T>(method: string, path: string, body?: object): Promise<T> {
    const token = readFileSync(this.path('/var/lib/netwatcher/token'), 'utf8').trim()
    const request = {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    }
    const script = `fetch('http://127.0.0.1:5000${path}', ${JSON.stringify(request)}).then(async (answer) => {
      if (!answer.ok) throw new Error(answer.status + ' ' + await answer.text())
      console.log(await answer.text()) })`
    return JSON.parse(await this.check('/usr/lib/netwatcher/bin/node', '-e', script))
  }

  /** Whose command line has one of these words in it: the ids inside, and the command lines. */
  processes(words: RegExp): { pid: string; commandLine: string }[] {
    return readdirSync(this.path('/proc'))
      .filter((name) => /^\d+$/.test(name))
      .map((pid) => ({ pid, commandLine: this.commandLine(pid) }))
      .filter(({ commandLine }) => words.test(commandLine))
  }

  private commandLine(pid: string): string {
    try {
      return readFileSync(this.path(`/proc/${pid}/cmdline`), 'utf8').replaceAll('\0', ' ')
    } catch {
      return ''
    }
  }

  /** The exposure level of an installed unit (systemd-analyze(1)), from 0 to 10. */
  async exposure(unit: string): Promise<number> {
    const file = `/usr/lib/systemd/system/${unit}`
    const output = await this.check('systemd-analyze', 'security', '--offline=true', '--no-pager', file)
    return Number(/Overall exposure level for \S+: ([\d.]+)/.exec(output)?.[1])
  }

  /** Below which Node and its headers are. */
  async nodeDirectory(): Promise<string> {
    return dirname(dirname((await this.check('which', 'node')).trim()))
  }

  /** Of the programs that matter, in words. */
  async versions(): Promise<string> {
    const first = async (...argv: string[]) => (await this.check(...argv)).split('\n')[0]?.trim() ?? ''
    const systemd = /\d+/.exec(await first('systemctl', '--version'))?.[0]
    return `Node ${await first('node', '--version')}, npm ${await first('npm', '--version')}, systemd ${systemd}`
  }

  /** All files and links of the system that nobody but a package manager or an administrator should have put there. */
  async systemFiles(): Promise<string[]> {
    const places = ['/etc', '/usr', '/var/lib', '/run', '/opt']
    const output = await this.check('find', ...places, '-xdev', '-not', '-type', 'd')
    return output.trim().split('\n').sort()
  }

  async close(): Promise<void> {
    await this.powerOff()
    for (const mounted of [this.tree, this.directory]) await runCommand('umount', [mounted])
    rmSync(this.directory, { recursive: true, force: true })
  }

  private async makeTree(base: string): Promise<void> {
    // In memory: a system's files are many and small, and all of them go again.
    expectSuccess(
      'mount',
      await runCommand('mount', ['-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', this.directory]),
    )
    for (const name of ['tree', 'changes', 'work']) mkdirSync(join(this.directory, name))
    const layers = `lowerdir=${base},upperdir=${this.directory}/changes,workdir=${this.directory}/work`
    expectSuccess('mount', await runCommand('mount', ['-t', 'overlay', 'overlay', '-o', layers, this.tree]))
    copyFileSync('/etc/resolv.conf', join(this.tree, 'etc/resolv.conf'))
    const certificate = process.env.NODE_EXTRA_CA_CERTS
    if (certificate && existsSync(certificate)) copyFileSync(certificate, join(this.tree, CERTIFICATES))
  }

  /** A person who may use sudo. */
  private async addOwner(): Promise<void> {
    await this.check('useradd', '--create-home', '--shell', '/bin/bash', 'owner')
    await this.check('sh', '-c', 'echo "owner ALL=(ALL) NOPASSWD: ALL" >/etc/sudoers.d/owner')
  }
}
