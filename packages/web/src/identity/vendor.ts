/**
 * Vendor of a MAC address from the offline IEEE registry (npm oui-data), with
 * blocks of 24, 28 and 36 bits: the longest match wins. The 5.6 MB of JSON are
 * read when the first vendor is asked for, cut down to the names (each kept
 * once), and dropped again.
 */

import { cleanName } from './clean-name.js'

const PREFIX_DIGITS = [9, 7, 6]

export class VendorTable {
  private names: Map<string, string> | null = null

  constructor(private readonly load: () => Record<string, string>) {}

  vendorOf(mac: string): string | null {
    const digits = mac.replaceAll(':', '').toUpperCase()
    const names = this.table()
    for (const length of PREFIX_DIGITS) {
      const name = names.get(digits.slice(0, length))
      if (name !== undefined) return name
    }
    return null
  }

  /** First three octets of MACs whose vendor's name contains `text`; at most `limit`. */
  prefixesOf(text: string, limit: number): string[] {
    const wanted = text.toLowerCase()
    const found = new Set<string>()
    for (const [prefix, name] of this.table()) {
      if (found.size >= limit) break
      if (prefix.length === 6 && name.toLowerCase().includes(wanted)) found.add(colons(prefix))
    }
    return [...found]
  }

  private table(): Map<string, string> {
    this.names ??= compact(this.load())
    return this.names
  }
}

/** First line of an entry is the name, the rest a postal address. */
function compact(entries: Record<string, string>): Map<string, string> {
  const names = new Map<string, string>()
  const table = new Map<string, string>()
  for (const [prefix, entry] of Object.entries(entries)) {
    const [line = ''] = entry.split('\n', 1)
    const name = cleanName(line)
    if (name === null) continue
    const kept = names.get(name) ?? name
    names.set(kept, kept)
    table.set(prefix, kept)
  }
  return table
}

function colons(prefix: string): string {
  return prefix.toLowerCase().replace(/(..)(?=.)/g, '$1:')
}
