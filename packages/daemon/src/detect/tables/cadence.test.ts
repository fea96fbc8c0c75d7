import { expect, test } from 'vitest'
import { beat, type Cadence, regularInterval } from './cadence.js'

function intervalOf(timesMs: number[]): number | null {
  let cadence: Cadence | null = null
  for (const timeMs of timesMs) cadence = beat(cadence, timeMs)
  return regularInterval(cadence)
}

test.each([
  { name: 'arpspoof', timesMs: [0, 2000, 4003, 6001], expected: 2001 },
  {
    name: 'ettercap behind its first rounds',
    timesMs: [0, 1000, 2000, 12_000, 22_000, 32_000],
    expected: 10_000,
  },
  { name: 'two victims per round', timesMs: [0, 10, 2000, 2010, 4000, 4010, 6000, 6010], expected: 1997 },
  { name: 'one beat lost', timesMs: [0, 2000, 6000, 8000, 10_000], expected: 2000 },
])('$name has a rhythm', ({ timesMs, expected }) => {
  expect(intervalOf(timesMs)).toBeCloseTo(expected, -1)
})

test.each([
  { name: 'nothing', timesMs: [] },
  { name: 'too few', timesMs: [0, 3000, 6000] },
  { name: 'answers to a question that was repeated out of view', timesMs: [0, 1000, 2000, 3000] },
  { name: 'cache refreshes at random between 15 and 45 s', timesMs: [0, 17_000, 60_000, 85_000, 103_000] },
  { name: 'slower than any cache', timesMs: [0, 90_000, 180_000, 270_000] },
])('$name has none', ({ timesMs }) => {
  expect(intervalOf(timesMs)).toBeNull()
})
