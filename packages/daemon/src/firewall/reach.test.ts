import { expect, test } from 'vitest'
import type { InterfaceInfo } from '../model/interface.js'
import { reachOf, servedLinks } from './reach.js'

function link(name: string, ...cidrs: string[]): InterfaceInfo {
  const addresses = cidrs.map((cidr) => {
    const [ip = '', length] = cidr.split('/')
    return { ip, prefixLength: Number(length) }
  })
  return {
    name,
    addresses,
    mac: '02:00:00:00:00:01',
    isUp: true,
    isLoopback: false,
    isPointToPoint: false,
    hasArp: true,
    mtu: 1500,
    gateways: [],
    kind: 'physical',
    master: '',
    lower: '',
  }
}

const UPLINK = { ...link('eth0', '203.0.113.7/24'), gateways: ['203.0.113.1'] }
const LAN = link('eth1', '192.168.1.1/24', 'fd00::1/64', 'fe80::1/64')
const DEVICE = { ip: '192.168.1.77', mac: 'aa:bb:cc:00:00:77' }
const ownAddresses = [UPLINK, LAN].flatMap(({ addresses }) => addresses)

test.each([
  ['the LAN side of a router', LAN, true],
  ['the way to the provider', UPLINK, false],
  ['a host of containers on its own network', { ...LAN, gateways: ['192.168.1.254'] }, false],
  ['a LAN where somebody announces a router over IPv6', { ...LAN, gateways: ['fe80::66'] }, true],
  ['a tunnel', { ...LAN, isPointToPoint: true }, false],
  ['a link that is down', { ...LAN, isUp: false }, false],
  ['a link with link-local addresses alone', link('eth1', 'fe80::1/64'), false],
])('%s', (_what, one, isServed) => {
  expect(servedLinks([one]).length > 0).toBe(isServed)
})

test.each([
  ['an address of a served link', { type: 'cidr', text: '192.168.1.77' }, true],
  ['a part of it', { type: 'cidr', text: '192.168.1.64/28' }, true],
  ['its IPv6', { type: 'cidr', text: 'fd00::77' }, true],
  ['a MAC that was seen there', { type: 'mac', text: DEVICE.mac }, true],
  ['a MAC that nobody has seen', { type: 'mac', text: 'aa:bb:cc:00:00:78' }, false],
  ['an address on the other side', { type: 'cidr', text: '203.0.113.9' }, false],
] as const)('%s', (_what, target, cutsInternet) => {
  const facts = { ownAddresses, neighbors: [DEVICE], servedLinks: servedLinks([UPLINK, LAN]) }
  expect(reachOf({ targets: [target], quarantine: null }, facts)).toEqual({
    cutsInternet,
    ownAddresses: ['203.0.113.7', '192.168.1.1', 'fd00::1', 'fe80::1'],
    ownSubnets: ['203.0.113.0/24', '192.168.1.0/24', 'fd00::/64'],
    servedSubnets: ['192.168.1.0/24', 'fd00::/64'],
    dnsServers: [],
  })
})
