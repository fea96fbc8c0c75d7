/**
 * Vendor of a MAC address from the offline IEEE registry (npm oui-data), with
 * blocks of 24, 28 and 36 bits: the longest match wins. The registry is 5.6 MB
 * of JSON, mostly postal addresses; it is parsed when the first vendor is asked
 * for and cut down to sorted numbers and names (each kept once), about 2 MB.
 */

import { cleanName } from '../clean-name.js'

const PREFIX_DIGITS = [9, 7, 6]
/** Beyond the largest prefix of nine hexadecimal digits, so that the length can be part of the key. */
const LENGTH_UNIT = 16 ** 9

interface Table {
  /** Sorted; see `keyOf`. */
  keys: Float64Array
  /** Index into `names`, for each key. */
  owners: Uint32Array
  names: string[]
}

export class VendorTable {
  private table: Table | null = null

  constructor(private readonly load: () => Record<string, string>) {}

  vendorOf(mac: string): string | null {
    const digits = mac.replaceAll(':', '')
    const { keys, owners, names } = this.loaded()
    for (const length of PREFIX_DIGITS) {
      const found = indexOf(keys, keyOf(digits.slice(0, length)))
      if (found !== null) return names[owners[found] ?? 0] || null
    }
    return null
  }

  /** First three octets of MACs whose vendor's name contains `text`; at most `limit`. */
  prefixesOf(text: string, limit: number): string[] {
    const wanted = text.toLowerCase()
    const { keys, owners, names } = this.loaded()
    const matches = new Set(names.flatMap((name, i) => (name.toLowerCase().includes(wanted) ? [i] : [])))
    const found: string[] = []
    for (let i = 0; i < keys.length && found.length < limit; i++) {
      const key = keys[i] ?? 0
      if (key < 7 * LENGTH_UNIT && matches.has(owners[i] ?? 0)) found.push(colons(key % LENGTH_UNIT))
    }
    return found
  }

  private loaded(): Table {
    this.table ??= compact(this.load())
    return this.table
  }
}

function keyOf(prefix: string): number {
  return prefix.length * LENGTH_UNIT + Number.parseInt(prefix, 16)
}

/** First line of an entry is the name, the rest a postal address. */
function compact(entries: Record<string, string>): Table {
  const names: string[] = []
  const owners = new Map<string, number>()
  const rows: [number, number][] = []
  for (const [prefix, entry] of Object.entries(entries)) {
    const line = entry.slice(0, (entry.indexOf('\n') + 1 || entry.length + 1) - 1)
    let owner = owners.get(line)
    if (owner === undefined) {
      // A copy: a slice would keep the whole entry alive.
      owner = names.push(Buffer.from(cleanName(line) ?? '').toString()) - 1
      owners.set(line, owner)
    }
    rows.push([keyOf(prefix), owner])
  }
  rows.sort(([a], [b]) => a - b)
  return {
    keys: Float64Array.from(rows, ([key]) => key),
    owners: Uint32Array.from(rows, ([, owner]) => owner),
    names,
  }
}

function indexOf(sorted: Float64Array, wanted: number): number | null {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle] ?? 0) < wanted) low = middle + 1
    else high = middle
  }
  return sorted[low] === wanted ? low : null
}

function colons(prefix: number): string {
  return prefix
    .toString(16)
    .padStart(6, '0')
    .replace(/(..)(?=.)/g, '$1:')
}
