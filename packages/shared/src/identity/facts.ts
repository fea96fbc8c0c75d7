/** What is known of a device in the words of the rules: its clues, its names, its maker, where it goes. */

import type { ClueSource } from '../clues.js'
import { isLocallyAdministered } from '../mac.js'
import type { FactSource } from './rules.js'

/** Something that a rule may rest on. */
export interface Clue {
  source: FactSource
  value: string
}

export interface Known {
  mac: string
  /** Of the network card; null when the registry has none. */
  vendor: string | null
  names: readonly string[]
  clues: readonly { source: ClueSource; value: string }[]
  isGateway: boolean
}

const DESTINATIONS: ReadonlySet<ClueSource> = new Set(['dns_asked', 'tls_name', 'quic_name'])

/** What the rules call the source of a clue. */
export function factSourceOf(source: ClueSource): FactSource {
  return DESTINATIONS.has(source) ? 'destination' : source
}

export function factsOf({ mac, vendor, names, clues, isGateway }: Known): Clue[] {
  const facts: Clue[] = clues.map(({ source, value }) => ({
    source: factSourceOf(source),
    value,
  }))
  for (const name of new Set(names)) facts.push({ source: 'name', value: name })
  // An address that a device has made up may begin like anybody's.
  if (vendor !== null && !isLocallyAdministered(mac)) facts.push({ source: 'vendor', value: vendor })
  if (isGateway) facts.push({ source: 'role', value: 'gateway' })
  return facts
}
