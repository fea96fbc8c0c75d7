import { expect, test } from 'vitest'
import { minuteOf, WEEKDAYS, weekdayName } from './week.js'

test('the week begins on Monday', () => {
  expect(WEEKDAYS.map((day) => weekdayName(day, 'en'))).toEqual([
    'Mon',
    'Tue',
    'Wed',
    'Thu',
    'Fri',
    'Sat',
    'Sun',
  ])
})

test.each([
  ['21:30', 1290],
  ['00:00', 0],
  ['23:59', 1439],
  ['24:00', 0],
  ['', 0],
  ['x:y', 0],
])('%j is minute %i', (time, minute) => {
  expect(minuteOf(time)).toBe(minute)
})
