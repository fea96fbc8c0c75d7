import { expect, test } from 'vitest'
import { NO_FACTS } from '../model/interface.js'
import { SecondViews } from './second-view.js'

const OWN = '02:00:00:00:00:01'
const WLAN = '02:00:00:00:00:02'
const CLIENT = '02:00:00:00:00:10'
const ROUTER = '02:00:00:00:00:fe'

function views(secondView: Partial<typeof NO_FACTS.secondView>, gateways: string[] = []): SecondViews {
  return new SecondViews({ mac: OWN, gateways, secondView: { ...NO_FACTS.secondView, ...secondView } })
}

const LAN = views({
  countedThere: ['0.0.0.0/0', '::/0', '10.2.0.0/16'],
  countedHere: ['192.168.1.0/24', '10.2.9.0/24', '10.2.0.1/32'],
})

test.each([
  ['goes out through this machine', { deviceMac: CLIENT, remoteIp: '8.8.8.8', peerMac: OWN }, true],
  ['goes out by IPv6', { deviceMac: CLIENT, remoteIp: '2001:db8::1', peerMac: OWN }, true],
  ['is lost on the way out', { deviceMac: CLIENT, remoteIp: '8.8.8.8', peerMac: '' }, true],
  ['goes to a network that counts first', { deviceMac: CLIENT, remoteIp: '10.2.3.4', peerMac: OWN }, true],
  ['goes to one that counts later', { deviceMac: CLIENT, remoteIp: '10.2.9.4', peerMac: OWN }, false],
  ['is meant for this machine', { deviceMac: CLIENT, remoteIp: '10.2.0.1', peerMac: OWN }, false],
  ['stays in the network', { deviceMac: CLIENT, remoteIp: '192.168.1.9', peerMac: '' }, false],
  ['goes out through another router', { deviceMac: CLIENT, remoteIp: '8.8.8.8', peerMac: ROUTER }, false],
  ['is of this machine', { deviceMac: OWN, remoteIp: '8.8.8.8', peerMac: ROUTER }, false],
  ['goes to a group', { deviceMac: CLIENT, remoteIp: '224.0.0.251', peerMac: '' }, false],
  ['goes to all', { deviceMac: CLIENT, remoteIp: '255.255.255.255', peerMac: '' }, false],
  ['is not IP', { deviceMac: CLIENT, remoteIp: '', peerMac: '' }, false],
])('on the inner side of a router, what %s', (_, ends, isSecond) => {
  expect(LAN.has(ends)).toBe(isSecond)
})

test('where others route too, only what came back tells the way', () => {
  const lan = views({ countedThere: ['10.2.0.0/16'] }, ['192.168.1.254'])
  expect(lan.has({ deviceMac: CLIENT, remoteIp: '10.2.3.4', peerMac: '' })).toBe(false)
  expect(lan.has({ deviceMac: CLIENT, remoteIp: '10.2.3.4', peerMac: OWN })).toBe(true)
})

test('what another card of this machine sends and gets is counted there', () => {
  const mirror = views({ countedMacs: [WLAN] })
  expect(mirror.has({ deviceMac: WLAN, remoteIp: '', peerMac: '' })).toBe(true)
  expect(mirror.has({ deviceMac: CLIENT, remoteIp: '192.168.1.5', peerMac: WLAN })).toBe(true)
  expect(mirror.has({ deviceMac: CLIENT, remoteIp: '192.168.1.6', peerMac: ROUTER })).toBe(false)
})

test('a port of a watched bridge is a second view as a whole', () => {
  expect(views({ isWhole: true }).has({ deviceMac: CLIENT, remoteIp: '', peerMac: '' })).toBe(true)
})
