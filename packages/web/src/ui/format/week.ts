/** Days of the week and times of the day, as schedules have them. */

/** ISO 8601: 1 is Monday. */
export const WEEKDAYS: readonly number[] = [1, 2, 3, 4, 5, 6, 7]

/** 1 January 2024 was a Monday. */
export function weekdayName(weekday: number, locale: string): string {
  const day = new Date(Date.UTC(2024, 0, weekday))
  return new Intl.DateTimeFormat(locale, { weekday: 'short', timeZone: 'UTC' }).format(day)
}

/** Of `21:30`, minutes since midnight; 0 for what is no time. */
export function minuteOf(time: string): number {
  const [hours = Number.NaN, minutes = Number.NaN] = time.split(':').map(Number)
  const minute = hours * 60 + minutes
  return Number.isInteger(minute) && minute >= 0 && minute < 1440 ? minute : 0
}
