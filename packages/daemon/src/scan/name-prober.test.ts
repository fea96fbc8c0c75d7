import { expect, test } from 'vitest'
import type { ProbeRequest, ProbeResult } from '../detect/engine/detection.js'
import { answerName } from '../detect/names/fake-names.js'
import { plainName } from '../detect/names/name-answers.js'
import type { InterfaceFacts } from '../model/interface.js'
import { FakeTimers } from '../time/fake-timers.js'
import type { Packet } from '../wire/packet.js'
import { FakeLan, fakeMac } from './fake-lan.js'
import { NameProber } from './name-prober.js'
import { ProbeBudget } from './probe-budget.js'

const OWN = { ip: '192.168.1.5', mac: fakeMac(0xffff) }
const LIAR = { ip: '192.168.1.66', mac: fakeMac(66) }
const FACTS: InterfaceFacts = {
  mac: OWN.mac,
  addresses: [
    { ip: 'fe80::5', prefixLength: 64 },
    { ip: OWN.ip, prefixLength: 24 },
  ],
  gateways: [],
  isForwarding: false,
  decoys: [],
}
const SUSPICION: ProbeRequest = { method: 'name_probe', target: LIAR, alertId: 'alert-1' }

function setUp({ framesPerMinute = 30, facts = FACTS } = {}) {
  const timers = new FakeTimers()
  const lan = new FakeLan(timers, [])
  const results: ProbeResult[] = []
  const budget = new ProbeBudget(framesPerMinute)
  const prober = new NameProber({ sender: lan, timers, random: Math.random }, facts, {
    budget,
    onResult: (result) => results.push(result),
  })
  lan.onPacket = (packet) => prober.observe(packet)
  return { timers, lan, prober, results, budget }
}

function questionOf({ payload }: Packet) {
  if (payload.type !== 'dns') throw new Error('not a question')
  const [question] = payload.message.questions
  if (payload.source === 'dns') throw new Error('a question to a resolver')
  return { protocol: payload.source, name: plainName(question?.name ?? '', payload.source) }
}

test('one made-up name is asked for by three protocols, as programs ask', () => {
  const { timers, lan, prober } = setUp()
  prober.startPeriodic()
  timers.advance(60_500)
  const packets = lan.sent.map(({ packet }) => packet)
  const questions = packets.map(questionOf)
  expect(questions.map(({ protocol }) => protocol)).toEqual(['llmnr', 'mdns', 'nbns'])
  const [name = ''] = new Set(questions.map((question) => question.name))
  expect(name).toMatch(/^[a-z]{10,15}$/)
  expect(new Set(questions.map((question) => question.name)).size).toBe(1)
  expect(
    packets.map(({ ethernet, payload }) => [ethernet.destinationMac, 'ip' in payload && payload.ip]),
  ).toEqual([
    [
      '01:00:5e:00:00:fc',
      expect.objectContaining({ source: OWN.ip, destination: '224.0.0.252', isComplete: true }),
    ],
    [
      '01:00:5e:00:00:fb',
      expect.objectContaining({ source: OWN.ip, destination: '224.0.0.251', isComplete: true }),
    ],
    [
      'ff:ff:ff:ff:ff:ff',
      expect.objectContaining({ source: OWN.ip, destination: '192.168.1.255', isComplete: true }),
    ],
  ])
  timers.advance(60_500)
  expect(new Set(lan.sent.map(({ packet }) => questionOf(packet).name)).size).toBe(2)
  prober.stop()
  timers.advance(600_000)
  expect(lan.sent).toHaveLength(6)
})

test.each(['llmnr', 'mdns', 'nbns'] as const)('who answers by %s is found, once a round', (protocol) => {
  const { timers, lan, prober, results } = setUp()
  prober.startPeriodic()
  timers.advance(60_100)
  const { name } = questionOf(lan.sent[0]?.packet as Packet)
  lan.receive(answerName(protocol, LIAR, OWN, 'printer'))
  expect(results).toEqual([])
  lan.receive(answerName(protocol, LIAR, OWN, name))
  lan.receive(answerName(protocol, LIAR, OWN, name))
  const found = { method: 'name_probe', target: LIAR, alertId: '', result: 'answered' }
  expect(results).toEqual([expect.objectContaining(found)])
  timers.advance(10_000)
  expect(results).toHaveLength(1)
  lan.receive(answerName(protocol, { ...LIAR, mac: fakeMac(67) }, OWN, name))
  expect(results).toHaveLength(1)
})

test('on suspicion it is asked at once, and silence is a result too', () => {
  const { timers, lan, prober, results } = setUp()
  expect(prober.request(SUSPICION)).toBe(true)
  expect(prober.request({ ...SUSPICION, alertId: 'alert-2' })).toBe(true)
  expect(lan.sent).toHaveLength(3)
  expect(prober.framesSent).toBe(3)
  timers.advance(3500)
  expect(results.map(({ alertId, result }) => `${alertId} ${result}`)).toEqual([
    'alert-1 silent',
    'alert-2 silent',
  ])
  prober.request(SUSPICION)
  const { name } = questionOf(lan.sent[3]?.packet as Packet)
  lan.receive(answerName('llmnr', LIAR, OWN, name))
  timers.advance(3500)
  expect(results.slice(2).map(({ alertId, result }) => `${alertId} ${result}`)).toEqual(['alert-1 answered'])
})

test('it keeps to the budget, needs an IPv4 address, and takes a failing interface for no answer', () => {
  const poor = setUp({ framesPerMinute: 5 })
  expect(poor.prober.request(SUSPICION)).toBe(true)
  poor.timers.advance(3500)
  expect(poor.prober.request(SUSPICION)).toBe(false)
  expect(poor.lan.sent).toHaveLength(3)
  expect(poor.budget.leftAt(poor.timers.nowMs())).toBe(2)
  const ipv6Only = setUp({ facts: { ...FACTS, addresses: [{ ip: '2001:db8::5', prefixLength: 64 }] } })
  expect(ipv6Only.prober.request(SUSPICION)).toBe(false)
  const down = setUp()
  down.lan.sendError = new Error('ENETDOWN')
  down.prober.request(SUSPICION)
  down.timers.advance(3500)
  expect(down.results).toEqual([])
})
