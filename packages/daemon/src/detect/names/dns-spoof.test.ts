import { expect, test } from 'vitest'
import { ALICE, BOB, FakeTraffic, GATEWAY, MALLORY } from '../engine/fake-traffic.js'
import { answerDns, askDns } from './fake-names.js'

const FORGED = [MALLORY.ip]
const GENUINE = ['203.0.113.5', '203.0.113.6']

function settled(): FakeTraffic {
  const traffic = new FakeTraffic({ gateways: [GATEWAY.ip] })
  traffic.settle()
  return traffic
}

const dnsAlerts = (traffic: FakeTraffic) => traffic.alerts().filter(({ kind }) => kind === 'dns_spoof')

test.each([
  ['before the resolver', true],
  ['after the resolver', false],
])('finds who answers %s', (_, isFirst) => {
  const traffic = settled()
  traffic.send(askDns(ALICE, GATEWAY, GATEWAY.ip, 7))
  const answers = [
    answerDns(MALLORY.mac, GATEWAY.ip, ALICE, 7, FORGED),
    answerDns(GATEWAY.mac, GATEWAY.ip, ALICE, 7, GENUINE),
  ]
  for (const frame of isFirst ? answers : answers.reverse()) traffic.send(frame)
  const [alert] = dnsAlerts(traffic)
  expect(alert?.severity).toBe('critical')
  expect(alert?.parties.map(({ role, mac }) => [role, mac])).toEqual([
    ['suspect', MALLORY.mac],
    ['holder', GATEWAY.mac],
    ['affected', ALICE.mac],
  ])
})

test('finds a forgery from beyond the router by its hop limit, and accuses no MAC', () => {
  const traffic = settled()
  traffic.send(askDns(ALICE, GATEWAY, '9.9.9.9', 7))
  traffic.send(answerDns(GATEWAY.mac, '9.9.9.9', ALICE, 7, ['198.51.100.1']))
  const late = answerDns(GATEWAY.mac, '9.9.9.9', ALICE, 7, GENUINE)
  late[22] = 48
  traffic.send(late)
  const [alert] = dnsAlerts(traffic)
  expect(alert?.severity).toBe('warning')
  expect(alert?.parties[0]).toMatchObject({ role: 'holder', mac: '', ip: '9.9.9.9' })
  expect(alert?.parties.filter(({ role }) => role === 'suspect')).toEqual([])
})

test('lets a resolver turn the order, answer later questions otherwise, and answer repeated ones twice', () => {
  const traffic = settled()
  traffic.send(askDns(ALICE, GATEWAY, GATEWAY.ip, 1))
  traffic.send(answerDns(GATEWAY.mac, GATEWAY.ip, ALICE, 1, GENUINE))
  traffic.send(answerDns(MALLORY.mac, GATEWAY.ip, ALICE, 1, [...GENUINE].reverse()))
  traffic.send(askDns(ALICE, GATEWAY, GATEWAY.ip, 2))
  traffic.send(answerDns(GATEWAY.mac, GATEWAY.ip, ALICE, 2, ['198.51.100.9']))
  traffic.send(askDns(ALICE, GATEWAY, GATEWAY.ip, 3))
  traffic.wait(1000)
  traffic.send(askDns(ALICE, GATEWAY, GATEWAY.ip, 3))
  traffic.send(answerDns(GATEWAY.mac, GATEWAY.ip, ALICE, 3, ['198.51.100.1']))
  const other = answerDns(GATEWAY.mac, GATEWAY.ip, ALICE, 3, ['198.51.100.2'])
  other[22] = 50
  traffic.send(other)
  expect(dnsAlerts(traffic)).toEqual([])
})

test('finds who answers blindly in the name of the resolver', () => {
  const traffic = settled()
  traffic.send(askDns(BOB, GATEWAY, GATEWAY.ip, 1))
  traffic.send(answerDns(GATEWAY.mac, GATEWAY.ip, BOB, 1, GENUINE))
  for (let id = 10; id < 13; id++) traffic.send(answerDns(MALLORY.mac, GATEWAY.ip, ALICE, id, FORGED))
  const [alert] = dnsAlerts(traffic)
  expect(alert?.severity).toBe('critical')
  expect(alert?.parties[0]).toMatchObject({ role: 'suspect', mac: MALLORY.mac })
})

test('accuses nobody in a view that shows no questions', () => {
  const traffic = settled()
  for (let id = 10; id < 30; id++) traffic.send(answerDns(MALLORY.mac, GATEWAY.ip, ALICE, id, GENUINE))
  expect(dnsAlerts(traffic)).toEqual([])
})
