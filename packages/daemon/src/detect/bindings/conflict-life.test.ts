/** How an alert about an address begins, is checked, grows and ends. */

import { expect, test } from 'vitest'
import { ARP_REPLY, ARP_REQUEST } from '../../wire/arp.js'
import { ALICE, BOB, FakeTraffic, GATEWAY, MALLORY } from '../engine/fake-traffic.js'
import { repeat, STRANGER } from './fake-situations.js'

test('one alert per claimer and address, ended by the clean-up, and a new one later', () => {
  const lan = new FakeTraffic()
  lan.settle()
  repeat(5, 2000, lan, () => lan.tell(MALLORY.mac, GATEWAY.ip, ALICE))
  lan.wait(6000)
  const [first, ...others] = lan.alerts().filter((alert) => alert.kind === 'gateway_spoof')
  expect(others).toEqual([])
  expect(first).toMatchObject({ state: 'active', macs: [MALLORY.mac, GATEWAY.mac], victim: ALICE })
  lan.tell(GATEWAY.mac, GATEWAY.ip, ALICE, { sourceMac: MALLORY.mac })
  lan.wait(1000)
  expect(lan.alerts().find((alert) => alert.id === first?.id)).toMatchObject({ state: 'ended', count: 5 })
  lan.wait(60_000)
  lan.surf(ALICE)
  lan.tell(MALLORY.mac, GATEWAY.ip, ALICE)
  const spoofs = lan.alerts().filter((alert) => alert.kind === 'gateway_spoof')
  expect(spoofs.map((alert) => alert.state)).toEqual(['ended', 'active'])
})

test('quiet ends an alert', () => {
  const lan = new FakeTraffic()
  lan.settle()
  lan.tell(MALLORY.mac, GATEWAY.ip, ALICE)
  lan.wait(400_000)
  expect(lan.alerts().find((alert) => alert.kind === 'gateway_spoof')?.state).toBe('ended')
})

test('a pinned binding makes the first other claim critical', () => {
  const lan = new FakeTraffic({ pinned: [{ ip: BOB.ip, mac: BOB.mac }] })
  lan.ask({ mac: STRANGER, ip: BOB.ip }, GATEWAY.ip)
  expect(lan.loud()).toEqual(['arp_spoof/critical'])
  const quiet = new FakeTraffic({ pinned: [{ ip: BOB.ip, mac: BOB.mac }] })
  quiet.ask(BOB, GATEWAY.ip)
  expect(quiet.loud()).toEqual([])
})

test('VLANs do not know each other, and a priority tag is no VLAN', () => {
  const lan = new FakeTraffic()
  lan.settle()
  lan.arp({ operation: ARP_REQUEST, senderMac: STRANGER, senderIp: GATEWAY.ip, targetIp: BOB.ip, vlan: 7 })
  lan.wait(5000)
  expect(lan.kinds()).toEqual([])
  lan.arp({ operation: ARP_REQUEST, senderMac: STRANGER, senderIp: GATEWAY.ip, targetIp: BOB.ip, vlan: 0 })
  lan.wait(5000)
  expect(lan.kinds()).toEqual(['gateway_mac_changed'])
})

test('active checks are asked for once, never of virtual MACs, and become part of the alert', () => {
  const lan = new FakeTraffic({}, { activeVerification: true })
  lan.settle()
  lan.tell(MALLORY.mac, GATEWAY.ip, ALICE)
  lan.tell(MALLORY.mac, GATEWAY.ip, ALICE)
  expect(lan.probes.map(({ method, target }) => `${method} ${target.mac}`)).toEqual([
    `unicast_who_has ${GATEWAY.mac}`,
    `unicast_who_has ${MALLORY.mac}`,
    `forwarding_probe ${MALLORY.mac}`,
  ])
  const forwarding = lan.probes[2]
  if (!forwarding) throw new Error('no probe')
  lan.engine.verified({ ...forwarding, result: 'forwarded', atMs: lan.nowMs })
  lan.wait(1000)
  const spoof = lan.alerts().find((alert) => alert.kind === 'gateway_spoof')
  expect(spoof?.verifications).toMatchObject([{ method: 'forwarding_probe', result: 'forwarded' }])
  expect(spoof?.reasonsFor.map((reason) => reason.rule)).toContain('forwards_packets')
})

test('a quiet holder is asked at once, and its answer makes a theft of what may be a change of hands', () => {
  const lan = new FakeTraffic({}, { activeVerification: true })
  lan.settle()
  lan.wait(60_000)
  lan.announce(MALLORY.mac, BOB.ip, ARP_REPLY)
  lan.announce(MALLORY.mac, BOB.ip, ARP_REPLY)
  expect(lan.probes).toEqual([
    { method: 'unicast_who_has', target: { ip: BOB.ip, mac: BOB.mac }, alertId: '' },
  ])
  expect(lan.loud()).toEqual([])
  lan.askOne(ALICE, BOB)
  lan.tell(BOB.mac, BOB.ip, ALICE)
  expect(lan.loud()).toEqual(['arp_spoof/warning'])
})

/** A MAC of which nothing else is known has claimed the gateway's address, and is asked with the gateway. */
function withAskedClaimant() {
  const lan = new FakeTraffic({}, { activeVerification: true })
  lan.settle()
  const claim = (mac: string) => lan.tell(mac, GATEWAY.ip, ALICE)
  claim(STRANGER)
  lan.surf(BOB)
  lan.wait(1500)
  const silent = (mac: string) => {
    const probe = lan.probes.find(
      ({ method, target, alertId }) => method === 'unicast_who_has' && target.mac === mac && alertId !== '',
    )
    if (!probe) throw new Error(`${mac} was not asked`)
    lan.engine.verified({ ...probe, result: 'silent', atMs: lan.nowMs })
  }
  const about = (mac: string) =>
    lan
      .alerts()
      .filter((alert) => alert.macs[0] === mac && alert.ip === GATEWAY.ip)
      .map(({ kind, reasonsAgainst }) => `${kind}: ${reasonsAgainst.map(({ rule }) => rule)}`)
  return { lan, claim, silent, about }
}

test('the silence of one claimant says nothing about another', () => {
  const { lan, claim, silent, about } = withAskedClaimant()
  const second = '02:11:22:33:44:66'
  claim(second)
  silent(STRANGER)
  lan.surf(BOB)
  lan.wait(1500)
  expect(about(second)).toEqual(['gateway_spoof: no_other_address'])
})

test('the silence of the holder lowers what rests on it, until it is heard again', () => {
  const { lan, claim, silent, about } = withAskedClaimant()
  const second = '02:11:22:33:44:66'
  claim(second)
  silent(GATEWAY.mac)
  lan.surf(BOB)
  lan.wait(1500)
  expect(about(second)).toEqual(['multi_homed: no_other_address,owner_silent'])
  lan.ask(GATEWAY, BOB.ip)
  lan.wait(1500)
  expect(about(second)).toContain('gateway_spoof: no_other_address')
})

test('a claimant is asked again while it goes on claiming, and no more when it has stopped', () => {
  const { lan, claim } = withAskedClaimant()
  const asked = () => lan.probes.filter(({ target }) => target.mac === STRANGER).length
  expect(asked()).toBe(2)
  for (let i = 0; i < 4; i++) {
    lan.wait(15_000)
    lan.ask(GATEWAY, BOB.ip)
  }
  expect(asked()).toBe(2)
  claim(STRANGER)
  lan.wait(1500)
  expect(asked()).toBe(4)
})
