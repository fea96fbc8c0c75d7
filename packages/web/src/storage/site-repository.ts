/** Sites: a place with daemons of its own. Whatever is known by a MAC or an address is known within one. */

import type { TransactionQueue } from './transaction-queue.js'

/** The only one unless more are configured; what a person posts by hand belongs to it. */
export const DEFAULT_SITE_ID = 1

/** Whose events they are: told by the connection they came in by, never by the events. */
export interface Source {
  siteId: number
  daemonId: string
  /** Its name in the settings. */
  name: string
}

export class SiteRepository {
  constructor(private readonly writes: TransactionQueue) {}

  /** The id of a site by its name; a new one has no devices and destinations yet. */
  ensure(name: string): Promise<number> {
    return this.writes.run(async (manager) => {
      const find = async (): Promise<number | undefined> => {
        const rows: { id: number }[] = await manager.query('SELECT id FROM site WHERE name = ?', [name])
        return rows[0]?.id
      }
      const known = await find()
      if (known !== undefined) return known
      await manager.query('INSERT INTO network (site_id) SELECT max(id) + 1 FROM site')
      await manager.query('INSERT INTO site (name, network_id) VALUES (?, (SELECT max(id) FROM network))', [
        name,
      ])
      return (await find()) ?? 0
    })
  }
}
