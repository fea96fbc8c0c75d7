/** Days of the week and times of the day, as schedules have them. */

import { dateFormat } from './formats.js'

/** ISO 8601: 1 is Monday. */
export const WEEKDAYS: readonly number[] = [1, 2, 3, 4, 5, 6, 7]

/** 1 January 2024 was a Monday. */
export function weekdayName(weekday: number, locale: string): string {
  const day = new Date(Date.UTC(2024, 0, weekday))
  return dateFormat(locale, { weekday: 'short', timeZone: 'UTC' }).format(day)
}

/** Of `21:30`, minutes since midnight; 0 for what is no time. */
export function minuteOf(time: string): number {
  const [hours = Number.NaN, minutes = Number.NaN] = time.split(':').map(Number)
  const minute = hours * 60 + minutes
  return Number.isInteger(minute) && minute >= 0 && minute < 1440 ? minute : 0
}

interface Slot {
  weekday: number
  startMinute: number
  endMinute: number
}

/** "21:00–06:00" */
export function spanText({ startMinute, endMinute }: Slot): string {
  return `${timeText(startMinute)}–${timeText(endMinute)}`
}

function timeText(minute: number): string {
  const two = (value: number) => String(value).padStart(2, '0')
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`
}

/** What of a day is covered: a slot that ends at or before its start goes on into the next day. */
export function barsOf(slots: readonly Slot[], day: number): { fromMinute: number; toMinute: number }[] {
  const before = day === 1 ? 7 : day - 1
  return slots.flatMap(({ weekday, startMinute, endMinute }) => {
    const isOvernight = endMinute <= startMinute
    const own = weekday === day ? [{ fromMinute: startMinute, toMinute: isOvernight ? 1440 : endMinute }] : []
    const rest =
      weekday === before && isOvernight && endMinute > 0 ? [{ fromMinute: 0, toMinute: endMinute }] : []
    return [...rest, ...own]
  })
}
