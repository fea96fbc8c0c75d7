import { BROADCAST_MAC } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import type { ProbeRequest, ProbeResult } from '../detect/engine/detection.js'
import type { InterfaceFacts } from '../model/interface.js'
import { FakeTimers } from '../time/fake-timers.js'
import { type FakeHost, FakeLan, fakeMac } from './fake-lan.js'
import { ProbeBudget } from './probe-budget.js'
import { Prober } from './prober.js'

const OWN_MAC = fakeMac(0xffff)
const FACTS: InterfaceFacts = {
  mac: OWN_MAC,
  addresses: [
    { ip: '192.168.1.5', prefixLength: 24 },
    { ip: 'fe80::5', prefixLength: 64 },
    { ip: '2001:db8::5', prefixLength: 64 },
  ],
  gateways: ['192.168.1.1'],
  isForwarding: false,
  decoys: [],
}

function setUp(hosts: FakeHost[], { framesPerMinute = 60, facts = FACTS } = {}) {
  const timers = new FakeTimers()
  const lan = new FakeLan(timers, hosts)
  const results: ProbeResult[] = []
  const onResult = (result: ProbeResult) => results.push(result)
  const prober = new Prober({ sender: lan, timers, random: Math.random }, facts, {
    framesPerMinute,
    budget: new ProbeBudget(framesPerMinute),
    onResult,
  })
  lan.onPacket = (packet) => prober.observe(packet)
  return { timers, lan, prober, results }
}

function ask(method: ProbeRequest['method'], number: number, ip = `192.168.1.${number}`): ProbeRequest {
  return { method, target: { ip, mac: fakeMac(number) }, alertId: `alert-${number}` }
}

test('who-has goes to one MAC, from our own addresses, and is answered', () => {
  const { timers, lan, prober, results } = setUp([{ mac: fakeMac(7), ips: ['192.168.1.7'] }])
  expect(prober.request(ask('unicast_who_has', 7))).toBe(true)
  timers.advance(100)
  expect(results).toEqual([{ ...ask('unicast_who_has', 7), result: 'answered', atMs: 1_000_001 }])
  expect(lan.sent.map(({ packet }) => [packet.ethernet, packet.payload])).toEqual([
    [
      expect.objectContaining({ sourceMac: OWN_MAC, destinationMac: fakeMac(7) }),
      expect.objectContaining({
        arp: expect.objectContaining({
          senderMac: OWN_MAC,
          senderIp: '192.168.1.5',
          targetIp: '192.168.1.7',
        }),
      }),
    ],
  ])
  timers.advance(10_000)
  expect(results).toHaveLength(1)
})

test('who-has that nobody answers is silent after three frames', () => {
  const { timers, lan, prober, results } = setUp([])
  prober.request(ask('unicast_who_has', 7))
  timers.advance(10_000)
  expect(results).toEqual([expect.objectContaining({ result: 'silent', atMs: 1_002_500 })])
  expect(lan.sent.map(({ packet }) => packet.ethernet.destinationMac)).toEqual([
    fakeMac(7),
    BROADCAST_MAC,
    BROADCAST_MAC,
  ])
  expect(prober.framesSent).toBe(3)
})

test('a neighbour that does not answer is asked again with its group', () => {
  const { timers, lan, prober } = setUp([])
  prober.request({
    method: 'unicast_who_has',
    target: { ip: 'fe80::1:2:7', mac: fakeMac(7) },
    alertId: '',
  })
  timers.advance(10_000)
  expect(lan.sent.map(({ packet }) => packet.ethernet.destinationMac)).toEqual([
    fakeMac(7),
    '33:33:ff:02:00:07',
    '33:33:ff:02:00:07',
  ])
})

test('an answer from another MAC is not the answer of the one asked', () => {
  const { timers, lan, prober, results } = setUp([])
  lan.hosts.push({ mac: fakeMac(7), ips: [] }, { mac: fakeMac(8), ips: ['192.168.1.7'] })
  prober.request(ask('unicast_who_has', 7))
  // The other host is made to answer by an ordinary broadcast at the same time.
  const broadcast = new FakeLan(timers, lan.hosts)
  broadcast.onPacket = (packet) => prober.observe(packet)
  const frame = lan.sent[0]?.packet.bytes.slice() ?? new Uint8Array()
  frame.fill(0xff, 0, 6)
  broadcast.send(frame)
  timers.advance(10_000)
  expect(results).toEqual([expect.objectContaining({ result: 'silent' })])
})

test('IPv6 addresses are asked by neighbour solicitation', () => {
  const { timers, prober, results } = setUp([{ mac: fakeMac(7), ips: ['2001:db8::7', 'fe80::7'] }])
  prober.request(ask('unicast_who_has', 7, '2001:db8::7'))
  prober.request(ask('unicast_who_has', 7, 'fe80::7'))
  prober.request(ask('unicast_who_has', 8, 'fe80::8'))
  timers.advance(10_000)
  expect(results.map(({ target, result }) => `${target.ip} ${result}`)).toEqual([
    '2001:db8::7 answered',
    'fe80::7 answered',
    'fe80::8 silent',
  ])
})

test.each([0, 1])('a forwarder is found whether it takes %d off the TTL', (ttlDecrement) => {
  const { timers, lan, prober, results } = setUp([
    { mac: fakeMac(7), ips: ['192.168.1.7'], forwards: { ttlDecrement } },
  ])
  prober.request(ask('forwarding_probe', 7))
  timers.advance(10_000)
  expect(results).toEqual([expect.objectContaining({ result: 'forwarded' })])
  expect(lan.sent[0]?.packet).toMatchObject({
    ethernet: { sourceMac: OWN_MAC, destinationMac: fakeMac(7) },
    payload: { type: 'icmpv4', ip: { source: '192.168.1.5', destination: '192.168.1.5' } },
  })
})

test('ten normal hosts are cleared, each after two frames', () => {
  const numbers = Array.from({ length: 10 }, (_, i) => 10 + i)
  const { timers, lan, prober, results } = setUp(
    numbers.map((n) => ({ mac: fakeMac(n), ips: [`192.168.1.${n}`] })),
  )
  for (const number of numbers) prober.request(ask('forwarding_probe', number))
  timers.advance(10_000)
  expect(results.map(({ result }) => result)).toEqual(new Array(10).fill('silent'))
  expect(lan.sent).toHaveLength(20)
})

test('our own frame, seen on its way out, is not taken for a forwarded one', () => {
  const { timers, prober, results } = setUp([])
  prober.request(ask('forwarding_probe', 7))
  timers.advance(10_000)
  expect(results).toEqual([expect.objectContaining({ result: 'silent' })])
})

test('somebody else returning an old probe proves nothing', () => {
  const { timers, lan, prober, results } = setUp([])
  prober.request(ask('forwarding_probe', 7))
  timers.advance(10_000)
  const old = lan.sent[0]?.packet.bytes.slice() ?? new Uint8Array()
  old.set([2, 0, 0, 0, 0, 7], 6)
  prober.request(ask('forwarding_probe', 8))
  lan.receive(old)
  timers.advance(10_000)
  expect(results.map(({ result }) => result)).toEqual(['silent', 'silent'])
})

test.each([
  ['another network', { ip: '10.0.0.1', mac: fakeMac(1) }],
  ['broadcast', { ip: '192.168.1.7', mac: 'ff:ff:ff:ff:ff:ff' }],
  ['multicast', { ip: '192.168.1.7', mac: '01:00:5e:00:00:01' }],
  ['no MAC', { ip: '192.168.1.7', mac: '' }],
  ['zero MAC', { ip: '192.168.1.7', mac: '00:00:00:00:00:00' }],
  ['ourselves', { ip: '192.168.1.7', mac: OWN_MAC }],
  ['our address', { ip: '192.168.1.5', mac: fakeMac(1) }],
  ['VRRP', { ip: '192.168.1.7', mac: '00:00:5e:00:01:05' }],
  ['VRRP for IPv6', { ip: 'fe80::7', mac: '00:00:5e:00:02:05' }],
  ['HSRP', { ip: '192.168.1.7', mac: '00:00:0c:07:ac:01' }],
  ['HSRP version 2', { ip: '192.168.1.7', mac: '00:00:0c:9f:f0:01' }],
  ['GLBP', { ip: '192.168.1.7', mac: '00:07:b4:00:01:01' }],
])('%s is never probed', (_, target) => {
  const { lan, prober } = setUp([])
  for (const method of ['unicast_who_has', 'forwarding_probe'] as const) {
    expect(prober.request({ method, target, alertId: '' })).toBe(false)
  }
  expect(lan.sent).toEqual([])
})

test('without an address of our own nothing is sent', () => {
  const { prober, lan } = setUp([], { facts: { ...FACTS, addresses: [{ ip: 'fe80::5', prefixLength: 64 }] } })
  expect(prober.request(ask('unicast_who_has', 7))).toBe(false)
  expect(prober.request(ask('forwarding_probe', 7, 'fe80::7'))).toBe(false)
  expect(lan.sent).toEqual([])
})

test('the same check asked for by two alerts is made once and answers both', () => {
  const { timers, lan, prober, results } = setUp([{ mac: fakeMac(7), ips: ['192.168.1.7'] }])
  prober.request(ask('unicast_who_has', 7))
  prober.request({ ...ask('unicast_who_has', 7), alertId: 'other' })
  timers.advance(10_000)
  expect(lan.sent).toHaveLength(1)
  expect(results.map(({ alertId }) => alertId)).toEqual(['alert-7', 'other'])
})

test('in no minute more than the budget is sent, and all that was accepted is answered', () => {
  const { timers, lan, prober, results } = setUp([], { framesPerMinute: 10 })
  const accepted = Array.from({ length: 80 }, (_, i) => prober.request(ask('unicast_who_has', i + 10)))
  expect(accepted.filter(Boolean)).toHaveLength(64)
  timers.advance(30 * 60_000)
  const times = lan.sent.map(({ atMs }) => atMs)
  for (const start of times) {
    expect(times.filter((at) => at >= start && at < start + 60_000).length).toBeLessThanOrEqual(10)
  }
  expect(results).toHaveLength(64)
  expect(prober.framesLastMinute()).toBeLessThanOrEqual(10)
  expect(timers.pending).toBe(0)
})

test('an interface that is gone gives no result rather than a false one', () => {
  const { timers, lan, prober, results } = setUp([])
  lan.sendError = new Error('Network is down')
  prober.request(ask('unicast_who_has', 7))
  timers.advance(10_000)
  expect(results).toEqual([])
})

test('periodic probing trickles over all hosts but gateways and finds the forwarder', () => {
  const hosts: FakeHost[] = Array.from({ length: 12 }, (_, i) => ({
    mac: fakeMac(i + 1),
    ips: [`192.168.1.${i + 1}`],
  }))
  const router = hosts[0]
  const attacker = hosts[8]
  if (router) router.forwards = { ttlDecrement: 1 }
  if (attacker) attacker.forwards = { ttlDecrement: 0 }
  const { timers, lan, prober, results } = setUp(hosts, { framesPerMinute: 30 })
  const known = hosts.map(({ ips, mac }) => ({ ip: ips[0] ?? '', mac }))
  prober.startPeriodic(() => [...known, { ip: '192.168.1.77', mac: fakeMac(3) }])
  timers.advance(60_000)
  // Half of the budget, one frame each, and nobody twice before everybody once.
  expect(lan.sent.length).toBeLessThanOrEqual(15)
  expect(new Set(lan.sent.slice(0, 10).map(({ packet }) => packet.ethernet.destinationMac)).size).toBe(10)
  expect(results.filter(({ result }) => result === 'forwarded').map(({ target }) => target.mac)).toEqual([
    fakeMac(9),
  ])
  expect(lan.sent.map(({ packet }) => packet.ethernet.destinationMac)).not.toContain(fakeMac(1))
  const first = results[0]
  expect(first).toMatchObject({ method: 'forwarding_probe', alertId: '' })
  prober.stop()
  expect(timers.pending).toBe(0)
})

test('the trickle makes way for checks on suspicion', () => {
  const { timers, lan, prober } = setUp([], { framesPerMinute: 8 })
  prober.startPeriodic(() => [{ ip: '192.168.1.9', mac: fakeMac(9) }])
  for (const number of [20, 21]) prober.request(ask('unicast_who_has', number))
  timers.advance(59_000)
  const toHost9 = lan.sent.filter(({ packet }) => packet.ethernet.destinationMac === fakeMac(9))
  expect(toHost9).toHaveLength(0)
  timers.advance(120_000)
  expect(lan.sent.some(({ packet }) => packet.ethernet.destinationMac === fakeMac(9))).toBe(true)
})
