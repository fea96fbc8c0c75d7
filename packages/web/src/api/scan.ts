/** Active scans: for hosts (progress comes as live events) and of one host's ports. */

import { type PortScanResponse, portScanBody, portScanSchema } from '../contract/portscan.js'
import { scanBody, scanStartedSchema } from '../contract/scan.js'
import type { DaemonApi } from '../daemon/types.js'
import type { DiscoveryService } from '../discovery/discovery.js'
import { type Route, route } from './route.js'

const PORT_SCAN_WITHIN_MS = 120_000

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
      handle: async ({ c, body }) => {
        const signal = AbortSignal.any([c.req.raw.signal, AbortSignal.timeout(PORT_SCAN_WITHIN_MS)])
        const result: PortScanResponse = { ports: [], summary: '' }
        for await (const update of deps.daemon.scanPorts(body.ip, body.profile, signal)) {
          if (update.kind === 'port') result.ports.push(update.port)
          else if (update.kind === 'summary') result.summary = update.summary
        }
        return c.json(result)
      },
    }),
  ]
}
