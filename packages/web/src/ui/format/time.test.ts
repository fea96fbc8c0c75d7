import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import {
  clockOffset,
  formatCountdown,
  formatDays,
  formatDuration,
  formatRelative,
  formatTick,
} from './time.js'

const NOW_MS = Date.UTC(2026, 0, 15, 12)

test.each([
  [0, 'now', 'sekarang'],
  [9 * SECOND_MS, 'now', 'sekarang'],
  [45 * SECOND_MS, '45 seconds ago', '45 detik yang lalu'],
  [61 * SECOND_MS, '1 minute ago', '1 menit yang lalu'],
  [119 * MINUTE_MS, '1 hour ago', '1 jam yang lalu'],
  [DAY_MS, 'yesterday', 'kemarin'],
  [400 * DAY_MS, '400 days ago', '400 hari yang lalu'],
])('%d ms ago', (ageMs, english, indonesian) => {
  expect(formatRelative(NOW_MS - ageMs, NOW_MS, 'en')).toBe(english)
  expect(formatRelative(NOW_MS - ageMs, NOW_MS, 'id')).toBe(indonesian)
})

test.each([
  [-1, '0 seconds'],
  [0, '0 seconds'],
  [45 * SECOND_MS, '45 seconds'],
  [HOUR_MS, '1 hour'],
  [2 * HOUR_MS + 5 * MINUTE_MS + 9 * SECOND_MS, '2 hours 5 minutes'],
  [3 * DAY_MS + 5 * SECOND_MS, '3 days'],
  [7 * DAY_MS, '7 days'],
])('%d ms last %s', (durationMs, text) => {
  expect(formatDuration(durationMs, 'en')).toBe(text)
})

test.each([
  ['2026-11-01', '2026-11-30', 'Nov 1 – 30, 2026', '1–30 Nov 2026'],
  ['2026-12-15', '2027-01-14', 'Dec 15, 2026 – Jan 14, 2027', '15 Des 2026 – 14 Jan 2027'],
])('the days from %s to %s', (first, last, english, indonesian) => {
  const plain = (days: string) => days.replaceAll(/[\u2009\u202f]/g, ' ')
  expect(plain(formatDays(first, last, 'en'))).toBe(english)
  expect(plain(formatDays(first, last, 'id'))).toBe(indonesian)
})

test.each([
  [60_000, '1:00'],
  [59_001, '1:00'],
  [1, '0:01'],
  [0, '0:00'],
  [-500, '0:00'],
  [605_000, '10:05'],
])('a countdown with %d ms left shows %s', (remainingMs, text) => {
  expect(formatCountdown(remainingMs)).toBe(text)
})

test('ticks show as much as their distance needs', () => {
  const atMs = new Date(2026, 0, 15, 13, 5, 30).getTime()
  expect(formatTick(atMs, 30 * SECOND_MS, 'en')).toBe('13:05:30')
  expect(formatTick(atMs, HOUR_MS, 'en')).toBe('13:05')
  expect(formatTick(atMs, DAY_MS, 'en')).toBe('Jan 15')
  expect(formatTick(new Date(2026, 0, 15).getTime(), HOUR_MS, 'en')).toBe('Jan 15')
})

test.each([
  ['the same clock, slow answer', 1500, 1000, 9000, 0],
  ['the same clock, at once', 1000, 1000, 1000, 0],
  ['a server ahead', 61_000, 1000, 1200, 59_800],
  ['a server behind', 1000, 61_000, 61_200, -60_000],
])('%s', (_what, serverMs, askedMs, receivedMs, offsetMs) => {
  expect(clockOffset(serverMs, askedMs, receivedMs)).toBe(offsetMs)
})
