import { expect, test } from 'vitest'
import type { CaptureStatus } from '../model/capture.js'
import type { Command } from '../model/sensor.js'
import { Drills } from './drills.js'

function setUp(...statuses: [name: string, state: CaptureStatus['state']][]) {
  const sent: [string, Command][] = []
  const clock = { nowMs: 0 }
  const drills = new Drills({
    sensors: {
      statuses: () => statuses.map(([name, state]) => ({ interface: name, state }) as CaptureStatus),
      send: (name, command) => sent.push([name, command]) > 0,
    },
    monotonicMs: () => clock.nowMs,
  })
  return { sent, clock, drills }
}

test('a drill goes to the first sensor that runs, or to the one that is named', () => {
  const { sent, clock, drills } = setUp(['eth0', 'stopped'], ['eth1', 'running'], ['eth2', 'running'])
  expect(drills.start('')).toBe('eth1')
  clock.nowMs = 60_000
  expect(drills.start('eth2')).toBe('eth2')
  expect(sent).toMatchObject([
    ['eth1', { type: 'drill', alertId: expect.stringMatching(/^[0-9a-f]{32}$/) }],
    ['eth2', { type: 'drill' }],
  ])
})

test('there is one drill a minute, whoever asks', () => {
  const { sent, clock, drills } = setUp(['eth0', 'running'])
  drills.start('')
  clock.nowMs = 59_999
  for (let time = 0; time < 1000; time++) {
    expect(() => drills.start('')).toThrow(expect.objectContaining({ reason: 'DRILL_TOO_SOON' }))
  }
  expect(sent).toHaveLength(1)
  clock.nowMs = 60_000
  expect(drills.start('')).toBe('eth0')
})

test('who watches nothing is told, and may try again at once', () => {
  const { drills } = setUp(['eth0', 'retrying'])
  for (const name of ['', 'eth0', 'eth9']) {
    expect(() => drills.start(name)).toThrow(expect.objectContaining({ reason: 'NOT_WATCHED' }))
  }
})
