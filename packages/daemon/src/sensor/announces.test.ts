import { NO_TEXT, text } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import type { CaptureStatus } from '../model/capture.js'
import type { Command } from '../model/sensor.js'
import { FakeTimers } from '../time/fake-timers.js'
import { Announces } from './announces.js'

function setUp(names: string[], obstacle = NO_TEXT) {
  const sent: [string, Command][] = []
  const timers = new FakeTimers()
  const announces = new Announces({
    obstacle,
    sensors: {
      statuses: () => names.map((name) => ({ interface: name, state: 'running' }) as CaptureStatus),
      send: (name, command) => sent.push([name, command]) > 0,
    },
    timers,
  })
  return { sent, timers, announces }
}

test('every sensor asks, and what they sent is summed', async () => {
  const { sent, announces } = setUp(['eth0', 'eth1'])
  const asking = announces.announce('', ['ssdp', 'mdns'])
  announces.onAnnounced('eth0', 1, 3)
  announces.onLost('eth1')
  expect(await asking).toBe(3)
  expect(sent.map(([name]) => name)).toEqual(['eth0', 'eth1'])
  expect(sent[0]?.[1]).toEqual({ type: 'announce', announceId: 1, kinds: ['ssdp', 'mdns'] })
  await expect(announces.announce('eth9', ['ssdp'])).rejects.toMatchObject({ reason: 'NOT_WATCHED' })
})

test('four times a minute, whoever wants it, and no sensor hears of more', async () => {
  const { sent, timers, announces } = setUp(['eth0'])
  for (let id = 1; id <= 4; id++) {
    const asking = announces.announce('eth0', ['ssdp'])
    announces.onAnnounced('eth0', id, 1)
    await asking
  }
  for (let time = 0; time < 100; time++) {
    await expect(announces.announce('', ['mdns'])).rejects.toMatchObject({ reason: 'ANNOUNCE_TOO_OFTEN' })
  }
  expect(sent).toHaveLength(4)
  timers.advance(60_001)
  const later = announces.announce('', ['mdns'])
  announces.onAnnounced('eth0', 5, 2)
  expect(await later).toBe(2)
})

test('root can switch it off', async () => {
  const { sent, announces } = setUp(['eth0'], text('switched_off', { setting: 'scan.announce' }))
  await expect(announces.announce('', ['ssdp'])).rejects.toMatchObject({
    reason: 'ANNOUNCE_DISABLED',
    message: expect.stringContaining('scan.announce'),
  })
  expect(sent).toEqual([])
})
