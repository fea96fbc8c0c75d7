import { expect, test } from 'vitest'
import { encodeIcmpv6, encodeIpv4 } from '../../wire/encode-ip.js'
import { concat, ipBytes, sourceLinkOption, u16 } from '../../wire/fake-frames.js'
import { PROTOCOL_ICMP, PROTOCOL_VRRP } from '../../wire/ip.js'
import { ALICE, BOB, type FakeHost, FakeTraffic, GATEWAY, MALLORY } from '../engine/fake-traffic.js'

/** `from` tells `victim` to use `to` for `destination`. */
function redirect(
  lan: FakeTraffic,
  from: FakeHost,
  to: string,
  victim = ALICE,
  destination = '203.0.113.10',
): void {
  const ends = {
    sourceMac: from.mac,
    destinationMac: victim.mac,
    sourceIp: from.ip,
    destinationIp: victim.ip,
  }
  const quoted = concat([0x45, 0, 0, 28, 0, 1, 0, 0, 64, 17, 0, 0], ipBytes(victim.ip), ipBytes(destination))
  const message = concat([5, 1], u16(0), ipBytes(to), quoted, new Uint8Array(8))
  lan.send(encodeIpv4(ends, PROTOCOL_ICMP, message, 64))
}

const redirects = (lan: FakeTraffic) =>
  lan
    .alerts()
    .filter(({ kind }) => kind === 'icmp_redirect')
    .map(({ severity, reasonsFor }) => `${severity} ${reasonsFor.map(({ rule }) => rule).join()}`)

test('leaves out what comes from far away and names routers there: no host obeys it', () => {
  const lan = new FakeTraffic()
  lan.settle()
  redirect(lan, { ip: '83.14.105.105', mac: GATEWAY.mac }, '83.14.105.106')
  expect(redirects(lan)).toEqual([])
  redirect(lan, MALLORY, MALLORY.ip.replace('66', '67'))
  expect(redirects(lan)).toEqual(['warning redirect'])
})

test('the address of a forged source is that of its holder, never of whoever sent it', () => {
  const lan = new FakeTraffic({ gateways: [GATEWAY.ip] })
  lan.settle()
  const parties = () =>
    lan
      .alerts()
      .filter(({ kind }) => kind === 'icmp_redirect')
      .map((alert) => alert.parties.map(({ role, mac, ip }) => [role, mac, ip]))
  redirect(lan, { ip: GATEWAY.ip, mac: MALLORY.mac }, MALLORY.ip)
  const deceived = ['affected', ALICE.mac, ALICE.ip]
  expect(parties()).toEqual([
    [['suspect', MALLORY.mac, MALLORY.ip], ['holder', GATEWAY.mac, GATEWAY.ip], deceived],
  ])
  const stranger = '02:00:00:00:00:99'
  redirect(lan, { ip: '192.168.1.99', mac: stranger }, MALLORY.ip)
  expect(parties()[1]).toEqual([['suspect', stranger, ''], deceived])
})

test('a member of the group of the gateway, which hears of it alone, may send redirects', () => {
  const lan = new FakeTraffic({ gateways: [GATEWAY.ip] })
  lan.settle()
  const ends = {
    sourceMac: GATEWAY.mac,
    destinationMac: BOB.mac,
    sourceIp: GATEWAY.ip,
    destinationIp: BOB.ip,
  }
  const advertisement = concat([0x21, 51, 100, 1, 0, 1], u16(0), ipBytes(GATEWAY.ip), new Uint8Array(8))
  lan.send(encodeIpv4(ends, PROTOCOL_VRRP, advertisement, 255))
  redirect(lan, BOB, GATEWAY.ip)
  expect(redirects(lan)).toEqual(['info redirect'])
})

test('a router for IPv4 may look for one for IPv6, a client of DHCP is no router', () => {
  const lan = new FakeTraffic({ gateways: [GATEWAY.ip] })
  lan.settle()
  const second = { ip: '192.168.1.2', mac: '3c:84:6a:00:00:02' }
  lan.resolve(ALICE, second)
  const ends = {
    sourceMac: second.mac,
    destinationMac: '33:33:00:00:00:02',
    sourceIp: 'fe80::2',
    destinationIp: 'ff02::2',
  }
  lan.send(encodeIcmpv6(ends, concat([133, 0, 0, 0, 0, 0, 0, 0], sourceLinkOption(second.mac)), 255))
  redirect(lan, GATEWAY, second.ip)
  expect(redirects(lan)).toEqual(['info redirect'])
  lan.dhcpClient(1, BOB.mac, [])
  redirect(lan, GATEWAY, BOB.ip)
  expect(redirects(lan)).toEqual(['warning redirect,to_a_host'])
})

test('what our own forwarding probe brings about is no redirect', () => {
  const lan = new FakeTraffic({ ownMac: ALICE.mac, ownIps: [ALICE.ip] })
  lan.settle()
  redirect(lan, MALLORY, ALICE.ip, ALICE, ALICE.ip)
  expect(redirects(lan)).toEqual([])
  redirect(lan, MALLORY, BOB.ip)
  expect(redirects(lan)).toHaveLength(1)
})
