import { MOST_BYTES_PER_MS } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import { ReportError } from '../convert/checks.js'
import { TRAFFIC } from '../convert/fake-reports.js'
import { TrafficMeter } from './traffic-meter.js'

const NONE = { startMs: 0, durationMs: 0, rows: [], otherBytes: 0, otherPackets: 0 }

function metered(megabits: number | null) {
  const meter = new TrafficMeter(1_000_000)
  meter.setSpeed(megabits)
  return (afterMs: number, counted: Partial<typeof TRAFFIC>) =>
    meter.take({ ...NONE, ...counted }, 1_000_000 + afterMs)
}

test.each([
  ['an unknown link', null, MOST_BYTES_PER_MS],
  ['1 Gbit/s', 1000, 1_000_000],
  ['a slow one that may become faster', 10, 1_000_000],
  ['one faster than anybody has', 10_000_000, MOST_BYTES_PER_MS],
])('%s: all reports together, since the start and a second', (_what, megabits, perMs) => {
  const take = metered(megabits)
  // Each could be sound by itself, and the time that passes is for all of them.
  take(0, { otherBytes: 600 * perMs })
  take(500, { otherBytes: 900 * perMs })
  expect(() => take(500, { otherBytes: 1 })).toThrow(ReportError)
})

test('packets are no more than bytes could be, rows count, and so does what was refused', () => {
  const take = metered(1000)
  const rows = TRAFFIC.rows.map((row) => ({ ...row, txBytes: 0, rxBytes: 0, txPackets: 5e8, rxPackets: 5e8 }))
  take(0, { rows })
  expect(() => take(0, { rows })).toThrow('so much traffic in all is not allowed')
  expect(() => take(0, {})).toThrow(ReportError)
})

test('a span cannot be longer than the sensor has run', () => {
  const take = metered(null)
  take(9000, { durationMs: 10_000 })
  expect(() => take(9000, { durationMs: 10_001 })).toThrow('a span longer than there has been time')
})

test('a link that becomes slower, or has no carrier, has been as fast as it was', () => {
  const meter = new TrafficMeter(0)
  for (const megabits of [10_000, 1000, null]) meter.setSpeed(megabits)
  meter.take({ ...NONE, otherBytes: 10_000_000 * 1000 }, 0)
  expect(() => meter.take({ ...NONE, otherBytes: 1 }, 0)).toThrow(ReportError)
})
