/**
 * Addresses and names that the owner wants to be told of when a device talks to them: a file of lines, each an
 * address, a CIDR or a domain (with all below it). What begins with # is a comment.
 */

import { type Cidr, cidrContainsBytes, NetWatcherError, parseCidr, parseIpBytes } from '@netwatcher/shared'

const DOMAIN = /^[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})+$/
const MOST_ENTRIES = 100_000

export class Listed {
  private constructor(
    private readonly names: ReadonlySet<string>,
    private readonly addresses: ReadonlySet<string>,
    private readonly prefixes: readonly Cidr[],
  ) {}

  /** Throws with the number of the line that is none of them. */
  static read(text: string): Listed {
    const names = new Set<string>()
    const addresses = new Set<string>()
    const prefixes: Cidr[] = []
    for (const [i, line] of text.split('\n').entries()) {
      const entry = line.replace(/#.*$/, '').trim().toLowerCase()
      if (entry === '') continue
      const cidr = parseCidr(entry)
      if (parseIpBytes(entry) !== null) addresses.add(entry)
      else if (cidr !== null) prefixes.push(cidr)
      else if (DOMAIN.test(entry)) names.add(entry)
      else throw bad(`Line ${i + 1} of the list is no address, CIDR or domain: ${line.trim().slice(0, 80)}`)
      if (names.size + addresses.size + prefixes.length > MOST_ENTRIES)
        throw bad(`The list has more than ${MOST_ENTRIES} entries.`)
    }
    return new Listed(names, addresses, prefixes)
  }

  /** The entry that matches, or what matched it; null when none does. */
  listedAs(ip: string, name: string | null): string | null {
    const labels = name?.toLowerCase().split('.') ?? []
    const found = labels.map((_, i) => labels.slice(i).join('.')).find((end) => this.names.has(end))
    if (found !== undefined) return found
    if (this.addresses.has(ip)) return ip
    const bytes = this.prefixes.length === 0 ? null : parseIpBytes(ip)
    return bytes !== null && this.prefixes.some((cidr) => cidrContainsBytes(cidr, bytes)) ? ip : null
  }
}

function bad(sentence: string): NetWatcherError {
  return new NetWatcherError('invalid_argument', 'LISTED_FILE', sentence)
}
