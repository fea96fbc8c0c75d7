import { worded } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import { captureFrom } from './convert.js'
import { captureStatus } from './fake-messages.js'
import { DaemonLink, type LinkState } from './link.js'
import type { DaemonStatus } from './types.js'

const sensor = captureFrom(captureStatus('eth0'))
const status = { daemonId: sensor.sensor.daemonId, sensors: [sensor] } as DaemonStatus

test('the state changes are told once, with the time of the first', () => {
  let nowMs = 100
  const told: LinkState[] = []
  const link = new DaemonLink(
    () => nowMs,
    (state) => told.push(state),
  )
  link.disconnected(worded('netwatcherd is not running.'))
  nowMs = 200
  link.disconnected(worded('netwatcherd is not running.'))
  link.connected(status)
  link.connected(status)
  nowMs = 300
  link.disconnected(worded('The connection was lost.'))
  nowMs = 400
  link.disconnected(worded('netwatcherd is not running.'))
  expect(told.map(({ connected, sinceMs }) => [connected, sinceMs])).toEqual([
    [false, 100],
    [true, 200],
    [false, 300],
    [false, 300],
  ])
})

test('a sensor is watching from its start until it stops or the daemon is lost', () => {
  let nowMs = 100
  const link = new DaemonLink(
    () => nowMs,
    () => {},
  )
  expect(link.watchingSinceMs(sensor.sensor)).toBeNull()
  link.connected(status)
  nowMs = 200
  link.noteSensor(sensor)
  expect(link.watchingSinceMs(sensor.sensor)).toBe(100)
  link.noteSensor({ ...sensor, state: 'retrying' })
  expect(link.watchingSinceMs(sensor.sensor)).toBeNull()
  link.noteClockStep(sensor.sensor)
  expect(link.watchingSinceMs(sensor.sensor)).toBeNull()
  link.noteSensor(sensor)
  expect(link.watchingSinceMs(sensor.sensor)).toBe(200)
  nowMs = 3_600_200
  link.noteClockStep(sensor.sensor)
  expect(link.watchingSinceMs(sensor.sensor)).toBe(3_600_200)
  link.disconnected(worded('lost'))
  expect(link.watchingSinceMs(sensor.sensor)).toBeNull()
})
