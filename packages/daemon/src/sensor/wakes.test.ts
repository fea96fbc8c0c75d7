import { NO_TEXT, text } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import type { CaptureStatus } from '../model/capture.js'
import type { Command } from '../model/sensor.js'
import { Wakes } from './wakes.js'

const NAS = 'aa:bb:cc:dd:ee:01'

function setUp(names: string[], obstacle = NO_TEXT) {
  const sent: [string, Command][] = []
  const clock = { nowMs: 0 }
  const late: (() => void)[] = []
  const wakes = new Wakes({
    obstacle,
    sensors: {
      statuses: () => names.map((name) => ({ interface: name, state: 'running' }) as CaptureStatus),
      send: (name, command) => sent.push([name, command]) > 0,
    },
    timers: {
      nowMs: () => clock.nowMs,
      after: (_delayMs, callback) => {
        late.push(callback)
        return () => {}
      },
    },
  })
  return { sent, clock, late, wakes }
}

test('every sensor is asked, and what they sent is summed', async () => {
  const { sent, wakes } = setUp(['eth0', 'eth1'])
  const waking = wakes.wake('', NAS)
  wakes.onWoken('eth0', 1, 0)
  wakes.onWoken('eth0', 1, 3)
  wakes.onWoken('eth1', 1, 3)
  expect(await waking).toBe(3)
  expect(sent.map(([name]) => name)).toEqual(['eth0', 'eth1'])
  expect(sent[0]?.[1]).toEqual({ type: 'wake', wakeId: 1, mac: NAS })
})

test('one interface alone can be named', async () => {
  const { sent, wakes } = setUp(['eth0', 'eth1'])
  const waking = wakes.wake('eth1', NAS)
  wakes.onWoken('eth1', 1, 6)
  expect(await waking).toBe(6)
  expect(sent.map(([name]) => name)).toEqual(['eth1'])
  await expect(wakes.wake('eth9', NAS)).rejects.toMatchObject({ reason: 'NOT_WATCHED' })
})

test('whom no sensor knows is told, also when a sensor ends or never answers', async () => {
  const { late, wakes } = setUp(['eth0', 'eth1'])
  const lost = wakes.wake('', NAS)
  wakes.onWoken('eth0', 1, 0)
  wakes.onLost('eth1')
  await expect(lost).rejects.toMatchObject({ reason: 'MAC_NOT_KNOWN' })
  const silent = wakes.wake('eth0', NAS)
  late.at(-1)?.()
  await expect(silent).rejects.toMatchObject({ reason: 'MAC_NOT_KNOWN' })
})

test('sixty a minute are woken, whoever asks, and no frame is sent beyond', async () => {
  const { sent, clock, wakes } = setUp(['eth0'])
  const asked = Array.from({ length: 60 }, () => wakes.wake('eth0', NAS))
  for (let id = 1; id <= 60; id++) wakes.onWoken('eth0', id, 3)
  await Promise.all(asked)
  for (let time = 0; time < 100; time++) {
    await expect(wakes.wake('eth0', NAS)).rejects.toMatchObject({ reason: 'WAKE_TOO_OFTEN' })
  }
  expect(sent).toHaveLength(60)
  clock.nowMs = 60_001
  const later = wakes.wake('eth0', NAS)
  wakes.onWoken('eth0', 61, 3)
  expect(await later).toBe(3)
})

test('root can switch it off', async () => {
  const { sent, wakes } = setUp(['eth0'], text('switched_off', { setting: 'scan.wake' }))
  await expect(wakes.wake('', NAS)).rejects.toMatchObject({
    reason: 'WAKE_DISABLED',
    message: expect.stringContaining('scan.wake'),
  })
  expect(sent).toEqual([])
})
