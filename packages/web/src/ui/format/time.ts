/** Times and durations for people, in the language of the page and the time zone of the browser. */

import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '@netwatcher/shared'
import { dateFormat, numberFormat, relativeFormat } from './formats.js'

type RelativeUnit = 'second' | 'minute' | 'hour' | 'day'

const STEPS: [RelativeUnit, number][] = [
  ['day', DAY_MS],
  ['hour', HOUR_MS],
  ['minute', MINUTE_MS],
  ['second', SECOND_MS],
]

/** "5 minutes ago"; within ten seconds "now", so that fresh rows do not flicker. */
export function formatRelative(atMs: number, nowMs: number, locale: string): string {
  const format = relativeFormat(locale, { numeric: 'auto', style: 'long' })
  const deltaMs = atMs - nowMs
  if (Math.abs(deltaMs) < 10 * SECOND_MS) return format.format(0, 'second')
  for (const [unit, unitMs] of STEPS) {
    if (Math.abs(deltaMs) >= unitMs) return format.format(Math.trunc(deltaMs / unitMs), unit)
  }
  return format.format(0, 'second')
}

const UNIT_NAMES: Record<RelativeUnit, Intl.NumberFormatOptions> = {
  second: { style: 'unit', unit: 'second', unitDisplay: 'long' },
  minute: { style: 'unit', unit: 'minute', unitDisplay: 'long' },
  hour: { style: 'unit', unit: 'hour', unitDisplay: 'long' },
  day: { style: 'unit', unit: 'day', unitDisplay: 'long' },
}

/** The two largest units: "2 days 3 hours", "45 seconds". */
export function formatDuration(durationMs: number, locale: string): string {
  let restMs = Math.max(0, durationMs)
  const parts: string[] = []
  for (const [unit, unitMs] of STEPS) {
    const amount = Math.floor(restMs / unitMs)
    restMs -= amount * unitMs
    const isLast = unit === 'second' && parts.length === 0
    if (amount > 0 || isLast) parts.push(numberFormat(locale, UNIT_NAMES[unit]).format(amount))
    else if (parts.length > 0) break
    if (parts.length === 2) break
  }
  return parts.join(' ')
}

/** Seconds of a countdown as m:ss, rounded up so that it ends at 0:00. */
export function formatCountdown(remainingMs: number): string {
  const seconds = Math.max(0, Math.ceil(remainingMs / SECOND_MS))
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

/**
 * Server's clock minus ours, from an answer that says the server's time. It was
 * said some time between asking and receiving, so only what lies beyond that
 * span is a difference of the clocks.
 */
export function clockOffset(serverMs: number, askedMs: number, receivedMs: number): number {
  return Math.min(Math.max(0, serverMs - receivedMs), serverMs - askedMs)
}

export function formatDateTime(atMs: number, locale: string): string {
  return dateFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' }).format(atMs)
}

/** Days as `2026-11-01`, first and last: "1–30 Nov 2026". */
export function formatDays(first: string, last: string, locale: string): string {
  const format = dateFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' })
  return format.formatRange(Date.parse(first), Date.parse(last))
}

/** Label of a time axis whose labels are `stepMs` apart. */
export function formatTick(atMs: number, stepMs: number, locale: string): string {
  const format: Intl.DateTimeFormatOptions =
    stepMs < MINUTE_MS
      ? { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }
      : stepMs < DAY_MS
        ? { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }
        : { day: 'numeric', month: 'short' }
  const isMidnight = new Date(atMs).getHours() === 0 && new Date(atMs).getMinutes() === 0
  const options = stepMs >= MINUTE_MS && isMidnight ? ({ day: 'numeric', month: 'short' } as const) : format
  return dateFormat(locale, options).format(atMs)
}
