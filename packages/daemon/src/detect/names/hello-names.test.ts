import { BROADCAST_MAC, ZERO_MAC } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import { ARP_REQUEST, encodeArp } from '../../wire/arp.js'
import { concat, packetOf, tcpFrame, udpFrame } from '../../wire/fake-frames.js'
import {
  cryptoFrame,
  type FakeHello,
  helloMessage,
  helloRecord,
  quicInitial,
} from '../../wire/fake-hellos.js'
import { NO_CONTEXT } from '../engine/detection.js'
import { createDetectionEngine } from '../engine/engine.js'
import { ALICE, GATEWAY } from '../engine/fake-traffic.js'

const SERVER = '203.0.113.9'
const ENDS = {
  sourceMac: ALICE.mac,
  destinationMac: GATEWAY.mac,
  sourceIp: ALICE.ip,
  destinationIp: SERVER,
}
const ID = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)
const PUSH_ACK = 0x18

const tls = (hello: FakeHello, end?: number) =>
  tcpFrame(ENDS, 50_000, 443, PUSH_ACK, helloRecord(hello).subarray(0, end))
const quic = (frames: Uint8Array, port = 50_000) => udpFrame(ENDS, port, 443, quicInitial(ID, frames))

function observe(frames: Uint8Array[], thenMs = 3000) {
  const engine = createDetectionEngine(NO_CONTEXT, {
    learningMs: 0,
    activeVerification: false,
    allowedScanners: [],
  })
  for (const host of [ALICE, GATEWAY]) {
    const asked = encodeArp({
      operation: ARP_REQUEST,
      sourceMac: host.mac,
      destinationMac: BROADCAST_MAC,
      senderMac: host.mac,
      senderIp: host.ip,
      targetMac: ZERO_MAC,
      targetIp: '192.168.1.9',
    })
    engine.observe(packetOf(asked, 900))
  }
  for (const [i, frame] of frames.entries()) engine.observe(packetOf(frame, 1000 + i))
  engine.tick(1000 + thenMs)
  const { names, clues } = engine.drain()
  return { names, clues, hellos: engine.hellos(), tables: engine.tables() }
}

test('the name in a hello is told with the address that was asked, and as a clue of who asked', () => {
  const { names, clues, hellos } = observe([tls({ serverName: 'Play.Example.org' })])
  expect(names).toEqual([{ ip: SERVER, mac: '', name: 'play.example.org', source: 'tls' }])
  expect(clues).toContainEqual({ mac: ALICE.mac, source: 'tls_name', value: 'play.example.org', vlan: 0 })
  expect(hellos).toEqual({ named: 1, veiled: 0, split: 0, unnamed: 0 })
})

test('what could not be learnt is counted', () => {
  const { names, hellos } = observe([
    tls({ serverName: 'cover.example', isVeiled: true }),
    tls({ serverName: 'late.example', keyShare: 1184 }, 600),
    tls({}),
  ])
  expect(names.map(({ name }) => name)).toEqual(['cover.example'])
  expect(hellos).toEqual({ named: 0, veiled: 1, split: 1, unnamed: 1 })
})

test('a hello of QUIC is put together from its packets, in any order', () => {
  const message = helloMessage({ serverName: 'quic.example', keyShare: 1184 })
  const first = concat(cryptoFrame(message, 1100, message.length), cryptoFrame(message, 0, 300))
  const second = cryptoFrame(message, 300, 1100)
  const { names, clues, hellos } = observe([quic(first), quic(second), quic(first), quic(second)])
  expect(names).toEqual([{ ip: SERVER, mac: '', name: 'quic.example', source: 'quic' }])
  expect(clues.filter(({ source }) => source === 'quic_name')).toHaveLength(1)
  expect(hellos).toEqual({ named: 1, veiled: 0, split: 0, unnamed: 0 })
})

test('half a hello of QUIC is counted as split, once the rest has not come', () => {
  const message = helloMessage({ serverName: 'quic.example', keyShare: 1184 })
  const half = quic(cryptoFrame(message, 0, 300))
  expect(observe([half], 100).hellos.split).toBe(0)
  expect(observe([half], 5000).hellos.split).toBe(1)
})

test('a flood of halves is held in a bounded table', () => {
  const message = helloMessage({ serverName: 'quic.example', keyShare: 1184 })
  const halves = Array.from({ length: 300 }, (_, i) => quic(cryptoFrame(message, 0, 300), 10_000 + i))
  const table = observe(halves, 100).tables.find((one) => one.table === 'quic_hellos')
  expect(table).toMatchObject({ entries: 128, capacity: 128, evicted: 172 })
})

test('the names that were told are held in a bounded table, too', () => {
  const hello = tls({ serverName: 'www.example.org' })
  const table = observe([hello, hello]).tables.find((one) => one.table === 'told_hello_names')
  expect(table).toMatchObject({ entries: 1, capacity: 8192, evicted: 0 })
})

test('what a router passes on is no clue of the router', () => {
  const fromOutside = { ...ENDS, sourceIp: '198.51.100.3', sourceMac: GATEWAY.mac, destinationMac: ALICE.mac }
  const record = helloRecord({ serverName: 'www.example.org' })
  const { clues } = observe([tcpFrame(fromOutside, 50_000, 443, PUSH_ACK, record)])
  expect(clues).toEqual([])
})
