import { expect, test } from 'vitest'
import { concat, dhcpFrame, ipBytes, packetOf } from '../../wire/fake-frames.js'
import { ALICE, BOB, GATEWAY, MALLORY, NO_CONTEXT } from '../engine/fake-traffic.js'
import { BindingTable } from './binding-table.js'
import { Learner } from './learner.js'

const START_MS = 1_700_000_000_000

/** A DHCP server that names these routers, to a client that it gives this address. */
function lease(routers: string[], yourIp: string) {
  const ends = {
    sourceMac: MALLORY.mac,
    destinationMac: ALICE.mac,
    sourceIp: MALLORY.ip,
    destinationIp: yourIp,
  }
  const options: [number, Uint8Array][] = [
    [54, ipBytes(MALLORY.ip)],
    [1, ipBytes('255.255.255.0')],
    [3, concat(...routers.map(ipBytes))],
  ]
  return dhcpFrame(ends, { operation: 2, messageType: 5, clientMac: ALICE.mac, yourIp, options })
}

function learner() {
  const one = new Learner(new BindingTable(), NO_CONTEXT)
  const learn = (frame: Uint8Array, timeMs: number) => one.learn(packetOf(frame, timeMs), () => -1)
  return { one, learn }
}

test('a flood of invented gateways and prefixes takes the place of none that was there and none that comes', () => {
  const { one, learn } = learner()
  learn(lease([GATEWAY.ip], '192.168.1.10'), START_MS)
  learn(lease([GATEWAY.ip], '192.168.1.10'), START_MS + 120_000)
  for (let i = 0; i < 200; i++) learn(lease([`10.${i}.0.1`], `10.${i}.0.2`), START_MS + 130_000 + i)
  learn(lease(['172.16.5.1'], '172.16.5.2'), START_MS + 140_000)
  for (const ip of [GATEWAY.ip, '172.16.5.1']) {
    expect(one.isGateway('', ip)).toBe(true)
    expect(one.prefixes.isOnLink(ip)).toBe(true)
  }
  expect(one.prefixes.isOnLink('10.0.0.9')).toBe(false)
  const evicted = (name: string) => one.tables().find(({ table }) => table === name)?.evicted
  expect(evicted('gateways')).toBe(138)
  expect(evicted('announced_prefixes')).toBe(138)
})

test('a flood of claims to one address does not push out another host that uses it', () => {
  const table = new BindingTable()
  const claim = {
    ip: BOB.ip,
    evidence: 'solicited',
    recipient: null,
    contradictsTarget: false,
    wasAsked: false,
  } as const
  for (const mac of [BOB.mac, ALICE.mac])
    table.learn('', { ...claim, mac, frameMac: mac }, START_MS, () => -1)
  for (let i = 10; i < 40; i++) {
    const mac = `02:00:00:00:00:${i}`
    table.learn('', { ...claim, evidence: 'gratuitous', mac, frameMac: mac }, START_MS + i, () => -1)
  }
  const macs = table.address('', BOB.ip)?.claims.map(({ mac }) => mac)
  expect(macs).toHaveLength(8)
  expect(macs).toEqual(expect.arrayContaining([BOB.mac, ALICE.mac, '02:00:00:00:00:39']))
  expect(table.tables()).toContainEqual(expect.objectContaining({ table: 'claims', evicted: 24 }))
})
