import { expect, test } from 'vitest'
import { ALICE, BOB, FakeTraffic, GATEWAY, MALLORY } from '../engine/fake-traffic.js'
import { answerName, askName } from './fake-names.js'

const OWN = { ip: '192.168.1.5', mac: 'b8:27:eb:00:00:05' }
const NAME = 'qzkvwmxrtjbh'

function settled(): FakeTraffic {
  const traffic = new FakeTraffic({ ownMac: OWN.mac, ownIps: [OWN.ip] }, { activeVerification: true })
  traffic.settle()
  return traffic
}

/** As the sensor does: our question, the answer as a packet, and what the check makes of it. */
function check(traffic: FakeTraffic, answerer = MALLORY, ip = answerer.ip): void {
  traffic.send(askName('llmnr', OWN, NAME))
  traffic.send(answerName('llmnr', answerer, OWN, NAME, ip))
  const target = { ip, mac: answerer.mac }
  traffic.engine.verified({
    method: 'name_probe',
    target,
    alertId: '',
    result: 'answered',
    atMs: traffic.nowMs,
  })
  traffic.wait(1000)
}

test('one answer for a made-up name is proof, with its frame', () => {
  const traffic = settled()
  check(traffic)
  expect(traffic.loud()).toEqual(['name_spoof/critical'])
  const alert = traffic.alerts().find(({ kind }) => kind === 'name_spoof')
  expect(alert?.parties).toEqual([{ role: 'suspect', mac: MALLORY.mac, ip: MALLORY.ip, certainty: 'proven' }])
  expect(alert?.reasonsFor).toEqual([
    { rule: 'invented_name_answered', params: { mac: MALLORY.mac }, frames: [1] },
  ])
})

test('what is proven stays so with more names, and this machine is no victim of its own questions', () => {
  const traffic = settled()
  check(traffic)
  for (const name of ['fileservr', 'intranet', 'printsrv']) {
    traffic.send(askName('llmnr', ALICE, name))
    traffic.send(answerName('llmnr', MALLORY, ALICE, name))
    traffic.wait(2000)
  }
  check(traffic)
  traffic.wait(6000)
  const alerts = traffic.alerts().filter(({ kind }) => kind === 'name_spoof')
  expect(alerts).toHaveLength(1)
  expect(alerts[0]?.parties).toEqual([
    { role: 'suspect', mac: MALLORY.mac, ip: MALLORY.ip, certainty: 'proven' },
    { role: 'affected', mac: ALICE.mac, ip: ALICE.ip, certainty: 'likely' },
  ])
})

test('a suspicion is checked at once, and not again within a minute', () => {
  const traffic = settled()
  for (const name of ['cloud', 'photos', 'music', 'notes', 'wiki', 'chat']) {
    traffic.send(askName('mdns', ALICE, name))
    traffic.send(answerName('mdns', BOB, ALICE, name))
    traffic.wait(2000)
  }
  const alert = traffic.alerts().find(({ kind }) => kind === 'name_spoof')
  const asked = traffic.probes.filter(({ method }) => method === 'name_probe')
  expect(asked).toEqual([{ method: 'name_probe', target: { ip: BOB.ip, mac: BOB.mac }, alertId: alert?.id }])
  traffic.engine.verified({ ...asked[0], result: 'silent', atMs: traffic.nowMs } as never)
  traffic.wait(6000)
  expect(traffic.loud()).toEqual(['name_spoof/warning'])
  const noted = traffic.alerts().find(({ kind }) => kind === 'name_spoof')?.verifications
  expect(noted).toEqual([expect.objectContaining({ method: 'name_probe', result: 'silent' })])
})

test('a router that passes mDNS on is not accused itself', () => {
  const traffic = settled()
  check(traffic, GATEWAY, '192.168.2.66')
  expect(traffic.loud()).toEqual(['name_spoof/warning'])
  const alert = traffic.alerts().find(({ kind }) => kind === 'name_spoof')
  expect(alert?.parties).toEqual([{ role: 'suspect', mac: '', ip: '192.168.2.66', certainty: 'likely' }])
  expect(alert?.reasonsAgainst.map(({ rule }) => rule)).toEqual(['name_relayed'])
})
