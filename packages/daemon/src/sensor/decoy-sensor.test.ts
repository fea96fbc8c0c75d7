/** A decoy in a whole sensor: taken up, touched, told, and given up. */

import { expect, test } from 'vitest'
import { fakeMac } from '../scan/fake-lan.js'
import { ARP_REPLY } from '../wire/arp.js'
import { tcpFrame } from '../wire/fake-frames.js'
import { SETTINGS } from './fake-sensor.js'
import { FakeWire } from './fake-wire.js'

const OWN = { ip: '192.168.1.5', mac: fakeMac(0xffff) }
const DECOY = { ip: '192.168.1.250', mac: OWN.mac }
const SCANNER = { ip: '192.168.1.66', mac: fakeMac(66) }
const LATER = { ip: DECOY.ip, mac: fakeMac(9) }
const FACTS = {
  ...SETTINGS.facts,
  mac: OWN.mac,
  addresses: [{ ip: OWN.ip, prefixLength: 24 }],
  decoys: [DECOY.ip],
}
const ENDS = {
  sourceMac: SCANNER.mac,
  destinationMac: OWN.mac,
  sourceIp: SCANNER.ip,
  destinationIp: DECOY.ip,
}

test('a decoy is taken up, touched and told, and given up at the first claim', () => {
  const wire = new FakeWire({ ...SETTINGS, facts: FACTS }, [])
  const decoys = () => wire.reportsOf('status').at(-1)?.report.counters.decoys
  const alerts = () =>
    wire.reportsOf('alert').map(({ report }) => `${report.alert.kind}/${report.alert.severity}`)
  const answers = () =>
    wire.lan.sent.filter(
      ({ packet: { payload } }) => payload.type === 'arp' && payload.arp.operation === ARP_REPLY,
    )
  wire.sensor.start()
  wire.timers.advance(15_000)
  expect(decoys()).toEqual([{ ip: DECOY.ip, state: 'held', claimant: '' }])
  wire.traffic.ask(SCANNER, DECOY.ip)
  wire.timers.advance(1000)
  expect(answers()).toHaveLength(1)
  expect(alerts()).not.toContain('decoy_touched/warning')
  wire.lan.receive(tcpFrame(ENDS, 40_000, 22, 0x02))
  wire.timers.advance(1000)
  expect(alerts()).toContain('decoy_touched/warning')
  wire.traffic.announce(LATER.mac, LATER.ip)
  wire.timers.advance(6000)
  expect(decoys()).toEqual([{ ip: DECOY.ip, state: 'withdrawn', claimant: LATER.mac }])
  expect(alerts()).toContain('conflict_avoided/info')
  // Who has it now is in conflict with nobody.
  expect(alerts().filter((alert) => !alert.endsWith('/info'))).toEqual(['decoy_touched/warning'])
  wire.traffic.ask(SCANNER, DECOY.ip)
  wire.lan.receive(tcpFrame(ENDS, 40_000, 23, 0x02))
  wire.timers.advance(10_000)
  expect(answers()).toHaveLength(1)
})
