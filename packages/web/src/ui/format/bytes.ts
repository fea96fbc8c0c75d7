/** Sizes and rates for people: decimal units (IEC 80000-13), three significant digits. */

import { numberFormat } from './formats.js'

const SIZE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']
const RATE_UNITS = ['bit/s', 'kbit/s', 'Mbit/s', 'Gbit/s', 'Tbit/s']

function scale(value: number, units: string[], locale: string): string {
  let scaled = Math.max(0, value)
  let unit = 0
  // 999.5 would be printed as 1,000 of the smaller unit.
  while (scaled >= 999.5 && unit < units.length - 1) {
    scaled /= 1000
    unit++
  }
  const digits = unit === 0 || scaled >= 99.95 ? 0 : scaled >= 9.995 ? 1 : 2
  const text = numberFormat(locale, { maximumFractionDigits: digits }).format(scaled)
  return `${text} ${units[unit] ?? ''}`
}

export function formatBytes(bytes: number, locale: string): string {
  return scale(bytes, SIZE_UNITS, locale)
}

/** Networks are sold and measured in bits per second. */
export function formatRate(bytesPerSecond: number, locale: string): string {
  return scale(bytesPerSecond * 8, RATE_UNITS, locale)
}

export function formatCount(value: number, locale: string): string {
  return numberFormat(locale, {}).format(value)
}

/** `part` of `whole`; anything above zero shows as at least the smallest step. */
export function formatPercent(part: number, whole: number, locale: string): string {
  const ratio = whole > 0 ? part / whole : 0
  const options = { style: 'percent', maximumFractionDigits: ratio < 0.1 ? 2 : 0 } as const
  if (ratio > 0 && ratio < 0.0001) return `< ${numberFormat(locale, options).format(0.0001)}`
  return numberFormat(locale, options).format(ratio)
}
