/** The check of who answers for made-up names in a whole sensor, from its question to the alert. */

import { expect, test } from 'vitest'
import { answerName } from '../detect/names/fake-names.js'
import { plainName } from '../detect/names/name-answers.js'
import { fakeMac } from '../scan/fake-lan.js'
import type { Packet } from '../wire/packet.js'
import { SETTINGS } from './fake-sensor.js'
import { FakeWire } from './fake-wire.js'

const OWN = { ip: '192.168.1.5', mac: fakeMac(0xffff) }
const LIAR = { ip: '192.168.1.66', mac: fakeMac(66) }
const FACTS = { ...SETTINGS.facts, mac: OWN.mac, addresses: [{ ip: OWN.ip, prefixLength: 24 }] }

function start(settings: Partial<typeof SETTINGS>): FakeWire {
  const wire = new FakeWire({ ...SETTINGS, facts: FACTS, nameProbing: true, ...settings }, [])
  wire.sensor.start()
  wire.timers.advance(60_100)
  return wire
}

function nameAskedFor({ payload }: Packet): string {
  return payload.type === 'dns' ? plainName(payload.message.questions[0]?.name ?? '', 'llmnr') : ''
}

test('who answers for a made-up name is proven to lie, and is not called by it', () => {
  const wire = start({})
  const name = nameAskedFor(wire.lan.sent[0]?.packet as Packet)
  for (const protocol of ['llmnr', 'nbns', 'mdns'] as const)
    wire.lan.receive(answerName(protocol, LIAR, OWN, name))
  wire.lan.receive(answerName('mdns', { ip: '192.168.1.9', mac: fakeMac(9) }, OWN, 'printer'))
  wire.timers.advance(5000)
  const alerts = wire.reportsOf('alert').map(({ report }) => report.alert)
  const [alert] = alerts.filter(({ kind }) => kind === 'name_spoof')
  expect(alert).toMatchObject({ severity: 'critical', seen: { rule: 'name_probe_answered' } })
  expect(alert?.parties).toEqual([{ role: 'suspect', mac: LIAR.mac, ip: LIAR.ip, certainty: 'proven' }])
  expect(alert?.reasonsFor.map(({ rule, frames }) => [rule, frames.length])).toEqual([
    ['invented_name_answered', 1],
  ])
  const names = wire.reportsOf('observation').flatMap(({ report }) => report.names.map((one) => one.name))
  expect(names).toEqual(['printer'])
})

test.each([{ activeVerification: false }, { nameProbing: false }])('nobody is asked with %j', (settings) => {
  expect(start(settings).lan.sent).toEqual([])
})
