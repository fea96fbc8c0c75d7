/** The watch in a whole sensor: whom it asks, what it takes for an answer, and what it tells the daemon. */

import { expect, test } from 'vitest'
import { SETTINGS } from '../sensor/fake-sensor.js'
import { FakeWire } from '../sensor/fake-wire.js'
import { type Endpoints, encodeIpv4, encodeUdp } from '../wire/encode-ip.js'
import { PROTOCOL_ICMP, PROTOCOL_TCP } from '../wire/ip.js'
import type { Packet } from '../wire/packet.js'
import { fakeMac } from './fake-lan.js'

const OWN = { ip: '192.168.1.5', mac: fakeMac(5) }
const GATEWAY = { ip: '192.168.1.1', mac: fakeMac(1) }
const TARGET = '203.0.113.1'
const RESOLVER = '203.0.113.53'
const FACTS = {
  ...SETTINGS.facts,
  mac: OWN.mac,
  addresses: [{ ip: OWN.ip, prefixLength: 24 }],
  gateways: [GATEWAY.ip],
}
const PATIENCE_MS = 8000

function start(settings: Partial<typeof SETTINGS>, ips: string[] = [GATEWAY.ip]) {
  const gateway = { mac: GATEWAY.mac, ips }
  const wire = new FakeWire({ ...SETTINGS, facts: FACTS, uplinkPatienceMs: PATIENCE_MS, ...settings }, [
    gateway,
  ])
  wire.sensor.start()
  return { wire, gateway }
}

function statesOf(wire: FakeWire): string[] {
  const states = wire.reportsOf('status').map(({ report }) => report.counters.uplink?.state ?? 'none')
  return states.filter((state, i) => state !== states[i - 1])
}

function askedBeyond(wire: FakeWire): string[] {
  const ends = wire.lan.sent.flatMap(
    ({ packet }) => ('ip' in packet.payload ? packet.payload.ip : null) ?? [],
  )
  return [...new Set(ends.map(({ destination }) => destination))]
}

/** What a resolver makes of the question: NS records of the root, or a refusal. */
function answer(question: Packet, from: string, refusal = 0): Uint8Array {
  if (question.payload.type !== 'dns') throw new Error('not a question')
  const { id } = question.payload.message
  const record = [0, 0, 2, 0, 1, 0, 0, 0, 9, 0, 3, 1, 97, 0]
  const header = [id >> 8, id & 0xff, 0x81, 0x80 | refusal, 0, 1, 0, refusal ? 0 : 1, 0, 0, 0, 0]
  const message = Uint8Array.from([...header, ...[0, 0, 2, 0, 1], ...(refusal ? [] : record)])
  const ends = { sourceMac: GATEWAY.mac, destinationMac: OWN.mac, sourceIp: from, destinationIp: OWN.ip }
  return encodeUdp(ends, 53, 50_000, message)
}

function answerAll(wire: FakeWire, from: string, refusal = 0): void {
  const receive = wire.lan.onPacket
  wire.lan.onPacket = (packet) => {
    receive(packet)
    const isQuestion = packet.payload.type === 'dns' && !packet.payload.message.isResponse
    if (isQuestion) wire.timers.after(1, () => wire.lan.receive(answer(packet, from, refusal)))
  }
}

/** SYN and ACK. */
function encodeTcp(ends: Endpoints, acknowledged = 2): Uint8Array {
  const numbers = [...[0, 0, 0, 1], ...[0, 0, 0, acknowledged]]
  const header = [1, 187, 200, 0, ...numbers, 0x50, 0x12, 255, 255, 0, 0, 0, 0]
  return encodeIpv4(ends, PROTOCOL_TCP, Uint8Array.from(header))
}

/** What this machine begins: a SYN to port 443, number 1. */
function encodeSyn(destinationIp: string): Uint8Array {
  const ends = { sourceMac: OWN.mac, destinationMac: GATEWAY.mac, sourceIp: OWN.ip, destinationIp }
  const header = [200, 0, 1, 187, ...[0, 0, 0, 1], ...[0, 0, 0, 0], 0x50, 0x02, 255, 255, 0, 0, 0, 0]
  return encodeIpv4(ends, PROTOCOL_TCP, Uint8Array.from(header))
}

test('nobody is asked, and nothing told, unless the owner wants it', () => {
  const { wire } = start({ uplinkPatienceMs: 0 })
  wire.timers.advance(60_000)
  expect(wire.lan.sent).toEqual([])
  expect(statesOf(wire)).toEqual(['none'])
})

test('an address that the owner names is pinged through the gateway, and nobody else is asked', () => {
  const facts = { ...FACTS, resolvers: [RESOLVER] }
  const { wire, gateway } = start({ uplinkTargets: [TARGET], facts }, [GATEWAY.ip, TARGET])
  wire.timers.advance(10_000)
  expect(statesOf(wire)).toEqual(['up'])
  expect(askedBeyond(wire)).toEqual([TARGET])
  gateway.ips = [GATEWAY.ip]
  wire.timers.advance(15_000)
  gateway.ips = []
  wire.timers.advance(15_000)
  gateway.ips = [GATEWAY.ip, TARGET]
  wire.timers.advance(10_000)
  expect(statesOf(wire)).toEqual(['up', 'beyond_silent', 'gateway_silent', 'up'])
})

test('resolvers are asked for the root: the gateway and those beyond it, not another machine of the network', () => {
  const { wire } = start({ facts: { ...FACTS, resolvers: ['192.168.1.9', '127.0.0.1', '::1', RESOLVER] } })
  answerAll(wire, RESOLVER)
  wire.timers.advance(10_000)
  expect(askedBeyond(wire)).toEqual([RESOLVER])
  const [last] = wire.reportsOf('status').slice(-1)
  expect(last?.report.counters.uplink).toMatchObject({
    state: 'up',
    evidence: 'resolver',
    gateway: GATEWAY.ip,
  })
})

test('a gateway that has no answer of its own to give shows that nothing is beyond it', () => {
  const { wire } = start({ facts: { ...FACTS, resolvers: [GATEWAY.ip] } })
  answerAll(wire, GATEWAY.ip, 2)
  wire.timers.advance(15_000)
  expect(statesOf(wire)).toEqual(['unknown', 'beyond_silent'])
})

test('without anybody to ask beyond the gateway nothing is known', () => {
  const { wire } = start({})
  wire.timers.advance(60_000)
  expect(statesOf(wire)).toEqual(['unknown'])
})

test('an interface without a gateway is not watched', () => {
  const { wire } = start({ facts: { ...FACTS, gateways: ['fe80::1'] } })
  wire.timers.advance(60_000)
  expect(wire.lan.sent).toEqual([])
  expect(statesOf(wire)).toEqual(['none'])
})

test('frames that cannot be sent are no questions', () => {
  const { wire } = start({ uplinkTargets: [TARGET] }, [GATEWAY.ip, TARGET])
  wire.timers.advance(5000)
  wire.lan.sendError = new Error('ENETDOWN')
  wire.timers.advance(60_000)
  expect(statesOf(wire)).toEqual(['up', 'unknown'])
})

test('answers to what was not asked say nothing', () => {
  const { wire } = start({ uplinkTargets: [TARGET], facts: { ...FACTS, resolvers: [RESOLVER] } })
  const ends = { sourceMac: GATEWAY.mac, destinationMac: OWN.mac, sourceIp: TARGET, destinationIp: OWN.ip }
  const echo = Uint8Array.from([0, 0, 0xff, 0xff, 0, 0, 0, 0])
  wire.timers.advance(500)
  wire.lan.receive(encodeIpv4(ends, PROTOCOL_ICMP, echo))
  wire.lan.receive(encodeTcp({ ...ends, sourceIp: '10.9.9.9' }))
  wire.lan.receive(encodeTcp({ ...ends, destinationIp: '192.168.1.77' }))
  wire.timers.advance(400)
  expect(statesOf(wire)).not.toContain('up')
})

test('a connection of this machine that is accepted from beyond says enough', () => {
  const { wire } = start({})
  const ends = { sourceMac: GATEWAY.mac, destinationMac: OWN.mac, sourceIp: TARGET, destinationIp: OWN.ip }
  wire.timers.advance(500)
  wire.showOwn(encodeSyn(TARGET))
  wire.lan.receive(encodeTcp(ends))
  wire.timers.advance(400)
  const [last] = wire.reportsOf('status').slice(-1)
  expect(last?.report.counters.uplink).toMatchObject({ state: 'up', evidence: 'connection' })
})

test('a neighbour that accepts what this machine has not begun cannot say that the internet is there', () => {
  const { wire, gateway } = start({ uplinkTargets: [TARGET] }, [GATEWAY.ip, TARGET])
  wire.timers.advance(10_000)
  gateway.ips = [GATEWAY.ip]
  const ends = { destinationMac: OWN.mac, sourceIp: '198.51.100.9', destinationIp: OWN.ip }
  const forged = { ...ends, sourceMac: fakeMac(66) }
  wire.showOwn(encodeSyn(forged.sourceIp))
  for (let i = 0; i < 5; i++) {
    wire.timers.advance(15_000)
    wire.lan.receive(encodeTcp(forged, 3))
    wire.lan.receive(encodeTcp({ ...forged, sourceIp: '198.51.100.10' }))
    const question = Uint8Array.from([0, 1, 0x81, 0x80, 0, 0, 0, 0, 0, 0, 0, 0])
    wire.lan.receive(encodeUdp(forged, 53, 50_000, question))
  }
  wire.timers.advance(1000)
  expect(statesOf(wire)).toEqual(['up', 'beyond_silent'])
})

test('without a carrier the gateway is silent, and the way to it is not forgotten', () => {
  const { wire } = start({ uplinkTargets: [TARGET] }, [GATEWAY.ip, TARGET])
  wire.timers.advance(10_000)
  wire.sensor.command({ type: 'facts', facts: { ...FACTS, addresses: [], gateways: [] } })
  wire.timers.advance(30_000)
  wire.sensor.command({ type: 'facts', facts: FACTS })
  wire.timers.advance(10_000)
  expect(statesOf(wire)).toEqual(['up', 'gateway_silent', 'up'])
})
