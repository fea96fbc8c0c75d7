import { expect, test } from 'vitest'
import { secondsUntilMorning } from './morning.js'

test.each([
  ['in the evening', [2026, 0, 15, 21, 30, 0], 8.5 * 3600],
  ['at midnight it is still the next day', [2026, 0, 15, 0, 0, 0], 30 * 3600],
  ['at the end of a month', [2026, 0, 31, 23, 59, 59], 6 * 3600 + 1],
] as const)('%s', (_when, [year, month, day, hour, minute, second], seconds) => {
  expect(secondsUntilMorning(new Date(year, month, day, hour, minute, second).getTime())).toBe(seconds)
})
