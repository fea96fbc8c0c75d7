import { expect, test } from 'vitest'
import { type InterfaceFacts, NO_FACTS } from '../model/interface.js'
import { FakeTimers } from '../time/fake-timers.js'
import { pointersFrame } from '../wire/fake-announcements.js'
import type { Packet } from '../wire/packet.js'
import { Announcer } from './announcer.js'
import { FakeLan, fakeMac } from './fake-lan.js'

const OWN = { ip: '192.168.1.5', mac: fakeMac(0xffff) }
const PRINTER = { ip: '192.168.1.9', mac: fakeMac(9) }
const ENUMERATION = '_services._dns-sd._udp.local'
const FACTS: InterfaceFacts = {
  ...NO_FACTS,
  mac: OWN.mac,
  addresses: [
    { ip: 'fe80::5', prefixLength: 64 },
    { ip: OWN.ip, prefixLength: 24 },
  ],
}

function setUp(facts = FACTS) {
  const timers = new FakeTimers()
  const lan = new FakeLan(timers, [])
  const announcer = new Announcer({ sender: lan, timers, random: Math.random }, facts)
  lan.onPacket = (packet) => announcer.observe(packet)
  const done: number[] = []
  const ask = (...kinds: Parameters<Announcer['announce']>[0]) =>
    announcer.announce(kinds, (sent) => done.push(sent))
  const asked = () => lan.sent.map(({ packet }) => questionsOf(packet))
  return { timers, lan, announcer, done, ask, asked }
}

function questionsOf({ payload }: Packet): string[] {
  if (payload.type === 'dns') return payload.message.questions.map(({ name, type }) => `${type} ${name}`)
  const { announcement } = payload.type === 'udp' ? payload : { announcement: null }
  return announcement?.protocol === 'ssdp' ? [`${announcement.ssdp.kind} ${announcement.ssdp.target}`] : []
}

test('all are searched for by SSDP, and asked for their services by mDNS', () => {
  const { timers, lan, done, ask, asked } = setUp()
  ask('ssdp', 'mdns')
  expect(asked()).toEqual([['search ssdp:all'], [`12 ${ENUMERATION}`]])
  expect(lan.sent.map(({ packet: { ethernet, payload } }) => [ethernet.destinationMac, payload])).toEqual([
    [
      '01:00:5e:7f:ff:fa',
      expect.objectContaining({
        destinationPort: 1900,
        ip: expect.objectContaining({ source: OWN.ip, destination: '239.255.255.250', isComplete: true }),
      }),
    ],
    [
      '01:00:5e:00:00:fb',
      expect.objectContaining({
        source: 'mdns',
        ip: expect.objectContaining({ source: OWN.ip, destination: '224.0.0.251', isComplete: true }),
      }),
    ],
  ])
  expect(done).toEqual([])
  timers.advance(1100)
  expect(done).toEqual([2])
})

test('the services that are named are asked for, each once', () => {
  const { timers, lan, announcer, done, ask, asked } = setUp()
  ask('mdns')
  lan.receive(pointersFrame(PRINTER, ENUMERATION, ['_ipp._tcp.local', '_IPP._tcp.local', 'x.example']))
  lan.receive(pointersFrame({ ...PRINTER, mac: OWN.mac }, ENUMERATION, ['_own._tcp.local']))
  timers.advance(1300)
  lan.receive(pointersFrame(PRINTER, '_ipp._tcp.local', ['Office._ipp._tcp.local']))
  timers.advance(5000)
  expect(asked()).toEqual([[`12 ${ENUMERATION}`], ['12 _ipp._tcp.local']])
  expect(done).toEqual([2])
  const clue = { source: 'mdns_asked', vlan: 0 } as const
  expect(announcer.isOwnQuestion({ ...clue, mac: OWN.mac, value: '_ipp._tcp' })).toBe(true)
  expect(announcer.isOwnQuestion({ ...clue, mac: OWN.mac, value: '_airplay._tcp' })).toBe(false)
  expect(announcer.isOwnQuestion({ ...clue, mac: PRINTER.mac, value: '_ipp._tcp' })).toBe(false)
})

test('whoever names services without end makes few frames, one after the other', () => {
  const { timers, lan, done, ask, asked } = setUp()
  ask('mdns')
  const names = Array.from({ length: 300 }, (_, n) => `_s${n}._tcp.local`)
  for (let i = 0; i < 300; i += 30) lan.receive(pointersFrame(PRINTER, ENUMERATION, names.slice(i, i + 30)))
  timers.advance(10_000)
  expect(done).toEqual([9])
  expect(asked().slice(1).flat()).toHaveLength(64)
  const times = lan.sent.slice(1).map(({ atMs }) => atMs)
  expect(times.every((atMs, i) => i === 0 || atMs - (times[i - 1] ?? 0) >= 250)).toBe(true)
})

test('there is one round at a time, and none without an address or a working interface', () => {
  const { timers, lan, announcer, done, ask } = setUp()
  ask('mdns')
  ask('ssdp', 'mdns')
  expect(done).toEqual([0])
  announcer.stop()
  expect(done).toEqual([0, 1])
  timers.advance(5000)
  expect(lan.sent).toHaveLength(1)
  lan.sendError = new Error('ENETDOWN')
  ask('ssdp', 'mdns')
  expect(done).toEqual([0, 1, 0])
  const ipv6Only = setUp({ ...FACTS, addresses: [{ ip: '2001:db8::5', prefixLength: 64 }] })
  ipv6Only.ask('ssdp')
  expect([ipv6Only.done, ipv6Only.lan.sent]).toEqual([[0], []])
})
