/**
 * The real tools, and what NetWatcher is expected to say of each from each
 * place. docs/DETECTION.md shows this table.
 */

import { fileURLToPath } from 'node:url'
import type { LabProcess } from '../../src/lab/lab.js'
import { waitUntil } from './netwatcherd.js'
import {
  DHCP_CLIENT,
  type Guest,
  LAPTOP,
  PHONE,
  type Place,
  ROUTER,
  SUBNET,
  type ToolNetwork,
} from './tool-network.js'

/**
 * `detected`: within two seconds of the first frame that the place shows, or that which makes it a flood.
 * `probe`: the frames do not come there, but whoever sends them forwards, which the forwarding probe finds.
 * `not visible`: nothing of it comes there, and nothing is said.
 */
export type Expected = 'detected' | 'probe' | 'not visible'

export interface Tool {
  name: string
  /** Kinds of which one is right. */
  kinds: string[]
  expected: Record<Place, Expected>
  /** Frames of the attack that are nobody else's, in tcpdump's language. */
  frames: (guest: Guest) => string
  /** Which of them makes it an attack, where the first does not yet: floods begin slowly. */
  attackFrame?: number
  /** Who gets all of the frames, where a place does not. */
  target?: Guest
  start: (network: ToolNetwork, guest: Guest) => Promise<LabProcess[]> | LabProcess[]
  /** The claimant is the tool's own host; floods invent theirs. */
  isNamed?: boolean
  /** It is worth a note and no warning. */
  isNote?: boolean
  /** Puts the guest's host right again. */
  undo?: (network: ToolNetwork, guest: Guest) => Promise<unknown>
}

const EVERYWHERE: Tool['expected'] = {
  gateway: 'detected',
  mirror: 'detected',
  switch: 'detected',
  victim: 'detected',
}
/** Frames to the victim alone. */
const TO_VICTIM: Tool['expected'] = { ...EVERYWHERE, gateway: 'not visible', switch: 'not visible' }
/** Frames to the router alone. */
const TO_ROUTER: Tool['expected'] = { ...EVERYWHERE, victim: 'not visible', switch: 'not visible' }
/** Frames to each of the two between which the tool stands, and it forwards. */
const IN_THE_MIDDLE: Tool['expected'] = { ...EVERYWHERE, switch: 'probe' }

/** Replies with a sender that is not the guest. */
const forged = ({ mac, ip }: Guest) => `ether src ${mac} and arp[6:2] = 2 and not arp[14:4] = ${hexIp(ip)}`
const from = ({ mac }: Guest) => `ether src ${mac}`
const question = (guest: Guest) => `${from(guest)} and arp[6:2] = 1`

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

/** A script of this folder, at the interface of its host. */
function python(script: string, ...args: string[]): [string, ...string[]] {
  return ['/usr/bin/python3', fileURLToPath(new URL(script, import.meta.url)), 'eth0', ...args]
}

/** Settles when the script answers whatever comes. */
async function listening(
  { lab }: ToolNetwork,
  guest: Guest,
  script: string,
  args: string[],
): Promise<LabProcess> {
  const started = lab.start(guest.name, python(script, ...args))
  await waitUntil(
    () => started.output.includes('listening'),
    15_000,
    () => `${script} does not listen: ${started.output}`,
  )
  return started
}

/** Tells `to` alone that `about` is at the guest's MAC, once. */
function tell(about: Guest, to: Guest): Tool['start'] {
  const arp = `ARP(op=2, psrc="${about.ip}", pdst="${to.ip}", hwdst="${to.mac}")`
  return run(() => scapy(`sendp(Ether(dst="${to.mac}") / ${arp})`))
}

const BETTERCAP = [`set arp.spoof.targets ${LAPTOP.ip}`, 'set arp.spoof.fullduplex true', 'arp.spoof on']

/** In an order in which none is in the shadow of another: single frames first, floods of invented MACs last. */
export const TOOLS: Tool[] = [
  {
    name: 'scapy, one forged reply about the gateway',
    kinds: ['gateway_spoof'],
    expected: TO_VICTIM,
    frames: forged,
    target: LAPTOP,
    start: tell(ROUTER, LAPTOP),
    isNamed: true,
  },
  {
    name: 'scapy, one forged reply about a device',
    kinds: ['arp_spoof'],
    expected: TO_ROUTER,
    frames: forged,
    target: ROUTER,
    start: tell(PHONE, ROUTER),
    isNamed: true,
  },
  {
    name: 'arpspoof, both ways, forwarding',
    kinds: ['arp_spoof', 'gateway_spoof'],
    expected: IN_THE_MIDDLE,
    frames: forged,
    async start({ lab }, guest) {
      await lab.check(guest.name, ['sysctl', '-q', '-w', 'net.ipv4.ip_forward=1'])
      return [lab.start(guest.name, ['arpspoof', '-i', 'eth0', '-r', '-t', LAPTOP.ip, ROUTER.ip])]
    },
    isNamed: true,
  },
  {
    name: 'ettercap',
    kinds: ['arp_spoof', 'gateway_spoof'],
    expected: IN_THE_MIDDLE,
    frames: forged,
    start: intercept(() => {
      return ['ettercap', '-T', '-q', '-i', 'eth0', '-M', 'arp', `/${LAPTOP.ip}//`, `/${ROUTER.ip}//`]
    }),
    isNamed: true,
  },
  {
    name: 'bettercap',
    kinds: ['arp_spoof', 'gateway_spoof'],
    expected: IN_THE_MIDDLE,
    frames: forged,
    start: intercept(() => {
      const quiet = ['-no-history', '-no-colors', '-gateway-override', ROUTER.ip]
      return ['bettercap', '-iface', 'eth0', ...quiet, '-eval', BETTERCAP.join('; ')]
    }),
    isNamed: true,
  },
  {
    name: 'arpspoof, to all',
    kinds: ['gateway_spoof'],
    expected: EVERYWHERE,
    frames: forged,
    start: run(() => ['arpspoof', '-i', 'eth0', ROUTER.ip]),
    isNamed: true,
  },
  {
    name: 'arping, with the address of a device',
    kinds: ['ip_conflict', 'arp_spoof'],
    expected: EVERYWHERE,
    frames: (guest) => `${from(guest)} and arp[14:4] = ${hexIp(LAPTOP.ip)}`,
    async start({ lab }, guest) {
      await lab.check(guest.name, ['ip', 'address', 'add', `${LAPTOP.ip}/24`, 'dev', 'eth0'])
      return [lab.start(guest.name, ['arping', '-U', '-c', '3', '-I', 'eth0', '-s', LAPTOP.ip, LAPTOP.ip])]
    },
    isNamed: true,
    async undo({ lab }, guest) {
      await lab.check(guest.name, ['ip', 'address', 'delete', `${LAPTOP.ip}/24`, 'dev', 'eth0'])
      // The router would ask the guest for it for some time.
      await lab.check(ROUTER.name, ['ip', 'neigh', 'flush', 'all'])
    },
  },
  {
    name: 'arp-scan',
    kinds: ['arp_scan'],
    expected: EVERYWHERE,
    frames: question,
    start: run(() => ['arp-scan', '--interface=eth0', SUBNET]),
    isNamed: true,
  },
  {
    name: 'netdiscover',
    kinds: ['arp_scan'],
    expected: EVERYWHERE,
    frames: question,
    start: run(() => ['netdiscover', '-d', '-i', 'eth0', '-r', SUBNET, '-P', '-N']),
    isNamed: true,
  },
  {
    name: 'nmap, hosts',
    kinds: ['arp_scan'],
    expected: EVERYWHERE,
    frames: question,
    start: run(() => ['nmap', '-n', '-sn', SUBNET]),
    isNamed: true,
  },
  {
    name: 'nmap, ports of a device',
    kinds: ['port_scan'],
    expected: TO_VICTIM,
    frames: (guest) => `${from(guest)} and tcp`,
    target: LAPTOP,
    start: run(() => ['nmap', '-n', '-sS', '-Pn', '-F', LAPTOP.ip]),
    isNamed: true,
  },
  {
    name: 'dnsmasq, as a second DHCP server',
    kinds: ['rogue_dhcp'],
    expected: EVERYWHERE,
    // A switch shows others only the client's choice, which names the server (RFC 2131 section 4.3.2).
    frames: (guest) => `(${from(guest)} and udp src port 67) or udp[253:4] = ${hexIp(guest.ip)}`,
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
    name: 'thc-ipv6, fake_router6',
    kinds: ['rogue_ra'],
    expected: EVERYWHERE,
    frames: (guest) => `${from(guest)} and icmp6 and ip6[40] = 134`,
    start: run(() => ['atk6-fake_router6', 'eth0', 'fd66::/64']),
    isNamed: true,
  },
  {
    name: 'thc-ipv6, fake_advertise6',
    kinds: ['ndp_spoof'],
    expected: EVERYWHERE,
    frames: (guest) => `${from(guest)} and icmp6 and ip6[40] = 136`,
    start: run(() => ['atk6-fake_advertise6', 'eth0', ROUTER.linkLocalIp]),
    isNamed: true,
  },
  {
    name: 'thc-ipv6, dos-new-ip6',
    kinds: ['dad_dos'],
    expected: EVERYWHERE,
    frames: () => 'icmp6 and ip6[40] = 136 and ip6[48:4] = 0xfd790000 and ip6[60:2] = 0xbad',
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
    name: 'names answered falsely, as Responder does',
    kinds: ['name_spoof'],
    expected: EVERYWHERE,
    frames: (guest) => `${from(guest)} and udp and (src port 137 or src port 5353 or src port 5355)`,
    start: async (network, guest) => [
      await listening(network, guest, 'name-poisoner.py', [guest.ip, 'llmnr', 'nbns', 'mdns']),
      network.lab.start(LAPTOP.name, python('ask-names.py', LAPTOP.ip, 'wpad', 'fileservr', 'intranett')),
    ],
    isNamed: true,
  },
  {
    name: 'DHCPv6 with itself as DNS server, as mitm6 does',
    kinds: ['rogue_dhcp'],
    expected: EVERYWHERE,
    // A switch shows others only the client's choice, which names the server (RFC 8415 section 18.2.2).
    frames: (guest) => `(${from(guest)} and udp src port 547) or (udp dst port 547 and ip6[48] = 3)`,
    start: async (network, guest) => [
      await listening(network, guest, 'dhcpv6-poisoner.py', []),
      network.lab.start(LAPTOP.name, ['dhclient', '-6', ...DHCP_CLIENT.slice(1)]),
    ],
    isNamed: true,
  },
  {
    name: 'yersinia, root bridge',
    kinds: ['stp_root_change'],
    // The first bridge that shows itself may be a new switch of the owner's.
    isNote: true,
    expected: EVERYWHERE,
    frames: () => 'stp',
    async start(network, guest) {
      await network.untilWatchedFor(TREE_NEWS_MS)
      return [network.lab.start(guest.name, ['yersinia', 'stp', '-attack', '0', '-interface', 'eth0'])]
    },
  },
  {
    name: 'macof',
    kinds: ['mac_flood'],
    expected: EVERYWHERE,
    frames: () => 'tcp and not net 10.79.0.0/24',
    start: run(() => ['macof', '-i', 'eth0', '-n', '4000']),
  },
  {
    name: 'thc-ipv6, flood_router6',
    kinds: ['ra_flood'],
    expected: EVERYWHERE,
    frames: () => `icmp6 and ip6[40] = 134 and not ether src ${ROUTER.mac}`,
    attackFrame: 6,
    start: run(() => ['timeout', '1', 'atk6-flood_router6', 'eth0']),
  },
  {
    name: 'yersinia, DHCP starvation',
    kinds: ['dhcp_starvation'],
    expected: EVERYWHERE,
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

/** One bridge where there was no spanning tree is news only after 20 s without any (stp-root.ts). */
const TREE_NEWS_MS = 21_000

export const SERVICE_IPS = ['10.79.0.251', '10.79.0.252', '10.79.0.253']

/** Two honest daemons that hand an address over, which is a note at every place. */
export interface FailOver {
  name: string
  /** Notes of which one is right. */
  kinds: string[]
  /** Starts one member; `rank` 0 is the one that the group prefers. */
  start: (network: ToolNetwork, guest: Guest, rank: number) => LabProcess
}

export const FAIL_OVERS: FailOver[] = [
  {
    name: 'keepalived',
    kinds: ['fhrp_failover'],
    start: (network, guest, rank) => keepalived(network, guest, rank, { routerId: 51, ip: SERVICE_IPS[0] }),
  },
  {
    name: 'keepalived, unicast',
    // Where its advertisements do not come, one host is seen to follow another.
    kinds: ['fhrp_failover', 'mac_changed'],
    start: (network, guest, rank) => {
      const peer = network.guests[network.guests.indexOf(guest) + (rank === 0 ? 1 : -1)]
      const unicast = `unicast_src_ip ${guest.ip}\n unicast_peer { ${peer?.ip} }`
      return keepalived(network, guest, rank, { routerId: 53, ip: SERVICE_IPS[2], unicast })
    },
  },
  {
    name: 'ucarp',
    kinds: ['fhrp_failover'],
    start: (network, guest, rank) => {
      const script = (verb: string) =>
        network.write(`vip-${verb}`, `#!/bin/sh\nexec ip address ${verb} "$2/24" dev "$1"\n`, 0o755)
      return network.lab.start(guest.name, [
        'ucarp',
        '--interface=eth0',
        `--srcip=${guest.ip}`,
        '--vhid=7',
        '--pass=lab',
        `--addr=${SERVICE_IPS[1]}`,
        `--advskew=${rank * 50}`,
        `--upscript=${script('add')}`,
        `--downscript=${script('del')}`,
        '--shutdown',
      ])
    },
  },
]

function keepalived(
  network: ToolNetwork,
  guest: Guest,
  rank: number,
  { routerId, ip, unicast = '' }: { routerId: number; ip: string | undefined; unicast?: string },
): LabProcess {
  const config = network.write(
    `keepalived-${guest.name}.conf`,
    `vrrp_instance lab {
      state BACKUP
      interface eth0
      virtual_router_id ${routerId}
      priority ${150 - 50 * rank}
      advert_int 1
      ${unicast}
      virtual_ipaddress { ${ip}/24 }
    }`,
  )
  const pids = ['-p', network.path(`${guest.name}.pid`), '-r', network.path(`${guest.name}-vrrp.pid`)]
  return network.lab.start(guest.name, ['keepalived', '-n', '-l', '-P', '-f', config, ...pids])
}

function hexIp(ip: string): string {
  return `0x${ip
    .split('.')
    .map((part) => Number(part).toString(16).padStart(2, '0'))
    .join('')}`
}
