/**
 * When a schedule blocks. Slots are said on the clock of a time zone, and become
 * moments the way RFC 5545 (3.3.5) has it: a time that a clock change skips is
 * reckoned by the offset before it, one that happens twice is the first. So a
 * slot has one start and one end whatever the clock does in it. Pure.
 */

import { DAY_MS, MINUTE_MS } from '@netwatcher/shared'
import type { Schedule, ScheduleSlot } from '../model/firewall.js'

interface Span {
  fromMs: number
  untilMs: number
}

export interface Standing {
  isBlocked: boolean
  /** The next moment at which it may be otherwise: at most eight days ahead. */
  untilMs: number
}

/** Remembers what it has worked out for as long as that holds: time zones are slow. */
export class Timetable {
  readonly #known = new WeakMap<Schedule, Standing & { fromMs: number }>()

  at(schedule: Schedule, atMs: number): Standing {
    const known = this.#known.get(schedule)
    if (known && known.fromMs <= atMs && atMs < known.untilMs) return known
    const standing = { ...standingAt(schedule, atMs), fromMs: atMs }
    this.#known.set(schedule, standing)
    return standing
  }
}

export function standingAt(schedule: Schedule, atMs: number): Standing {
  const { exceptions } = schedule
  const spans = spansAround(schedule, atMs)
  const exception = exceptions.findLast((one) => holds(one, atMs))
  const turns = [...spans, ...exceptions].flatMap((span) => [span.fromMs, span.untilMs])
  return {
    isBlocked: exception ? exception.isBlocked : spans.some((span) => holds(span, atMs)),
    untilMs: Math.min(atMs + 8 * DAY_MS, ...turns.filter((turnMs) => turnMs > atMs)),
  }
}

/** False when no clock is known by that name. */
export function isTimeZone(name: string): boolean {
  try {
    return /^[A-Za-z][A-Za-z0-9_+\-/]{0,63}$/.test(name) && clockOf(name) !== null
  } catch {
    return false
  }
}

function holds({ fromMs, untilMs }: Span, atMs: number): boolean {
  return fromMs <= atMs && atMs < untilMs
}

/** Those that began since the day before yesterday, and will within a week. */
function spansAround({ slots, timeZone }: Schedule, atMs: number): Span[] {
  const clock = clockOf(timeZone)
  const today = localMs(clock, atMs)
  const midnight = today - (((today % DAY_MS) + DAY_MS) % DAY_MS)
  const days = Array.from({ length: 13 }, (_, i) => midnight + (i - 3) * DAY_MS)
  const offsets = days.map((dayMs) => localMs(clock, dayMs) - dayMs)
  return days.slice(1, -2).flatMap((dayMs, i) => {
    // Around most days the clock is not changed, and nothing more needs to be asked of it.
    const [before = 0, after = 0] = [offsets[i], offsets[i + 3]]
    const moment = (timeMs: number) => (before === after ? timeMs - before : momentOf(clock, timeMs))
    return slots.filter(isOn(dayMs)).map((slot) => spanOf(dayMs, slot, moment))
  })
}

function isOn(dayMs: number): (slot: ScheduleSlot) => boolean {
  const weekday = new Date(dayMs).getUTCDay() || 7
  return (slot) => slot.weekday === weekday
}

function spanOf(
  dayMs: number,
  { startMinute, endMinute }: ScheduleSlot,
  moment: (localTimeMs: number) => number,
): Span {
  const endDayMs = endMinute > startMinute ? dayMs : dayMs + DAY_MS
  return {
    fromMs: moment(dayMs + startMinute * MINUTE_MS),
    untilMs: moment(endDayMs + endMinute * MINUTE_MS),
  }
}

/** The moment at which the clock shows a time, which is given as if it were UTC. */
function momentOf(clock: Intl.DateTimeFormat, localTimeMs: number): number {
  const offset = (atMs: number) => localMs(clock, atMs) - atMs
  const byOffsetBefore = localTimeMs - offset(localTimeMs - DAY_MS)
  if (localMs(clock, byOffsetBefore) === localTimeMs) return byOffsetBefore
  const byOffsetAfter = localTimeMs - offset(localTimeMs + DAY_MS)
  return localMs(clock, byOffsetAfter) === localTimeMs ? byOffsetAfter : byOffsetBefore
}

function clockOf(timeZone: string): Intl.DateTimeFormat {
  const numeric = { year: 'numeric', month: 'numeric', day: 'numeric' } as const
  const time = { hour: 'numeric', minute: 'numeric', second: 'numeric', hourCycle: 'h23' } as const
  return new Intl.DateTimeFormat('en-US', { timeZone, calendar: 'gregory', ...numeric, ...time })
}

/** What the clock shows, as if that were UTC; whole seconds. */
function localMs(clock: Intl.DateTimeFormat, atMs: number): number {
  const parts = clock.formatToParts(atMs)
  const value = (type: Intl.DateTimeFormatPartTypes) =>
    Number(parts.find((part) => part.type === type)?.value ?? Number.NaN)
  const [year, month, day] = [value('year'), value('month'), value('day')]
  return Date.UTC(year, month - 1, day, value('hour'), value('minute'), value('second'))
}
