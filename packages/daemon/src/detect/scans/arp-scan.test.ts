import { expect, test } from 'vitest'
import { ipBytes } from '../../wire/fake-frames.js'
import { ALICE, BOB, FakeTraffic, GATEWAY, MALLORY } from '../engine/fake-traffic.js'

function sweep(traffic: FakeTraffic, count: number, pauseMs: number, from = MALLORY) {
  for (let i = 0; i < count; i++) {
    traffic.ask(from, `192.168.1.${100 + i}`)
    traffic.wait(pauseMs)
  }
}

test.each([
  ['as fast as arp-scan', 60, 2],
  ['one address per second', 30, 1000],
  ['one address in ten seconds', 45, 10_000],
])('finds a sweep %s', (_, count, pauseMs) => {
  const traffic = new FakeTraffic()
  traffic.settle()
  sweep(traffic, count, pauseMs)
  expect(traffic.loud()).toEqual(['arp_scan/warning'])
  const [alert] = traffic.alerts().filter(({ kind }) => kind === 'arp_scan')
  expect(alert?.macs).toEqual([MALLORY.mac])
  expect(alert?.reasonsFor[0]?.frames.length).toBeGreaterThan(0)
})

test('does not take a host that retries a few absent neighbours for a scanner', () => {
  const traffic = new FakeTraffic()
  traffic.settle()
  for (let round = 0; round < 50; round++) sweep(traffic, 10, 100, ALICE)
  expect(traffic.loud()).toEqual([])
})

test('lets a server ask for as many hosts as have spoken to it', () => {
  const traffic = new FakeTraffic()
  traffic.settle()
  for (let i = 0; i < 60; i++) {
    const client = { ip: `192.168.1.${100 + i}`, mac: `9c:8e:99:00:00:${(i + 16).toString(16)}` }
    traffic.ask(client, BOB.ip)
    traffic.tell(BOB.mac, BOB.ip, client)
    traffic.ask(BOB, client.ip)
    traffic.wait(500)
  }
  expect(traffic.loud()).toEqual([])
})

test('still finds a sweep of known hosts by its speed', () => {
  const traffic = new FakeTraffic()
  for (let i = 0; i < 100; i++) {
    traffic.announce(`9c:8e:99:00:00:${(i + 16).toString(16)}`, `192.168.1.${100 + i}`)
    traffic.wait(50)
  }
  sweep(traffic, 100, 5)
  expect(traffic.loud()).toEqual(['arp_scan/warning'])
})

test('only notes what a router asks for on behalf of others', () => {
  const traffic = new FakeTraffic({ gateways: [GATEWAY.ip] })
  traffic.settle()
  sweep(traffic, 60, 300, GATEWAY)
  const [alert] = traffic.alerts().filter(({ kind }) => kind === 'arp_scan')
  expect(alert?.severity).toBe('info')
  expect(alert?.reasonsAgainst.map(({ rule }) => rule)).toContain('router')
})

test('does not alarm itself', () => {
  const traffic = new FakeTraffic({ ownMac: MALLORY.mac })
  sweep(traffic, 200, 2)
  expect(traffic.kinds()).toEqual([])
})

const DISCOVER = 1
const REQUEST = 3

test('leaves out the addresses that a DHCP server checks before it offers them', () => {
  const traffic = new FakeTraffic()
  traffic.settle()
  for (let i = 0; i < 60; i++) {
    traffic.dhcpClient(DISCOVER, `9c:8e:99:00:01:${(i + 16).toString(16)}`, [])
    // Its questions go on after the first (arp(7): mcast_solicit).
    for (let attempt = 0; attempt < 3; attempt++) {
      traffic.ask(BOB, `192.168.1.${100 + i}`)
      traffic.wait(attempt === 2 ? 4000 : 1000)
    }
  }
  expect(traffic.kinds()).not.toContain('arp_scan')
})

test('only notes what a DHCP server asks for, which clients name to all', () => {
  const traffic = new FakeTraffic()
  traffic.settle()
  traffic.dhcpClient(REQUEST, ALICE.mac, [[54, ipBytes(BOB.ip)]])
  sweep(traffic, 60, 300, BOB)
  const [alert] = traffic.alerts().filter(({ kind }) => kind === 'arp_scan')
  expect(alert?.severity).toBe('info')
  expect(alert?.reasonsAgainst.map(({ rule }) => rule)).toContain('dhcp_ping_check')
})

test('only notes who asks for many hosts that nearly all answer', () => {
  const traffic = new FakeTraffic()
  for (let i = 0; i < 40; i++) {
    const host = { ip: `192.168.1.${100 + i}`, mac: `9c:8e:99:00:00:${(i + 16).toString(16)}` }
    traffic.ask(ALICE, host.ip)
    if (i % 8 > 0) traffic.tell(host.mac, host.ip, ALICE)
    traffic.wait(500)
  }
  expect(traffic.loud()).toEqual([])
  expect(traffic.kinds()).toContain('arp_scan')
})

test('only notes what a router of several subnets asks for, in the order in which traffic comes', () => {
  const traffic = new FakeTraffic()
  const subnets = ['10.1.1', '10.2.2', '10.3.3']
  for (let i = 0; i < 120; i++) {
    const subnet = subnets[i % subnets.length]
    traffic.ask({ ip: `${subnet}.1`, mac: MALLORY.mac }, `${subnet}.${10 + ((i * 37) % 200)}`)
    traffic.wait(100)
  }
  expect(traffic.loud()).toEqual([])
  const [alert] = traffic.alerts().filter(({ kind }) => kind === 'arp_scan')
  expect(alert?.reasonsAgainst.map(({ rule }) => rule)).toEqual(['router'])
})

test('still finds a sweep by a host that has an address in another subnet too', () => {
  const traffic = new FakeTraffic()
  traffic.settle()
  traffic.announce(MALLORY.mac, '10.9.9.9')
  traffic.ask({ ip: '10.9.9.9', mac: MALLORY.mac }, '10.9.9.1')
  sweep(traffic, 60, 100)
  expect(traffic.loud()).toEqual(['arp_scan/warning'])
})
