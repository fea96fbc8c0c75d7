import { MINUTE_MS, SECOND_MS } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import { ProbeMeter } from './probe-meter.js'

test('what all sensors sent within the last minute is told together', () => {
  const meter = new ProbeMeter()
  meter.note('eth0', 5, 0)
  meter.note('eth1', 7, 30 * SECOND_MS)
  meter.note('eth0', 8, 40 * SECOND_MS)
  expect(meter.lastMinute(50 * SECOND_MS)).toBe(15)
  expect(meter.lastMinute(MINUTE_MS)).toBe(10)
  meter.forget('eth0')
  meter.note('eth0', 2, MINUTE_MS)
  expect(meter.lastMinute(MINUTE_MS)).toBe(12)
})

test('a second is kept as one figure, however many reports a sensor makes of it', () => {
  const meter = new ProbeMeter()
  for (let ms = 0; ms < SECOND_MS; ms++) meter.note('eth0', ms + 1, ms)
  expect(meter.lastMinute(MINUTE_MS - 1)).toBe(1000)
  expect(meter.lastMinute(MINUTE_MS)).toBe(0)
})

test('the sum of lies still fits its field', () => {
  const meter = new ProbeMeter()
  for (const name of ['eth0', 'eth1']) meter.note(name, 2 ** 32 - 1, 0)
  expect(meter.lastMinute(0)).toBe(2 ** 32 - 1)
})
