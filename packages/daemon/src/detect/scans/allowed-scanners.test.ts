import { expect, test } from 'vitest'
import type { AllowedScanner } from '../../model/host.js'
import { ALICE, BOB, FakeTraffic, GATEWAY, MALLORY } from '../engine/fake-traffic.js'

function sweep(allowedScanners: AllowedScanner[]): FakeTraffic {
  const lan = new FakeTraffic({}, { allowedScanners })
  lan.settle()
  for (let last = 100; last < 160; last++) lan.ask(MALLORY, `192.168.1.${last}`)
  return lan
}

test.each<[string, AllowedScanner]>([
  ['by MAC', { mac: MALLORY.mac, ip: '' }],
  ['by the address that it holds', { mac: '', ip: MALLORY.ip }],
  ['by both', { mac: MALLORY.mac, ip: MALLORY.ip }],
])('a scan of a host that is allowed to %s is a note that says so', (_, scanner) => {
  const lan = sweep([{ mac: BOB.mac, ip: '' }, scanner])
  expect(lan.loud()).toEqual([])
  const scan = lan.alerts().find(({ kind }) => kind === 'arp_scan')
  expect(scan).toMatchObject({
    severity: 'info',
    macs: [MALLORY.mac],
    advice: { rule: 'advice_allowed_scanner' },
  })
  const who = [scanner.mac, scanner.ip].filter((part) => part !== '').join(', ')
  expect(scan?.reasonsAgainst).toEqual([{ rule: 'allowed_scanner', params: { who }, frames: [] }])
})

test.each<[string, AllowedScanner]>([
  ['another host', { mac: BOB.mac, ip: '' }],
  ["another host's address", { mac: '', ip: BOB.ip }],
  ['its MAC with another address', { mac: MALLORY.mac, ip: BOB.ip }],
  ['its address with another MAC', { mac: ALICE.mac, ip: MALLORY.ip }],
])('a scan is a warning where %s is allowed to', (_, scanner) => {
  expect(sweep([scanner]).loud()).toEqual(['arp_scan/warning'])
})

test('who may scan may not spoof', () => {
  const lan = new FakeTraffic({}, { allowedScanners: [{ mac: MALLORY.mac, ip: '' }] })
  lan.settle()
  for (let i = 0; i < 6; i++) {
    lan.tell(MALLORY.mac, GATEWAY.ip, ALICE)
    lan.wait(2000)
  }
  expect(lan.loud()).toContain('gateway_spoof/critical')
})
