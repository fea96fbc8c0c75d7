/** Active scans: for hosts (progress comes as live events) and of one host's ports. */

import { MINUTE_MS, render } from '@netwatcher/shared'
import { daemonQuery } from '../contract/fields.js'
import { portScanBody, portScanSchema } from '../contract/portscan.js'
import { scanBody, scanStartedSchema } from '../contract/scan.js'
import type { Daemons } from '../daemon/daemons.js'
import type { DiscoveryService } from '../discovery/discovery.js'
import { readPorts } from '../portscan/scan-ports.js'
import { type Route, route } from './route.js'

/** The daemon ends the longest profile somewhat earlier. */
const PORT_SCAN_WITHIN_MS = 10 * MINUTE_MS

export function scanRoutes(deps: { daemons: Daemons; discovery: DiscoveryService }): Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/scan',
      tag: 'scan',
      summary: 'Starts a scan for hosts; its progress and result come as live events',
      query: daemonQuery,
      body: scanBody,
      response: { status: 202, description: 'It has begun', schema: scanStartedSchema },
      handle: async ({ c, query, body }) => {
        deps.discovery.of(deps.daemons.pick(query.daemon)).start({
          ...(body.interface !== undefined && { interface: body.interface }),
          isFast: body.pace === 'fast',
          withPing: body.ping,
        })
        return c.json({ started: true }, 202)
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
        const { api } = deps.daemons.pick(query.daemon)
        const signal = AbortSignal.any([c.req.raw.signal, AbortSignal.timeout(PORT_SCAN_WITHIN_MS)])
        const { ports, summary } = await readPorts(api.scanPorts(body.ip, body.profile, signal))
        return c.json({ ports, summary: render(summary, language) })
      },
    }),
  ]
}
