/** Active scans: for hosts (progress comes as live events) and of one host's ports. */

import { MINUTE_MS, render } from '@netwatcher/shared'
import { portScanBody, portScanSchema } from '../contract/portscan.js'
import { scanBody, scanStartedSchema } from '../contract/scan.js'
import type { DaemonApi } from '../daemon/types.js'
import type { DiscoveryService } from '../discovery/discovery.js'
import { readPorts } from '../portscan/scan-ports.js'
import { type Route, route } from './route.js'

/** The daemon ends the longest profile somewhat earlier. */
const PORT_SCAN_WITHIN_MS = 10 * MINUTE_MS

export function scanRoutes(deps: { daemon: DaemonApi; discovery: DiscoveryService }): Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/scan',
      tag: 'scan',
      summary: 'Starts a scan for hosts; its progress and result come as live events',
      body: scanBody,
      response: { status: 202, description: 'It has begun', schema: scanStartedSchema },
      handle: async ({ c, body }) => {
        deps.discovery.start({
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
      body: portScanBody,
      response: { status: 200, description: 'The ports that were found', schema: portScanSchema },
      handle: async ({ c, body, language }) => {
        const signal = AbortSignal.any([c.req.raw.signal, AbortSignal.timeout(PORT_SCAN_WITHIN_MS)])
        const { ports, summary } = await readPorts(deps.daemon.scanPorts(body.ip, body.profile, signal))
        return c.json({ ports, summary: render(summary, language) })
      },
    }),
  ]
}
