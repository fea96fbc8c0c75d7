/** By which registered domains destinations are known, so that lists can put together what belongs together. */

import { getDomain } from 'tldts'
import type { EntityManager } from 'typeorm'

/** Who speaks of hosts of the internet. */
const SOURCES = new Set(['dns', 'tls', 'quic'])

export interface NamedAddress {
  addressId: number
  source: string
  name: string
}

/** The part of a name that somebody has registered (publicsuffix.org); null for names of the LAN. */
export function registeredDomain(name: string): string | null {
  return getDomain(name, { validateHostname: false })
}

/** In the ingest's transaction: the latest name of an address says what domain it is of. */
export async function noteDomains(manager: EntityManager, named: readonly NamedAddress[]): Promise<void> {
  const rows = named.flatMap(({ addressId, source, name }) => {
    const domain = SOURCES.has(source) ? registeredDomain(name) : null
    return domain === null ? [] : [[addressId, domain]]
  })
  if (rows.length === 0) return
  const json = JSON.stringify(rows)
  await manager.query('INSERT OR IGNORE INTO domain (name) SELECT DISTINCT value ->> 1 FROM json_each(?)', [
    json,
  ])
  await manager.query(
    `INSERT INTO address_domain (address_id, domain_id)
     SELECT value ->> 0, domain.id FROM json_each(?) CROSS JOIN domain ON domain.name = value ->> 1 WHERE true
     ON CONFLICT (address_id) DO UPDATE SET domain_id = excluded.domain_id WHERE domain_id <> excluded.domain_id`,
    [json],
  )
}
