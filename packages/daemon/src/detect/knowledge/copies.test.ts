/** Whose packets to all show that it uses an address, and whose are only sent on. */

import { expect, test } from 'vitest'
import { encodeIpv4 } from '../../wire/encode-ip.js'
import { udpFrame } from '../../wire/fake-frames.js'
import { PROTOCOL_IGMP } from '../../wire/ip.js'
import { ALICE, BOB, type FakeHost, FakeTraffic, GATEWAY } from '../engine/fake-traffic.js'

const REPEATER: FakeHost = { ip: '192.168.1.40', mac: '00:4f:62:00:00:40' }

/** A datagram of `host` to all, in a frame from `mac`. */
function broadcast(lan: FakeTraffic, host: FakeHost, mac: string, payload: number): void {
  const to = { destinationMac: 'ff:ff:ff:ff:ff:ff', destinationIp: '192.168.1.255' }
  lan.send(udpFrame({ sourceMac: mac, sourceIp: host.ip, ...to }, 137, 137, Uint8Array.of(payload, 1, 2, 3)))
}

function igmp(lan: FakeTraffic, ip: string, mac: string): void {
  const ends = {
    sourceMac: mac,
    destinationMac: '01:00:5e:00:00:16',
    sourceIp: ip,
    destinationIp: '224.0.0.22',
  }
  lan.send(encodeIpv4(ends, PROTOCOL_IGMP, Uint8Array.of(0x22, 0, 0, 0, 0, 0, 0, 0), 1))
}

test.each([2, 400, 6000])(
  'a repeater that sends on broadcasts after %i ms uses nobody’s address',
  (delayMs) => {
    const lan = new FakeTraffic()
    lan.settle([GATEWAY, ALICE, BOB, REPEATER])
    for (let i = 0; i < 20; i++) {
      for (const host of [ALICE, BOB]) {
        broadcast(lan, host, host.mac, i)
        lan.wait(delayMs)
        broadcast(lan, host, REPEATER.mac, i)
        lan.wait(1500)
      }
    }
    expect(lan.kinds()).toEqual([])
  },
)

test('a switch that reports group members with the address of another is no rival of it', () => {
  const lan = new FakeTraffic()
  lan.settle()
  for (let i = 0; i < 10; i++) {
    igmp(lan, GATEWAY.ip, GATEWAY.mac)
    lan.wait(500)
    igmp(lan, GATEWAY.ip, REPEATER.mac)
    lan.wait(30_000)
  }
  expect(lan.kinds()).toEqual([])
})

test('a second host that sends packets of its own with the address is a conflict', () => {
  const lan = new FakeTraffic()
  lan.settle()
  for (let i = 0; i < 10; i++) {
    broadcast(lan, ALICE, ALICE.mac, i)
    lan.wait(3000)
    broadcast(lan, ALICE, REPEATER.mac, 100 + i)
    lan.wait(3000)
  }
  expect(lan.loud()).toEqual(['ip_conflict/warning'])
})

test('a host behind a repeater alone is seen with its packets', () => {
  const lan = new FakeTraffic()
  igmp(lan, ALICE.ip, ALICE.mac)
  expect(lan.engine.bindings()).toMatchObject([{ ip: ALICE.ip, mac: ALICE.mac }])
})
