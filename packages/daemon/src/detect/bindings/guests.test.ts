/** Containers and virtual machines, which get another MAC whenever they start anew. */

import { expect, test } from 'vitest'
import { FakeTraffic, GATEWAY } from '../engine/fake-traffic.js'

const IP = '192.168.1.2'

function start(lan: FakeTraffic, mac: string): void {
  lan.announce(mac, IP)
  lan.ask({ ip: IP, mac }, GATEWAY.ip)
  lan.tell(GATEWAY.mac, GATEWAY.ip, { ip: IP, mac })
}

test('six that use an address one after the other are no flood of claimants', () => {
  const lan = new FakeTraffic()
  for (let i = 0; i < 6; i++) {
    const mac = `6a:1b:06:32:3a:0${i}`
    start(lan, mac)
    for (let second = 0; second < 4; second++) {
      lan.packet({ ip: IP, mac }, GATEWAY.mac, '1.1.1.1')
      lan.wait(1000)
    }
    lan.wait(4000)
  }
  expect(lan.loud()).toEqual([])
  expect(lan.kinds()).toEqual(['mac_changed'])
})

test('six that claim it side by side are one, whatever they send', () => {
  const lan = new FakeTraffic()
  for (let round = 0; round < 4; round++)
    for (let i = 0; i < 6; i++) {
      const mac = `6a:1b:06:32:3a:0${i}`
      start(lan, mac)
      lan.packet({ ip: IP, mac }, GATEWAY.mac, '1.1.1.1')
      lan.wait(500)
    }
  expect(lan.loud()).toContain('arp_spoof/critical')
})

test('on a bridge that has guests alone, a change of hands is a note however short their lives', () => {
  const lan = new FakeTraffic({ isGuestBridge: true })
  for (let i = 0; i < 6; i++) {
    start(lan, `6a:1b:06:32:3a:0${i}`)
    lan.wait(3000)
  }
  expect(lan.loud()).toEqual([])
})
