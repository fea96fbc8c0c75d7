/**
 * What may leave the house: a value with every address and name in it replaced,
 * the same by the same, so that what belongs together still can be seen.
 */

import { parseIpBytes, parseMac } from '@netwatcher/shared'

/** Words that may be an address: of IPv4, IPv6 or a MAC. */
const CANDIDATE =
  /(?<![\w.:])(?:[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?:\.\d{1,3}){0,3}|\d{1,3}(?:\.\d{1,3}){3})(?![\w])/g
/** Interfaces that are named after their MAC (systemd.net-naming-scheme(7)). */
const MAC_NAMED = /\b(enx|wlx|wwx)([0-9a-f]{12})\b/g
/** Fields whose text is the network's or the person's; a path may go through somebody's home. */
const NAMES = new Set([
  ...['name', 'hostname', 'notes', 'label', 'ssid', 'dstName', 'site', 'vendor', 'domain', 'configPath'],
])
/** `name` in these is ours. */
const OWN = new Set(['capabilities', 'tables'])

export class Replacer {
  private readonly known = new Map<string, string>()

  /** A copy of plain JSON. */
  replace(value: unknown, key = '', parent = ''): unknown {
    if (typeof value === 'string') return this.text(value, NAMES.has(key) && !OWN.has(parent))
    if (Array.isArray(value)) return value.map((one) => this.replace(one, '', key))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [
        this.text(name, false),
        this.replace(inner, name, parent || key),
      ]),
    )
  }

  private text(text: string, isName: boolean): string {
    if (isName) return text === '' ? '' : this.substitute('name', text)
    const unnamed = text.replace(MAC_NAMED, (_all, kind: string, digits: string) => {
      const mac = digits.replace(/..(?=.)/g, '$&:')
      return `${kind}-${this.substitute('mac', mac)}`
    })
    return unnamed.replace(CANDIDATE, (word) => {
      const mac = parseMac(word)
      if (mac !== null) return this.substitute('mac', mac)
      if (parseIpBytes(word) === null) return word
      return this.substitute(word.includes(':') ? 'ip6' : 'ip4', word.toLowerCase())
    })
  }

  private substitute(kind: string, original: string): string {
    const id = `${kind} ${original}`
    const found = this.known.get(id) ?? `${kind}-${this.known.size + 1}`
    this.known.set(id, found)
    return found
  }
}
