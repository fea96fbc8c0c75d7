import { expect, test } from 'vitest'
import { encodeNeighborSolicitation } from '../../wire/encode-ip.js'
import {
  ipBytes,
  neighborAdvertisement,
  routerAdvertisement,
  sourceLinkOption,
} from '../../wire/fake-frames.js'
import { ALICE, BOB, FakeTraffic, GATEWAY, MALLORY } from '../engine/fake-traffic.js'

const GUEST = '02:5a:7e:00:00:01'
const ALL_NODES = { destinationMac: '33:33:00:00:00:01', destinationIp: 'ff02::1' }

test('an answered probe is a note, a declined lease a warning', () => {
  const lan = new FakeTraffic()
  lan.settle()
  lan.probe(GUEST, BOB.ip)
  lan.tell(BOB.mac, BOB.ip, { ip: '0.0.0.0', mac: GUEST })
  expect(lan.kinds()).toEqual(['conflict_avoided'])
  lan.dhcpClient(4, GUEST, [[50, ipBytes(BOB.ip)]])
  expect(lan.alerts().find((alert) => alert.kind === 'ip_conflict')).toMatchObject({
    severity: 'warning',
    parties: [
      { role: 'holder', mac: BOB.mac },
      { role: 'affected', mac: GUEST, certainty: 'proven' },
    ],
    reasonsFor: [{ rule: 'dhcp_decline' }, { rule: 'probe_answered' }],
  })
})

test('a host that answers its own probe has no conflict', () => {
  const lan = new FakeTraffic()
  lan.probe(GUEST, BOB.ip)
  lan.tell(GUEST, BOB.ip, { ip: '0.0.0.0', mac: GUEST })
  expect(lan.kinds()).toEqual([])
})

test('a foreign sender is a note, with the innocent reasons beside it', () => {
  const lan = new FakeTraffic()
  lan.tell('52:54:00:12:35:02', '10.0.2.2', ALICE, { sourceMac: '52:54:00:12:35:00' })
  const [alert] = lan.alerts().filter(({ kind }) => kind === 'eth_arp_mismatch')
  expect(alert).toMatchObject({ severity: 'info', reasonsAgainst: [{ rule: 'virtual_nat' }] })
})

test('a new device is news once, behind the learning period, unless it was known', () => {
  const lan = new FakeTraffic({}, { learningMs: 10_000 })
  lan.ask(ALICE, GATEWAY.ip)
  lan.wait(20_000)
  lan.ask(ALICE, GATEWAY.ip)
  lan.ask({ ip: '192.168.1.77', mac: GUEST }, GATEWAY.ip)
  lan.ask({ ip: '192.168.1.78', mac: GUEST }, GATEWAY.ip)
  const news = lan.alerts().filter(({ kind }) => kind === 'new_device')
  expect(news).toMatchObject([
    { macs: [GUEST], reasonsAgainst: [{ rule: 'locally_administered' }], count: 1 },
  ])
})

test('a host that forwards is a warning, a router a note, and it ends when it stops', () => {
  const lan = new FakeTraffic({}, { activeVerification: true })
  lan.settle()
  const probe = { method: 'forwarding_probe' as const, alertId: '' }
  lan.engine.verified({ ...probe, target: MALLORY, result: 'forwarded', atMs: lan.nowMs })
  lan.engine.verified({ ...probe, target: GATEWAY, result: 'forwarded', atMs: lan.nowMs })
  lan.engine.verified({ ...probe, target: BOB, result: 'silent', atMs: lan.nowMs })
  lan.wait(1000)
  const found = lan.alerts().filter(({ kind }) => kind === 'forwarding_host')
  expect(found.map(({ macs, severity }) => [macs[0], severity])).toEqual([
    [MALLORY.mac, 'warning'],
    [GATEWAY.mac, 'info'],
  ])
  lan.engine.verified({ ...probe, target: MALLORY, result: 'silent', atMs: lan.nowMs })
  lan.wait(1000)
  expect(lan.loud('active')).toEqual([])
})

test('silence of the previous holder speaks for a change of hands', () => {
  const lan = new FakeTraffic({}, { activeVerification: true })
  lan.settle()
  lan.announce(GUEST, BOB.ip)
  lan.wait(3000)
  const antidote = lan.probes.find(({ target, alertId }) => target.mac === BOB.mac && alertId !== '')
  if (!antidote) throw new Error('the previous holder was not asked')
  lan.engine.verified({ ...antidote, result: 'silent', atMs: lan.nowMs })
  lan.announce(GUEST, BOB.ip)
  lan.wait(6000)
  const change = lan.alerts().find(({ kind }) => kind === 'mac_changed')
  expect(change?.reasonsAgainst.map(({ rule }) => rule)).toContain('owner_silent')
  expect(change?.verifications).toMatchObject([{ method: 'unicast_who_has', result: 'silent' }])
})

test('an overriding neighbour advertisement for a living router is spoofing, one without Override is not', () => {
  const router = 'fe80::3e84:6aff:fe00:1'
  const attacker = 'fe80::a00:27ff:fe00:66'
  const act = (flags: number) => {
    const lan = new FakeTraffic()
    const from = (mac: string, sourceIp: string) => ({ sourceMac: mac, sourceIp, ...ALL_NODES })
    const advertise = () =>
      lan.send(routerAdvertisement(from(GATEWAY.mac, router), { options: [sourceLinkOption(GATEWAY.mac)] }))
    advertise()
    lan.send(encodeNeighborSolicitation(from(MALLORY.mac, attacker), 'fe80::1234'))
    for (let i = 0; i < 3; i++) {
      lan.wait(5000)
      lan.send(neighborAdvertisement(from(MALLORY.mac, router), router, flags, MALLORY.mac))
      advertise()
    }
    return lan.loud('active')
  }
  expect(act(0x80)).toEqual([])
  expect(act(0x20)).toEqual(['ndp_spoof/critical'])
})

test('hosts are sighted with how they were seen, at most every 30 s', () => {
  const lan = new FakeTraffic()
  const sightings: string[] = []
  const drain = lan.engine.drain.bind(lan.engine)
  lan.engine.drain = () => {
    const output = drain()
    sightings.push(...output.hosts.map(({ ip, mac, evidence }) => `${ip} ${mac} ${evidence}`))
    return output
  }
  for (let i = 0; i < 5; i++) {
    lan.resolve(ALICE, GATEWAY)
    lan.wait(5000)
  }
  expect(sightings).toEqual([
    `${ALICE.ip} ${ALICE.mac} arp_request`,
    `${GATEWAY.ip} ${GATEWAY.mac} arp_solicited`,
  ])
  expect(lan.engine.bindings()).toHaveLength(2)
})
