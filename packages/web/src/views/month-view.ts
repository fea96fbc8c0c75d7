/** Days put together to months that begin on the billing day. */

import { REACHES } from '@netwatcher/shared/destinations'
import type { MonthsResponse } from '../contract/volumes.js'
import { type DayVolume, monthStart } from '../storage/volume-repository.js'

/** Newest first, as the days are. */
export function monthsOf(days: readonly DayVolume[], billingDay: number): MonthsResponse['months'] {
  const months = new Map<number, DayVolume[]>()
  for (const volume of days) {
    const start = monthStart(volume.day, billingDay)
    months.set(start, [...(months.get(start) ?? []), volume])
  }
  return [...months].map(([start, volumes]) => ({
    from: dayText(start),
    to: lastDay(start, billingDay),
    reach: Object.fromEntries(REACHES.map((reach) => [reach, sumOf(volumes, reach)])) as never,
  }))
}

function sumOf(volumes: readonly DayVolume[], reach: string) {
  const of = volumes.filter((one) => one.reach === reach)
  return {
    txBytes: of.reduce((sum, { txBytes }) => sum + txBytes, 0),
    rxBytes: of.reduce((sum, { rxBytes }) => sum + rxBytes, 0),
  }
}

function dayText(day: number): string {
  const digits = String(day)
  return `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`
}

/** The day before the next month begins. */
function lastDay(start: number, billingDay: number): string {
  const [year, month] = [Math.floor(start / 10_000), Math.floor(start / 100) % 100]
  return new Date(Date.UTC(year, month, billingDay - 1)).toISOString().slice(0, 10)
}
