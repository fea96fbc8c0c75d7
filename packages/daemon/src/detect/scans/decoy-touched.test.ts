import { expect, test } from 'vitest'
import { encodeEchoRequest, encodeEchoRequestV6 } from '../../wire/encode-ip.js'
import { tcpFrame, udpFrame } from '../../wire/fake-frames.js'
import { ALICE, BOB, FakeTraffic, GATEWAY, MALLORY } from '../engine/fake-traffic.js'
import { answerName, askName } from '../names/fake-names.js'

const OWN = { ip: '192.168.1.5', mac: 'b8:27:eb:00:00:05' }
const DECOY = { ip: '192.168.1.250', mac: OWN.mac }
const DECOY6 = '2001:db8::250'

function settled(options: ConstructorParameters<typeof FakeTraffic>[1] = {}): FakeTraffic {
  const lan = new FakeTraffic({ ownMac: OWN.mac, ownIps: [OWN.ip], decoys: [DECOY.ip, DECOY6] }, options)
  lan.settle()
  return lan
}

function towards(to: { ip: string; mac: string }, from = MALLORY) {
  return { sourceMac: from.mac, destinationMac: to.mac, sourceIp: from.ip, destinationIp: to.ip }
}

const MALLORY6 = { ...MALLORY, ip: '2001:db8::66' }
const ECHO = { identifier: 1, sequence: 1 }

test.each<[string, Uint8Array]>([
  ['TCP port 22', tcpFrame(towards(DECOY), 40_000, 22, 0x02)],
  ['TCP port 23', tcpFrame(towards(DECOY), 40_000, 23, 0x29)],
  ['UDP port 161', udpFrame(towards(DECOY), 40_000, 161, new Uint8Array(8))],
  ['ping', encodeEchoRequest(towards(DECOY), ECHO)],
  ['ping', encodeEchoRequestV6(towards({ ip: DECOY6, mac: OWN.mac }, MALLORY6), ECHO)],
])('who tries a decoy is scanning: %s', (how, frame) => {
  const lan = settled()
  lan.send(frame)
  expect(lan.loud()).toEqual(['decoy_touched/warning'])
  const alert = lan.alerts().find(({ kind }) => kind === 'decoy_touched')
  expect(alert).toMatchObject({ macs: [MALLORY.mac], seen: { params: { how } } })
  expect(alert?.reasonsFor[0]?.frames).toHaveLength(1)
})

test('all that one scanner tries is one alert that counts', () => {
  const lan = settled()
  for (let port = 1; port <= 100; port++) lan.send(tcpFrame(towards(DECOY), 40_000, port, 0x02))
  lan.wait(10_000)
  const touched = lan.alerts().filter(({ kind }) => kind === 'decoy_touched')
  expect(touched).toHaveLength(1)
  expect(touched[0]?.reasonsFor[0]?.params.count).toBe('100')
})

test('a sweep by ARP alone does not touch it', () => {
  const lan = settled()
  for (let last = 1; last < 255; last++) lan.ask(MALLORY, `192.168.1.${last}`)
  expect(lan.kinds()).not.toContain('decoy_touched')
})

test('answers to what somebody forged from its address do not touch it', () => {
  const lan = settled()
  lan.send(tcpFrame(towards(DECOY, BOB), 80, 40_000, 0x12))
  lan.send(tcpFrame(towards(DECOY, BOB), 80, 40_000, 0x14))
  lan.send(answerName('llmnr', BOB, DECOY, 'bobs-pc'))
  lan.send(askName('nbns', BOB, 'printer'))
  expect(lan.loud()).toEqual([])
})

test('what this machine itself tries is no alert, nor are other addresses', () => {
  const lan = settled()
  lan.send(tcpFrame(towards(DECOY, OWN), 40_000, 22, 0x02))
  lan.send(tcpFrame(towards(OWN), 40_000, 22, 0x02))
  expect(lan.kinds()).not.toContain('decoy_touched')
})

test('what comes from outside is a note', () => {
  const lan = settled()
  lan.send(tcpFrame(towards(DECOY, { ip: '203.0.113.9', mac: GATEWAY.mac }), 40_000, 22, 0x02))
  expect(lan.loud()).toEqual([])
  const alert = lan.alerts().find(({ kind }) => kind === 'decoy_touched')
  expect(alert?.parties).toEqual([{ role: 'suspect', mac: '', ip: '203.0.113.9', certainty: 'likely' }])
})

test("a DHCP server's check of an address before it offers it is a note", () => {
  const lan = settled()
  lan.dhcpClient(1, ALICE.mac, [])
  lan.send(encodeEchoRequest(towards(DECOY, GATEWAY), ECHO))
  expect(lan.loud()).toEqual([])
  lan.wait(5000)
  lan.send(encodeEchoRequest(towards(DECOY, BOB), ECHO))
  expect(lan.loud()).toEqual(['decoy_touched/warning'])
})

test('an allowed scanner touches it as a note', () => {
  const lan = settled({ allowedScanners: [{ mac: '', ip: MALLORY.ip }] })
  lan.send(tcpFrame(towards(DECOY), 40_000, 22, 0x02))
  expect(lan.loud()).toEqual([])
  expect(lan.kinds()).toContain('decoy_touched')
})

test('that it is given up is told, and accuses nobody', () => {
  const lan = settled()
  lan.probe(BOB.mac, DECOY.ip)
  expect(lan.loud()).toEqual([])
  const told = lan.alerts().filter(({ kind }) => kind === 'conflict_avoided')
  expect(told.map(({ ip, parties }) => ({ ip, parties }))).toEqual([
    { ip: DECOY.ip, parties: [{ role: 'holder', mac: BOB.mac, ip: DECOY.ip, certainty: 'likely' }] },
  ])
})
