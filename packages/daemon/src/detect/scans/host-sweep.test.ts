import { expect, test } from 'vitest'
import {
  encodeIpv6,
  encodeNeighborSolicitation,
  ipv6MulticastMac,
  solicitedNodeGroup,
} from '../../wire/encode-ip.js'
import { neighborAdvertisement, tcpFrame } from '../../wire/fake-frames.js'
import { PROTOCOL_TCP } from '../../wire/ip.js'
import { TCP_SYN } from '../../wire/tcp.js'
import { type FakeHost, FakeTraffic, GATEWAY, MALLORY } from '../engine/fake-traffic.js'

const SCANNER: FakeHost = { ip: '2001:db8:1::66', mac: MALLORY.mac }
const OVERRIDE = 0x60
const host = (i: number): FakeHost => ({
  ip: `2001:db8:1::1:${i.toString(16)}`,
  mac: `52:54:00:00:01:${i.toString(16).padStart(2, '0')}`,
})

function solicit(traffic: FakeTraffic, from: FakeHost, target: string): void {
  const group = solicitedNodeGroup(target)
  const ends = {
    sourceMac: from.mac,
    sourceIp: from.ip,
    destinationMac: ipv6MulticastMac(group),
    destinationIp: group,
  }
  traffic.send(encodeNeighborSolicitation(ends, target))
}

const between = (from: FakeHost, to: FakeHost) => ({
  sourceMac: from.mac,
  destinationMac: to.mac,
  sourceIp: from.ip,
  destinationIp: to.ip,
})

function resolve(traffic: FakeTraffic, from: FakeHost, target: FakeHost): void {
  solicit(traffic, from, target.ip)
  traffic.send(neighborAdvertisement(between(target, from), target.ip, OVERRIDE, target.mac))
}

/** The segment of an IPv4 frame, in one of IPv6. */
function open(traffic: FakeTraffic, from: FakeHost, to: FakeHost, port: number): void {
  const ends = { ...between(from, to), sourceIp: '10.0.0.1', destinationIp: '10.0.0.2' }
  const segment = tcpFrame(ends, 50_000, port, TCP_SYN).subarray(34)
  traffic.send(encodeIpv6(between(from, to), PROTOCOL_TCP, segment, 64))
}

test('finds who solicits one address after the other that nobody has', () => {
  const traffic = new FakeTraffic()
  for (let i = 1; i <= 40; i++) {
    solicit(traffic, SCANNER, host(i).ip)
    traffic.wait(300)
  }
  expect(traffic.loud()).toEqual(['host_sweep/warning'])
  expect(traffic.alerts().find(({ kind }) => kind === 'host_sweep')?.macs).toEqual([SCANNER.mac])
})

test('a server that resolves its many neighbours sweeps nothing', () => {
  const traffic = new FakeTraffic()
  for (let i = 1; i <= 60; i++) {
    resolve(traffic, SCANNER, host(i))
    traffic.wait(300)
  }
  expect(traffic.loud()).toEqual([])
})

test('probes for own addresses are no sweep', () => {
  const traffic = new FakeTraffic()
  for (let i = 1; i <= 60; i++) solicit(traffic, { ...host(i), ip: '::' }, host(i).ip)
  expect(traffic.loud()).toEqual([])
})

test('a router that is asked from outside for whoever there could be is noted', () => {
  const traffic = new FakeTraffic()
  traffic.settle()
  for (let i = 1; i <= 60; i++) solicit(traffic, { ip: 'fe80::1', mac: GATEWAY.mac }, host(i).ip)
  expect(traffic.loud()).toEqual([])
  expect(traffic.kinds()).toContain('host_sweep')
})

test('finds who tries one TCP port of the neighbours, whose addresses are global', () => {
  const traffic = new FakeTraffic()
  for (let i = 1; i <= 40; i++) {
    resolve(traffic, SCANNER, host(i))
    open(traffic, SCANNER, host(i), 445)
    traffic.wait(300)
  }
  expect(traffic.loud()).toEqual(['host_sweep/warning'])
})
