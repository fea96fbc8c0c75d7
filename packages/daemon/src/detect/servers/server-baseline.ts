/** Which of the servers of one kind (DHCP, DHCPv6) on a LAN counts as the genuine one. */

import type { DetectorContext } from '../engine/detector.js'

export interface BaselineServer {
  macs: ReadonlySet<string>
  /** Was heard in the learning period. */
  wasLearnt: boolean
  /** Taken for granted: was here first, was learnt, or is this machine's own. */
  isBaseline: boolean
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
