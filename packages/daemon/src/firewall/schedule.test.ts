import { DAY_MS, HOUR_MS } from '@netwatcher/shared'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Schedule, ScheduleSlot } from '../model/firewall.js'
import { isTimeZone, standingAt, Timetable } from './schedule.js'

const at = (text: string) => Date.parse(text)
const minute = (text: string) => {
  const [hours = 0, minutes = 0] = text.split(':').map(Number)
  return hours * 60 + minutes
}

function slot(weekday: number, start: string, end: string): ScheduleSlot {
  return { weekday, startMinute: minute(start), endMinute: minute(end) }
}

function schedule(timeZone: string, ...slots: ScheduleSlot[]): Schedule {
  return { timeZone, slots, exceptions: [] }
}

/** Every moment at which it turns, with what it turns to. */
function turns(one: Schedule, from: string, to: string): string[] {
  const found: string[] = []
  for (let before = standingAt(one, at(from)); before.untilMs < at(to); ) {
    const after = standingAt(one, before.untilMs)
    const time = new Date(before.untilMs).toISOString().slice(0, 16)
    if (after.isBlocked !== before.isBlocked) found.push(`${time} ${after.isBlocked ? 'on' : 'off'}`)
    before = after
  }
  return found
}

test('several slots a week, over midnight and over the end of the week', () => {
  const one = schedule('UTC', slot(1, '08:00', '12:00'), slot(1, '13:00', '15:00'), slot(7, '21:30', '06:30'))
  // 2026-06-15 is a Monday.
  expect(turns(one, '2026-06-14T00:00Z', '2026-06-21T00:00Z')).toEqual([
    '2026-06-14T21:30 on',
    '2026-06-15T06:30 off',
    '2026-06-15T08:00 on',
    '2026-06-15T12:00 off',
    '2026-06-15T13:00 on',
    '2026-06-15T15:00 off',
  ])
})

test('a slot that ends when it starts lasts a day', () => {
  expect(turns(schedule('UTC', slot(3, '06:00', '06:00')), '2026-06-15T00:00Z', '2026-06-22T00:00Z')).toEqual(
    ['2026-06-17T06:00 on', '2026-06-18T06:00 off'],
  )
})

test('the clock is that of the time zone', () => {
  const one = schedule('Asia/Jakarta', slot(1, '00:00', '01:00'))
  expect(turns(one, '2026-06-14T00:00Z', '2026-06-16T00:00Z')).toEqual([
    '2026-06-14T17:00 on',
    '2026-06-14T18:00 off',
  ])
})

test.each([
  ['summer time begins in it', slot(6, '22:00', '06:00'), ['2026-03-28T21:00 on', '2026-03-29T04:00 off']],
  [
    'it begins where the clock jumps',
    slot(7, '02:30', '06:00'),
    ['2026-03-29T01:30 on', '2026-03-29T04:00 off'],
  ],
  [
    'it ends where the clock jumps',
    slot(6, '22:00', '02:30'),
    ['2026-03-28T21:00 on', '2026-03-29T01:30 off'],
  ],
])('in Berlin, %s', (_what, one, expected) => {
  expect(turns(schedule('Europe/Berlin', one), '2026-03-28T00:00Z', '2026-03-30T00:00Z')).toEqual(expected)
})

test.each([
  ['summer time ends in it', slot(6, '22:00', '06:00'), ['2026-10-24T20:00 on', '2026-10-25T05:00 off']],
  [
    'it begins in the hour that comes twice',
    slot(7, '02:30', '06:00'),
    ['2026-10-25T00:30 on', '2026-10-25T05:00 off'],
  ],
  [
    'it ends in the hour that comes twice',
    slot(6, '22:00', '02:30'),
    ['2026-10-24T20:00 on', '2026-10-25T00:30 off'],
  ],
])('in Berlin, %s', (_what, one, expected) => {
  expect(turns(schedule('Europe/Berlin', one), '2026-10-24T00:00Z', '2026-10-26T00:00Z')).toEqual(expected)
})

test('in an exception the slots do not count, and of several the last one does', () => {
  const exceptions = [
    { fromMs: at('2026-06-15T20:00Z'), untilMs: at('2026-06-15T23:00Z'), isBlocked: false },
    { fromMs: at('2026-06-15T22:00Z'), untilMs: at('2026-06-15T22:30Z'), isBlocked: true },
  ]
  const one = { ...schedule('UTC', slot(1, '21:00', '06:00')), exceptions }
  expect(turns(one, '2026-06-15T00:00Z', '2026-06-16T12:00Z')).toEqual([
    '2026-06-15T22:00 on',
    '2026-06-15T22:30 off',
    '2026-06-15T23:00 on',
    '2026-06-16T06:00 off',
  ])
})

test('nothing turns before the moment that is said', () => {
  const zones = fc.constantFrom(
    'UTC',
    'Europe/Berlin',
    'America/St_Johns',
    'Asia/Kathmandu',
    'Australia/Lord_Howe',
  )
  const slots = fc.array(
    fc.record({
      weekday: fc.integer({ min: 1, max: 7 }),
      startMinute: fc.nat(1439),
      endMinute: fc.nat(1439),
    }),
    { minLength: 1, maxLength: 6 },
  )
  const start = Date.UTC(2026, 0, 1)
  fc.assert(
    fc.property(zones, slots, fc.nat(365 * 24), fc.nat(100), (timeZone, some, hours, share) => {
      const one = { timeZone, slots: some, exceptions: [] }
      const nowMs = start + hours * HOUR_MS
      const { isBlocked, untilMs } = standingAt(one, nowMs)
      expect(untilMs).toBeGreaterThan(nowMs)
      expect(untilMs).toBeLessThanOrEqual(nowMs + 8 * DAY_MS)
      const between = nowMs + Math.floor(((untilMs - 1 - nowMs) * share) / 100)
      expect(standingAt(one, between).isBlocked).toBe(isBlocked)
    }),
    { numRuns: 100 },
  )
})

test.each([
  ['Europe/Berlin', true],
  ['UTC', true],
  ['America/Argentina/Buenos_Aires', true],
  ['Mars/Olympus', false],
  ['', false],
  ['+01:00', false],
  ['../../etc/localtime', false],
])('%j as a time zone: %s', (name, isKnown) => {
  expect(isTimeZone(name)).toBe(isKnown)
})

test('what is remembered is what would be worked out anew, wherever the clock goes', () => {
  const one = schedule('Europe/Berlin', slot(4, '21:00', '06:00'))
  const timetable = new Timetable()
  for (const hours of [0, 22, 23, 30, 5, 22, 200, 22]) {
    const nowMs = at('2026-01-01T00:00Z') + hours * HOUR_MS
    expect(timetable.at(one, nowMs)).toMatchObject(standingAt(one, nowMs))
  }
})
