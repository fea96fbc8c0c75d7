/** Looks now and then whose presence has changed by silence, and stores the transitions only. */

import type { Presence } from '../contract/devices.js'
import type { SensorId } from '../daemon/types.js'
import type { Store } from '../storage/store.js'
import { nextPresence } from './presence.js'

export class PresenceTracker {
  constructor(
    private readonly store: Store,
    private readonly daemons: { watchingSinceMs(sensor: SensorId): number | null },
    private readonly nowMs: () => number,
    private readonly onChanged: (macs: string[]) => void,
  ) {}

  async update(): Promise<void> {
    const changes: { id: number; mac: string; presence: Presence }[] = []
    for (const device of await this.store.devices.listUnsettled()) {
      const sinceMs = this.daemons.watchingSinceMs({
        daemonId: device.daemonId ?? '',
        interface: device.interface ?? '',
      })
      const sighting = { ...device, isSelf: device.isSelf === 1 }
      const presence = nextPresence(sighting, sinceMs === null ? null : { sinceMs }, this.nowMs())
      if (presence !== device.presence) changes.push({ id: device.id, mac: device.mac, presence })
    }
    if (changes.length === 0) return
    await this.store.devices.setPresence(changes)
    this.onChanged(changes.map(({ mac }) => mac))
  }
}
