/** Names that were seen on the network, by address. */

import type { DataSource } from 'typeorm'

export interface AddressName {
  ip: string
  source: string
  name: string
  seenMs: number
}

export class NameRepository {
  constructor(private readonly read: DataSource) {}

  /** In one site: elsewhere the same address is somebody else's. */
  namesOf(siteId: number, ips: readonly string[]): Promise<AddressName[]> {
    return this.read.query(
      `SELECT a.ip, n.source, n.name, n.seen_ms AS seenMs
       FROM address a JOIN address_name n ON n.address_id = a.id
       WHERE a.network_id = (SELECT network_id FROM site WHERE id = ?)
         AND a.ip IN (SELECT value FROM json_each(?))`,
      [siteId, JSON.stringify(ips)],
    )
  }
}
