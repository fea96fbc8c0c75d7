import { expect, test } from 'vitest'
import { ALICE, BOB, FakeTraffic, GATEWAY, MALLORY } from '../engine/fake-traffic.js'
import { answerName, askName, type NameProtocol } from './fake-names.js'

function exchange(traffic: FakeTraffic, protocol: NameProtocol, name: string, from = MALLORY, ip = from.ip) {
  traffic.send(askName(protocol, ALICE, name))
  traffic.send(answerName(protocol, from, ALICE, name, ip))
  traffic.wait(2000)
}

function settled(): FakeTraffic {
  const traffic = new FakeTraffic()
  traffic.settle()
  return traffic
}

test.each<NameProtocol>(['llmnr', 'nbns'])('finds who answers every name by %s', (protocol) => {
  const traffic = settled()
  for (const name of ['fileservr', 'intranet', 'printsrv']) exchange(traffic, protocol, name)
  expect(traffic.loud()).toEqual(['name_spoof/critical'])
  const [alert] = traffic.alerts().filter(({ kind }) => kind === 'name_spoof')
  expect(alert?.macs).toEqual([MALLORY.mac])
  expect(alert?.victim?.mac).toBe(ALICE.mac)
  expect(alert?.reasonsFor[0]?.frames.length).toBeGreaterThan(0)
})

test('finds by mDNS alone, which shows on every port, who is wpad and more', () => {
  const traffic = settled()
  exchange(traffic, 'mdns', 'wpad')
  expect(traffic.loud()).toEqual(['name_spoof/warning'])
  exchange(traffic, 'mdns', 'fileservr')
  expect(traffic.loud()).toEqual(['name_spoof/critical'])
})

test('is not sure of one who has many names by mDNS', () => {
  const traffic = settled()
  for (const name of ['cloud', 'photos', 'music', 'notes']) exchange(traffic, 'mdns', name, BOB)
  expect(traffic.loud()).toEqual(['name_spoof/warning'])
  const [alert] = traffic.alerts().filter(({ kind }) => kind === 'name_spoof')
  expect(alert?.reasonsAgainst.map(({ rule }) => rule)).toEqual(['aliases_by_mdns'])
})

test('lets a host answer for its own name by every protocol', () => {
  const traffic = settled()
  for (let round = 0; round < 5; round++)
    for (const protocol of ['llmnr', 'nbns', 'mdns'] as const) exchange(traffic, protocol, 'bobs-pc', BOB)
  expect(traffic.loud()).toEqual([])
})

test('lets a host answer for the aliases that it announced', () => {
  const traffic = settled()
  const aliases = ['cloud', 'photos', 'music', 'notes', 'wiki']
  for (const name of aliases) traffic.send(answerName('mdns', BOB, ALICE, name))
  traffic.wait(10_000)
  for (const name of aliases) exchange(traffic, 'mdns', name, BOB)
  expect(traffic.loud()).toEqual([])
})

test('lets a reflector repeat what others say of themselves', () => {
  const traffic = settled()
  for (let i = 0; i < 20; i++) exchange(traffic, 'mdns', `tv-${i}`, GATEWAY, `192.168.2.${10 + i}`)
  for (let i = 0; i < 20; i++) exchange(traffic, 'nbns', `pc-${i}`, GATEWAY, `192.168.2.${10 + i}`)
  expect(traffic.loud()).toEqual([])
})
