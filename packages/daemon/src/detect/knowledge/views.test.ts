/** Which tags are one network, and that all detectors go by it. */

import { BROADCAST_MAC } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import { encodeArp, encodeArpRequest } from '../../wire/arp.js'
import { dhcpFrame, ipBytes, taggedFrame } from '../../wire/fake-frames.js'
import { ALICE, BOB, type FakeHost, FakeTraffic, GATEWAY, MALLORY } from '../engine/fake-traffic.js'

function claimGateway(mac: string): Uint8Array {
  return encodeArp({
    sourceMac: mac,
    destinationMac: BROADCAST_MAC,
    operation: 2,
    senderMac: mac,
    senderIp: GATEWAY.ip,
    targetMac: BROADCAST_MAC,
    targetIp: GATEWAY.ip,
  })
}

test('two tags are of the inner VLAN where that is in view, else a network of their own', () => {
  const inView = new FakeTraffic()
  const apart = new FakeTraffic()
  inView.settle()
  apart.settle()
  for (let i = 0; i < 8; i++) {
    inView.send(taggedFrame(encodeArpRequest(GATEWAY.mac, GATEWAY.ip, ALICE.ip), 30))
    apart.send(taggedFrame(encodeArpRequest(GATEWAY.mac, GATEWAY.ip, ALICE.ip), 2, 30))
    for (const lan of [inView, apart]) {
      lan.wait(3000)
      if (i > 2) lan.send(taggedFrame(claimGateway(MALLORY.mac), 1, 30))
      lan.wait(3000)
    }
  }
  expect(inView.kinds()).not.toEqual([])
  expect(apart.kinds()).toEqual([])
})

/** A mirror of the port of one station: what it sends comes untagged, what it is sent tagged. */
function taggedUnlessFrom(host: FakeHost): (frame: Uint8Array) => Uint8Array {
  const mac = host.mac.split(':').map((byte) => Number.parseInt(byte, 16))
  const isFrom = (frame: Uint8Array) => mac.every((byte, i) => frame[6 + i] === byte)
  return (frame) => (isFrom(frame) ? frame : taggedFrame(frame, 30))
}

test('a mirror that tags one way shows one network, also what came before it was known to', () => {
  for (const station of [GATEWAY, ALICE, MALLORY]) {
    const lan = new FakeTraffic()
    lan.view = taggedUnlessFrom(station)
    lan.chatter(ALICE)
    lan.announce(GATEWAY.mac, GATEWAY.ip)
    lan.settle()
    for (let i = 0; i < 4; i++) {
      lan.announce(MALLORY.mac, GATEWAY.ip, 2)
      lan.wait(4000)
      lan.ask(GATEWAY, ALICE.ip)
    }
    expect(lan.loud('active')).toEqual(['gateway_spoof/critical'])
  }
})

test('an honest network behind such a mirror is silent', () => {
  for (const station of [GATEWAY, ALICE, BOB]) {
    const lan = new FakeTraffic()
    lan.view = taggedUnlessFrom(station)
    for (let i = 0; i < 3; i++) lan.settle()
    expect(lan.loud()).toEqual([])
  }
})

/** The same addresses in two networks, with different stations behind each. */
test('an answer that comes under another tag by chance joins no networks whose stations differ', () => {
  const lan = new FakeTraffic()
  const twin = ({ ip, mac }: FakeHost) => ({ ip, mac: mac.replace(/:..$/, ':99') })
  for (let i = 0; i < 3; i++) {
    lan.view = (frame) => frame
    lan.settle([GATEWAY, ALICE, BOB])
    lan.view = (frame) => taggedFrame(frame, 30)
    for (const host of [GATEWAY, ALICE, BOB]) lan.resolve(twin(host), twin(host === BOB ? ALICE : BOB))
    lan.wait(5000)
    lan.ask(twin(ALICE), BOB.ip)
    lan.view = (frame) => frame
    lan.tell(BOB.mac, BOB.ip, twin(ALICE))
  }
  expect(
    lan
      .alerts()
      .filter(({ ip }) => ip === GATEWAY.ip || ip === ALICE.ip)
      .map(({ kind }) => kind),
  ).toEqual(expect.not.arrayContaining(['ip_conflict', 'arp_spoof', 'gateway_spoof', 'gateway_mac_changed']))
})

test('other detectors go by the inner VLAN too: a second DHCP server behind two tags', () => {
  const lan = new FakeTraffic()
  const offer = (server: FakeHost, router: string) =>
    dhcpFrame(
      { sourceMac: server.mac, destinationMac: ALICE.mac, sourceIp: server.ip, destinationIp: ALICE.ip },
      {
        operation: 2,
        messageType: 2,
        clientMac: ALICE.mac,
        yourIp: ALICE.ip,
        options: [
          [54, ipBytes(server.ip)],
          [3, ipBytes(router)],
          [6, ipBytes(router)],
        ],
      },
    )
  lan.send(taggedFrame(offer(GATEWAY, GATEWAY.ip), 30))
  lan.wait(2000)
  lan.send(taggedFrame(offer(MALLORY, MALLORY.ip), 1, 30))
  expect(lan.loud()).toEqual(['rogue_dhcp/critical'])
})
