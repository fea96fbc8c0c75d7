/**
 * Who routes for this machine: the next hops of all routes in all tables of
 * both families (ip-route(8)), so those of policy routing, of multipath routes
 * and of static routes, too, and all objects that routes may name instead
 * (ip-nexthop(8)): with net.ipv4.nexthop_compat_mode off a route tells no more
 * than the number of its object. /proc/net/route shows the main table only, and
 * one hop of each route.
 */

import { isUnspecifiedIp, parseIp } from '@netwatcher/shared'
import type { CommandRunner } from './command.js'
import { readIpJson } from './ip-json.js'

export interface Router {
  ip: string
  interface: string
}

/** Each once. Throws when the routes or their objects cannot be read. */
export async function readRouters(run: CommandRunner): Promise<Router[]> {
  const rows = await Promise.all([
    readIpJson(run, ['route', 'show', 'table', 'all']),
    readIpJson(run, ['nexthop', 'show']),
  ])
  const routers = rows.flat().flatMap(nextHops)
  return [...new Map(routers.map((router) => [`${router.ip} ${router.interface}`, router])).values()]
}

/**
 * A route names its hop by `gateway`, or by `via` when that is of the other
 * family (RFC 5549); a multipath one has such a hop for each in `nexthops`. An
 * object is such a hop, too; a group names only others, which are there themselves.
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
