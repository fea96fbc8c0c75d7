/**
 * A small network for attack tools: a router with DHCP and router
 * advertisements, two devices that use it, NetWatcher at one of four places,
 * and one guest per tool, so that no alert can be another tool's.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { Lab, type LabHost, type LabProcess } from '../../src/lab/lab.js'
import { runCommand } from '../../src/os/command.js'
import { type EventCollector, Netwatcherd, waitUntil } from './netwatcherd.js'

export const SUBNET = '10.79.0.0/24'
export const ROUTER = {
  name: 'router',
  mac: '3c:84:6a:79:00:01',
  ip: '10.79.0.1',
  ip6: 'fd79::1',
  /** RFC 4291 appendix A, from the MAC. */
  linkLocalIp: 'fe80::3e84:6aff:fe79:1',
}
export const WATCHER = { name: 'watcher', mac: 'b8:27:eb:79:00:02', ip: '10.79.0.2' }
export const LAPTOP = { name: 'laptop', mac: 'a4:bb:6d:79:00:10', ip: '10.79.0.10' }
export const PHONE = { name: 'phone', mac: '5c:49:7d:79:00:11', ip: '10.79.0.11' }
/** RFC 5737; the router itself answers for it. */
const REMOTE = '203.0.113.10'
/** Asks for a lease and leaves the interface as it is. */
export const DHCP_CLIENT = [
  'dhclient',
  '-1',
  '-d',
  '-sf',
  '/bin/true',
  '-pf',
  '/dev/null',
  '-lf',
  '/dev/null',
  'eth0',
] as const satisfies string[]

const DEVICES = [LAPTOP, PHONE, WATCHER]

/**
 * Where NetWatcher runs: on the router of a switched network, on a port that
 * sees everything, on an ordinary port of the switch, or on the laptop that is
 * attacked.
 */
export type Place = 'gateway' | 'mirror' | 'switch' | 'victim'

const PLACES: Record<Place, { medium: 'hub' | 'switch'; host: string }> = {
  gateway: { medium: 'switch', host: ROUTER.name },
  mirror: { medium: 'hub', host: WATCHER.name },
  switch: { medium: 'switch', host: WATCHER.name },
  victim: { medium: 'switch', host: LAPTOP.name },
}

/** Twenty attacks in a minute would use up the frames of an ordinary one. */
const CONFIG = '[detection]\nlearning_minutes = 0\nprobes_per_minute = 600\n'
/** Where frames to others are out of view, all hosts are probed in turn, five a second. */
const PERIODIC = 'periodic_probing = true\n'

/** Two questions of half a second each, and some time to tell of the result. */
const CHECK_LIMIT_MS = 5000
/** Other answers to a question count for so long. */
const ANSWER_WINDOW_MS = 1000

/** From a guest's address to one more that it may take. */
const EXTRA_IP_OFFSET = 30

export interface Guest {
  name: string
  mac: string
  ip: string
}

export class ToolNetwork {
  netwatcherd!: Netwatcherd
  events!: EventCollector
  private watchingSinceMs = 0
  private readonly directory = mkdtempSync(join(tmpdir(), 'netwatcher-tools-'))

  private constructor(
    readonly lab: Lab,
    readonly place: Place,
    readonly guests: Guest[],
  ) {}

  /** The host that NetWatcher runs on. */
  get host(): string {
    return PLACES[this.place].host
  }

  /** Settles when the daemon has seen the router. */
  static async create(place: Place, guestCount: number): Promise<ToolNetwork> {
    const guests = Array.from({ length: guestCount }, (_, i) => makeGuest(i))
    const lab = await Lab.create({ medium: PLACES[place].medium, hosts: hosts(guests) })
    const network = new ToolNetwork(lab, place, guests)
    try {
      await network.start()
    } catch (error) {
      await network.close()
      throw error
    }
    return network
  }

  async close(): Promise<void> {
    this.events?.close()
    await this.netwatcherd?.close()
    await this.lab.close()
    rmSync(this.directory, { recursive: true, force: true })
  }

  /** Starts a tool that ends when its standard input does. */
  startInteractive(host: string, argv: [string, ...string[]]): LabProcess {
    return this.lab.start(host, ['sh', '-c', 'exec "$@" 0<>"$0"', join(this.directory, 'input'), ...argv])
  }

  /** Writes a file that a tool needs and gives its path. */
  write(name: string, text: string, mode = 0o644): string {
    const path = join(this.directory, name)
    writeFileSync(path, text, { mode })
    return path
  }

  path(name: string): string {
    return join(this.directory, name)
  }

  /**
   * An independent capture beside NetWatcher or at another host, which ends
   * after so many frames that the filter (pcap-filter(7)) lets through.
   */
  async startWitness(filter: string, { host = this.host, frames = 1 } = {}): Promise<LabProcess> {
    const argv = ['-n', '-tt', '-l', '--immediate-mode', '-c', String(frames), '-i', 'eth0', filter]
    const witness = this.lab.start(host, ['tcpdump', ...argv])
    await waitUntil(
      () => witness.output.includes('listening on'),
      5000,
      () => `tcpdump does not listen: ${witness.output}`,
    )
    return witness
  }

  /** Settles when the daemon has been watching for so long. */
  untilWatchedFor(ms: number): Promise<void> {
    return waitUntil(
      () => performance.now() - this.watchingSinceMs >= ms,
      ms,
      () => 'the clock stands still',
    )
  }

  /**
   * Settles when the daemon has told of a frame that the guest sends to all
   * now: what it had to say of earlier ones has come before.
   */
  async untilHeard({ name, mac, ip }: Guest): Promise<void> {
    const extraIp = ip.replace(/\d+$/, (last) => String(Number(last) + EXTRA_IP_OFFSET))
    await this.lab.check(name, ['ip', 'address', 'add', `${extraIp}/24`, 'dev', 'eth0'])
    await this.lab.check(name, ['arping', '-q', '-U', '-c', '1', '-I', 'eth0', '-s', extraIp, extraIp])
    await waitUntil(
      () => this.hasSeen(mac, [extraIp]),
      5000,
      () => `${mac} announced ${extraIp} and was not heard`,
    )
  }

  /**
   * Settles when the active checks of an alert about this guest are over, at most after five seconds. While they
   * run, a lie that comes within a second of a true answer looks asked for (docs/DETECTION.md), to the tool that
   * comes next, too.
   */
  async untilChecked(alertId: string, { mac }: Guest): Promise<void> {
    const isChecked = () =>
      this.events.events.some(
        ({ event: { payload } }) =>
          payload?.$case === 'alert' &&
          payload.value.id === alertId &&
          payload.value.verifications.some(({ target }) => target?.mac === mac),
      )
    const startedMs = performance.now()
    await waitUntil(
      () => isChecked() || performance.now() - startedMs >= CHECK_LIMIT_MS,
      2 * CHECK_LIMIT_MS,
      () => 'the clock stands still',
    )
    await setTimeout(ANSWER_WINDOW_MS)
  }

  /** Whether the daemon has seen the station speak for itself, for one of these addresses if given. */
  hasSeen(mac: string, ips: string[] = []): boolean {
    return this.events.events.some(
      ({ event: { payload } }) =>
        payload?.$case === 'observation' &&
        payload.value.hosts.some((host) => host.mac === mac && (ips.length === 0 || ips.includes(host.ip))),
    )
  }

  private async start(): Promise<void> {
    await runCommand('mkfifo', [join(this.directory, 'input')])
    this.lab.start(ROUTER.name, [
      'dnsmasq',
      '--keep-in-foreground',
      '--conf-file=/dev/null',
      '--port=0',
      '--user=root',
      '--interface=eth0',
      '--bind-interfaces',
      '--pid-file=',
      '--leasefile-ro',
      '--enable-ra',
      '--dhcp-range=10.79.0.100,10.79.0.199,255.255.255.0,1h',
      '--dhcp-range=fd79::,ra-only',
    ])
    const config = this.place === 'switch' ? `${CONFIG}${PERIODIC}` : CONFIG
    this.netwatcherd = await Netwatcherd.start(this.lab, this.host, config)
    this.watchingSinceMs = performance.now()
    this.events = this.netwatcherd.watch()
    for (const { name } of DEVICES) {
      this.lab.start(name, ['ping', '-i', '0.5', REMOTE])
      this.lab.start(name, ['ping', '-i', '0.5', ROUTER.ip6])
    }
    // What every guest does that joins a network.
    for (const { name } of this.guests) {
      this.lab.start(name, ['ping', '-c', '1', '-W', '1', ROUTER.ip])
      this.lab.start(name, ['ping', '-c', '1', '-W', '1', `${ROUTER.linkLocalIp}%eth0`])
      this.lab.start(name, ['ping', '-c', '1', '-W', '1', 'ff02::2%eth0'])
    }
    // The router is the DHCP server that the network knows.
    this.lab.start(PHONE.name, [...DHCP_CLIENT])
    const seen = [ROUTER, LAPTOP, PHONE, ...this.guests].filter(({ name }) => name !== this.host)
    await waitUntil(
      () => seen.every(({ mac }) => this.hasSeen(mac)),
      10_000,
      () => 'the daemon did not see the router and the devices',
    )
  }
}

function makeGuest(i: number): Guest {
  return {
    name: `guest${i}`,
    mac: `08:00:27:be:ef:${(0x40 + i).toString(16)}`,
    ip: `10.79.0.${40 + i}`,
  }
}

function hosts(guests: Guest[]): LabHost[] {
  const addresses = [`${ROUTER.ip}/24`, `${ROUTER.ip6}/64`, `${REMOTE}/32`]
  const router: LabHost = { ...ROUTER, addresses, isForwarding: true }
  return [
    router,
    ...[...DEVICES, ...guests].map((host) => ({
      ...host,
      addresses: [`${host.ip}/24`],
      gateway: ROUTER.ip,
    })),
  ]
}
