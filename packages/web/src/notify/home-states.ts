/** What home automation is shown, read from the store. */

import { render } from '@netwatcher/shared'
import type { Daemons } from '../daemon/daemons.js'
import { incidentText } from '../incidents/sentence.js'
import type { Store } from '../storage/store.js'
import type { NameBook } from '../views/name-book.js'
import type { Views } from '../views/views.js'
import type { HomeState } from './home-assistant.js'

/** Trackers: those that were seen last. */
const MOST_DEVICES = 500

export interface HomeStatesDeps {
  version: string
  store: Store
  daemons: Daemons
  views: Views
  names: NameBook
}

export class HomeStates {
  constructor(private readonly deps: HomeStatesDeps) {}

  async read(): Promise<HomeState> {
    const { version, store } = this.deps
    const order = { key: 'lastSeen', isDescending: true }
    const { incidents, total } = await store.incidents.list({ page: 1, pageSize: 1, order, state: 'open' })
    const [latest] = incidents
    const nameOf = await this.deps.names.of(latest?.parties ?? [])
    return {
      version,
      openIncidents: total,
      sentence: latest ? render(incidentText(latest, nameOf), 'en') : '',
      sensors: await this.sensors(),
      devices: await this.devices(order),
    }
  }

  private async sensors(): Promise<HomeState['sensors']> {
    const { store, daemons } = this.deps
    const sensors = await store.outbox.sensors()
    return sensors.flatMap(({ daemonId, interface: name, isRunning }) => {
      const daemon = daemons.all.find(({ link }) => link.daemonId === daemonId)
      if (!daemon) return []
      return [{ daemon: daemon.name, interface: name, isRunning: isRunning && daemon.link.state.connected }]
    })
  }

  private async devices(order: { key: string; isDescending: boolean }): Promise<HomeState['devices']> {
    const { store, views } = this.deps
    const query = { page: 1, pageSize: MOST_DEVICES, order, shown: 'current' as const }
    const { devices } = await store.devices.list(query)
    return devices.map((stored) => {
      const { id, mac, name, hostname, vendor, deviceType, addresses, presence } = views.device(stored)
      return {
        id,
        mac,
        name: name ?? hostname,
        ip: addresses[0]?.ip ?? '',
        vendor,
        type: deviceType,
        isThere: presence === 'online' || presence === 'idle',
      }
    })
  }
}
