import { expect, test } from 'vitest'
import { isPlausible, MOST_COUNTED, mostBytesIn } from './plausible.js'

const NOTHING = { txBytes: 0, rxBytes: 0, txPackets: 0, rxPackets: 0 }

test.each([
  ['nothing', NOTHING, true],
  ['100 Gbit/s for a second', { ...NOTHING, rxBytes: 12_500_000_000, rxPackets: 8_000_000 }, true],
  ['more frames than a link carries bytes', { ...NOTHING, txPackets: 200_000_000_000 }, false],
  ['more than a link carries', { ...NOTHING, txBytes: 200_000_000_000, txPackets: 1 }, false],
  ['the most that a number holds', { ...NOTHING, txBytes: Number.MAX_SAFE_INTEGER, txPackets: 1 }, false],
  ['less than nothing', { ...NOTHING, rxBytes: -1 }, false],
  ['half a byte', { ...NOTHING, rxBytes: 0.5 }, false],
])('%s', (_what, counted, expected) => {
  expect(isPlausible(counted, 1000)).toBe(expected)
})

test('however long it took, a million such figures fit 64 bits', () => {
  expect(mostBytesIn(Number.MAX_SAFE_INTEGER)).toBe(MOST_COUNTED)
  expect(BigInt(MOST_COUNTED) * 1_000_000n).toBeLessThan(2n ** 63n)
})
