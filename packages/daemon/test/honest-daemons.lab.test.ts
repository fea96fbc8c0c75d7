/**
 * Honest daemons that look like attacks to simpler rules, and what a machine
 * has besides its card: nothing above a note is said of them, seen from a
 * port that shows everything and from an ordinary one, save what that cannot
 * tell from an attack.
 */

import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Alert, Severity } from '@netwatcher/shared/gen/netwatcher/v1/alert'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Lab, type LabProcess } from '../src/lab/lab.js'
import { claimants } from './support/claimants.js'
import { type EventCollector, Netwatcherd, waitUntil } from './support/netwatcherd.js'

const ROUTER = { name: 'router', mac: '3c:84:6a:88:00:01', ip: '10.88.0.1' }
const WATCHER = { name: 'watcher', mac: 'b8:27:eb:88:00:02', ip: '10.88.0.2' }
const SERVERS = [
  { name: 'first', mac: '00:11:32:88:00:03', ip: '10.88.0.3' },
  { name: 'second', mac: '00:11:32:88:00:04', ip: '10.88.0.4' },
] as const
const client = (last: number) => ({
  name: `client${last}`,
  mac: `a4:bb:6d:88:00:${last}`,
  ip: `10.88.0.${last}`,
})
const CLIENTS = [client(10), client(11), client(12), client(13), client(14), client(15)] as const
const HOSTS = [ROUTER, WATCHER, ...SERVERS, ...CLIENTS]
const CONFIG = '[detection]\nlearning_minutes = 0\n'
const START_LIMIT_MS = 20_000

let lab: Lab
let netwatcherd: Netwatcherd
let events: EventCollector
let directory: string

function write(name: string, text: string): string {
  const path = join(directory, name)
  writeFileSync(path, text)
  return path
}

function untilSaid(process: LabProcess, what: RegExp): Promise<void> {
  return waitUntil(
    () => what.test(process.output),
    START_LIMIT_MS,
    () => `${what} was not said: ${process.output.slice(-2000)}`,
  )
}

/** Asks for a lease once and leaves the interface as it is. */
async function leases(): Promise<string[]> {
  const argv = [
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
  ] as const
  const asking = CLIENTS.map(({ name }) => lab.start(name, [...argv]))
  await Promise.all(asking.map((client) => untilSaid(client, /DHCPACK of \S+ from \S+/)))
  await Promise.all(asking.map((client) => client.stop('SIGKILL')))
  return asking.flatMap(({ output }) => /DHCPACK of \S+ from (\S+)/.exec(output)?.[1] ?? [])
}

async function untilSeen(ip: string, mac = ''): Promise<void> {
  await events.find(
    ({ payload }) =>
      payload?.$case === 'observation' &&
      payload.value.hosts.some((host) => host.ip === ip && (mac === '' || host.mac === mac)),
    10_000,
    `${ip} ${mac}`,
  )
}

function untilWatched(name: string): Promise<void> {
  return waitUntil(
    async () =>
      (await netwatcherd.status()).sensors.some((one) => one.sensor?.interface === name && one.state === 3),
    START_LIMIT_MS,
    () => `${name} is not watched`,
  )
}

/** The router tells all of an address of its own: what comes before that is told of before. */
async function untilHeard(ip: string): Promise<void> {
  await lab.run(ROUTER.name, ['ip', 'address', 'add', `${ip}/24`, 'dev', 'eth0'])
  await lab.check(ROUTER.name, ['arping', '-q', '-U', '-c', '1', '-I', 'eth0', '-s', ip, ip])
  await untilSeen(ip)
}

function startDhcpd(server: (typeof SERVERS)[number], peer: (typeof SERVERS)[number]): LabProcess {
  const isPrimary = server === SERVERS[0]
  const config = write(
    `${server.name}.conf`,
    `failover peer "lab" {
      ${isPrimary ? 'primary; mclt 60; split 128;' : 'secondary;'}
      address ${server.ip}; port 647; peer address ${peer.ip}; peer port 647;
      max-response-delay 30; max-unacked-updates 10; load balance max seconds 3;
    }
    authoritative;
    default-lease-time 600;
    subnet 10.88.0.0 netmask 255.255.255.0 {
      option routers ${ROUTER.ip};
      option domain-name-servers ${ROUTER.ip};
      pool { failover peer "lab"; range 10.88.0.100 10.88.0.199; }
    }`,
  )
  const lease = write(`${server.name}.leases`, '')
  return lab.start(server.name, ['dhcpd', '-4', '-f', '-d', '--no-pid', '-cf', config, '-lf', lease, 'eth0'])
}

function startDnsmasq(host: { name: string }, range: string): LabProcess {
  return lab.start(host.name, [
    'dnsmasq',
    '--keep-in-foreground',
    '--conf-file=/dev/null',
    '--port=0',
    '--user=root',
    '--interface=eth0',
    '--bind-interfaces',
    '--pid-file=',
    '--leasefile-ro',
    '--log-facility=-',
    '--log-dhcp',
    `--dhcp-option=option:router,${ROUTER.ip}`,
    `--dhcp-option=option:dns-server,${ROUTER.ip}`,
    `--dhcp-range=${range},255.255.255.0,1h`,
  ])
}

/** Opened by a program, as a VPN does: without one it has no carrier. */
async function startTunnel(name: string, address: string): Promise<void> {
  const open = [
    'import fcntl, os, signal, struct',
    'tunnel = os.open("/dev/net/tun", os.O_RDWR)',
    // TUNSETIFF with IFF_TUN (linux/if_tun.h).
    `fcntl.ioctl(tunnel, 0x400454ca, struct.pack("16sH", b"${name}", 1))`,
    'print("open", flush=True)',
    'signal.pause()',
  ]
  await untilSaid(lab.start(WATCHER.name, ['/usr/bin/python3', '-c', open.join('\n')]), /open/)
  await lab.check(WATCHER.name, ['ip', 'address', 'add', address, 'dev', name])
  await lab.check(WATCHER.name, ['ip', 'link', 'set', name, 'up'])
}

interface Situation {
  name: string
  /** What an ordinary port cannot tell from an attack, because what matters goes to others alone: said with that reason. */
  undecided?: { kind: string; against: string }
  /** Settles when it has been in view. */
  show(): Promise<void>
}

const SITUATIONS: Situation[] = [
  {
    name: 'radvd, which says farewell and comes back',
    async show() {
      await lab.check(ROUTER.name, ['sysctl', '-q', '-w', 'net.ipv6.conf.all.forwarding=1'])
      const config = write(
        'radvd.conf',
        'interface eth0 { AdvSendAdvert on; MinRtrAdvInterval 3; MaxRtrAdvInterval 4; prefix fd88::/64 { }; };\n',
      )
      const argv = ['radvd', '-n', '-m', 'stderr', '-C', config, '-p', join(directory, 'radvd.pid')] as const
      for (let round = 0; round < 2; round++) {
        const radvd = lab.start(ROUTER.name, [...argv])
        await waitUntil(
          async () => (await lab.check(WATCHER.name, ['ip', '-6', 'address'])).includes('fd88::'),
          START_LIMIT_MS,
          () => `no prefix was announced: ${radvd.output}`,
        )
        await radvd.stop()
      }
    },
  },
  {
    name: 'ISC dhcpd, a failover pair of which one ends',
    undecided: { kind: 'rogue_dhcp', against: 'offer_not_seen' },
    async show() {
      const [first, second] = SERVERS
      const primary = startDhcpd(first, second)
      const secondary = startDhcpd(second, first)
      await Promise.all([primary, secondary].map((server) => untilSaid(server, /I move from \S+ to normal/)))
      // Which of them answers is told by the client's MAC (RFC 3074).
      expect(new Set(await leases())).toEqual(new Set(SERVERS.map(({ ip }) => ip)))
      await secondary.stop()
      await untilSaid(primary, /I move from normal to communications-interrupted/)
      await leases()
    },
  },
  {
    name: 'dnsmasq beside dnsmasq, for the other half of the addresses',
    undecided: { kind: 'rogue_dhcp', against: 'offer_not_seen' },
    async show() {
      const [first, second] = SERVERS
      const servers = [
        startDnsmasq(first, '10.88.0.100,10.88.0.149'),
        startDnsmasq(second, '10.88.0.150,10.88.0.199'),
      ]
      await Promise.all(servers.map((server) => untilSaid(server, /DHCP, IP range/)))
      await leases()
      await Promise.all(servers.map((server) => untilSaid(server, /DHCPOFFER/)))
    },
  },
  {
    name: 'a container bridge and a tunnel of this machine',
    async show() {
      const ip = (line: string) => lab.check(WATCHER.name, ['ip', ...line.split(' ')])
      // Docker gives its bridge a MAC; without one it takes that of its first port.
      await ip('link add br0 address 02:42:88:00:00:01 type bridge')
      await ip('address add 172.18.0.1/24 dev br0')
      await ip('link set br0 up')
      await startTunnel('tun0', '10.8.0.1/24')
      await untilWatched('tun0')
      await lab.run(WATCHER.name, ['ping', '-q', '-c', '1', '-W', '1', '10.8.0.9'])
      // A container is started again with another MAC at the same address.
      const [{ name: container }] = CLIENTS
      for (const [i, mac] of ['02:42:ac:12:00:02', 'da:5e:10:00:00:02'].entries()) {
        await ip(`link add veth0 type veth peer name inside address ${mac} netns ${lab.namespace(container)}`)
        await ip('link set veth0 master br0 up')
        await lab.check(container, ['ip', 'link', 'set', 'inside', 'up'])
        await untilWatched('br0')
        // One address that it has had before, one that shows that it has been seen with its new MAC.
        for (const address of ['172.18.0.2', `172.18.0.${10 + i}`]) {
          await lab.check(container, ['ip', 'address', 'add', `${address}/24`, 'dev', 'inside'])
          await lab.check(container, [
            'arping',
            '-q',
            '-U',
            '-c',
            '2',
            '-I',
            'inside',
            '-s',
            address,
            address,
          ])
        }
        await lab.run(container, ['ping', '-q', '-c', '2', '-W', '1', '172.18.0.1'])
        await untilSeen(`172.18.0.${10 + i}`, mac)
        await ip('link delete veth0')
      }
    },
  },
]

describe.each(['hub', 'switch'] as const)('%s', (medium) => {
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'netwatcher-honest-'))
    // dhcpd and radvd give up root.
    chmodSync(directory, 0o777)
    lab = await Lab.create({
      medium,
      hosts: HOSTS.map((host) => ({
        ...host,
        addresses: [`${host.ip}/24`],
        ...(host === ROUTER ? { isForwarding: true } : { gateway: ROUTER.ip }),
      })),
    })
    for (const { name } of CLIENTS) lab.start(name, ['ping', '-i', '0.5', ROUTER.ip])
    netwatcherd = await Netwatcherd.start(lab, WATCHER.name, CONFIG)
    events = netwatcherd.watch()
    await untilHeard(ROUTER.ip)
  })

  afterEach(async () => {
    events?.close()
    await netwatcherd?.close()
    await lab?.close()
    rmSync(directory, { recursive: true, force: true })
  })

  test.each(SITUATIONS)('$name', async ({ show, undecided }) => {
    await show()
    await untilHeard('10.88.0.9')
    const isUndecided = ({ kind, reasonsAgainst }: Alert) =>
      medium === 'switch' &&
      kind === undecided?.kind &&
      reasonsAgainst.some(({ rule }) => rule === undecided.against)
    const loud = events.events.flatMap(({ event: { payload } }) =>
      payload?.$case === 'alert' && payload.value.severity > Severity.INFO ? [payload.value] : [],
    )
    const accused = loud.filter((alert) => !isUndecided(alert))
    expect(accused.map((alert) => [alert.kind, claimants(alert), alert.seen])).toEqual([])
  })
})
