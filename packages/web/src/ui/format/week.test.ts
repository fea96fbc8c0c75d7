import { expect, test } from 'vitest'
import { barsOf, minuteOf, spanText, WEEKDAYS, weekdayName } from './week.js'

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

test('a slot over midnight covers the evening of its day and the morning of the next', () => {
  const night = { weekday: 7, startMinute: 1260, endMinute: 360 }
  const noon = { weekday: 1, startMinute: 720, endMinute: 780 }
  expect(spanText(night)).toBe('21:00–06:00')
  expect(barsOf([night, noon], 7)).toEqual([{ fromMinute: 1260, toMinute: 1440 }])
  expect(barsOf([night, noon], 1)).toEqual([
    { fromMinute: 0, toMinute: 360 },
    { fromMinute: 720, toMinute: 780 },
  ])
  expect(barsOf([{ ...night, endMinute: 0 }], 1)).toEqual([])
})
