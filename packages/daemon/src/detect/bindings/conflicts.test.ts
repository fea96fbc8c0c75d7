/** Situations in which somebody takes an address that is not his own. */

import { expect, test } from 'vitest'
import { ARP_REPLY } from '../../wire/arp.js'
import { ALICE, BOB, FakeTraffic, GATEWAY, MALLORY } from '../engine/fake-traffic.js'
import { repeat, type Situation, STRANGER } from './fake-situations.js'

const ATTACKS: Situation[] = [
  {
    name: 'one forged reply to one host, the gateway alive',
    loud: ['gateway_spoof/critical'],
    act: (lan) => {
      lan.surf(ALICE)
      lan.tell(MALLORY.mac, GATEWAY.ip, ALICE)
      lan.wait(500)
      lan.surf(BOB)
    },
  },
  {
    name: 'both directions every 2 s',
    loud: ['gateway_spoof/critical', 'arp_spoof/critical'],
    act: (lan) =>
      repeat(5, 2000, lan, () => {
        lan.tell(MALLORY.mac, GATEWAY.ip, ALICE)
        lan.tell(MALLORY.mac, ALICE.ip, GATEWAY)
        lan.surf(BOB)
      }),
  },
  {
    name: 'poison by questions to one host',
    loud: ['gateway_spoof/critical'],
    act: (lan) =>
      repeat(3, 3000, lan, () => {
        lan.askOne({ mac: MALLORY.mac, ip: GATEWAY.ip }, ALICE)
        lan.surf(BOB)
      }),
  },
  {
    name: 'between two hosts, no gateway',
    loud: ['arp_spoof/critical'],
    act: (lan) => {
      lan.chatter(BOB)
      lan.tell(MALLORY.mac, BOB.ip, ALICE)
      lan.wait(1000)
      lan.chatter(BOB)
    },
  },
  {
    name: 'announcements for the gateway to all',
    loud: ['gateway_spoof/critical'],
    act: (lan) =>
      repeat(4, 3000, lan, () => {
        lan.announce(MALLORY.mac, GATEWAY.ip, ARP_REPLY)
        lan.surf(BOB)
      }),
  },
  {
    name: 'announcements for the gateway, whose own frames are out of view',
    loud: ['gateway_spoof/critical'],
    act: (lan) => repeat(6, 3000, lan, () => lan.announce(MALLORY.mac, GATEWAY.ip)),
  },
  {
    name: 'Ethernet source forged to be the gateway',
    loud: ['gateway_spoof/critical'],
    act: (lan) =>
      repeat(2, 2000, lan, () => lan.tell(MALLORY.mac, GATEWAY.ip, ALICE, { sourceMac: GATEWAY.mac })),
  },
  {
    name: 'a black hole: a MAC that does not exist',
    loud: ['gateway_spoof/critical'],
    act: (lan) =>
      repeat(5, 5000, lan, () => {
        lan.tell(STRANGER, GATEWAY.ip, ALICE, { sourceMac: MALLORY.mac })
        lan.surf(BOB)
      }),
  },
  {
    name: 'a black hole that hides its sender too',
    loud: ['gateway_spoof/critical'],
    act: (lan) =>
      repeat(5, 5000, lan, () => {
        lan.tell(STRANGER, GATEWAY.ip, ALICE)
        lan.surf(BOB)
      }),
  },
  {
    name: 'forged answers only when asked',
    loud: ['gateway_spoof/critical'],
    act: (lan) => {
      lan.resolve(BOB, MALLORY)
      lan.wait(10_000)
      repeat(3, 20_000, lan, () => {
        lan.resolve(ALICE, GATEWAY)
        lan.tell(MALLORY.mac, GATEWAY.ip, ALICE)
      })
    },
  },
  {
    name: "the victim's own address with ever new MACs",
    loud: ['arp_spoof/critical'],
    act: (lan) => {
      for (let i = 0; i < 6; i++) {
        lan.announce(`02:00:00:00:00:0${i}`, ALICE.ip)
        lan.wait(1000)
      }
    },
  },
]

test.each(ATTACKS)('attack: $name', ({ loud, act }) => {
  const lan = new FakeTraffic()
  lan.settle()
  act(lan)
  lan.wait(3000)
  // What was taken for something milder at first has been ended.
  expect(lan.loud('active').sort()).toEqual(loud.sort())
})

const BLIND_ATTACKS: Situation[] = [
  {
    name: 'a cadence of unasked replies and nothing else',
    loud: ['arp_spoof/critical'],
    act: (lan) => repeat(6, 7000, lan, () => lan.tell(MALLORY.mac, GATEWAY.ip, ALICE)),
  },
  {
    name: 'a pair poisoned against each other',
    loud: ['arp_spoof/critical', 'arp_spoof/critical'],
    act: (lan) => {
      lan.tell(MALLORY.mac, BOB.ip, ALICE)
      lan.tell(MALLORY.mac, ALICE.ip, BOB)
      lan.wait(1000)
      lan.tell(MALLORY.mac, BOB.ip, ALICE)
    },
  },
  {
    name: 'announcements of an address whose packets come from another MAC',
    loud: ['arp_spoof/critical'],
    act: (lan) => {
      lan.resolve(MALLORY, ALICE)
      repeat(6, 3000, lan, () => {
        lan.announce(MALLORY.mac, GATEWAY.ip, ARP_REPLY)
        lan.packet(GATEWAY, ALICE.mac, ALICE.ip)
      })
    },
  },
  {
    name: 'the uplink moves to the one who told it so',
    loud: ['arp_spoof/critical'],
    act: (lan) => {
      lan.surf(ALICE)
      lan.tell(MALLORY.mac, '192.168.1.254', ALICE)
      lan.wait(1000)
      lan.chatter(MALLORY)
      lan.surf(ALICE, { mac: MALLORY.mac, ip: GATEWAY.ip })
    },
  },
]

test.each(BLIND_ATTACKS)('attack seen from its middle: $name', ({ loud, act }) => {
  const lan = new FakeTraffic()
  act(lan)
  lan.wait(3000)
  expect(lan.loud()).toEqual(loud)
})

test.each([1500, 7000, 20_000])(
  'who does nothing but announce the address of a living host every %i ms keeps it off the network',
  (intervalMs) => {
    const lan = new FakeTraffic()
    lan.settle()
    for (let i = 0; i < 8; i++) {
      lan.announce('02:00:de:ad:be:ef', ALICE.ip, ARP_REPLY)
      lan.wait(intervalMs / 2)
      lan.chatter(ALICE)
      lan.wait(intervalMs / 2)
    }
    expect(lan.loud('active')).toEqual(['arp_spoof/warning'])
  },
)

test('a host that defends the address when it hears the other is in conflict and no attacker', () => {
  const lan = new FakeTraffic()
  lan.settle()
  for (const pauseMs of [11_000, 24_000, 13_000, 40_000]) {
    lan.announce(ALICE.mac, ALICE.ip)
    lan.wait(5)
    lan.announce(STRANGER, ALICE.ip)
    lan.wait(pauseMs)
  }
  expect(lan.loud().filter((one) => !one.startsWith('ip_conflict'))).toEqual([])
})
