/** Runtime discovery for the API: who is found through all daemons together, and each daemon's own. */

import { NetWatcherError, type Text, worded } from '@netwatcher/shared'
import type { Daemon, Daemons } from '../daemon/daemons.js'
import type { LiveNews } from '../views/live-event.js'
import { DaemonDiscovery, type Found } from './daemon-discovery.js'

export interface Discovery {
  found: Found[]
  method: Found['method']
  details: readonly Text[]
}

export class DiscoveryService {
  private readonly own: ReadonlyMap<Daemon, DaemonDiscovery>

  constructor(
    private readonly daemons: Daemons,
    publish: (news: LiveNews) => void,
    nowMs: () => number,
  ) {
    this.own = new Map(daemons.all.map((daemon) => [daemon, new DaemonDiscovery(daemon, publish, nowMs)]))
  }

  of(daemon: Daemon): DaemonDiscovery {
    const own = this.own.get(daemon)
    if (!own) throw new Error(`no discovery of ${daemon.name}`)
    return own
  }

  /** One daemon that cannot say leaves what the others do; rejects when none can. */
  async discover(): Promise<Discovery> {
    const asked = [...this.own]
    const ends = await Promise.allSettled(
      asked.map(async ([{ name }]) => await this.of(this.daemons.pick(name)).discover()),
    )
    const found = ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []))
    const failed = ends.flatMap((end, i) =>
      end.status === 'rejected' ? [{ name: asked[i]?.[0].name, reason: end.reason as unknown }] : [],
    )
    if (found.length === 0) throw failed[0]?.reason
    const method = found.every((one) => one.method === 'arp') ? 'arp' : 'neighbor_table'
    const missing = failed.map(({ name, reason }) => {
      if (reason instanceof NetWatcherError) return worded(`${name}: ${reason.message}`)
      throw reason
    })
    return { found, method, details: [...found.flatMap(({ details }) => details), ...missing] }
  }

  stop(): void {
    for (const discovery of this.own.values()) discovery.stop()
  }
}
