import { expect, test } from 'vitest'
import { encodeIpv4 } from '../../wire/encode-ip.js'
import { concat, ipBytes, u16 } from '../../wire/fake-frames.js'
import { PROTOCOL_VRRP } from '../../wire/ip.js'
import { BOB, type FakeHost, FakeTraffic, GATEWAY, MALLORY } from '../engine/fake-traffic.js'

const VIRTUAL = '192.168.1.254'
const BACKUP: FakeHost = { ip: '192.168.1.2', mac: '3c:84:6a:00:00:02' }

function advertise(lan: FakeTraffic, from: FakeHost, priority: number, seconds: number): void {
  const ends = {
    sourceMac: from.mac,
    destinationMac: '01:00:5e:00:00:12',
    sourceIp: from.ip,
    destinationIp: '224.0.0.18',
  }
  const message = concat([0x21, 51, priority, 1, 0, 1], u16(0), ipBytes(VIRTUAL), new Uint8Array(8))
  for (let i = 0; i < seconds; i++) {
    lan.send(encodeIpv4(ends, PROTOCOL_VRRP, message, 255))
    lan.wait(1000)
  }
}

const hijacks = (lan: FakeTraffic) => lan.alerts().filter(({ kind }) => kind === 'fhrp_hijack')

test('accuses a host that was never a member and outbids the active one', () => {
  const lan = new FakeTraffic()
  lan.settle()
  advertise(lan, GATEWAY, 150, 15)
  advertise(lan, MALLORY, 255, 3)
  expect(hijacks(lan)).toMatchObject([
    {
      severity: 'critical',
      ip: VIRTUAL,
      parties: [
        { role: 'suspect', mac: MALLORY.mac, certainty: 'likely' },
        { role: 'holder', mac: GATEWAY.mac },
      ],
      reasonsFor: [{ rule: 'group_outbid' }, { rule: 'never_a_member' }],
    },
  ])
})

test('of equal priorities the higher address wins', () => {
  const lan = new FakeTraffic()
  lan.settle()
  advertise(lan, GATEWAY, 255, 15)
  advertise(lan, MALLORY, 255, 3)
  expect(hijacks(lan)).toMatchObject([
    {
      severity: 'critical',
      parties: [
        { role: 'suspect', mac: MALLORY.mac },
        { role: 'holder', mac: GATEWAY.mac },
      ],
    },
  ])
})

test('who advertises the same priority from a lower address outbids nobody', () => {
  const lan = new FakeTraffic()
  lan.settle()
  advertise(lan, MALLORY, 200, 15)
  advertise(lan, BOB, 200, 3)
  expect(hijacks(lan)).toEqual([])
})

test('a router that nobody has met before may be a new one: a warning, and pinned it is none', () => {
  const lan = new FakeTraffic()
  advertise(lan, GATEWAY, 150, 15)
  advertise(lan, BACKUP, 200, 3)
  expect(hijacks(lan)).toMatchObject([{ severity: 'warning' }])
  const pinned = new FakeTraffic({ pinned: [BACKUP] })
  advertise(pinned, GATEWAY, 150, 15)
  advertise(pinned, BACKUP, 200, 3)
  expect(hijacks(pinned)).toEqual([])
})

test('whoever takes over from a pinned virtual address is accused', () => {
  const lan = new FakeTraffic({ pinned: [{ ip: VIRTUAL, mac: GATEWAY.mac }] })
  advertise(lan, GATEWAY, 150, 15)
  advertise(lan, BACKUP, 200, 3)
  expect(hijacks(lan)).toMatchObject([{ severity: 'critical' }])
})

test('says nothing where members take turns', () => {
  const lan = new FakeTraffic()
  lan.settle()
  advertise(lan, GATEWAY, 150, 15)
  lan.wait(4000)
  advertise(lan, BACKUP, 100, 10)
  advertise(lan, GATEWAY, 150, 10)
  // Stepping down is priority 0 (RFC 9568 section 5.2.4): the next need not wait.
  advertise(lan, GATEWAY, 0, 1)
  advertise(lan, BOB, 200, 5)
  expect(hijacks(lan)).toEqual([])
})

test('members that were met while learning may outbid each other', () => {
  const lan = new FakeTraffic({}, { learningMs: 60_000 })
  advertise(lan, GATEWAY, 150, 15)
  advertise(lan, BACKUP, 200, 10)
  lan.wait(60_000)
  advertise(lan, GATEWAY, 150, 15)
  advertise(lan, BACKUP, 200, 5)
  expect(hijacks(lan)).toEqual([])
})
