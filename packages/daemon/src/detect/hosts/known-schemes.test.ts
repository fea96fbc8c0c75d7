/** What some switches, clusters and devices do with ARP that is neither a conflict nor news each time. */

import { ZERO_MAC } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import { ARP_REPLY, ARP_REQUEST } from '../../wire/arp.js'
import { dhcpFrame, ipBytes } from '../../wire/fake-frames.js'
import { ALICE, BOB, FakeTraffic, GATEWAY } from '../engine/fake-traffic.js'

const SWITCH_MAC = '00:1b:54:00:00:01'
const CLUSTER_IP = '192.168.1.50'

test('a switch that asks known hosts without an address of its own is about to take none', () => {
  const lan = new FakeTraffic()
  lan.settle()
  for (let i = 0; i < 5; i++) {
    for (const { ip, mac } of [ALICE, BOB]) {
      const probe = { senderMac: SWITCH_MAC, senderIp: '0.0.0.0', targetIp: ip, destinationMac: mac }
      lan.arp({ operation: ARP_REQUEST, ...probe })
      lan.tell(mac, ip, { ip: '0.0.0.0', mac: SWITCH_MAC })
    }
    lan.wait(30_000)
  }
  expect(lan.kinds()).toEqual([])
})

test('a device that answers for the first and the last address of its subnet is noted once, and has neither', () => {
  const lan = new FakeTraffic()
  lan.settle()
  for (let i = 0; i < 5; i++) {
    for (const ip of ['192.168.1.0', '192.168.1.255']) {
      lan.ask(ALICE, ip)
      lan.tell(BOB.mac, ip, ALICE)
    }
    lan.wait(9000)
  }
  const alerts = lan.alerts().filter(({ kind }) => kind !== 'new_device')
  expect(alerts).toMatchObject([{ kind: 'malformed_arp', severity: 'info', macs: [BOB.mac] }])
  expect(lan.engine.bindings().filter(({ ip }) => /\.(0|255)$/.test(ip))).toEqual([])
})

test('in a wider subnet such an address is one like any other', () => {
  const lan = new FakeTraffic()
  const host = { ip: '192.168.1.255', mac: BOB.mac }
  const ends = {
    sourceMac: GATEWAY.mac,
    destinationMac: BOB.mac,
    sourceIp: GATEWAY.ip,
    destinationIp: host.ip,
  }
  const options: [number, Uint8Array][] = [
    [54, ipBytes(GATEWAY.ip)],
    [1, ipBytes('255.255.252.0')],
  ]
  lan.send(dhcpFrame(ends, { operation: 2, messageType: 5, clientMac: BOB.mac, yourIp: host.ip, options }))
  lan.resolve(ALICE, host)
  expect(lan.kinds()).toEqual([])
  expect(lan.engine.bindings()).toContainEqual(expect.objectContaining(host))
})

test.each([
  ['03:bf:c0:a8:01:32', '00:15:5d:00:00:01'],
  ['01:00:5e:7f:01:32', '00:15:5d:00:00:02'],
  ['02:bf:c0:a8:01:32', '02:02:c0:a8:01:32'],
])('the members of a load balancing cluster share %s and send from %s', (clusterMac, sourceMac) => {
  const lan = new FakeTraffic()
  lan.settle()
  for (let i = 0; i < 4; i++) {
    lan.ask(ALICE, CLUSTER_IP)
    lan.tell(clusterMac, CLUSTER_IP, ALICE, { sourceMac })
    lan.wait(9000)
  }
  expect(lan.kinds()).toEqual([])
})

test('any other group address as a sender is a fault', () => {
  const lan = new FakeTraffic()
  lan.arp({
    operation: ARP_REPLY,
    senderMac: '03:be:c0:a8:01:32',
    senderIp: CLUSTER_IP,
    targetIp: ALICE.ip,
    targetMac: ZERO_MAC,
    sourceMac: BOB.mac,
  })
  expect(lan.kinds()).toEqual(['malformed_arp'])
})
