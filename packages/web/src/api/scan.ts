/** Active scans: for hosts (what it costs, then progress as live events) and of one host's ports. */

import { MINUTE_MS, NetWatcherError, render } from '@netwatcher/shared'
import { daemonQuery } from '../contract/fields.js'
import { portScanBody, portScanSchema } from '../contract/portscan.js'
import {
  type ScanCost,
  scanBody,
  scanCancelBody,
  scanCancelledSchema,
  scanCostQuery,
  scanCostSchema,
  scanStartedSchema,
} from '../contract/scan.js'
import type { Daemons } from '../daemon/daemons.js'
import type { DiscoveryService } from '../discovery/discovery.js'
import { readPorts } from '../portscan/scan-ports.js'
import type { Store } from '../storage/store.js'
import { type Route, route } from './route.js'

/** The daemon ends the longest profile somewhat earlier. */
const PORT_SCAN_WITHIN_MS = 10 * MINUTE_MS

export interface ScanDeps {
  daemons: Daemons
  discovery: DiscoveryService
  store: Store
  nowMs: () => number
}

export function scanRoutes(deps: ScanDeps): Route[] {
  return [
    costRoute(deps),
    startRoute(deps),
    route({
      method: 'POST',
      path: '/api/scan/cancel',
      tag: 'scan',
      summary: 'Ends a scan for hosts; whom it has found by then stays',
      query: daemonQuery,
      body: scanCancelBody,
      response: { status: 200, description: 'It ends now', schema: scanCancelledSchema },
      handle: async ({ c, query, body }) => {
        deps.discovery.of(deps.daemons.pick(query.daemon)).cancel(body.interface ?? '')
        return c.json({ cancelled: true })
      },
    }),
    route({
      method: 'POST',
      path: '/api/portscan',
      tag: 'scan',
      summary: 'Scans the common TCP ports of one host of the LAN; answers when it is done',
      query: daemonQuery,
      body: portScanBody,
      response: { status: 200, description: 'The ports that were found', schema: portScanSchema },
      handle: async ({ c, query, body, language }) => {
        const { api, siteId } = deps.daemons.pick(query.daemon)
        const signal = AbortSignal.any([c.req.raw.signal, AbortSignal.timeout(PORT_SCAN_WITHIN_MS)])
        const { ports, summary } = await readPorts(api.scanPorts(body.ip, body.profile, signal))
        const { ip, profile } = body
        await deps.store.portScans.record({ siteId, ip, profile, ports, atMs: deps.nowMs() })
        return c.json({ ports, summary: render(summary, language) })
      },
    }),
  ]
}

function costRoute({ daemons, discovery }: ScanDeps): Route {
  return route({
    method: 'GET',
    path: '/api/scan/cost',
    tag: 'scan',
    summary: 'Tells what a scan for hosts would ask, and for how long',
    query: scanCostQuery,
    response: { status: 200, description: 'Its networks, addresses and time', schema: scanCostSchema },
    handle: async ({ c, query: { daemon, ...wanted } }) =>
      c.json(await discovery.of(daemons.pick(daemon)).cost(wanted)),
  })
}

function startRoute({ daemons, discovery }: ScanDeps): Route {
  return route({
    method: 'POST',
    path: '/api/scan',
    tag: 'scan',
    summary: 'Starts a scan for hosts; its progress and result come as live events',
    query: daemonQuery,
    body: scanBody,
    response: { status: 202, description: 'It has begun', schema: scanStartedSchema },
    handle: async ({ c, query, body }) => {
      const own = discovery.of(daemons.pick(query.daemon))
      const cost = await own.cost(body)
      if (!body.allowLarge) refuseLarge(cost)
      const { allowLarge, ping: withPing } = body
      const isFast = body.pace === 'fast'
      const named = body.interface !== undefined && { interface: body.interface }
      await own.start({ ...named, isFast, withPing, allowLarge }, cost.seconds)
      return c.json({ started: true }, 202)
    },
  })
}

/**
 * Beside smaller networks a large one is left out, and the end of the scan says so; alone it would be nothing.
 * One that is too wide is refused by the daemon, which no permission changes.
 */
function refuseLarge({ networks, addresses, seconds }: ScanCost): void {
  const large = networks.filter(({ isLarge }) => isLarge)
  if (large.length === 0 || !networks.every(({ isLarge, isTooWide }) => isLarge || isTooWide)) return
  const names = large.map(({ cidr }) => cidr).join(', ')
  throw new NetWatcherError(
    'failed_precondition',
    'SCAN_LARGE',
    `${names}: ${addresses} addresses, which takes about ${seconds} seconds at this pace. Say "allowLarge": true to scan it.`,
  )
}
