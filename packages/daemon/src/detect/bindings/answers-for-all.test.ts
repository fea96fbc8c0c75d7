/** A station that answers for everybody: the router that keeps its clients apart, and one that is none. */

import { makeCidr } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import { ALICE, BOB, type FakeHost, FakeTraffic, GATEWAY, MALLORY } from '../engine/fake-traffic.js'

const LAN = makeCidr('192.168.1.0', 24)

function lan(): FakeTraffic {
  const subnets = LAN ? [LAN] : []
  const traffic = new FakeTraffic({ ownMac: ALICE.mac, ownIps: [ALICE.ip], subnets, gateways: [GATEWAY.ip] })
  traffic.resolve(ALICE, GATEWAY)
  traffic.resolve(ALICE, BOB)
  traffic.wait(5000)
  return traffic
}

/** Asks for `count` addresses, for which `answerer` answers all; Bob answers for his own, too. */
function scan(traffic: FakeTraffic, answerer: FakeHost, count: number): void {
  for (let host = 15; host < 15 + count; host++) {
    const ip = `192.168.1.${host}`
    traffic.ask(ALICE, ip)
    if (ip === BOB.ip) traffic.tell(BOB.mac, BOB.ip, ALICE)
    traffic.tell(answerer.mac, ip, ALICE)
  }
  traffic.wait(10_000)
}

test('the router that answers for its whole subnet is one note, and nobody is multiplied', () => {
  const traffic = lan()
  scan(traffic, GATEWAY, 100)
  traffic.engine.verified({
    method: 'forwarding_probe',
    target: { ip: BOB.ip, mac: GATEWAY.mac },
    alertId: '',
    result: 'forwarded',
    atMs: traffic.nowMs,
  })
  scan(traffic, GATEWAY, 100)
  const open = traffic.alerts().filter(({ kind, state }) => state === 'active' && kind !== 'new_device')
  expect(open.map(({ kind, severity }) => [kind, severity]).sort()).toEqual([
    ['answers_for_all', 'info'],
    ['forwarding_host', 'info'],
  ])
  const ofRouter = traffic.hosts.filter(({ mac }) => mac === GATEWAY.mac)
  expect(new Set(ofRouter.map(({ ip }) => ip)).size).toBeLessThan(6)
})

test('a station that is no router is warned of', () => {
  const traffic = lan()
  traffic.resolve(ALICE, MALLORY)
  scan(traffic, MALLORY, 100)
  expect(traffic.alerts()).toContainEqual(
    expect.objectContaining({ kind: 'answers_for_all', severity: 'warning' }),
  )
})

test('a server of many addresses answers for its own only', () => {
  const traffic = lan()
  for (let host = 60; host < 160; host++) {
    traffic.ask(ALICE, `192.168.1.${host}`)
    if (host < 120) traffic.tell(MALLORY.mac, `192.168.1.${host}`, ALICE)
  }
  traffic.wait(10_000)
  expect(traffic.alerts().filter(({ kind }) => kind === 'answers_for_all')).toEqual([])
})
