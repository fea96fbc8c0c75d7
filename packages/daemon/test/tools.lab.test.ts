/**
 * Real attack tools, and two honest fail-over daemons, before the real daemon
 * on the router and on a port that sees everything: named right,
 * within two seconds of the first frame that an independent capture at that
 * place shows, with evidence that Wireshark reads. What other places cannot
 * see is not asked of them (see docs/DETECTION.md).
 */

import { writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { LabProcess } from '../src/lab/lab.js'
import { runCommand } from '../src/os/command.js'
import { waitUntil } from './support/netwatcherd.js'
import {
  DHCP_CLIENT,
  type Guest,
  LAPTOP,
  PHONE,
  ROUTER,
  SUBNET,
  ToolNetwork,
  type Topology,
} from './support/tool-network.js'

const DETECTION_LIMIT_MS = 2000
const WARNING = 2

interface Tool {
  name: string
  /** Kinds of which one is right. */
  kinds: string[]
  topologies: Topology[]
  /** Frames of the attack that are nobody else's, in tcpdump's language. */
  frames: (guest: Guest) => string
  start: (network: ToolNetwork, guest: Guest) => Promise<LabProcess[]> | LabProcess[]
  /** The claimant is the tool's own host; floods invent theirs. */
  isNamed?: boolean
}

const EVERYWHERE: Topology[] = ['gateway', 'mirror']
/** Not where the daemon's own host is the router that is impersonated. */
const NOT_THE_OWNER: Topology[] = ['mirror']

/** Replies with a sender that is not the guest. */
const forged = ({ mac, ip }: Guest) => `ether src ${mac} and arp[6:2] = 2 and not arp[14:4] = ${hexIp(ip)}`
const from = ({ mac }: Guest) => `ether src ${mac}`

function run(argv: (guest: Guest) => [string, ...string[]]): Tool['start'] {
  return ({ lab }, guest) => [lab.start(guest.name, argv(guest))]
}

/** Both interactive tools take the MACs of their targets from the kernel or ask for them. */
function intercept(argv: (guest: Guest) => [string, ...string[]]): Tool['start'] {
  return async (network, guest) => {
    for (const { ip } of [LAPTOP, ROUTER]) await network.lab.check(guest.name, ['ping', '-c', '1', ip])
    return [network.startInteractive(guest.name, argv(guest))]
  }
}

function scapy(...lines: string[]): [string, ...string[]] {
  // Debian's own: another Python of the machine may not have scapy.
  return ['/usr/bin/python3', '-c', ['from scapy.all import *', ...lines].join('\n')]
}

const BETTERCAP = [`set arp.spoof.targets ${LAPTOP.ip}`, 'set arp.spoof.fullduplex true', 'arp.spoof on']

/** In an order in which none is in the shadow of another: single frames first, floods of invented MACs last. */
const TOOLS: Tool[] = [
  {
    name: 'scapy, one forged reply about the gateway',
    kinds: ['gateway_spoof'],
    topologies: ['mirror'],
    frames: forged,
    start: run(() =>
      scapy(
        `sendp(Ether(dst="${LAPTOP.mac}") / ARP(op=2, psrc="${ROUTER.ip}", pdst="${LAPTOP.ip}", hwdst="${LAPTOP.mac}"))`,
      ),
    ),
    isNamed: true,
  },
  {
    name: 'scapy, one forged reply about a device',
    kinds: ['arp_spoof'],
    topologies: EVERYWHERE,
    frames: forged,
    start: run(() =>
      scapy(
        `sendp(Ether(dst="${ROUTER.mac}") / ARP(op=2, psrc="${PHONE.ip}", pdst="${ROUTER.ip}", hwdst="${ROUTER.mac}"))`,
      ),
    ),
    isNamed: true,
  },
  {
    name: 'arpspoof, both ways',
    kinds: ['arp_spoof', 'gateway_spoof'],
    topologies: EVERYWHERE,
    frames: forged,
    start: run(() => ['arpspoof', '-i', 'eth0', '-r', '-t', LAPTOP.ip, ROUTER.ip]),
    isNamed: true,
  },
  {
    name: 'ettercap',
    kinds: ['arp_spoof', 'gateway_spoof'],
    topologies: EVERYWHERE,
    frames: forged,
    start: intercept(() => {
      return ['ettercap', '-T', '-q', '-i', 'eth0', '-M', 'arp', `/${LAPTOP.ip}//`, `/${ROUTER.ip}//`]
    }),
    isNamed: true,
  },
  {
    name: 'bettercap',
    kinds: ['arp_spoof', 'gateway_spoof'],
    topologies: EVERYWHERE,
    frames: forged,
    start: intercept(() => {
      const quiet = ['-no-history', '-no-colors', '-gateway-override', ROUTER.ip]
      return ['bettercap', '-iface', 'eth0', ...quiet, '-eval', BETTERCAP.join('; ')]
    }),
    isNamed: true,
  },
  {
    name: 'arp-scan',
    kinds: ['arp_scan'],
    topologies: EVERYWHERE,
    frames: (guest) => `${from(guest)} and arp[6:2] = 1`,
    start: run(() => ['arp-scan', '--interface=eth0', SUBNET]),
    isNamed: true,
  },
  {
    name: 'netdiscover',
    kinds: ['arp_scan'],
    topologies: EVERYWHERE,
    frames: (guest) => `${from(guest)} and arp[6:2] = 1`,
    start: run(() => ['netdiscover', '-d', '-i', 'eth0', '-r', SUBNET, '-P', '-N']),
    isNamed: true,
  },
  {
    name: 'nmap, hosts',
    kinds: ['arp_scan'],
    topologies: EVERYWHERE,
    frames: (guest) => `${from(guest)} and arp[6:2] = 1`,
    start: run(() => ['nmap', '-n', '-sn', SUBNET]),
    isNamed: true,
  },
  {
    name: 'nmap, ports',
    kinds: ['port_scan'],
    topologies: ['mirror'],
    frames: (guest) => `${from(guest)} and tcp`,
    start: run(() => ['nmap', '-n', '-sS', '-Pn', '-F', LAPTOP.ip]),
    isNamed: true,
  },
  {
    name: 'dnsmasq as a second DHCP server',
    kinds: ['rogue_dhcp'],
    topologies: NOT_THE_OWNER,
    // A switch shows others only the client's choice, which names the server (RFC 2131 section 4.3.2).
    frames: (guest) => `(${from(guest)} and udp src port 67) or udp[250:4] = ${hexIp(guest.ip)}`,
    start: ({ lab }, guest) => [
      lab.start(guest.name, [
        'dnsmasq',
        '--keep-in-foreground',
        '--conf-file=/dev/null',
        '--port=0',
        '--user=root',
        '--interface=eth0',
        '--bind-interfaces',
        '--pid-file=',
        '--leasefile-ro',
        '--no-ping',
        '--dhcp-authoritative',
        '--dhcp-range=10.79.0.200,10.79.0.250,255.255.255.0,1h',
      ]),
      lab.start(LAPTOP.name, [...DHCP_CLIENT]),
    ],
    isNamed: true,
  },
  {
    name: 'yersinia, root bridge',
    kinds: ['stp_root_change'],
    // One bridge where there was no spanning tree is news only after some time without any.
    topologies: ['mirror'],
    frames: (_guest) => 'stp',
    start: run(() => ['yersinia', 'stp', '-attack', '0', '-interface', 'eth0']),
  },
  {
    name: 'fake_router6',
    kinds: ['rogue_ra'],
    topologies: NOT_THE_OWNER,
    frames: (guest) => `${from(guest)} and icmp6 and ip6[40] = 134`,
    start: run(() => ['atk6-fake_router6', 'eth0', 'fd66::/64']),
    isNamed: true,
  },
  {
    name: 'fake_advertise6',
    kinds: ['ndp_spoof'],
    topologies: NOT_THE_OWNER,
    frames: (guest) => `${from(guest)} and icmp6 and ip6[40] = 136`,
    start: run(() => ['atk6-fake_advertise6', '-w', '1', 'eth0', ROUTER.linkLocalIp]),
    isNamed: true,
  },
  {
    name: 'dos-new-ip6',
    kinds: ['dad_dos'],
    topologies: EVERYWHERE,
    frames: (_guest) => 'icmp6 and ip6[40] = 136 and ip6[48:4] = 0xfd790000 and ip6[60:2] = 0xbad',
    start: async ({ lab }, guest) => {
      const tool = lab.start(guest.name, ['atk6-dos-new-ip6', 'eth0'])
      await waitUntil(
        async () => / dd86 /.test(await lab.check(guest.name, ['cat', '/proc/net/packet'])),
        5000,
        () => `dos-new-ip6 does not listen: ${tool.output}`,
      )
      await lab.check(PHONE.name, ['sysctl', '-q', '-w', 'net.ipv6.conf.eth0.accept_dad=1'])
      for (const last of [1, 2, 3])
        await lab.check(PHONE.name, ['ip', 'address', 'add', `fd79::bad:${last}/64`, 'dev', 'eth0'])
      return [tool]
    },
  },
  {
    name: 'macof',
    kinds: ['mac_flood'],
    topologies: EVERYWHERE,
    frames: () => 'tcp and not net 10.79.0.0/24',
    start: run(() => ['macof', '-i', 'eth0', '-n', '4000']),
  },
  {
    name: 'flood_router6',
    kinds: ['ra_flood'],
    topologies: EVERYWHERE,
    frames: () => `icmp6 and ip6[40] = 134 and not ether src ${ROUTER.mac}`,
    start: run(() => ['timeout', '1', 'atk6-flood_router6', 'eth0']),
  },
  {
    name: 'yersinia, DHCP starvation',
    kinds: ['dhcp_starvation'],
    topologies: EVERYWHERE,
    frames: () => 'udp dst port 67',
    start: (network, guest) => [
      network.startInteractive(guest.name, [
        'timeout',
        '1',
        'yersinia',
        'dhcp',
        '-attack',
        '1',
        '-interface',
        'eth0',
      ]),
    ],
  },
]

interface FailOver {
  name: string
  topologies: Topology[]
  /** Starts one member; `rank` 0 is the one that the group prefers. */
  start: (network: ToolNetwork, guest: Guest, rank: number) => LabProcess
}

const SERVICE_IPS = ['10.79.0.251', '10.79.0.252']

const FAIL_OVERS: FailOver[] = [
  {
    name: 'keepalived',
    topologies: ['mirror'],
    start: (network, guest, rank) => {
      const config = network.write(
        `keepalived-${guest.name}.conf`,
        `vrrp_instance lab {
          state BACKUP
          interface eth0
          virtual_router_id 51
          priority ${150 - 50 * rank}
          advert_int 1
          virtual_ipaddress { 10.79.0.251/24 }
        }`,
      )
      const pids = ['-p', network.path(`${guest.name}.pid`), '-r', network.path(`${guest.name}-vrrp.pid`)]
      return network.lab.start(guest.name, ['keepalived', '-n', '-l', '-P', '-f', config, ...pids])
    },
  },
  {
    name: 'ucarp',
    topologies: ['mirror'],
    start: (network, guest, rank) => {
      const script = (verb: string) =>
        network.write(`vip-${verb}`, `#!/bin/sh\nexec ip address ${verb} "$2/24" dev "$1"\n`, 0o755)
      return network.lab.start(guest.name, [
        'ucarp',
        '--interface=eth0',
        `--srcip=${guest.ip}`,
        '--vhid=7',
        '--pass=lab',
        '--addr=10.79.0.252',
        `--advskew=${rank * 50}`,
        `--upscript=${script('add')}`,
        `--downscript=${script('del')}`,
        '--shutdown',
      ])
    },
  },
]

describe.each<Topology>(['mirror', 'gateway'])('%s', (topology) => {
  const tools = TOOLS.filter(({ topologies }) => topologies.includes(topology))
  const failOvers = FAIL_OVERS.filter(({ topologies }) => topologies.includes(topology))
  let network: ToolNetwork

  beforeAll(async () => {
    network = await ToolNetwork.create(topology, tools.length + 2 * failOvers.length)
  })

  afterAll(() => network?.close())

  test.each(tools.map((tool, i) => ({ ...tool, i })))('$name', async ({ i, ...tool }) => {
    const guest = guestOf(network, i)
    const witness = await network.startWitness(tool.frames(guest))
    const startedMs = Date.now()
    const processes = await tool.start(network, guest)
    try {
      const { found: alert, receivedMs } = await network.events
        .find(
          ({ payload, atMs }) =>
            payload?.$case === 'alert' &&
            tool.kinds.includes(payload.value.kind) &&
            payload.value.severity >= WARNING &&
            Number(atMs) >= startedMs &&
            (!tool.isNamed || payload.value.macs.includes(guest.mac)) &&
            payload.value,
          10_000,
          tool.kinds.join(' or '),
        )
        .catch((error: unknown) => {
          const detail = `said: ${said(network, startedMs)}; the tool: ${processes[0]?.output.slice(-500)}`
          throw new Error(detail, { cause: error })
        })
      const delayMs = receivedMs - (await frameTimeMs(witness))
      expect(delayMs).toBeLessThan(DETECTION_LIMIT_MS)
      expect(await readEvidence(network, alert.id)).toBeGreaterThan(0)
    } finally {
      await Promise.all(processes.map((process) => process.stop('SIGINT')))
      await witness.stop()
    }
  })

  test.each(failOvers.map((failOver, i) => ({ ...failOver, i })))(
    '$name hands its address over without a warning',
    async ({ i, start }) => {
      const startedMs = Date.now()
      const first = guestOf(network, tools.length + 2 * i)
      const second = guestOf(network, tools.length + 2 * i + 1)
      const preferred = start(network, first, 0)
      await holds(network, first)
      const standIn = start(network, second, 1)
      await preferred.stop()
      await network.events
        .find(
          ({ payload }) =>
            payload?.$case === 'alert' &&
            payload.value.kind === 'fhrp_failover' &&
            payload.value.macs.includes(second.mac),
          15_000,
          'the fail-over',
        )
        .catch((error: unknown) => {
          throw new Error(`said: ${said(network, startedMs)}; ${preferred.output} ${standIn.output}`, {
            cause: error,
          })
        })
      await standIn.stop()
      const warnings = network.events.events.filter(
        ({ event: { payload } }) =>
          payload?.$case === 'alert' &&
          payload.value.severity >= WARNING &&
          payload.value.macs.some((mac) => mac === first.mac || mac === second.mac),
      )
      expect(warnings).toEqual([])
    },
  )
})

/** Settles when the daemon has seen the guest speak for the address. */
async function holds(network: ToolNetwork, { mac }: Guest): Promise<void> {
  await network.events.find(
    ({ payload }) =>
      payload?.$case === 'observation' &&
      payload.value.hosts.some((host) => host.mac === mac && SERVICE_IPS.includes(host.ip)),
    10_000,
    `${mac} with a service address`,
  )
}

function guestOf({ guests }: ToolNetwork, i: number): Guest {
  const guest = guests[i]
  if (!guest) throw new Error(`no guest ${i}`)
  return guest
}

function said({ events }: ToolNetwork, sinceMs: number): string {
  return events.events
    .flatMap(({ event: { payload, atMs } }) =>
      payload?.$case === 'alert' && Number(atMs) >= sinceMs
        ? [`${payload.value.kind}/${payload.value.severity} ${payload.value.macs.join()}`]
        : [],
    )
    .join('; ')
}

async function frameTimeMs(witness: LabProcess): Promise<number> {
  const pattern = /^(\d+\.\d+) /m
  await waitUntil(
    () => pattern.test(witness.output),
    2000,
    () => 'tcpdump has seen no frame of the attack',
  )
  return Number(pattern.exec(witness.output)?.[1]) * 1000
}

/** How many frames tshark reads from the alert's evidence; anything wrong with the file fails. */
async function readEvidence(network: ToolNetwork, alertId: string): Promise<number> {
  const chunks: Uint8Array[] = []
  for await (const { chunk } of network.netwatcherd.alerts.getEvidence({ alertId })) chunks.push(chunk)
  const path = network.path(`${alertId}.pcapng`)
  writeFileSync(path, Buffer.concat(chunks))
  const outcome = await runCommand('tshark', ['-n', '-r', path, '-T', 'fields', '-e', 'frame.number'])
  expect(outcome).toMatchObject({ type: 'exited', code: 0 })
  return outcome.type === 'exited' ? outcome.stdout.trim().split('\n').length : 0
}

function hexIp(ip: string): string {
  return `0x${ip
    .split('.')
    .map((part) => Number(part).toString(16).padStart(2, '0'))
    .join('')}`
}
