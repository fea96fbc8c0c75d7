/** The attacks that can be tried in the example network, each with the real tool. */

import { ATTACKER, DEVICES, GATEWAY, SUBNET } from './home-network.js'
import type { Lab, LabProcess } from './lab.js'

export interface Attack {
  /** One line for the menu. */
  description: string
  /** Kinds of alert of which at least one is expected. */
  expects: string[]
  start(lab: Lab): Promise<LabProcess[]>
}

const [laptop] = DEVICES
const MAC_FLOOD_FRAMES = 4000

export const ATTACKS: Record<string, Attack> = {
  'arp-spoof': {
    description: `${ATTACKER.name} stands between ${laptop.name} and ${GATEWAY.name} (arpspoof, both ways, forwarding)`,
    expects: ['arp_spoof', 'gateway_spoof'],
    async start(lab) {
      await lab.check(ATTACKER.name, [
        'sysctl',
        '-q',
        '-w',
        'net.ipv4.ip_forward=1',
        'net.ipv4.conf.all.send_redirects=0',
      ])
      return [lab.start(ATTACKER.name, ['arpspoof', '-i', 'eth0', '-r', '-t', laptop.ip, GATEWAY.ip])]
    },
  },
  'gateway-impersonation': {
    description: `${ATTACKER.name} tells everybody that it is ${GATEWAY.name} (arpspoof, broadcast)`,
    expects: ['gateway_spoof', 'arp_spoof'],
    start: async (lab) => [lab.start(ATTACKER.name, ['arpspoof', '-i', 'eth0', GATEWAY.ip])],
  },
  'arp-scan': {
    description: `${ATTACKER.name} asks for every address of the network (arp-scan)`,
    expects: ['arp_scan'],
    start: async (lab) => [lab.start(ATTACKER.name, ['arp-scan', '--interface=eth0', SUBNET])],
  },
  'ip-conflict': {
    description: `${ATTACKER.name} takes the address of ${laptop.name} as its own and announces it (arping)`,
    expects: ['ip_conflict', 'arp_spoof'],
    async start(lab) {
      await lab.check(ATTACKER.name, ['ip', 'address', 'add', `${laptop.ip}/24`, 'dev', 'eth0'])
      return [
        lab.start(ATTACKER.name, ['arping', '-U', '-c', '30', '-I', 'eth0', '-s', laptop.ip, laptop.ip]),
      ]
    },
  },
  'rogue-dhcp': {
    description: `${ATTACKER.name} answers DHCP requests with itself as the router (dnsmasq)`,
    expects: ['rogue_dhcp'],
    async start(lab) {
      const server = lab.start(ATTACKER.name, [
        'dnsmasq',
        '--keep-in-foreground',
        '--conf-file=/dev/null',
        '--no-hosts',
        '--no-resolv',
        '--port=0',
        '--user=root',
        '--interface=eth0',
        '--bind-interfaces',
        '--pid-file=',
        '--leasefile-ro',
        '--dhcp-authoritative',
        '--dhcp-range=10.77.0.200,10.77.0.250,255.255.255.0,1h',
        `--dhcp-option=option:router,${ATTACKER.ip}`,
      ])
      const client = lab.start(laptop.name, [
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
      ])
      return [server, client]
    },
  },
  'port-scan': {
    description: `${ATTACKER.name} tries the ports of ${laptop.name} (nmap)`,
    expects: ['port_scan'],
    start: async (lab) => [lab.start(ATTACKER.name, ['nmap', '-n', '-sS', '-Pn', '-F', laptop.ip])],
  },
  'mac-flood': {
    description: `${ATTACKER.name} fills the switch's address table (macof)`,
    expects: ['mac_flood'],
    start: async (lab) => [lab.start(ATTACKER.name, ['macof', '-i', 'eth0', '-n', String(MAC_FLOOD_FRAMES)])],
  },
}

/** Ends an attack and puts the attacker's host back as it was. */
export async function stopAttack(lab: Lab, processes: LabProcess[]): Promise<void> {
  await Promise.all(processes.map((process) => process.stop('SIGINT')))
  await lab.run(ATTACKER.name, ['ip', 'address', 'delete', `${laptop.ip}/24`, 'dev', 'eth0'])
}
