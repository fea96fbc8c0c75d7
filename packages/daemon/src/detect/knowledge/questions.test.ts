/** Which answers belong to which questions, and what that says about who gives them. */

import { expect, test } from 'vitest'
import { encodeNeighborSolicitation } from '../../wire/encode-ip.js'
import { neighborAdvertisement } from '../../wire/fake-frames.js'
import { ALICE, BOB, FakeTraffic, GATEWAY, MALLORY } from '../engine/fake-traffic.js'
import { RequestBook } from './request-book.js'

const BOB_IP6 = 'fe80::20'
const ALICE_IP6 = 'fe80::10'
const MALLORY_IP6 = 'fe80::66'
const ALL_NODES = { destinationMac: '33:33:00:00:00:01', destinationIp: 'ff02::1' }

test('a question to one station is answered by no other', () => {
  const lan = new FakeTraffic()
  lan.settle()
  lan.askOne(GATEWAY, BOB)
  lan.tell(BOB.mac, BOB.ip, GATEWAY)
  lan.wait(300)
  lan.tell(MALLORY.mac, BOB.ip, GATEWAY)
  expect(lan.loud()).toEqual(['arp_spoof/critical'])
})

test('who was the only one to answer is known a second later', () => {
  const lan = new FakeTraffic()
  lan.resolve(ALICE, BOB)
  lan.resolve(ALICE, MALLORY)
  lan.wait(2000)
  lan.ask(ALICE, BOB.ip)
  lan.tell(BOB.mac, BOB.ip, ALICE)
  lan.tell(MALLORY.mac, BOB.ip, ALICE)
  lan.wait(200)
  lan.ask(BOB, ALICE.ip)
  expect(lan.loud()).toEqual(['arp_spoof/warning'])
})

/** Everybody's first neighbour solicitation; then Mallory claims Bob's address to all. */
function claimOverIpv6(lan: FakeTraffic): void {
  for (const [host, ip] of [
    [BOB, BOB_IP6],
    [ALICE, ALICE_IP6],
    [MALLORY, MALLORY_IP6],
  ] as const)
    lan.send(encodeNeighborSolicitation({ sourceMac: host.mac, sourceIp: ip, ...ALL_NODES }, 'fe80::99'))
  lan.wait(20_000)
  const mallory = { sourceMac: MALLORY.mac, sourceIp: BOB_IP6, ...ALL_NODES }
  lan.send(neighborAdvertisement(mallory, BOB_IP6, 0x20, MALLORY.mac))
}

function askBob(lan: FakeTraffic): void {
  const ends = {
    sourceMac: ALICE.mac,
    destinationMac: BOB.mac,
    sourceIp: ALICE_IP6,
    destinationIp: BOB_IP6,
  }
  lan.send(encodeNeighborSolicitation(ends, BOB_IP6))
}

/** Linux leaves out the target's MAC and the Override flag where it was asked by unicast. */
function answerAlice(lan: FakeTraffic, mac: string): void {
  const ends = { sourceMac: mac, destinationMac: ALICE.mac, sourceIp: BOB_IP6, destinationIp: ALICE_IP6 }
  lan.send(neighborAdvertisement(ends, BOB_IP6, 0x40, null))
}

test('an answer without the Override flag shows that the holder is there', () => {
  const lan = new FakeTraffic()
  claimOverIpv6(lan)
  expect(lan.loud()).toEqual([])
  askBob(lan)
  answerAlice(lan, BOB.mac)
  expect(lan.loud()).toEqual(['ndp_spoof/warning'])
})

test('nobody gains an address by answering without the Override flag, or by an advertisement without it', () => {
  const lan = new FakeTraffic()
  claimOverIpv6(lan)
  const proxy = 'd8:3a:dd:00:00:77'
  answerAlice(lan, proxy)
  lan.send(
    encodeNeighborSolicitation(
      { sourceMac: ALICE.mac, destinationMac: proxy, sourceIp: ALICE_IP6, destinationIp: BOB_IP6 },
      BOB_IP6,
    ),
  )
  answerAlice(lan, proxy)
  lan.wait(500)
  expect(lan.kinds()).toEqual([])
})

test('an answer without the tag of its question was asked for, one with another tag was not', () => {
  const book = new RequestBook()
  const question = {
    ip: BOB.ip,
    askedMs: 0,
    requesterMac: ALICE.mac,
    requesterIp: ALICE.ip,
    askedMac: null,
    isProbe: false,
  }
  book.ask('7', question)
  expect(book.answer('', BOB.ip, BOB.mac, ALICE.mac, 5)).toMatchObject({ vlan: '7' })
  expect(book.wasAnswered('', BOB.ip, BOB.mac, ALICE.mac)).toBe(true)
  expect(book.answer('8', BOB.ip, BOB.mac, ALICE.mac, 5)).toBeNull()
  expect(book.answer('', BOB.ip, BOB.mac, MALLORY.mac, 5)).toBeNull()
  book.ask('', { ...question, ip: GATEWAY.ip })
  expect(book.answer('7', GATEWAY.ip, GATEWAY.mac, ALICE.mac, 5)).toMatchObject({ vlan: '' })
})

test('a gateway whose questions and answers to all were missed is no newcomer beside who borrows its address', () => {
  const lan = new FakeTraffic()
  for (let i = 0; i < 4; i++) {
    lan.packet(GATEWAY, ALICE.mac, ALICE.ip)
    lan.askOne(GATEWAY, ALICE)
    lan.tell(ALICE.mac, ALICE.ip, GATEWAY)
    lan.wait(2000)
  }
  for (let i = 0; i < 6; i++) {
    lan.packet({ ip: GATEWAY.ip, mac: MALLORY.mac }, 'ff:ff:ff:ff:ff:ff', '255.255.255.255')
    lan.packet(GATEWAY, ALICE.mac, ALICE.ip)
    if (i === 2) lan.tell(GATEWAY.mac, GATEWAY.ip, BOB)
    lan.surf(BOB)
    lan.wait(1000)
  }
  const accused = lan.alerts().filter(({ kind, macs }) => kind !== 'new_device' && macs[0] === GATEWAY.mac)
  expect(accused).toEqual([])
})
