import { BROADCAST_MAC } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import { LINKTYPE_LINUX_SLL } from '../../capture/packet-source.js'
import { ARP_REPLY, ARP_REQUEST, encodeArp } from '../../wire/arp.js'
import { decodeFrame } from '../../wire/decode-frame.js'
import { concat, hex, ipBytes } from '../../wire/fake-frames.js'
import { ALICE, BOB, type FakeHost, FakeTraffic, GATEWAY, MALLORY } from '../engine/fake-traffic.js'

const STRANGER = '02:11:22:33:44:55'
/** Two routers with an address each, and one that they share. */
const FIRST: FakeHost = { ip: '192.168.1.2', mac: '3c:84:6a:00:00:02' }
const SECOND: FakeHost = { ip: '192.168.1.3', mac: '3c:84:6a:00:00:03' }
const SHARED = '192.168.1.254'

function repeat(times: number, everyMs: number, lan: FakeTraffic, act: () => void): void {
  for (let i = 0; i < times; i++) {
    act()
    lan.wait(everyMs)
  }
}

function settled(): FakeTraffic {
  const lan = new FakeTraffic()
  lan.settle()
  return lan
}

/** Both routers are known by their own addresses, and hosts go through the shared one. */
function withTwoRouters(): FakeTraffic {
  const lan = new FakeTraffic()
  lan.chatter(FIRST)
  lan.chatter(SECOND)
  lan.announce(FIRST.mac, SHARED)
  for (const host of [ALICE, BOB]) {
    lan.resolve(host, { mac: FIRST.mac, ip: SHARED })
    lan.surf(host, FIRST)
  }
  lan.wait(20_000)
  return lan
}

test('an announcement to one host is a message for that host', () => {
  const lan = settled()
  lan.surf(ALICE)
  lan.arp({
    operation: ARP_REQUEST,
    senderMac: MALLORY.mac,
    senderIp: GATEWAY.ip,
    targetIp: GATEWAY.ip,
    destinationMac: ALICE.mac,
  })
  lan.wait(500)
  lan.surf(BOB)
  expect(lan.loud('active')).toEqual(['gateway_spoof/critical'])
})

test('a new router asks the hosts that it forwards to', () => {
  const lan = settled()
  const router = { mac: STRANGER, ip: GATEWAY.ip }
  lan.wait(15_000)
  lan.announce(router.mac, router.ip)
  lan.resolve(ALICE, router)
  repeat(4, 10_000, lan, () => {
    lan.surf(ALICE, router)
    lan.surf(BOB, router)
    lan.askOne(router, BOB)
    lan.tell(BOB.mac, BOB.ip, router)
  })
  expect(lan.loud()).toEqual(['gateway_mac_changed/warning'])
})

test('questions to one host from somebody who never sends it a packet are the poison', () => {
  const lan = settled()
  lan.wait(60_000)
  repeat(3, 15_000, lan, () => lan.askOne({ mac: MALLORY.mac, ip: GATEWAY.ip }, ALICE))
  expect(lan.loud('active')).toEqual(['gateway_spoof/critical'])
})

test('a host with two cards refreshes its knowledge of who asked for it', () => {
  const lan = settled()
  const card = '5c:26:0a:00:00:21'
  repeat(4, 10_000, lan, () => {
    lan.ask(ALICE, BOB.ip)
    lan.tell(card, BOB.ip, ALICE)
    lan.tell(BOB.mac, BOB.ip, ALICE)
    lan.packet(BOB, ALICE.mac, ALICE.ip)
    lan.wait(5000)
    lan.askOne({ mac: card, ip: BOB.ip }, ALICE)
  })
  expect(lan.loud()).toEqual([])
})

test('the first packet after an answer shows that the address is a gateway', () => {
  const lan = new FakeTraffic()
  lan.chatter(MALLORY)
  lan.resolve(ALICE, GATEWAY)
  lan.packet(ALICE, GATEWAY.mac, '93.184.216.34')
  lan.wait(30_000)
  lan.announce(MALLORY.mac, GATEWAY.ip, ARP_REPLY)
  lan.announce(MALLORY.mac, GATEWAY.ip, ARP_REPLY)
  lan.wait(3000)
  expect(lan.loud()).toEqual(['gateway_mac_changed/warning'])
})

test('another address of a router is no gateway, and may move to a neighbour', () => {
  const lan = settled()
  const service = '192.168.1.100'
  lan.chatter(SECOND)
  lan.announce(GATEWAY.mac, service)
  lan.resolve(ALICE, { mac: GATEWAY.mac, ip: service })
  lan.packet(ALICE, GATEWAY.mac, service)
  lan.surf(ALICE)
  lan.wait(10_000)
  repeat(5, 10, lan, () => lan.announce(SECOND.mac, service))
  repeat(5, 5000, lan, () => {
    lan.resolve(ALICE, { mac: SECOND.mac, ip: service })
    lan.surf(BOB)
  })
  expect(lan.loud()).toEqual([])
})

test("a gateway's address moves between routers that have one of their own each", () => {
  const lan = withTwoRouters()
  for (const router of [SECOND, FIRST, SECOND]) {
    repeat(5, 10, lan, () => lan.announce(router.mac, SHARED))
    lan.wait(5000)
    repeat(5, 10, lan, () => lan.announce(router.mac, SHARED))
    repeat(5, 3000, lan, () => {
      lan.resolve(ALICE, { mac: router.mac, ip: SHARED })
      lan.surf(ALICE, router)
      lan.askOne({ mac: router.mac, ip: SHARED }, BOB)
    })
    lan.chatter(FIRST)
    lan.chatter(SECOND)
  }
  expect(lan.loud()).toEqual([])
  expect(lan.kinds()).toContain('fhrp_failover')
})

test('a host with an address of its own that keeps announcing that of a quiet neighbour', () => {
  const lan = settled()
  lan.wait(60_000)
  repeat(6, 3000, lan, () => lan.announce(MALLORY.mac, BOB.ip, ARP_REPLY))
  expect(lan.loud()).toEqual(['arp_spoof/warning'])
})

test('a host comes back from behind a repeater without a word about it', () => {
  const lan = settled()
  const repeated = { mac: MALLORY.mac, ip: BOB.ip }
  lan.wait(4000)
  lan.ask(repeated, GATEWAY.ip)
  repeat(3, 10_000, lan, () => lan.chatter(repeated))
  lan.wait(5000)
  repeat(3, 10_000, lan, () => {
    lan.ask(BOB, GATEWAY.ip)
    lan.chatter(BOB)
  })
  expect(lan.loud()).toEqual([])
})

test('one address serves a queue of phones, each with a lease of its own', () => {
  for (const isAckInView of [true, false]) {
    const lan = settled()
    const ip = '192.168.1.150'
    for (let i = 0; i < 6; i++) {
      const mac = `02:00:00:00:01:0${i}`
      lan.dhcpClient(3, mac, [[50, ipBytes(ip)]])
      if (isAckInView) lan.dhcpAck(GATEWAY, mac, ip)
      lan.announce(mac, ip)
      lan.ask({ mac, ip }, GATEWAY.ip)
      lan.chatter({ mac, ip })
      lan.wait(10_000)
    }
    expect(lan.loud()).toEqual([])
  }
})

test('a member of a redundancy group is known by the address that it advertises from, whenever that shows', () => {
  const lan = new FakeTraffic()
  const virtualMac = '00:00:5e:00:01:33'
  repeat(3, 1000, lan, () => lan.vrrp({ mac: virtualMac, ip: FIRST.ip }, SHARED))
  lan.announce(virtualMac, SHARED)
  lan.chatter(FIRST)
  repeat(4, 4000, lan, () => {
    lan.resolve(ALICE, { mac: virtualMac, ip: SHARED })
    lan.ask({ mac: FIRST.mac, ip: SHARED }, BOB.ip)
    lan.askOne({ mac: FIRST.mac, ip: SHARED }, BOB)
  })
  expect(lan.loud()).toEqual([])
})

test("whoever speaks for the gateway's address and passes others' packets on is in the middle", () => {
  const lan = settled()
  const thief = { mac: STRANGER, ip: GATEWAY.ip }
  repeat(3, 4000, lan, () => {
    lan.ask(thief, ALICE.ip)
    lan.packet(ALICE, STRANGER, '93.184.216.34')
    lan.packet({ mac: STRANGER, ip: ALICE.ip }, GATEWAY.mac, '93.184.216.34')
    lan.surf(BOB)
  })
  expect(lan.loud('active')).toEqual(['gateway_spoof/warning'])
})

test('a gateway that is announced again and again by a MAC that sends nothing else', () => {
  const lan = settled()
  repeat(6, 3000, lan, () => lan.announce(STRANGER, GATEWAY.ip, ARP_REPLY))
  expect(lan.loud('active')).toEqual(['gateway_spoof/warning'])
})

test('the machine behind a virtual MAC asks from its own, before anything else shows who it is', () => {
  const lan = new FakeTraffic()
  const virtual = { mac: '00:00:5e:00:01:33', ip: SHARED }
  lan.announce(virtual.mac, virtual.ip)
  repeat(4, 3000, lan, () => {
    lan.resolve(ALICE, virtual)
    lan.ask({ mac: FIRST.mac, ip: SHARED }, ALICE.ip)
    lan.tell(ALICE.mac, ALICE.ip, { mac: FIRST.mac, ip: SHARED })
    lan.askOne({ mac: FIRST.mac, ip: SHARED }, BOB)
    // With an address of its other side as well.
    lan.ask({ mac: FIRST.mac, ip: '198.51.100.10' }, BOB.ip)
  })
  expect(lan.kinds()).toEqual([])
})

test('whoever answers for the address of a virtual MAC is not behind it', () => {
  const lan = settled()
  const virtual = { mac: '00:00:5e:00:01:33', ip: SHARED }
  repeat(3, 3000, lan, () => {
    lan.announce(virtual.mac, virtual.ip)
    lan.resolve(ALICE, virtual)
  })
  repeat(4, 2000, lan, () => {
    lan.tell(STRANGER, SHARED, BOB)
    lan.resolve(ALICE, virtual)
  })
  expect(lan.loud('active')).toEqual(['arp_spoof/critical'])
})

test('two routers ask with the same address of their other side, which no host asks for', () => {
  const lan = settled()
  repeat(3, 5000, lan, () => {
    lan.ask({ mac: FIRST.mac, ip: '198.51.100.10' }, ALICE.ip)
    lan.ask({ mac: SECOND.mac, ip: '198.51.100.10' }, BOB.ip)
  })
  expect(lan.loud()).toEqual([])
})

test('one question is answered by all cards of one host', () => {
  const lan = settled()
  const service = '192.168.1.40'
  repeat(2, 5000, lan, () => {
    lan.ask(ALICE, service)
    for (let card = 0; card < 7; card++) lan.tell(`5c:26:0a:00:00:4${card}`, service, ALICE)
  })
  expect(lan.loud()).toEqual([])
  expect(lan.kinds()).toContain('multi_homed')
})

test('a member that asks before it has advertised, beside the virtual MAC', () => {
  const lan = new FakeTraffic()
  const virtual = { mac: '00:00:5e:00:01:33', ip: SHARED }
  lan.resolve(ALICE, virtual)
  lan.chatter(FIRST)
  lan.askOne({ mac: FIRST.mac, ip: SHARED }, BOB)
  lan.wait(1000)
  repeat(10, 1000, lan, () => {
    lan.vrrp({ mac: virtual.mac, ip: FIRST.ip }, SHARED)
    lan.askOne({ mac: FIRST.mac, ip: SHARED }, BOB)
  })
  expect(lan.kinds()).toEqual([])
})

test('a host with an address of its own that is no member, and asks with that of the virtual MAC', () => {
  const lan = settled()
  const virtual = { mac: '00:00:5e:00:01:33', ip: SHARED }
  repeat(4, 3000, lan, () => {
    lan.vrrp({ mac: virtual.mac, ip: FIRST.ip }, SHARED)
    lan.resolve(ALICE, virtual)
    lan.askOne({ mac: MALLORY.mac, ip: SHARED }, BOB)
  })
  expect(lan.loud('active')).toEqual(['arp_spoof/critical'])
})

test('a sleeper takes its address back with a question', () => {
  const lan = settled()
  const sleeper = BOB
  lan.announce(MALLORY.mac, sleeper.ip)
  lan.wait(30_000)
  lan.ask(ALICE, sleeper.ip)
  lan.tell(MALLORY.mac, sleeper.ip, ALICE)
  lan.wait(10_000)
  lan.ask(sleeper, GATEWAY.ip)
  lan.wait(3000)
  expect(lan.loud()).toEqual([])
})

test("an answer whose question was lost, about a router's own address, while it takes the traffic over", () => {
  const lan = new FakeTraffic()
  lan.chatter(MALLORY)
  lan.surf(ALICE, FIRST)
  lan.tell(SECOND.mac, SECOND.ip, ALICE)
  lan.surf(ALICE, SECOND)
  lan.wait(3000)
  expect(lan.loud()).toEqual([])
})

test('a device that tells one host its own address by a timer', () => {
  const lan = new FakeTraffic()
  lan.resolve(ALICE, GATEWAY)
  for (let i = 0; i < 4; i++) lan.packet(BOB, ALICE.mac, ALICE.ip)
  repeat(10, 5000, lan, () => {
    lan.tell(BOB.mac, BOB.ip, ALICE)
    lan.packet(BOB, ALICE.mac, ALICE.ip)
  })
  expect(lan.loud()).toEqual([])
})

test("a cooked capture does not tell to whom the machine's own announcements went", () => {
  const lan = new FakeTraffic()
  repeat(10, 1000, lan, () => {
    const frame = encodeArp({
      sourceMac: BOB.mac,
      destinationMac: BROADCAST_MAC,
      operation: ARP_REPLY,
      senderMac: BOB.mac,
      senderIp: BOB.ip,
      targetMac: BOB.mac,
      targetIp: BOB.ip,
    })
    const { nowMs } = lan
    // Packet type 4: sent by this machine (pcap-linktype(7)).
    const header = concat(hex('0004 0001 0006'), frame.subarray(6, 12), hex('0000 0806'))
    const bytes = concat(header, frame.subarray(14))
    lan.engine.observe(decodeFrame(bytes, LINKTYPE_LINUX_SLL, bytes.length, nowMs))
  })
  lan.wait(1000)
  expect(lan.loud()).toEqual([])
})

test('a laptop goes from the cable to Wi-Fi and back within seconds, with the same lease', () => {
  const lan = settled()
  const wifi = { mac: STRANGER, ip: BOB.ip }
  for (const card of [wifi, BOB, wifi, BOB]) {
    lan.dhcpClient(3, card.mac, [[50, ipBytes(BOB.ip)]])
    lan.chatter(card)
    lan.announce(card.mac, card.ip)
    lan.ask(card, GATEWAY.ip)
    lan.wait(6000)
  }
  expect(lan.loud()).toEqual([])
})

test('a holder that renews its lease has not been away', () => {
  const lan = settled()
  lan.chatter(BOB)
  lan.ask({ mac: STRANGER, ip: BOB.ip }, GATEWAY.ip)
  lan.resolve(ALICE, BOB)
  lan.wait(2000)
  lan.dhcpClient(3, BOB.mac, [])
  lan.chatter(BOB)
  lan.wait(1000)
  expect(lan.loud()).toEqual(['ip_conflict/warning'])
})

test('a second card that asks and answers beside the first', () => {
  const lan = new FakeTraffic()
  const card = '5c:26:0a:00:00:21'
  repeat(4, 10_000, lan, () => {
    lan.ask(ALICE, BOB.ip)
    lan.tell(BOB.mac, BOB.ip, ALICE)
    lan.tell(card, BOB.ip, ALICE)
    lan.askOne({ mac: card, ip: BOB.ip }, GATEWAY)
    lan.packet({ mac: card, ip: BOB.ip }, GATEWAY.mac, '93.184.216.34')
  })
  expect(lan.loud()).toEqual([])
})
