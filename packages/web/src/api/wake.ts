/** Wake-on-LAN: the sensors of a device's site send a magic packet for each of its MACs. */

import { NetWatcherError } from '@netwatcher/shared'
import { deviceParams, wakeSchema } from '../contract/devices.js'
import type { Daemon, Daemons } from '../daemon/daemons.js'
import type { StoredDevice } from '../storage/device-rows.js'
import { noSuchDevice } from '../storage/inventory-repository.js'
import type { Store } from '../storage/store.js'
import { type Route, route } from './route.js'

export interface WakeDeps {
  store: Store
  daemons: Daemons
}

/** A phone's MACs of former weeks wake nobody. */
const MAX_MACS = 4

export function wakeRoutes({ store, daemons }: WakeDeps): Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/devices/:id/wake',
      tag: 'devices',
      summary: 'Sends a magic packet (Wake-on-LAN) to a device that the sensors know',
      params: deviceParams,
      response: { status: 200, description: 'How many frames were sent', schema: wakeSchema },
      handle: async ({ c, params }) => {
        const device = await store.devices.get(params.id)
        if (!device) throw noSuchDevice()
        return c.json({ frames: await wake(device, daemons.ofSite(device.site)) })
      },
    }),
  ]
}

/** Each MAC is known to some daemon of the site, or to none. */
async function wake({ macs, site }: StoredDevice, daemons: readonly Daemon[]): Promise<number> {
  const latest = macs.toSorted((a, b) => b.lastSeenMs - a.lastSeenMs).slice(0, MAX_MACS)
  const asked = daemons.flatMap(({ api }) => latest.map(({ mac }) => api.wake('', mac)))
  const outcomes = await Promise.allSettled(asked)
  const frames = outcomes.reduce((sum, one) => sum + (one.status === 'fulfilled' ? one.value : 0), 0)
  if (frames > 0) return frames
  const refused = outcomes.find((one) => one.status === 'rejected')
  if (refused) throw refused.reason
  throw new NetWatcherError('unavailable', 'DAEMON_UNAVAILABLE', `No daemon of ${site} is connected.`)
}
