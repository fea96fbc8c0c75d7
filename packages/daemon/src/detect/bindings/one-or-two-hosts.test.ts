import { expect, test } from 'vitest'
import { ipBytes } from '../../wire/fake-frames.js'
import { ALICE, BOB, type FakeHost, FakeTraffic, GATEWAY } from '../engine/fake-traffic.js'

const CARD = '5c:26:0a:00:00:21'
const SECOND_IP = '192.168.1.21'

function rounds(lan: FakeTraffic, act: () => void): void {
  for (let i = 0; i < 4; i++) {
    act()
    lan.wait(5000)
  }
}

function settled(): FakeTraffic {
  const lan = new FakeTraffic()
  lan.settle()
  return lan
}

function askBoth(lan: FakeTraffic, ip: string, by: FakeHost): void {
  lan.ask(by, ip)
  lan.tell(CARD, ip, by)
  lan.tell(BOB.mac, ip, by)
}

test('the second card only answers, and what the host sends goes out of the first', () => {
  const lan = new FakeTraffic()
  rounds(lan, () => {
    askBoth(lan, BOB.ip, ALICE)
    lan.ask(BOB, GATEWAY.ip)
  })
  expect(lan.loud()).toEqual([])
  expect(lan.kinds()).toContain('multi_homed')
})

test('both cards ask with both addresses', () => {
  const lan = settled()
  lan.ask({ mac: CARD, ip: SECOND_IP }, GATEWAY.ip)
  lan.ask({ mac: BOB.mac, ip: SECOND_IP }, GATEWAY.ip)
  rounds(lan, () => {
    lan.ask({ mac: CARD, ip: BOB.ip }, GATEWAY.ip)
    lan.ask(BOB, GATEWAY.ip)
    askBoth(lan, BOB.ip, ALICE)
  })
  expect(lan.loud()).toEqual([])
})

test('a bond answers each question once, with the MAC that it chose for the asker', () => {
  const lan = new FakeTraffic()
  lan.ask(ALICE, BOB.ip)
  lan.tell(CARD, BOB.ip, ALICE)
  lan.wait(20_000)
  lan.ask(BOB, GATEWAY.ip)
  rounds(lan, () => {
    lan.ask(ALICE, BOB.ip)
    lan.tell(CARD, BOB.ip, ALICE)
    lan.wait(10_000)
    lan.ask(BOB, GATEWAY.ip)
  })
  expect(lan.loud()).toEqual([])
})

test('two hosts answer the same question and speak for themselves', () => {
  const lan = settled()
  rounds(lan, () => {
    lan.ask({ mac: CARD, ip: BOB.ip }, GATEWAY.ip)
    askBoth(lan, BOB.ip, ALICE)
    lan.packet(BOB, ALICE.mac, ALICE.ip)
  })
  expect(lan.loud()).toEqual(['ip_conflict/warning'])
})

test.each([
  ['two cards that call themselves the same are one machine', [9, 9, 9], []],
  ['two that call themselves differently are not', [8, 8, 8], ['ip_conflict/warning']],
])('for a lease, %s', (_, otherId, expected) => {
  const lan = settled()
  const request = (mac: string, id: number[]) =>
    lan.dhcpClient(3, mac, [
      [50, ipBytes(BOB.ip)],
      [61, new Uint8Array([0, ...id])],
    ])
  request(BOB.mac, [9, 9, 9])
  lan.dhcpAck(GATEWAY, BOB.mac, BOB.ip)
  request(CARD, otherId)
  rounds(lan, () => {
    lan.ask({ mac: CARD, ip: BOB.ip }, GATEWAY.ip)
    askBoth(lan, BOB.ip, ALICE)
    lan.packet(BOB, ALICE.mac, ALICE.ip)
  })
  expect(lan.loud()).toEqual(expected)
})
