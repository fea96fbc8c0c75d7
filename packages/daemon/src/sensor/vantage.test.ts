import { expect, test } from 'vitest'
import { workOutVantage } from './vantage.js'

const SWITCH_PORT = {
  isForwarding: false,
  hasGateway: true,
  packets: 10_000,
  foreignUnicast: 20,
  hasSeenOthers: true,
}

test.each([
  ['an ordinary port, a few flooded frames included', {}, 'switch_port'],
  ['nothing seen yet', { packets: 0, hasSeenOthers: false }, 'unknown'],
  ['only its own frames', { hasSeenOthers: false }, 'own_traffic'],
  ['many frames between others', { foreignUnicast: 5000 }, 'mirror'],
  ['a router on its LAN side', { isForwarding: true, hasGateway: false }, 'gateway'],
  ['a host of containers, which forwards too', { isForwarding: true }, 'switch_port'],
])('%s', (_what, changes, expected) => {
  expect(workOutVantage({ ...SWITCH_PORT, ...changes })).toBe(expected)
})
