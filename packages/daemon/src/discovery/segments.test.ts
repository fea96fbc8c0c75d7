import { DAY_MS, HOUR_MS } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import type { HostSeen } from '../model/host.js'
import { Segments } from './segments.js'

const CARDS = [
  { name: 'eth0', mac: '02:00:00:00:00:01' },
  { name: 'eth1', mac: '02:00:00:00:00:02' },
  { name: 'wlan0', mac: '02:00:00:00:00:03' },
  { name: 'tun0', mac: '' },
]
const NEIGHBOR = '02:00:00:00:00:99'

function seen(mac: string, vlan = 0): HostSeen[] {
  return [
    { ip: '192.168.1.9', mac: NEIGHBOR, evidence: 'arp_request', seenMs: 1, vlan: 0 },
    { ip: '192.168.1.1', mac, evidence: 'arp_request', seenMs: 1, vlan },
  ]
}

function machine() {
  const clock = { nowMs: 0 }
  return { clock, segments: new Segments({ own: () => CARDS, nowMs: () => clock.nowMs }) }
}

test('an interface that hears another is in its segment, and with it whoever else does', () => {
  const { segments } = machine()
  expect(CARDS.map(({ name }) => segments.name(name))).toEqual(['eth0', 'eth1', 'wlan0', 'tun0'])
  segments.note('wlan0', seen('02:00:00:00:00:02'))
  expect(segments.name('wlan0')).toBe('eth1')
  segments.note('eth0', seen('02:00:00:00:00:03'))
  expect(segments.members('eth1')).toEqual(['eth0', 'eth1', 'wlan0'])
  expect(CARDS.map(({ name }) => segments.name(name))).toEqual(['eth0', 'eth0', 'eth0', 'tun0'])
})

test('equal addresses, a common neighbour and the own frames are no evidence', () => {
  const { segments } = machine()
  segments.note('eth0', seen('02:00:00:00:00:01'))
  segments.note('eth1', seen('02:00:00:00:00:02'))
  segments.note('tun0', seen(''))
  expect(segments.members('eth0')).toEqual(['eth0'])
  expect(segments.members('tun0')).toEqual(['tun0'])
})

test('a tagged frame is of another network, and a MAC that a card shares with its VLANs tells nothing', () => {
  const vlans = [...CARDS, { name: 'eth0.20', mac: '02:00:00:00:00:01' }]
  const segments = new Segments({ own: () => vlans, nowMs: () => 0 })
  segments.note('eth0', seen('02:00:00:00:00:02', 20))
  segments.note('eth0.20', seen('02:00:00:00:00:01'))
  segments.note('eth1', seen('02:00:00:00:00:01'))
  expect(vlans.map(({ name }) => segments.name(name))).toEqual(vlans.map(({ name }) => name))
  segments.note('eth0.20', seen('02:00:00:00:00:02'))
  expect(segments.members('eth1')).toEqual(['eth0.20', 'eth1'])
})

test('what was heard counts until a link is lost, or for a day', () => {
  const { clock, segments } = machine()
  segments.note('eth0', seen('02:00:00:00:00:02'))
  segments.note('eth1', seen('02:00:00:00:00:03'))
  segments.forget('wlan0')
  expect(segments.members('eth0')).toEqual(['eth0', 'eth1'])
  clock.nowMs = 23 * HOUR_MS
  segments.note('eth1', seen('02:00:00:00:00:01'))
  clock.nowMs = DAY_MS
  expect(segments.members('eth0')).toEqual(['eth0', 'eth1'])
  clock.nowMs += 23 * HOUR_MS
  expect(segments.members('eth0')).toEqual(['eth0'])
})
