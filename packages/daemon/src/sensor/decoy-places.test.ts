import { expect, test } from 'vitest'
import type { InterfaceInfo } from '../model/interface.js'
import { placeDecoys } from './decoy-places.js'

function info(name: string, addresses: string[], changes: Partial<InterfaceInfo> = {}): InterfaceInfo {
  return {
    name,
    mac: '02:00:00:00:00:01',
    isUp: true,
    isLoopback: false,
    isPointToPoint: false,
    hasArp: true,
    mtu: 1500,
    addresses: addresses.map((cidr) => {
      const [ip = '', length] = cidr.split('/')
      return { ip, prefixLength: Number(length) }
    }),
    gateways: [],
    ...changes,
  }
}

const ALL = [
  info('eth0', ['10.0.0.5/24', '2001:db8::5/64'], { gateways: ['10.0.0.1'] }),
  info('eth1', ['10.0.0.6/24', '10.9.0.1/24']),
  info('tun0', ['10.8.0.2/24'], { mac: '', hasArp: false }),
  info('eth2', ['10.7.0.2/24']),
]
const WATCHED = ['eth0', 'eth1', 'tun0']

test('two cards in one LAN: the first answers for it', () => {
  expect(placeDecoys(['10.0.0.250', '10.9.0.250', '2001:db8::250'], WATCHED, ALL)).toEqual(
    new Map([
      ['eth0', ['10.0.0.250', '2001:db8::250']],
      ['eth1', ['10.9.0.250']],
    ]),
  )
})

test.each([
  ['own address', '10.0.0.5'],
  ['own address of another card', '10.0.0.6'],
  ['router', '10.0.0.1'],
  ['address of the network', '10.0.0.0'],
  ['broadcast address', '10.0.0.255'],
  ['address of any router', '2001:db8::'],
  ['address behind a tunnel', '10.8.0.9'],
  ['address of an interface that is not watched', '10.7.0.9'],
  ['address elsewhere', '192.0.2.1'],
])('no %s', (_, ip) => {
  expect(placeDecoys([ip], WATCHED, ALL)).toEqual(new Map())
})
