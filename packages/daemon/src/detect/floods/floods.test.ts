import { BROADCAST_MAC, ZERO_MAC } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import { ethernetFrame, tcpFrame } from '../../wire/fake-frames.js'
import { TCP_SYN } from '../../wire/tcp.js'
import { ALICE, BOB, FakeTraffic, GATEWAY, MALLORY } from '../engine/fake-traffic.js'

/** A repeatable stream of made-up MAC addresses, all different. */
function fakeMac(i: number): string {
  const mixed = Math.imul(i + 1, 0x9e3779b1) >>> 0
  const octets = [(mixed >>> 24) & 0xfc, mixed >>> 16, mixed >>> 8, i >> 8, i, mixed]
  return octets.map((octet) => (octet & 0xff).toString(16).padStart(2, '0')).join(':')
}

test('finds a storm of one announcement, also when the binding is true', () => {
  const traffic = new FakeTraffic()
  traffic.settle()
  for (let i = 0; i < 400; i++) traffic.announce(BOB.mac, BOB.ip)
  expect(traffic.loud()).toEqual(['arp_storm/warning'])
})

test('finds a storm of one request', () => {
  const traffic = new FakeTraffic()
  traffic.settle()
  for (let i = 0; i < 400; i++) traffic.ask(BOB, '192.168.1.77')
  expect(traffic.loud()).toEqual(['arp_storm/warning'])
})

test('lets a cluster announce many addresses, each a few times', () => {
  const traffic = new FakeTraffic()
  for (let i = 0; i < 100; i++) for (let k = 0; k < 10; k++) traffic.announce(BOB.mac, `192.168.1.${100 + i}`)
  expect(traffic.loud().filter((kind) => kind.startsWith('arp_storm'))).toEqual([])
})

test('lets a device ask for a dead gateway ten times a second', () => {
  const traffic = new FakeTraffic()
  for (let i = 0; i < 300; i++) {
    traffic.ask(BOB, GATEWAY.ip)
    traffic.wait(97)
  }
  expect(traffic.loud()).toEqual([])
})

function floodOfMacs(
  traffic: FakeTraffic,
  count: number,
  pauseMs: number,
  destination: (i: number) => string,
) {
  for (let i = 0; i < count; i++) {
    const ends = {
      sourceMac: fakeMac(i),
      destinationMac: destination(i),
      sourceIp: `10.${i & 255}.${i >> 8}.1`,
      destinationIp: '10.9.9.9',
    }
    traffic.send(tcpFrame(ends, 1000 + i, 80, TCP_SYN))
    traffic.wait(pauseMs)
  }
}

test('finds a MAC flood between invented stations', () => {
  const traffic = new FakeTraffic()
  traffic.settle()
  floodOfMacs(traffic, 100, 20, (i) => fakeMac(100_000 + i))
  expect(traffic.loud()).toContain('mac_flood/warning')
})

test('calls a MAC flood that fills a switch critical', () => {
  const traffic = new FakeTraffic()
  floodOfMacs(traffic, 1200, 0, () => GATEWAY.mac)
  expect(traffic.loud()).toContain('mac_flood/critical')
})

test('finds a MAC flood that varies only the last octets, once it is larger than any network', () => {
  const traffic = new FakeTraffic()
  for (let i = 0; i < 1100; i++) {
    const mac = `00:18:${fakeMac(i).slice(6, 8)}:${fakeMac(i).slice(9)}`
    traffic.packet({ ip: '10.0.0.1', mac }, '33:33:00:00:00:01', '10.255.255.255')
  }
  expect(traffic.loud()).toContain('mac_flood/critical')
})

test('does not take a large network that comes into view for a flood', () => {
  const traffic = new FakeTraffic()
  for (let i = 0; i < 400; i++) {
    const mac = `18:66:da:00:${(i >> 8).toString(16).padStart(2, '0')}:${(i & 255).toString(16).padStart(2, '0')}`
    traffic.packet({ ip: `10.1.${i >> 8}.${i & 255}`, mac }, GATEWAY.mac, '8.8.8.8')
  }
  expect(traffic.loud()).toEqual([])
})

test('finds a thief of switch ports by frames that only show a source address', () => {
  const traffic = new FakeTraffic()
  traffic.settle()
  for (let i = 0; i < 30; i++) {
    for (const victim of [ALICE, BOB])
      traffic.send(ethernetFrame(MALLORY.mac, victim.mac, 0x0806, new Uint8Array(28 + (i % 18))))
  }
  const [alert] = traffic.alerts().filter(({ kind }) => kind === 'port_steal')
  expect(alert).toMatchObject({
    severity: 'critical',
    parties: [
      { role: 'suspect', mac: MALLORY.mac },
      { role: 'affected', mac: ALICE.mac },
      { role: 'affected', mac: BOB.mac },
    ],
  })
})

test('finds a thief that sends well-formed ARP to itself', () => {
  const traffic = new FakeTraffic()
  traffic.settle()
  for (let i = 0; i < 20; i++) {
    traffic.tell(MALLORY.mac, MALLORY.ip, MALLORY, { sourceMac: BOB.mac })
    traffic.wait(50)
  }
  expect(traffic.loud()).toContain('port_steal/critical')
})

test('finds a thief whose ARP names MACs but no address', () => {
  const traffic = new FakeTraffic()
  traffic.settle()
  for (let i = 0; i < 20; i++) {
    traffic.tell(BOB.mac, '0.0.0.0', { ip: '0.0.0.0', mac: MALLORY.mac })
    traffic.wait(200)
  }
  expect(traffic.alerts().find(({ kind }) => kind === 'port_steal')).toMatchObject({
    macs: [MALLORY.mac],
    victim: { mac: BOB.mac },
  })
})

test('knows the loopback interface, where every frame goes from zero to zero', () => {
  const traffic = new FakeTraffic()
  for (let i = 0; i < 60; i++) traffic.packet({ ip: '127.0.0.1', mac: ZERO_MAC }, ZERO_MAC, '127.0.0.1')
  expect(traffic.loud()).toEqual([])
})

test('knows the inner frames of a machine of several parts, which carry data', () => {
  const traffic = new FakeTraffic()
  for (let i = 0; i < 60; i++) traffic.packet({ ip: '127.0.0.1', mac: BOB.mac }, BOB.mac, '127.0.0.2')
  expect(traffic.loud()).toEqual([])
})

test('knows the loop test frames of switches', () => {
  const traffic = new FakeTraffic()
  for (let i = 0; i < 60; i++) {
    traffic.send(ethernetFrame(BOB.mac, BOB.mac, 0x9000, new Uint8Array(46)))
    traffic.wait(200)
  }
  expect(traffic.loud()).toEqual([])
})

test.each([
  ['a group address as its sender', { senderMac: '01:00:5e:00:00:01' }],
  ['no sender MAC', { senderMac: ZERO_MAC }],
  ['a multicast sender', { senderIp: '224.0.0.1' }],
  ['a loopback sender', { senderIp: '127.0.0.1' }],
])('notes ARP with %s', (_, fields) => {
  const traffic = new FakeTraffic()
  traffic.arp({
    operation: 1,
    senderMac: BOB.mac,
    senderIp: BOB.ip,
    targetIp: GATEWAY.ip,
    sourceMac: BOB.mac,
    destinationMac: BROADCAST_MAC,
    ...fields,
  })
  expect(traffic.kinds()).toContain('malformed_arp')
  expect(traffic.loud()).toEqual([])
})
