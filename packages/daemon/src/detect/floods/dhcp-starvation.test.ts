/** Clients that are invented, or ask for more than anybody needs. */

import { BROADCAST_MAC } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import { LINKTYPE_ETHERNET } from '../../capture/packet-source.js'
import { decodeFrame } from '../../wire/decode-frame.js'
import { concat, dhcpFrame, ipBytes } from '../../wire/fake-frames.js'
import { type FakeHost, FakeTraffic, GATEWAY, MALLORY } from '../engine/fake-traffic.js'

const CLIENT = 'f0:18:98:00:00:55'
const SECOND: FakeHost = { ip: '192.168.1.2', mac: '00:15:5d:00:00:02' }

const randomMac = (i: number) => {
  const mixed = Math.imul(i + 1, 0x9e3779b1) >>> 0
  return [2, mixed >>> 24, mixed >>> 16, mixed >>> 8, mixed, i]
    .map((octet) => (octet & 0xff).toString(16).padStart(2, '0'))
    .join(':')
}
const starvation = (traffic: FakeTraffic) =>
  traffic.loud().filter((alert) => alert.startsWith('dhcp_starvation'))

test.each([
  ['fast', 40, 10],
  ['one every four seconds', 40, 4000],
])('finds invented clients: %s', (_, count, pauseMs) => {
  const traffic = new FakeTraffic()
  for (let i = 0; i < count; i++) {
    traffic.dhcpClient(1, randomMac(i), [])
    traffic.wait(pauseMs)
  }
  expect(starvation(traffic)).toEqual(['dhcp_starvation/warning'])
})

test('finds invented clients where a short snap length has cut off what they say', () => {
  const traffic = new FakeTraffic()
  for (let i = 0; i < 40; i++) {
    const mac = randomMac(i)
    const ends = {
      sourceMac: mac,
      destinationMac: BROADCAST_MAC,
      sourceIp: '0.0.0.0',
      destinationIp: '255.255.255.255',
    }
    const frame = dhcpFrame(ends, { operation: 1, messageType: 1, clientMac: mac })
    traffic.nowMs += 500
    traffic.engine.observe(decodeFrame(frame.subarray(0, 96), LINKTYPE_ETHERNET, frame.length, traffic.nowMs))
  }
  traffic.wait(1000)
  expect(starvation(traffic)).toEqual(['dhcp_starvation/warning'])
})

test('finds invented clients that were given leases', () => {
  const traffic = new FakeTraffic()
  for (let i = 0; i < 40; i++) {
    traffic.dhcpClient(1, randomMac(i), [])
    traffic.dhcpAck(GATEWAY, randomMac(i), `192.168.1.${100 + i}`)
    traffic.wait(500)
  }
  expect(starvation(traffic)).toEqual(['dhcp_starvation/warning'])
})

test('lets a class room be switched on', () => {
  const traffic = new FakeTraffic()
  for (let i = 0; i < 80; i++) {
    const mac = randomMac(i)
    traffic.dhcpClient(1, mac, [])
    traffic.dhcpAck(GATEWAY, mac, `192.168.1.${100 + i}`)
    traffic.wait(100)
    traffic.probe(mac, `192.168.1.${100 + i}`)
    traffic.announce(mac, `192.168.1.${100 + i}`)
  }
  expect(starvation(traffic)).toEqual([])
})

test('finds one station with many names, and one that declines every offer', () => {
  const many = new FakeTraffic()
  const ends = {
    sourceMac: MALLORY.mac,
    destinationMac: BROADCAST_MAC,
    sourceIp: '0.0.0.0',
    destinationIp: '255.255.255.255',
  }
  for (let i = 0; i < 30; i++) {
    const options: [number, Uint8Array][] = [[61, concat([1], [i, 2, 3, 4, 5, 6])]]
    many.send(dhcpFrame(ends, { operation: 1, messageType: 1, clientMac: MALLORY.mac, options }))
  }
  expect(starvation(many)).toEqual(['dhcp_starvation/warning'])
  const declines = new FakeTraffic()
  for (let i = 0; i < 20; i++) declines.dhcpClient(4, MALLORY.mac, [[50, ipBytes(`192.168.1.${100 + i}`)]])
  expect(starvation(declines)).toEqual(['dhcp_starvation/warning'])
})

test('finds one client that begins again and again, and lets it try as it should', () => {
  const flood = new FakeTraffic()
  const ends = {
    sourceMac: MALLORY.mac,
    destinationMac: BROADCAST_MAC,
    sourceIp: '0.0.0.0',
    destinationIp: '255.255.255.255',
  }
  const begin = (traffic: FakeTraffic, transactionId: number) =>
    traffic.send(dhcpFrame(ends, { operation: 1, messageType: 1, clientMac: MALLORY.mac, transactionId }))
  for (let i = 0; i < 60; i++) {
    begin(flood, i)
    flood.wait(50)
  }
  expect(starvation(flood)).toEqual(['dhcp_starvation/warning'])
  const honest = new FakeTraffic()
  for (let i = 0; i < 60; i++) {
    begin(honest, i)
    honest.wait(4000)
  }
  expect(starvation(honest)).toEqual([])
})

test('finds invented clients that ask for addresses without looking for a server', () => {
  const traffic = new FakeTraffic()
  for (let i = 0; i < 40; i++) {
    traffic.dhcpClient(3, randomMac(i), [[50, ipBytes(`192.168.1.${100 + i}`)]])
    traffic.wait(1000)
  }
  expect(starvation(traffic)).toEqual(['dhcp_starvation/warning'])
})

test('does not count what a relay passes on', () => {
  const traffic = new FakeTraffic()
  const ends = {
    sourceMac: GATEWAY.mac,
    destinationMac: SECOND.mac,
    sourceIp: GATEWAY.ip,
    destinationIp: SECOND.ip,
  }
  for (let i = 0; i < 80; i++)
    traffic.send(
      dhcpFrame(ends, { operation: 1, messageType: 1, clientMac: randomMac(i), relayIp: '10.0.0.1' }),
    )
  expect(starvation(traffic)).toEqual([])
})

test.each([300, 900])(
  'finds one client that asks for address after address, every %i ms, and looks for no server',
  (everyMs) => {
    const traffic = new FakeTraffic()
    traffic.settle()
    for (let i = 0; i < 60; i++) {
      traffic.dhcpClient(3, MALLORY.mac, [[50, ipBytes(`192.168.1.${100 + i}`)]])
      traffic.wait(everyMs)
    }
    expect(traffic.loud()).toEqual(['dhcp_starvation/warning'])
  },
)

test('a client that insists on the address that it had is not greedy', () => {
  const traffic = new FakeTraffic()
  traffic.settle()
  for (let i = 0; i < 30; i++) {
    traffic.dhcpClient(3, CLIENT, [[50, ipBytes('192.168.1.55')]])
    traffic.wait(1500)
  }
  expect(traffic.loud()).toEqual([])
})

test('a flood of declined addresses that nobody holds is one alert, not one conflict for each', () => {
  const traffic = new FakeTraffic()
  traffic.settle()
  for (let i = 0; i < 30; i++) {
    const options: [number, Uint8Array][] = [
      [50, ipBytes(`192.168.1.${100 + i}`)],
      [54, ipBytes(GATEWAY.ip)],
    ]
    traffic.dhcpClient(4, MALLORY.mac, options)
    traffic.wait(3000)
  }
  expect(traffic.loud().filter((alert) => alert.startsWith('ip_conflict')).length).toBeLessThan(5)
  expect(traffic.loud()).toContain('dhcp_starvation/warning')
})
