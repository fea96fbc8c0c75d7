/** Two machines and one address: whose it is, and that the holder is never the suspect. */

import { expect, test } from 'vitest'
import { encodeNeighborSolicitation } from '../../wire/encode-ip.js'
import {
  neighborAdvertisement,
  prefixOption,
  routerAdvertisement,
  sourceLinkOption,
} from '../../wire/fake-frames.js'
import { ALICE, BOB, type FakeHost, FakeTraffic, GATEWAY, MALLORY } from '../engine/fake-traffic.js'
import { isMadeFrom } from '../knowledge/interface-id.js'

const SECOND: FakeHost = { ip: GATEWAY.ip, mac: '90:09:d0:00:00:99' }
const ROUTER = 0x80
const SOLICITED = 0x40
const OVERRIDE = 0x20
/** Made from the gateway's MAC. */
const GATEWAY_IP6 = 'fe80::3e84:6aff:fe00:1'

function advertise(
  lan: FakeTraffic,
  mac: string,
  fields: { ip?: string; lifetimeSeconds?: number } = {},
): void {
  const { ip = GATEWAY_IP6, lifetimeSeconds = 1800 } = fields
  const ends = { sourceMac: mac, sourceIp: ip, destinationMac: '33:33:00:00:00:01', destinationIp: 'ff02::1' }
  const options = [sourceLinkOption(mac), prefixOption('fd00:1::')]
  lan.send(routerAdvertisement(ends, { lifetimeSeconds, options }))
}

/** Asked for the gateway, both say that they have its address. */
function bothAnswer(lan: FakeTraffic, asker: FakeHost, claimer: string): void {
  const ip = `fe80::${asker.ip.split('.')[3]}`
  const group = { destinationMac: '33:33:ff:00:00:01', destinationIp: 'ff02::1:ff00:1' }
  lan.send(encodeNeighborSolicitation({ sourceMac: asker.mac, sourceIp: ip, ...group }, GATEWAY_IP6))
  for (const [mac, flags] of [
    [GATEWAY.mac, ROUTER | SOLICITED | OVERRIDE],
    [claimer, SOLICITED | OVERRIDE],
  ] as const) {
    const ends = { sourceMac: mac, sourceIp: GATEWAY_IP6, destinationMac: asker.mac, destinationIp: ip }
    lan.send(neighborAdvertisement(ends, GATEWAY_IP6, flags, mac))
  }
}

/** Neighbour unreachability detection of the gateway. */
function solicitAlice(lan: FakeTraffic): void {
  const ends = {
    sourceMac: GATEWAY.mac,
    destinationMac: ALICE.mac,
    sourceIp: GATEWAY_IP6,
    destinationIp: 'fe80::10',
  }
  lan.send(encodeNeighborSolicitation(ends, 'fe80::10'))
}

function suspects(lan: FakeTraffic): string[] {
  const loud = lan.alerts().filter(({ severity }) => severity !== 'info')
  return loud.flatMap(({ parties }) => parties.filter(({ role }) => role === 'suspect').map(({ mac }) => mac))
}

test('knows the addresses that are made from a MAC', () => {
  expect(isMadeFrom(GATEWAY_IP6, GATEWAY.mac)).toBe(true)
  expect(isMadeFrom('2001:db8::3e84:6aff:fe00:1', GATEWAY.mac)).toBe(true)
  expect(isMadeFrom(GATEWAY_IP6, MALLORY.mac)).toBe(false)
  expect(isMadeFrom('fe80::1', GATEWAY.mac)).toBe(false)
  expect(isMadeFrom(GATEWAY.ip, GATEWAY.mac)).toBe(false)
})

test.each([400, 3000, 17_000])(
  'forged farewells that were heard first, every %i ms, accuse no genuine router',
  (everyMs) => {
    const lan = new FakeTraffic()
    for (let i = 0; i < 3; i++) {
      advertise(lan, MALLORY.mac, { lifetimeSeconds: 0 })
      lan.wait(everyMs)
    }
    for (let i = 0; i < 4; i++) {
      advertise(lan, GATEWAY.mac)
      solicitAlice(lan)
      lan.wait(4000)
      advertise(lan, MALLORY.mac, { lifetimeSeconds: 0 })
      lan.wait(everyMs)
    }
    expect(lan.loud('active')).toContain('rogue_ra/critical')
    expect(new Set(suspects(lan))).toEqual(new Set([MALLORY.mac]))
  },
)

test('who answers for an address that is made from the MAC of another, who is there, is no second host', () => {
  const lan = new FakeTraffic()
  advertise(lan, GATEWAY.mac)
  lan.wait(20_000)
  for (let i = 0; i < 4; i++) {
    bothAnswer(lan, i % 2 === 0 ? ALICE : BOB, MALLORY.mac)
    lan.wait(7000)
  }
  expect(lan.loud('active')).toEqual(['ndp_spoof/critical'])
  expect(suspects(lan)).toEqual([MALLORY.mac])
})

test('a card that was replaced keeps the address that its predecessor made', () => {
  const lan = new FakeTraffic()
  advertise(lan, GATEWAY.mac)
  lan.wait(60_000)
  for (let i = 0; i < 4; i++) {
    advertise(lan, SECOND.mac)
    lan.wait(7000)
  }
  expect(lan.kinds()).not.toContain('ndp_spoof')
})

test('who has a lease from the gateway is no second card of it', () => {
  const lan = new FakeTraffic()
  lan.settle()
  lan.dhcpAck(GATEWAY, MALLORY.mac, MALLORY.ip)
  for (let i = 0; i < 6; i++) {
    const asker = i % 2 === 0 ? ALICE : BOB
    lan.resolve(asker, GATEWAY)
    lan.tell(MALLORY.mac, GATEWAY.ip, asker)
    lan.wait(9000)
  }
  expect(lan.loud('active')).toEqual(['gateway_spoof/critical'])
})

test('of two routers with one address that is made from neither, the later is the suspect', () => {
  const lan = new FakeTraffic()
  for (let i = 0; i < 6; i++) {
    advertise(lan, GATEWAY.mac, { ip: 'fe80::1' })
    lan.wait(4000)
    if (i > 1) advertise(lan, MALLORY.mac, { ip: 'fe80::1', lifetimeSeconds: 0 })
    lan.wait(4000)
  }
  const [alert] = lan.alerts().filter(({ kind }) => kind === 'rogue_ra')
  expect(alert).toMatchObject({
    severity: 'critical',
    parties: [
      { role: 'suspect', mac: MALLORY.mac },
      { role: 'holder', mac: GATEWAY.mac },
    ],
  })
  expect(suspects(lan)).not.toContain(GATEWAY.mac)
})

test('two that answer every question for the gateway are more than two cards', () => {
  const lan = new FakeTraffic()
  lan.settle()
  for (let i = 0; i < 6; i++) {
    const asker = i % 2 === 0 ? ALICE : BOB
    lan.resolve(asker, GATEWAY)
    lan.tell(SECOND.mac, GATEWAY.ip, asker)
    lan.wait(9000)
  }
  expect(lan.loud()).toEqual(['ip_conflict/critical'])
  expect(suspects(lan)).toEqual([SECOND.mac])
})

test('nobody is called silent who answers the same question', () => {
  const lan = new FakeTraffic()
  lan.settle()
  lan.resolve(ALICE, GATEWAY)
  lan.tell(SECOND.mac, GATEWAY.ip, ALICE)
  lan.wait(8000)
  expect(lan.kinds()).toEqual(['multi_homed'])
})

test('the change is taken back when the previous holder turns out to be there', () => {
  const lan = new FakeTraffic()
  lan.settle()
  lan.announce(SECOND.mac, GATEWAY.ip)
  lan.wait(5000)
  expect(lan.loud('active')).toEqual(['gateway_mac_changed/warning'])
  lan.resolve(BOB, GATEWAY)
  lan.wait(2000)
  expect(lan.loud('active')).not.toContain('gateway_mac_changed/warning')
})

test('a gateway that goes on announcing itself by IPv6 has not been replaced, as an ordinary port shows it', () => {
  const lan = new FakeTraffic()
  for (let i = 0; i < 3; i++) {
    lan.ask(ALICE, GATEWAY.ip)
    lan.ask(GATEWAY, ALICE.ip)
    advertise(lan, GATEWAY.mac)
    lan.wait(10_000)
  }
  lan.announce(SECOND.mac, SECOND.ip)
  for (let i = 0; i < 4; i++) {
    lan.ask(SECOND, BOB.ip)
    lan.wait(4000)
    advertise(lan, GATEWAY.mac)
    lan.wait(9000)
  }
  expect(lan.loud('active')).toEqual(['ip_conflict/critical'])
})
