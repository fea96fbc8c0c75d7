/** Situations in which two MACs claim one address and nobody lies. */

import { expect, test } from 'vitest'
import { ipBytes } from '../../wire/fake-frames.js'
import { ALICE, BOB, FakeTraffic, GATEWAY, MALLORY } from '../engine/fake-traffic.js'
import { repeat, type Situation, STRANGER } from './fake-situations.js'

const HONEST: Situation[] = [
  {
    name: 'unicast refreshes of the neighbour cache',
    loud: [],
    act: (lan) =>
      repeat(6, 30_000, lan, () => {
        lan.askOne(ALICE, GATEWAY)
        lan.tell(GATEWAY.mac, GATEWAY.ip, ALICE)
      }),
  },
  {
    name: 'two hosts with the same fixed address',
    loud: ['ip_conflict/warning'],
    act: (lan) => {
      lan.announce(STRANGER, BOB.ip)
      repeat(3, 5000, lan, () => {
        lan.ask(ALICE, BOB.ip)
        lan.tell(STRANGER, BOB.ip, ALICE)
        lan.tell(BOB.mac, BOB.ip, ALICE)
        lan.ask({ mac: STRANGER, ip: BOB.ip }, GATEWAY.ip)
        lan.chatter(BOB)
      })
    },
  },
  {
    name: 'two hosts with the same address, their start out of view',
    loud: ['ip_conflict/warning'],
    act: (lan) =>
      repeat(4, 5000, lan, () => {
        lan.ask(ALICE, BOB.ip)
        lan.tell(STRANGER, BOB.ip, ALICE)
        lan.tell(BOB.mac, BOB.ip, ALICE)
        lan.chatter(BOB)
        lan.chatter({ mac: STRANGER, ip: BOB.ip })
      }),
  },
  {
    name: 'a service address moves to a node that announces it for ever, every 3 s',
    loud: [],
    act: (lan) => {
      const service = '192.168.1.100'
      repeat(5, 3000, lan, () => lan.announce(BOB.mac, service))
      lan.resolve(MALLORY, { mac: BOB.mac, ip: service })
      repeat(60, 3000, lan, () => {
        lan.announce(ALICE.mac, service)
        lan.chatter(BOB)
      })
    },
  },
  {
    name: 'two hosts with the same address, both defend it',
    loud: ['ip_conflict/warning'],
    act: (lan) =>
      repeat(4, 12_000, lan, () => {
        lan.announce(STRANGER, BOB.ip)
        lan.announce(BOB.mac, BOB.ip)
        lan.chatter(BOB)
      }),
  },
  {
    name: 'a replaced network card',
    loud: [],
    kinds: ['mac_changed'],
    act: (lan) => {
      lan.wait(25_000)
      lan.announce(STRANGER, BOB.ip)
      lan.resolve({ mac: STRANGER, ip: BOB.ip }, GATEWAY)
      lan.wait(120_000)
      lan.chatter({ mac: STRANGER, ip: BOB.ip })
    },
  },
  {
    name: 'a replaced router',
    loud: ['gateway_mac_changed/warning'],
    act: (lan) => {
      lan.wait(15_000)
      lan.announce(STRANGER, GATEWAY.ip)
      lan.resolve(ALICE, { mac: STRANGER, ip: GATEWAY.ip })
      lan.surf(ALICE, { mac: STRANGER, ip: GATEWAY.ip })
      lan.wait(90_000)
    },
  },
  {
    name: 'two cards of one host, each answers for both addresses',
    loud: [],
    kinds: ['multi_homed'],
    act: (lan) => {
      const second = { mac: 'd8:3a:dd:00:00:21', ip: '192.168.1.21' }
      repeat(4, 4000, lan, () => {
        for (const ip of [BOB.ip, second.ip]) {
          lan.ask(ALICE, ip)
          lan.tell(second.mac, ip, ALICE)
          lan.tell(BOB.mac, ip, ALICE)
        }
      })
    },
  },
  {
    name: 'a bond that gives each peer another MAC',
    loud: [],
    act: (lan) => {
      const slave = 'd8:3a:dd:00:00:22'
      repeat(4, 30_000, lan, () => {
        lan.ask(ALICE, BOB.ip)
        lan.tell(BOB.mac, BOB.ip, ALICE)
        lan.ask(GATEWAY, BOB.ip)
        lan.tell(slave, BOB.ip, GATEWAY)
        lan.packet({ mac: slave, ip: BOB.ip }, GATEWAY.mac, '93.184.216.34')
        lan.chatter(BOB)
      })
    },
  },
  {
    name: 'a bond that tells its clients unasked after its own question',
    loud: [],
    act: (lan) => {
      const slave = 'd8:3a:dd:00:00:22'
      lan.packet({ mac: slave, ip: BOB.ip }, GATEWAY.mac, '93.184.216.34')
      repeat(5, 30_000, lan, () => {
        lan.resolve(BOB, GATEWAY)
        lan.wait(200)
        lan.tell(slave, BOB.ip, ALICE)
        lan.tell(slave, BOB.ip, ALICE)
        lan.packet({ mac: slave, ip: BOB.ip }, GATEWAY.mac, '93.184.216.34')
      })
    },
  },
  {
    name: 'VRRP between physical MACs, there and back',
    loud: [],
    kinds: ['fhrp_failover'],
    act: (lan) => {
      const virtualIp = '192.168.1.254'
      for (const master of [BOB, ALICE, BOB, ALICE]) {
        lan.vrrp(master, virtualIp)
        repeat(5, 10, lan, () => lan.announce(master.mac, virtualIp))
        repeat(20, 1000, lan, () => lan.vrrp(master, virtualIp))
        lan.resolve(MALLORY, { mac: master.mac, ip: virtualIp })
      }
    },
  },
  {
    name: 'a virtual router MAC, with questions from the physical one',
    loud: [],
    act: (lan) => {
      const virtual = { mac: '00:00:5e:00:01:33', ip: '192.168.1.254' }
      repeat(5, 10_000, lan, () => {
        lan.vrrp({ mac: virtual.mac, ip: BOB.ip }, virtual.ip)
        lan.announce(virtual.mac, virtual.ip)
        lan.resolve(ALICE, virtual)
        lan.ask({ mac: BOB.mac, ip: virtual.ip }, ALICE.ip)
        lan.chatter(BOB)
      })
    },
  },
  {
    name: 'a lease that passes to another host',
    loud: [],
    act: (lan) => {
      lan.dhcpAck(GATEWAY, BOB.mac, BOB.ip)
      lan.wait(5000)
      lan.dhcpAck(GATEWAY, STRANGER, BOB.ip)
      lan.announce(STRANGER, BOB.ip)
      lan.resolve({ mac: STRANGER, ip: BOB.ip }, GATEWAY)
    },
  },
  {
    name: 'a lease that passes on, the acknowledgement out of view',
    loud: [],
    act: (lan) => {
      lan.wait(30_000)
      lan.dhcpClient(3, STRANGER, [[50, ipBytes(BOB.ip)]])
      lan.probe(STRANGER, BOB.ip)
      lan.wait(2000)
      lan.announce(STRANGER, BOB.ip)
      lan.ask({ mac: STRANGER, ip: BOB.ip }, GATEWAY.ip)
      lan.wait(100_000)
      lan.chatter({ mac: STRANGER, ip: BOB.ip })
    },
  },
  {
    name: 'the router answers for hosts behind it',
    loud: [],
    act: (lan) => {
      for (const last of [200, 201, 202]) {
        lan.ask(ALICE, `192.168.1.${last}`)
        lan.tell(GATEWAY.mac, `192.168.1.${last}`, ALICE)
        lan.wait(1000)
      }
    },
  },
  {
    name: 'a sleep proxy takes over, and the sleeper wakes up',
    loud: [],
    act: (lan) => {
      lan.chatter(BOB)
      lan.wait(2000)
      lan.announce(ALICE.mac, BOB.ip)
      lan.wait(100)
      lan.announce(ALICE.mac, BOB.ip)
      lan.wait(60_000)
      lan.ask(GATEWAY, BOB.ip)
      lan.tell(ALICE.mac, BOB.ip, GATEWAY)
      lan.wait(600_000)
      lan.announce(BOB.mac, BOB.ip)
      lan.resolve(BOB, GATEWAY)
      lan.chatter(BOB)
    },
  },
  {
    name: 'a service address moves between cluster nodes',
    loud: [],
    act: (lan) => {
      const service = '192.168.1.100'
      lan.resolve(MALLORY, { mac: BOB.mac, ip: service })
      lan.wait(3000)
      repeat(5, 200, lan, () => lan.announce(ALICE.mac, service))
      lan.resolve(MALLORY, { mac: ALICE.mac, ip: service })
      lan.chatter(BOB)
      lan.wait(120_000)
      repeat(5, 200, lan, () => lan.announce(BOB.mac, service))
      lan.resolve(MALLORY, { mac: BOB.mac, ip: service })
    },
  },
  {
    name: 'a host moves behind a Wi-Fi repeater that speaks for it, and back',
    loud: [],
    act: (lan) => {
      const repeater = MALLORY
      lan.chatter(BOB)
      lan.wait(4000)
      lan.ask({ mac: repeater.mac, ip: BOB.ip }, GATEWAY.ip)
      repeat(3, 30_000, lan, () => {
        lan.ask(GATEWAY, BOB.ip)
        lan.tell(repeater.mac, BOB.ip, GATEWAY)
        lan.chatter({ mac: repeater.mac, ip: BOB.ip })
      })
      lan.announce(BOB.mac, BOB.ip)
      lan.resolve(BOB, GATEWAY)
      lan.chatter(BOB)
    },
  },
  {
    name: 'only replies are in view, from many hosts',
    loud: [],
    act: (lan) =>
      repeat(6, 30_000, lan, () => {
        for (const host of [BOB, MALLORY, GATEWAY]) lan.tell(host.mac, host.ip, ALICE)
      }),
  },
  {
    name: 'an address of the interface itself announced by another card',
    loud: [],
    act: (lan) => repeat(3, 20_000, lan, () => lan.announce(BOB.mac, BOB.ip)),
  },
]

test.each(HONEST)('no attack: $name', ({ loud, kinds, act }) => {
  const lan = new FakeTraffic()
  lan.settle()
  act(lan)
  lan.wait(5000)
  expect(lan.loud()).toEqual(loud)
  if (kinds) expect(lan.kinds()).toEqual(expect.arrayContaining(kinds))
})
