import { expect, test } from 'vitest'
import { ARP_REPLY, ARP_REQUEST } from '../../wire/arp.js'
import { ipBytes } from '../../wire/fake-frames.js'
import { ALICE, BOB, FakeTraffic, GATEWAY, MALLORY } from '../engine/fake-traffic.js'

const STRANGER = '02:11:22:33:44:55'

interface Situation {
  name: string
  /** Loud alerts in the end, as `kind/severity`. */
  loud: string[]
  /** Kinds that must be among all alerts. */
  kinds?: string[]
  act: (lan: FakeTraffic) => void
}

function repeat(times: number, everyMs: number, lan: FakeTraffic, act: () => void): void {
  for (let i = 0; i < times; i++) {
    act()
    lan.wait(everyMs)
  }
}

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

test('one alert per claimer and address, ended by the clean-up, and a new one later', () => {
  const lan = new FakeTraffic()
  lan.settle()
  repeat(5, 2000, lan, () => lan.tell(MALLORY.mac, GATEWAY.ip, ALICE))
  lan.wait(6000)
  const [first, ...others] = lan.alerts().filter((alert) => alert.kind === 'gateway_spoof')
  expect(others).toEqual([])
  expect(first).toMatchObject({ state: 'active', macs: [MALLORY.mac, GATEWAY.mac], victim: ALICE })
  lan.tell(GATEWAY.mac, GATEWAY.ip, ALICE, { sourceMac: MALLORY.mac })
  lan.wait(1000)
  expect(lan.alerts().find((alert) => alert.id === first?.id)).toMatchObject({ state: 'ended', count: 5 })
  lan.wait(60_000)
  lan.surf(ALICE)
  lan.tell(MALLORY.mac, GATEWAY.ip, ALICE)
  const spoofs = lan.alerts().filter((alert) => alert.kind === 'gateway_spoof')
  expect(spoofs.map((alert) => alert.state)).toEqual(['ended', 'active'])
})

test('quiet ends an alert', () => {
  const lan = new FakeTraffic()
  lan.settle()
  lan.tell(MALLORY.mac, GATEWAY.ip, ALICE)
  lan.wait(400_000)
  expect(lan.alerts().find((alert) => alert.kind === 'gateway_spoof')?.state).toBe('ended')
})

test('a pinned binding makes the first other claim critical', () => {
  const lan = new FakeTraffic({ pinned: [{ ip: BOB.ip, mac: BOB.mac }] })
  lan.ask({ mac: STRANGER, ip: BOB.ip }, GATEWAY.ip)
  expect(lan.loud()).toEqual(['arp_spoof/critical'])
  const quiet = new FakeTraffic({ pinned: [{ ip: BOB.ip, mac: BOB.mac }] })
  quiet.ask(BOB, GATEWAY.ip)
  expect(quiet.loud()).toEqual([])
})

test('VLANs do not know each other, and a priority tag is no VLAN', () => {
  const lan = new FakeTraffic()
  lan.settle()
  lan.arp({ operation: ARP_REQUEST, senderMac: STRANGER, senderIp: GATEWAY.ip, targetIp: BOB.ip, vlan: 7 })
  lan.wait(5000)
  expect(lan.kinds()).toEqual([])
  lan.arp({ operation: ARP_REQUEST, senderMac: STRANGER, senderIp: GATEWAY.ip, targetIp: BOB.ip, vlan: 0 })
  lan.wait(5000)
  expect(lan.kinds()).toEqual(['gateway_mac_changed'])
})

test('active checks are asked for once, never of virtual MACs, and become part of the alert', () => {
  const lan = new FakeTraffic({}, { activeVerification: true })
  lan.settle()
  lan.tell(MALLORY.mac, GATEWAY.ip, ALICE)
  lan.tell(MALLORY.mac, GATEWAY.ip, ALICE)
  expect(lan.probes.map(({ method, target }) => `${method} ${target.mac}`)).toEqual([
    `unicast_who_has ${GATEWAY.mac}`,
    `unicast_who_has ${MALLORY.mac}`,
    `forwarding_probe ${MALLORY.mac}`,
  ])
  const forwarding = lan.probes[2]
  if (!forwarding) throw new Error('no probe')
  lan.engine.verified({ ...forwarding, result: 'forwarded', atMs: lan.nowMs })
  lan.wait(1000)
  const spoof = lan.alerts().find((alert) => alert.kind === 'gateway_spoof')
  expect(spoof?.verifications).toMatchObject([{ method: 'forwarding_probe', result: 'forwarded' }])
  expect(spoof?.reasonsFor.map((reason) => reason.rule)).toContain('forwards_packets')
})

test('a quiet holder is asked at once, and its answer makes a theft of what may be a change of hands', () => {
  const lan = new FakeTraffic({}, { activeVerification: true })
  lan.settle()
  lan.wait(60_000)
  lan.announce(MALLORY.mac, BOB.ip, ARP_REPLY)
  lan.announce(MALLORY.mac, BOB.ip, ARP_REPLY)
  expect(lan.probes).toEqual([
    { method: 'unicast_who_has', target: { ip: BOB.ip, mac: BOB.mac }, alertId: '' },
  ])
  expect(lan.loud()).toEqual([])
  lan.askOne(ALICE, BOB)
  lan.tell(BOB.mac, BOB.ip, ALICE)
  expect(lan.loud()).toEqual(['arp_spoof/warning'])
})

/** A MAC of which nothing else is known has claimed the gateway's address, and is asked with the gateway. */
function withAskedClaimant() {
  const lan = new FakeTraffic({}, { activeVerification: true })
  lan.settle()
  const claim = (mac: string) => lan.tell(mac, GATEWAY.ip, ALICE)
  claim(STRANGER)
  lan.surf(BOB)
  lan.wait(1500)
  const silent = (mac: string) => {
    const probe = lan.probes.find(
      ({ method, target, alertId }) => method === 'unicast_who_has' && target.mac === mac && alertId !== '',
    )
    if (!probe) throw new Error(`${mac} was not asked`)
    lan.engine.verified({ ...probe, result: 'silent', atMs: lan.nowMs })
  }
  const about = (mac: string) =>
    lan
      .alerts()
      .filter((alert) => alert.macs[0] === mac && alert.ip === GATEWAY.ip)
      .map(({ kind, reasonsAgainst }) => `${kind}: ${reasonsAgainst.map(({ rule }) => rule)}`)
  return { lan, claim, silent, about }
}

test('the silence of one claimant says nothing about another', () => {
  const { lan, claim, silent, about } = withAskedClaimant()
  const second = '02:11:22:33:44:66'
  claim(second)
  silent(STRANGER)
  lan.surf(BOB)
  lan.wait(1500)
  expect(about(second)).toEqual(['gateway_spoof: no_other_address'])
})

test('the silence of the holder lowers what rests on it, until it is heard again', () => {
  const { lan, claim, silent, about } = withAskedClaimant()
  const second = '02:11:22:33:44:66'
  claim(second)
  silent(GATEWAY.mac)
  lan.surf(BOB)
  lan.wait(1500)
  expect(about(second)).toEqual(['multi_homed: no_other_address,owner_silent'])
  lan.ask(GATEWAY, BOB.ip)
  lan.wait(1500)
  expect(about(second)).toContain('gateway_spoof: no_other_address')
})

test('a claimant is asked again while it goes on claiming, and no more when it has stopped', () => {
  const { lan, claim } = withAskedClaimant()
  const asked = () => lan.probes.filter(({ target }) => target.mac === STRANGER).length
  expect(asked()).toBe(2)
  for (let i = 0; i < 4; i++) {
    lan.wait(15_000)
    lan.ask(GATEWAY, BOB.ip)
  }
  expect(asked()).toBe(2)
  claim(STRANGER)
  lan.wait(1500)
  expect(asked()).toBe(4)
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
