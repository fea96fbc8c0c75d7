/** What lets something through a standing policy, and who waits to be let through. */

import { NetWatcherError } from '@netwatcher/shared'
import { daemonQuery } from '../contract/fields.js'
import { type WaitingResponse, waitingSchema } from '../contract/firewall.js'
import { admitBody, liftBody } from '../contract/standing.js'
import type { Block } from '../daemon/types.js'
import { blockView } from '../views/firewall-view.js'
import { block, type FirewallDeps } from './firewall-plan.js'
import { type Route, route } from './route.js'

export function standingRoutes({ daemons, store, views, nowMs }: FirewallDeps): Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/firewall/lift',
      tag: 'firewall',
      summary: 'Keeps a schedule from blocking until a moment',
      query: daemonQuery,
      body: liftBody,
      response: block,
      handle: async ({ c, query, body: { blockId, untilMs: liftedUntilMs }, language }) => {
        const { api } = daemons.pick(query.daemon)
        return c.json(blockView(await api.relaxPolicy(blockId, { liftedUntilMs }), language))
      },
    }),
    route({
      method: 'POST',
      path: '/api/firewall/admit',
      tag: 'firewall',
      summary: 'Lets a device through a quarantine, with all its MACs',
      query: daemonQuery,
      body: admitBody,
      response: block,
      handle: async ({ c, query, body: { blockId, device }, language }) => {
        const { api, siteId } = daemons.pick(query.daemon)
        const macs = (await store.devices.pathsTo(siteId, device))?.macs ?? [device]
        let admitted: Block | null = null
        for (const admittedMac of macs) admitted = await api.relaxPolicy(blockId, { admittedMac })
        if (!admitted) throw new NetWatcherError('not_found', 'NO_DEVICE', `No device has the MAC ${device}.`)
        return c.json(blockView(admitted, language))
      },
    }),
    route({
      method: 'GET',
      path: '/api/firewall/waiting',
      tag: 'firewall',
      summary: 'Lists devices that a quarantine keeps out',
      query: daemonQuery,
      response: { status: 200, description: 'None where there is no quarantine', schema: waitingSchema },
      handle: async ({ c, query }) => {
        const { api, siteId } = daemons.pick(query.daemon)
        const { blocks } = await api.getFirewall()
        const policy = blocks.map((one) => one.policy).find((one) => one?.kind === 'quarantine')
        const none: WaitingResponse = { devices: [], total: 0 }
        if (!policy) return c.json(none)
        const { macs, total } = await store.quarantine.waiting(siteId, policy, nowMs())
        const devices = (await store.devices.getMany(macs)).map((device) => views.device(device))
        const response: WaitingResponse = { devices, total }
        return c.json(response)
      },
    }),
  ]
}
