import { ZERO_MAC } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import type { InterfaceFacts } from '../model/interface.js'
import { FakeTimers } from '../time/fake-timers.js'
import { ARP_REPLY, ARP_REQUEST, encodeArp } from '../wire/arp.js'
import { encodeNeighborSolicitation, ipv6MulticastMac, solicitedNodeGroup } from '../wire/encode-ip.js'
import { dhcpFrame, ipBytes, udpFrame } from '../wire/fake-frames.js'
import { Decoys } from './decoys.js'
import { type FakeHost, FakeLan, fakeMac } from './fake-lan.js'

const DECOY = '192.168.1.250'
const DECOY6 = '2001:db8::250'
const OWN_MAC = fakeMac(0xffff)
const SCANNER = { mac: fakeMac(66), ip: '192.168.1.66', ip6: '2001:db8::66' }
const BROADCAST = 'ff:ff:ff:ff:ff:ff'
const FACTS: InterfaceFacts = {
  mac: OWN_MAC,
  addresses: [{ ip: '192.168.1.5', prefixLength: 24 }],
  gateways: ['192.168.1.1'],
  isForwarding: false,
  decoys: [DECOY],
}
/** Three probes a second or two apart, and two seconds to hear of it. */
const SETTLED_MS = 9000

function setUp({ hosts = [] as FakeHost[], decoys = [DECOY], holder = '' } = {}) {
  const timers = new FakeTimers()
  const lan = new FakeLan(timers, hosts)
  const changes: string[][] = []
  const all = new Decoys(
    { sender: lan, timers, random: Math.random },
    { holderOf: () => holder, onChange: () => changes.push(all.held()) },
  )
  lan.onPacket = (packet) => all.observe(packet)
  all.setFacts({ ...FACTS, decoys })
  return { timers, lan, all, changes }
}

function held(decoys = [DECOY]) {
  const one = setUp({ decoys })
  one.timers.advance(SETTLED_MS)
  one.lan.sent.length = 0
  return one
}

function arp(fields: {
  senderMac?: string
  senderIp: string
  targetIp?: string
  to?: string
  operation?: number
}) {
  const {
    senderMac = SCANNER.mac,
    senderIp,
    targetIp = DECOY,
    to = BROADCAST,
    operation = ARP_REQUEST,
  } = fields
  const ends = { sourceMac: senderMac, destinationMac: to }
  return encodeArp({ ...ends, operation, senderMac, senderIp, targetMac: ZERO_MAC, targetIp })
}

function solicit(sourceIp: string): Uint8Array {
  const group = solicitedNodeGroup(DECOY6)
  const ends = { sourceMac: SCANNER.mac, destinationMac: ipv6MulticastMac(group), destinationIp: group }
  return encodeNeighborSolicitation({ ...ends, sourceIp }, DECOY6)
}

test('an address is probed for three times, from no address, before it is taken', () => {
  const { timers, lan, all } = setUp()
  lan.receive(arp({ senderIp: SCANNER.ip }))
  timers.advance(3000)
  expect(all.statuses()).toEqual([{ ip: DECOY, state: 'probing', claimant: '' }])
  timers.advance(SETTLED_MS - 3000)
  expect(all.statuses()).toEqual([{ ip: DECOY, state: 'held', claimant: '' }])
  expect(lan.sent.map(({ packet }) => [packet.ethernet.destinationMac, packet.payload])).toEqual(
    new Array(3).fill([
      BROADCAST,
      expect.objectContaining({ arp: expect.objectContaining({ senderIp: '0.0.0.0', targetIp: DECOY }) }),
    ]),
  )
  const [first = 0, second = 0, third = 0] = lan.sent.map(({ atMs }) => atMs)
  expect([second - first, third - second].every((gap) => gap >= 1000 && gap <= 2000)).toBe(true)
})

test('who asks for it is told our MAC, alone', () => {
  const { lan } = held()
  lan.receive(arp({ senderIp: SCANNER.ip }))
  expect(lan.sent.map(({ packet }) => [packet.ethernet, packet.payload])).toEqual([
    [
      expect.objectContaining({ sourceMac: OWN_MAC, destinationMac: SCANNER.mac }),
      expect.objectContaining({
        arp: expect.objectContaining({
          operation: ARP_REPLY,
          senderMac: OWN_MAC,
          senderIp: DECOY,
          targetMac: SCANNER.mac,
          targetIp: SCANNER.ip,
        }),
      }),
    ],
  ])
})

test('an IPv6 decoy is probed for as by DAD, and advertised without Override', () => {
  const { timers, lan, all } = setUp({ decoys: [DECOY6] })
  timers.advance(SETTLED_MS)
  expect(all.held()).toEqual([DECOY6])
  expect(lan.sent.map(({ packet }) => packet.payload)).toEqual(
    new Array(3).fill(
      expect.objectContaining({
        ip: expect.objectContaining({ source: '::', destination: solicitedNodeGroup(DECOY6), ttl: 255 }),
        icmp: expect.objectContaining({ kind: 'neighbor_solicitation', target: DECOY6, sourceMac: null }),
      }),
    ),
  )
  lan.sent.length = 0
  lan.receive(solicit(SCANNER.ip6))
  expect(lan.sent.map(({ packet }) => packet.payload)).toEqual([
    expect.objectContaining({
      icmp: expect.objectContaining({
        kind: 'neighbor_advertisement',
        target: DECOY6,
        targetMac: OWN_MAC,
        isSolicited: true,
        isOverride: false,
        isRouter: false,
        isChecksumRight: true,
      }),
    }),
  ])
})

test('an address that somebody has is never answered for', () => {
  const { timers, lan, all } = setUp({ hosts: [{ mac: fakeMac(9), ips: [DECOY] }] })
  timers.advance(SETTLED_MS)
  expect(all.statuses()).toEqual([{ ip: DECOY, state: 'withdrawn', claimant: fakeMac(9) }])
  lan.sent.length = 0
  lan.receive(arp({ senderIp: SCANNER.ip }))
  timers.advance(3_600_000)
  expect(lan.sent).toEqual([])
})

test('an address that was ever used is left alone', () => {
  const { timers, lan, all } = setUp({ holder: fakeMac(9) })
  timers.advance(SETTLED_MS)
  expect(all.statuses()).toEqual([{ ip: DECOY, state: 'withdrawn', claimant: fakeMac(9) }])
  expect(lan.sent).toEqual([])
})

const CLIENT = {
  sourceMac: SCANNER.mac,
  destinationMac: BROADCAST,
  sourceIp: '0.0.0.0',
  destinationIp: '255.255.255.255',
}

test.each<[string, Uint8Array]>([
  ['a probe', arp({ senderIp: '0.0.0.0' })],
  ['an announcement', arp({ senderIp: DECOY })],
  ['a question from it', arp({ senderIp: DECOY, targetIp: '192.168.1.1' })],
  ['an answer', arp({ senderIp: DECOY, targetIp: '192.168.1.5', to: OWN_MAC, operation: ARP_REPLY })],
  ['a packet from it', udpFrame({ ...CLIENT, sourceIp: DECOY }, 5353, 5353, new Uint8Array(1))],
  [
    'a lease that is asked for',
    dhcpFrame(CLIENT, {
      operation: 1,
      messageType: 3,
      clientMac: SCANNER.mac,
      options: [[50, ipBytes(DECOY)]],
    }),
  ],
])('it is given up for good at %s, and told', (_, frame) => {
  const { timers, lan, all, changes } = held()
  lan.receive(frame)
  expect(all.statuses()).toEqual([{ ip: DECOY, state: 'withdrawn', claimant: SCANNER.mac }])
  expect(changes.at(-1)).toEqual([])
  lan.receive(arp({ senderMac: fakeMac(7), senderIp: '192.168.1.7' }))
  timers.advance(3_600_000)
  expect(lan.sent).toEqual([])
})

test('an IPv6 decoy is given up when somebody else does DAD for it', () => {
  const { lan, all } = held([DECOY6])
  lan.receive(solicit('::'))
  expect(all.statuses()).toEqual([{ ip: DECOY6, state: 'withdrawn', claimant: SCANNER.mac }])
  expect(lan.sent).toEqual([])
})

test('a switch that looks after its ports claims nothing', () => {
  const { lan, all } = held()
  lan.receive(arp({ senderIp: '0.0.0.0', to: OWN_MAC }))
  expect(all.held()).toEqual([DECOY])
})

test('what this machine sends, and other VLANs, are neither questions nor claims', () => {
  const { lan, all } = held()
  lan.receive(arp({ senderMac: OWN_MAC, senderIp: '0.0.0.0' }))
  const claim = { sourceMac: SCANNER.mac, destinationMac: BROADCAST, senderMac: SCANNER.mac, senderIp: DECOY }
  lan.receive(encodeArp({ ...claim, operation: ARP_REQUEST, targetMac: ZERO_MAC, targetIp: DECOY, vlan: 7 }))
  expect(all.held()).toEqual([DECOY])
  expect(lan.sent).toEqual([])
})

test('who took the address while the link was down is found by asking again', () => {
  const { timers, lan, all } = held()
  lan.hosts.push({ mac: fakeMac(9), ips: [DECOY] })
  timers.advance(301_000)
  expect(all.statuses()).toEqual([{ ip: DECOY, state: 'withdrawn', claimant: fakeMac(9) }])
})

test('a flood of questions is answered up to a bound, and again later', () => {
  const { timers, lan } = held()
  for (let i = 0; i < 1000; i++) lan.receive(arp({ senderIp: SCANNER.ip }))
  expect(lan.sent).toHaveLength(600)
  timers.advance(60_000)
  lan.receive(arp({ senderIp: SCANNER.ip }))
  expect(lan.sent).toHaveLength(601)
})

test('an interface that does not send is tried again', () => {
  const { timers, lan, all } = setUp()
  lan.sendError = new Error('ENETDOWN')
  timers.advance(60_000)
  expect(all.held()).toEqual([])
  lan.sendError = null
  timers.advance(10_000 + SETTLED_MS)
  expect(all.held()).toEqual([DECOY])
  lan.sendError = new Error('ENETDOWN')
  lan.receive(arp({ senderIp: SCANNER.ip }))
  expect(all.held()).toEqual([DECOY])
})

test('decoys follow the facts: those that stay are not probed for again', () => {
  const { timers, lan, all } = held()
  all.setFacts({ ...FACTS, decoys: [DECOY, '192.168.1.251'] })
  timers.advance(SETTLED_MS)
  expect(all.held()).toEqual([DECOY, '192.168.1.251'])
  expect(lan.sent).toHaveLength(3)
  all.setFacts({ ...FACTS, decoys: [] })
  lan.receive(arp({ senderIp: SCANNER.ip }))
  expect(lan.sent).toHaveLength(3)
  all.setFacts({ ...FACTS, mac: fakeMac(0xfffe) })
  expect(all.statuses()).toEqual([{ ip: DECOY, state: 'probing', claimant: '' }])
  all.stop()
  timers.advance(60_000)
  expect(lan.sent).toHaveLength(3)
})
