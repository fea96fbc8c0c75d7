/** Which of the servers of one kind (DHCP, DHCPv6) on a LAN counts as the genuine one. */

import type { Certainty, Party, Severity } from '@netwatcher/shared'
import type { DetectorContext } from '../engine/detector.js'
import { holder, suspect } from '../engine/parties.js'
import type { BookedServer } from './server-book.js'

export interface BaselineServer extends BookedServer {
  /** The address under which it is known; empty where none was seen. */
  readonly ip: string
  macs: Set<string>
  /** Was heard in the learning period. */
  wasLearnt: boolean
}

/** To be called with each message of `server`; `rivals` are the others that are still there. */
export function noteBaseline(
  server: BaselineServer,
  rivals: readonly BaselineServer[],
  context: DetectorContext,
): void {
  if (context.learning) server.wasLearnt = true
  const isOwn = [...server.macs].some((mac) => context.roles(mac).own)
  // Being first counts for nothing against the router on which this runs.
  if (isOwn && context.network.isGateway) for (const rival of rivals) rival.isBaseline = rival.wasLearnt
  if (isOwn || server.wasLearnt || !rivals.some((rival) => rival.isBaseline)) server.isBaseline = true
}

/** The server that speaks, and those that were there before: who of the two is honest is open unless it is grave. */
export function serverParties(
  server: BaselineServer,
  rivals: readonly BaselineServer[],
  severity: Severity,
): Party[] {
  const certainty: Certainty = severity === 'critical' ? 'likely' : 'possible'
  const genuine = rivals.filter(({ isBaseline }) => isBaseline)
  return [...partiesOf(server, (mac, ip) => suspect(mac, certainty, ip))].concat(
    genuine.flatMap((rival) => partiesOf(rival, (mac, ip) => holder(mac, 'likely', ip))),
  )
}

function partiesOf({ macs, ip }: BaselineServer, party: (mac: string, ip: string) => Party): Party[] {
  if (macs.size > 0) return [...macs].map((mac) => party(mac, ip))
  return ip === '' ? [] : [party('', ip)]
}

export function sharesMac(a: BaselineServer, b: BaselineServer): boolean {
  return [...a.macs].some((mac) => b.macs.has(mac))
}
