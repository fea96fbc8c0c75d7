import { BROADCAST_MAC } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import { encodeArpRequest } from '../wire/arp.js'
import { packetOf, tcpFrame } from '../wire/fake-frames.js'
import { TCP_SYN } from '../wire/tcp.js'
import { SETTINGS } from './fake-sensor.js'
import { ForeignTraffic, isGateway, workOutVantage } from './vantage.js'

const SWITCH_PORT = {
  isGateway: false,
  packets: 10_000,
  hasForeignTraffic: false,
  hasSeenOthers: true,
}

test.each([
  ['an ordinary port', {}, 'switch_port'],
  ['nothing seen yet', { packets: 0, hasSeenOthers: false }, 'unknown'],
  ['only its own frames', { hasSeenOthers: false }, 'own_traffic'],
  ['conversations between others', { hasForeignTraffic: true }, 'mirror'],
  ['the router of the network', { isGateway: true }, 'gateway'],
])('%s', (_what, changes, expected) => {
  expect(workOutVantage({ ...SWITCH_PORT, ...changes })).toBe(expected)
})

test.each([
  ['a router on its LAN side', { isForwarding: true }, true],
  ['a host of containers, which forwards too', { isForwarding: true, gateways: ['10.0.0.1'] }, false],
  ['a router that was told of another over IPv6', { isForwarding: true, gateways: ['fe80::66'] }, true],
  ['a host', { gateways: ['10.0.0.1'] }, false],
])('%s', (_what, changes, expected) => {
  expect(isGateway({ ...SETTINGS.facts, ...changes })).toBe(expected)
})

const OWN = '02:00:00:00:00:01'
const ALICE = '02:00:00:00:00:0a'
const BOB = '02:00:00:00:00:0b'
const MINUTE_MS = 60_000

/** `count` connection attempts, one each second, from `atMs` on. */
function connect(traffic: ForeignTraffic, count: number, from: string, to: string, atMs = 0): void {
  const ends = { sourceMac: from, destinationMac: to, sourceIp: '10.0.0.2', destinationIp: '10.0.0.3' }
  for (let i = 0; i < count; i++)
    traffic.observe(packetOf(tcpFrame(ends, 40_000, 80, TCP_SYN), atMs + i * 1000), OWN)
}

/** A question to all: shows that the station is there. */
function speak(traffic: ForeignTraffic, mac: string, atMs = 0): void {
  traffic.observe(packetOf(encodeArpRequest(mac, '10.0.0.2', '10.0.0.3'), atMs), OWN)
}

test('frames to a station that has just spoken show a mirror, for a while', () => {
  const traffic = new ForeignTraffic()
  speak(traffic, BOB)
  connect(traffic, 9, ALICE, BOB)
  expect(traffic.isInView(9000)).toBe(false)
  connect(traffic, 1, ALICE, BOB, 9000)
  expect(traffic.isInView(9000)).toBe(true)
  expect(traffic.isInView(9 * MINUTE_MS)).toBe(true)
  expect(traffic.isInView(11 * MINUTE_MS)).toBe(false)
})

test.each([
  ['to a station that the switch may have forgotten', ALICE, BOB, -20_000],
  ['to us', ALICE, OWN, 0],
  ['from us', OWN, BOB, 0],
  ['to all', ALICE, BROADCAST_MAC, 0],
  ['to the station itself', BOB, BOB, 0],
])('frames %s do not', (_what, from, to, spokeMs) => {
  const traffic = new ForeignTraffic()
  speak(traffic, BOB, spokeMs)
  connect(traffic, 30, from, to)
  expect(traffic.isInView(30_000)).toBe(false)
})

test('nor does a flood to invented stations', () => {
  const traffic = new ForeignTraffic()
  for (let i = 0; i < 10_000; i++) {
    const suffix = i.toString(16).padStart(4, '0')
    const mac = (prefix: string) => `${prefix}:${suffix.slice(0, 2)}:${suffix.slice(2)}`
    connect(traffic, 1, mac('02:11:00:00'), mac('02:22:00:00'), i)
  }
  expect(traffic.isInView(10_000)).toBe(false)
})
