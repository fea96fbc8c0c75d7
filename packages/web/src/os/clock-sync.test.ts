import { utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../testing/temporary-directory.js'
import { isClockSynchronized } from './clock-sync.js'

const NOW = 1_800_000_000_000

test.each([
  [20 * MINUTE_MS, true],
  // A coarse time stamp may lie a little after the clock that it was taken from.
  [-SECOND_MS, true],
  [3 * HOUR_MS, false],
  // The clock was set by hand, ahead or back.
  [400 * DAY_MS, false],
  [-DAY_MS, false],
])('touched %i ms ago is synchronised: %s', async (ageMs, isSynchronized) => {
  await using directory = await temporaryDirectory()
  const path = join(directory.path, 'synchronized')
  writeFileSync(path, '')
  utimesSync(path, (NOW - ageMs) / 1000, (NOW - ageMs) / 1000)
  expect(isClockSynchronized(path, NOW)).toBe(isSynchronized)
})

test('without the file nothing is known', async () => {
  await using directory = await temporaryDirectory()
  expect(isClockSynchronized(join(directory.path, 'synchronized'), NOW)).toBe(false)
})
