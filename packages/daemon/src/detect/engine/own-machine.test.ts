/** The machine that watches: what it does is evidence for every detector, and never an alert. */

import { makeCidr } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import { ARP_REPLY } from '../../wire/arp.js'
import { encodeNeighborSolicitation } from '../../wire/encode-ip.js'
import {
  bareNeighborSolicitation,
  dhcpFrame,
  dhcpv6Address,
  dhcpv6Frame,
  dhcpv6Option,
  ipBytes,
  linkLayerDuid,
  neighborAdvertisement,
  prefixOption,
  routerAdvertisement,
  tcpFrame,
} from '../../wire/fake-frames.js'
import { TCP_ACK, TCP_RST, TCP_SYN } from '../../wire/tcp.js'
import { ALICE, BOB, type FakeHost, FakeTraffic, GATEWAY, MALLORY } from './fake-traffic.js'

const LAN = makeCidr('192.168.1.0', 24)
const GATEWAY_IP6 = 'fe80::1'
const CLIENT = 'f0:18:98:00:00:55'
const ALL_NODES = { destinationMac: '33:33:00:00:00:01', destinationIp: 'ff02::1' }

/** NetWatcher on the router. */
function onGateway(): FakeTraffic {
  const lan = new FakeTraffic({
    ownMac: GATEWAY.mac,
    ownIps: [GATEWAY.ip, GATEWAY_IP6],
    subnets: LAN ? [LAN] : [],
    isGateway: true,
  })
  lan.resolve(MALLORY, GATEWAY)
  lan.resolve(ALICE, GATEWAY)
  lan.ask(GATEWAY, MALLORY.ip)
  lan.tell(MALLORY.mac, MALLORY.ip, GATEWAY)
  lan.wait(20_000)
  return lan
}

/** NetWatcher on the laptop that is attacked. */
function onVictim(): FakeTraffic {
  const lan = new FakeTraffic({ ownMac: ALICE.mac, ownIps: [ALICE.ip], subnets: LAN ? [LAN] : [] })
  lan.resolve(ALICE, GATEWAY)
  lan.resolve(MALLORY, ALICE)
  lan.ask(ALICE, MALLORY.ip)
  lan.tell(MALLORY.mac, MALLORY.ip, ALICE)
  lan.wait(20_000)
  return lan
}

function offer(lan: FakeTraffic, server: FakeHost): void {
  const ends = {
    sourceMac: server.mac,
    destinationMac: CLIENT,
    sourceIp: server.ip,
    destinationIp: '192.168.1.55',
  }
  const options: [number, Uint8Array][] = [
    [54, ipBytes(server.ip)],
    [3, ipBytes(server.ip)],
  ]
  const lease = { clientMac: CLIENT, yourIp: '192.168.1.55', options }
  lan.send(dhcpFrame(ends, { operation: 2, messageType: 2, ...lease }))
}

function lease6(lan: FakeTraffic, { mac }: FakeHost, dns: string): void {
  const sourceIp = mac === GATEWAY.mac ? GATEWAY_IP6 : 'fe80::66'
  const ends = { sourceMac: mac, destinationMac: CLIENT, sourceIp, destinationIp: 'fe80::55' }
  const duids = [dhcpv6Option(1, linkLayerDuid(CLIENT)), dhcpv6Option(2, linkLayerDuid(mac))]
  lan.send(dhcpv6Frame(ends, 7, [...duids, dhcpv6Address('2001:db8:1::55'), dhcpv6Option(23, ipBytes(dns))]))
  lan.wait(2000)
}

function advertiseRouter(lan: FakeTraffic, sourceMac: string, sourceIp: string, prefix: string): void {
  const options = [prefixOption(prefix)]
  lan.send(routerAdvertisement({ sourceMac, sourceIp, ...ALL_NODES }, { options, flags: 0x08 }))
}

test('a second DHCP server beside our own is a rogue, our own never', () => {
  const lan = onGateway()
  offer(lan, GATEWAY)
  offer(lan, MALLORY)
  offer(lan, GATEWAY)
  expect(lan.loud()).toEqual(['rogue_dhcp/critical'])
  expect(lan.alerts().find(({ kind }) => kind === 'rogue_dhcp')?.parties[0]).toMatchObject({
    role: 'suspect',
    mac: MALLORY.mac,
  })
})

test('the server of the router that we are is the genuine one, also when another answered first', () => {
  const lan = onGateway()
  offer(lan, MALLORY)
  offer(lan, GATEWAY)
  expect(lan.loud()).toEqual([])
  offer(lan, MALLORY)
  expect(lan.loud()).toEqual(['rogue_dhcp/critical'])
})

test('the same for DHCPv6', () => {
  const lan = onGateway()
  lease6(lan, MALLORY, '2001:db8:66::53')
  lease6(lan, GATEWAY, '2001:db8:1::53')
  expect(lan.loud()).toEqual([])
  lease6(lan, MALLORY, '2001:db8:66::53')
  expect(lan.loud()).toEqual(['rogue_dhcp/critical'])
  expect(lan.alerts().find(({ kind }) => kind === 'rogue_dhcp')?.parties[0]).toMatchObject({
    role: 'suspect',
    mac: MALLORY.mac,
  })
})

test('where we are no router, who was first stays the genuine server', () => {
  const lan = onVictim()
  offer(lan, GATEWAY)
  offer(lan, ALICE)
  offer(lan, GATEWAY)
  expect(lan.kinds()).toEqual([])
})

test('a router beside our own is a rogue, whoever advertised first', () => {
  const lan = onGateway()
  advertiseRouter(lan, MALLORY.mac, 'fe80::66', '2001:db8:66::')
  advertiseRouter(lan, GATEWAY.mac, GATEWAY_IP6, '2001:db8:1::')
  lan.wait(2000)
  advertiseRouter(lan, MALLORY.mac, 'fe80::66', '2001:db8:66::')
  const accused = lan.alerts().filter(({ severity }) => severity !== 'info')
  expect(new Set(accused.map(({ macs }) => macs[0]))).toEqual(new Set([MALLORY.mac]))
})

test.each([
  [
    'told to one host only',
    (lan: FakeTraffic) => lan.tell(MALLORY.mac, GATEWAY.ip, GATEWAY),
    'gateway_spoof',
  ],
  [
    'announced to all',
    (lan: FakeTraffic) => lan.announce(MALLORY.mac, GATEWAY.ip, ARP_REPLY),
    'gateway_spoof',
  ],
  [
    'announced to all over IPv6',
    (lan: FakeTraffic) => {
      const mallory = { sourceMac: MALLORY.mac, sourceIp: 'fe80::66', ...ALL_NODES }
      lan.send(encodeNeighborSolicitation(mallory, 'fe80::99'))
      lan.send(neighborAdvertisement(mallory, GATEWAY_IP6, 0x20, MALLORY.mac))
    },
    'ndp_spoof',
  ],
])('our own address as a gateway, %s, is known from the start', (_how, attack, kind) => {
  const lan = onGateway()
  attack(lan)
  lan.wait(2000)
  expect(lan.loud()).toEqual([expect.stringContaining(kind)])
})

test('an address that we have is never said to have passed on', () => {
  const lan = onVictim()
  const stranger = { mac: '02:11:22:33:44:55', ip: ALICE.ip }
  lan.ask(stranger, GATEWAY.ip)
  lan.wait(2000)
  expect(lan.loud()).toEqual(['ip_conflict/warning'])
  lan.dhcpAck(GATEWAY, stranger.mac, ALICE.ip)
  lan.ask(stranger, GATEWAY.ip)
  lan.wait(120_000)
  expect(lan.kinds()).toEqual(['ip_conflict'])
})

test('an address that we have given up belongs to who takes it next', () => {
  const lan = onVictim()
  lan.engine.setContext({
    ownMac: ALICE.mac,
    ownIps: ['192.168.1.11'],
    subnets: LAN ? [LAN] : [],
    gateways: [],
    isGateway: false,
    pinned: [],
    decoys: [],
  })
  lan.announce(BOB.mac, ALICE.ip)
  lan.wait(5000)
  expect(lan.kinds()).toEqual([])
  expect(lan.engine.bindings()).toContainEqual(expect.objectContaining({ ip: ALICE.ip, mac: BOB.mac }))
})

test('a lease that we took over from another is ours', () => {
  const lan = onGateway()
  lan.resolve(GATEWAY, BOB)
  const ownIps = [GATEWAY.ip, BOB.ip]
  lan.engine.setContext({
    ownMac: GATEWAY.mac,
    ownIps,
    subnets: [],
    gateways: [],
    isGateway: true,
    pinned: [],
    decoys: [],
  })
  lan.announce(GATEWAY.mac, BOB.ip)
  lan.wait(5000)
  expect(lan.kinds()).toEqual([])
})

test('what is known from the configuration is not saved', () => {
  const lan = onGateway()
  expect(new TextDecoder().decode(lan.engine.snapshot((timeMs) => timeMs))).not.toContain(GATEWAY.mac)
  expect(new TextDecoder().decode(lan.engine.snapshot((timeMs) => timeMs))).toContain(MALLORY.mac)
})

test('our own scans are nobody to warn of, nor are the refusals that they meet', () => {
  const lan = onVictim()
  for (let i = 0; i < 200; i++) lan.ask(ALICE, `192.168.1.${i}`)
  for (let port = 1; port < 100; port++) {
    const there = { sourceMac: ALICE.mac, destinationMac: BOB.mac, sourceIp: ALICE.ip, destinationIp: BOB.ip }
    const back = { sourceMac: BOB.mac, destinationMac: ALICE.mac, sourceIp: BOB.ip, destinationIp: ALICE.ip }
    lan.send(tcpFrame(there, 40_000, port, TCP_SYN))
    lan.send(tcpFrame(back, port, 40_000, TCP_RST | TCP_ACK))
  }
  lan.wait(2000)
  expect(lan.kinds()).toEqual([])
})

test('many accepted connections to us are no scan of us', () => {
  const lan = onVictim()
  for (let port = 1; port < 100; port++) {
    const there = { sourceMac: BOB.mac, destinationMac: ALICE.mac, sourceIp: BOB.ip, destinationIp: ALICE.ip }
    const back = { sourceMac: ALICE.mac, destinationMac: BOB.mac, sourceIp: ALICE.ip, destinationIp: BOB.ip }
    lan.send(tcpFrame(there, 40_000, port, TCP_SYN))
    lan.send(tcpFrame(back, port, 40_000, TCP_SYN | TCP_ACK))
  }
  expect(lan.kinds()).toEqual([])
})

test('we are told when our own wish for an IPv6 address is denied', () => {
  const lan = onVictim()
  const target = 'fd00::a6bb:6dff:fe00:10'
  const probe = { destinationMac: '33:33:ff:00:00:10', destinationIp: 'ff02::1:ff00:10' }
  lan.send(bareNeighborSolicitation({ sourceMac: ALICE.mac, sourceIp: '::', ...probe }, target))
  const denial = { sourceMac: MALLORY.mac, sourceIp: target, ...ALL_NODES }
  lan.send(neighborAdvertisement(denial, target, 0x20, MALLORY.mac))
  expect(lan.loud()).toEqual(['dad_dos/critical'])
})

test('who wants an address that we hold is told of, not we', () => {
  const lan = onVictim()
  lan.probe(CLIENT, ALICE.ip)
  lan.tell(ALICE.mac, ALICE.ip, { ip: '0.0.0.0', mac: CLIENT })
  lan.dhcpClient(4, CLIENT, [[50, ipBytes(ALICE.ip)]])
  const told = lan.alerts().filter(({ kind }) => kind !== 'new_device')
  expect(told.map(({ kind, macs }) => [kind, macs])).toEqual([
    ['conflict_avoided', [CLIENT, ALICE.mac]],
    ['ip_conflict', [CLIENT, ALICE.mac]],
  ])
})

test('frames that steal the port of others by way of us are told of, without a name', () => {
  const lan = onVictim()
  for (let i = 0; i < 20; i++)
    lan.arp({
      operation: ARP_REPLY,
      senderMac: ALICE.mac,
      senderIp: ALICE.ip,
      targetIp: BOB.ip,
      sourceMac: BOB.mac,
      destinationMac: ALICE.mac,
    })
  expect(lan.alerts().find(({ kind }) => kind === 'port_steal')).toMatchObject({
    macs: [],
    victim: { mac: BOB.mac },
  })
})

test('a flood of claimants to our address names them and not us first', () => {
  const lan = onVictim()
  for (let i = 10; i < 16; i++) lan.announce(`02:00:00:00:00:${i}`, ALICE.ip, ARP_REPLY)
  lan.announce(ALICE.mac, ALICE.ip)
  expect(lan.alerts().find(({ kind }) => kind === 'arp_spoof')?.macs[0]).toBe('02:00:00:00:00:10')
})
