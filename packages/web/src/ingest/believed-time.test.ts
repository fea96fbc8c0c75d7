import { DAY_MS, MINUTE_MS } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import { believe } from './believed-time.js'

const LAST = 1_800_000_000_000
const elapsedMs = 5 * MINUTE_MS
const after = (ms: number, isSynchronized = false) =>
  believe(LAST, { wallMs: LAST + ms, elapsedMs, isSynchronized }) - LAST

test('a clock that goes on as it should is believed', () => {
  expect(after(elapsedMs)).toBe(elapsedMs)
  expect(after(elapsedMs + DAY_MS)).toBe(elapsedMs + DAY_MS)
  expect(after(elapsedMs - DAY_MS)).toBe(elapsedMs - DAY_MS)
})

test('a jump ahead is caught up with as slowly as time passes', () => {
  expect(after(400 * DAY_MS)).toBe(2 * elapsedMs)
  expect(believe(LAST, { wallMs: LAST + 400 * DAY_MS, elapsedMs: 0, isSynchronized: false })).toBe(LAST)
})

test('a jump back leaves what was believed', () => {
  expect(after(-400 * DAY_MS)).toBe(elapsedMs)
})

test('a confirmed clock is believed at once, ahead and back', () => {
  expect(after(400 * DAY_MS, true)).toBe(400 * DAY_MS)
  expect(after(-400 * DAY_MS, true)).toBe(-400 * DAY_MS)
})
