import { expect, test } from 'vitest'
import { ALICE, BOB, FakeTraffic, MALLORY } from '../engine/fake-traffic.js'

const STRANGER = '02:11:22:33:44:55'

test('a flood of conflicts does not keep the next from being followed', () => {
  const lan = new FakeTraffic()
  lan.settle()
  for (let i = 0; i < 1100; i++) {
    const ip = `192.168.${2 + (i >> 8)}.${i & 255}`
    lan.announce(BOB.mac, ip)
    lan.announce(MALLORY.mac, ip)
  }
  lan.announce(STRANGER, ALICE.ip)
  lan.wait(4000)
  expect(lan.alerts().filter(({ ip }) => ip === ALICE.ip)).toMatchObject([{ kind: 'mac_changed' }])
  const conflicts = lan.engine.tables().find(({ table }) => table === 'conflicts')
  expect(conflicts?.evicted).toBeGreaterThan(0)
})
