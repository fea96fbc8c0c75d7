/** What the place of the interface in the network lets a sensor see, from what it has seen. */

import type { Vantage } from './report.js'

export interface VantageFacts {
  isForwarding: boolean
  /** There is a default gateway through this interface. */
  hasGateway: boolean
  packets: number
  foreignUnicast: number
  /** Another machine's frame has been seen. */
  hasSeenOthers: boolean
}

/**
 * A switch also floods frames for a MAC that it has forgotten (IEEE 802.1D
 * section 7.8): a few foreign frames make no mirror.
 */
const MIRROR_MIN_FRAMES = 100
const MIRROR_MIN_SHARE = 0.01

export function workOutVantage(facts: VantageFacts): Vantage {
  if (facts.packets === 0) return 'unknown'
  const isMirror =
    facts.foreignUnicast >= MIRROR_MIN_FRAMES && facts.foreignUnicast >= facts.packets * MIRROR_MIN_SHARE
  if (isMirror) return 'mirror'
  // Hosts of containers forward too, but reach their LAN through a gateway in it.
  if (facts.isForwarding && !facts.hasGateway) return 'gateway'
  return facts.hasSeenOthers ? 'switch_port' : 'own_traffic'
}
