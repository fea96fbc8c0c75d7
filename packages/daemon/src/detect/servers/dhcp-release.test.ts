import { expect, test } from 'vitest'
import { dhcpFrame, ipBytes } from '../../wire/fake-frames.js'
import { ALICE, BOB, FakeTraffic, GATEWAY, MALLORY } from '../engine/fake-traffic.js'

const RELEASE = 7

/** `sourceMac` gives back the address of `client`. */
function release(lan: FakeTraffic, sourceMac: string, client = ALICE): void {
  const ends = {
    sourceMac,
    destinationMac: GATEWAY.mac,
    sourceIp: client.ip,
    destinationIp: GATEWAY.ip,
  }
  lan.send(
    dhcpFrame(ends, {
      operation: 1,
      messageType: RELEASE,
      clientMac: client.mac,
      clientIp: client.ip,
      options: [[54, ipBytes(GATEWAY.ip)]],
    }),
  )
}

const spoofs = (lan: FakeTraffic) => lan.alerts().filter(({ kind }) => kind === 'dhcp_release_spoof')

test('warns of a release that another station sends, and is sure once the holder goes on', () => {
  const lan = new FakeTraffic()
  lan.settle()
  release(lan, MALLORY.mac)
  expect(spoofs(lan)).toMatchObject([{ severity: 'warning' }])
  lan.wait(5000)
  lan.ask(ALICE, BOB.ip)
  expect(spoofs(lan)).toMatchObject([
    {
      severity: 'critical',
      parties: [
        { role: 'suspect', mac: MALLORY.mac },
        { role: 'affected', mac: ALICE.mac, certainty: 'proven' },
      ],
      reasonsFor: [{ rule: 'foreign_release' }, { rule: 'holder_goes_on' }],
    },
  ])
})

test('says nothing of a client that gives its own back, or of a router that sends one on', () => {
  const lan = new FakeTraffic()
  lan.settle()
  release(lan, ALICE.mac)
  release(lan, GATEWAY.mac, BOB)
  lan.wait(5000)
  lan.ask(BOB, GATEWAY.ip)
  expect(spoofs(lan)).toEqual([])
})

test('says nothing where the address is not known to be the client’s', () => {
  const lan = new FakeTraffic()
  lan.settle()
  release(lan, MALLORY.mac, { ip: '192.168.1.99', mac: ALICE.mac })
  expect(spoofs(lan)).toEqual([])
})
