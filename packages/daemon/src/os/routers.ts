/**
 * Who routes for this machine: the next hops of all routes in all tables of
 * both families (ip-route(8)), so those of policy routing, of multipath routes
 * and of static routes, too. /proc/net/route shows the main table only, and one
 * hop of each route.
 */

import { isUnspecifiedIp, parseIp } from '@netwatcher/shared'
import type { CommandRunner } from './command.js'
import { readIpJson } from './ip-json.js'

export interface Router {
  ip: string
  interface: string
}

/** Each once. Throws when the routes cannot be read. */
export async function readRouters(run: CommandRunner): Promise<Router[]> {
  const routers = (await readIpJson(run, ['route', 'show', 'table', 'all'])).flatMap(nextHops)
  return [...new Map(routers.map((router) => [`${router.ip} ${router.interface}`, router])).values()]
}

/**
 * A route names its hop by `gateway`, or by `via` when that is of the other
 * family (RFC 5549); a multipath one has such an object for each in `nexthops`.
 */
function nextHops(route: Record<string, unknown>): Router[] {
  const hops: unknown[] = Array.isArray(route.nexthops) ? route.nexthops : []
  return [route, ...hops.filter(isRecord)].flatMap((hop) => {
    const text = isRecord(hop.via) ? hop.via.host : hop.gateway
    const ip = typeof text === 'string' ? parseIp(text) : null
    const name = hop.dev ?? route.dev
    return ip && !isUnspecifiedIp(ip) ? [{ ip, interface: typeof name === 'string' ? name : '' }] : []
  })
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
