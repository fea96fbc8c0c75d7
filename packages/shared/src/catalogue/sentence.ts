/**
 * A sentence with places for its figures: `{ip}` is put in as it is, `{interval_ms}` as a
 * duration, `{size_bytes}` as a size, by the unit that ends the name. An empty value is "none",
 * or what is written behind the name: `{suspect|Somebody}`. What stands in square brackets is
 * said only where each of its places has a value: `[; deceived: {affected}]`.
 */
export type Catalogue = Readonly<Record<string, string>>

export interface Units {
  /** What stands where a list is empty. */
  none: string
  millisecond: string
  second: string
  minute: string
  hour: string
  day: string
  decimalPoint: string
}

const PLACE = /\{([a-z0-9_]+)(?:\|([^}]+))?\}/g
const CLAUSE = /\[([^\]]+)\]/g

export function fillIn(sentence: string, params: Readonly<Record<string, string>>, units: Units): string {
  const said = sentence.replace(CLAUSE, (_clause, words: string) =>
    placesOf(words).every((name) => params[name]) ? words : '',
  )
  return said.replace(PLACE, (_place, name: string, otherwise: string = units.none) => {
    const value = params[name] ?? ''
    if (value === '') return otherwise
    if (name.endsWith('_ms')) return formatDuration(Number(value), units)
    if (name.endsWith('_bytes')) return formatSize(Number(value), units)
    return value
  })
}

/** Names of the places of a sentence, sorted. */
export function placesOf(sentence: string): string[] {
  return [...new Set([...sentence.matchAll(PLACE)].map((match) => match[1] ?? ''))].sort()
}

const STEPS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
] as const

function formatDuration(durationMs: number, units: Units): string {
  const step = STEPS.find(([, length]) => Math.abs(durationMs) >= length)
  if (!step) return `${Math.round(durationMs)} ${units.millisecond}`
  return `${formatNumber(durationMs / step[1], units)} ${units[step[0]]}`
}

const SIZES = ['B', 'KiB', 'MiB', 'GiB', 'TiB']

function formatSize(bytes: number, units: Units): string {
  const power = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), SIZES.length - 1)
  return `${formatNumber(bytes / 1024 ** power, units)} ${SIZES[power]}`
}

/** At most one decimal. */
function formatNumber(value: number, units: Units): string {
  return String(Math.round(value * 10) / 10).replace('.', units.decimalPoint)
}
