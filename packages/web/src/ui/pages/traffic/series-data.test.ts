import { MINUTE_MS } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import { seriesData } from './series-data.js'

test('stored sums become rates, and gaps zero', () => {
  const series = { stepMs: MINUTE_MS, points: [{ atMs: 2 * MINUTE_MS, rxBytes: 6000, txBytes: 600 }] }
  expect(seriesData(series, MINUTE_MS, 3 * MINUTE_MS)).toEqual([
    [60, 120, 180],
    [0, 100, 0],
    [0, 10, 0],
  ])
})

test('nothing is drawn before the series is known', () => {
  expect(seriesData(null, 0, MINUTE_MS)).toEqual([[], [], []])
})

test('a step of zero does not draw for ever', () => {
  expect(seriesData({ stepMs: 0, points: [] }, 0, MINUTE_MS)).toEqual([[], [], []])
})
