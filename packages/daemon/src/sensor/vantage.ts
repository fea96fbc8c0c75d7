/** What the place of the interface in the network lets a sensor see, from what it has seen. */

import { isGroupMac, MINUTE_MS, SECOND_MS, type TableStatus } from '@netwatcher/shared'
import { BoundedMap } from '../detect/tables/bounded-map.js'
import { RateWindow } from '../detect/tables/windows.js'
import type { Vantage } from '../model/capture.js'
import type { InterfaceFacts } from '../model/interface.js'
import type { Packet } from '../wire/packet.js'

export interface VantageFacts {
  isGateway: boolean
  packets: number
  /** Conversations between other machines are in view, see `ForeignTraffic`. */
  hasForeignTraffic: boolean
  /** Another machine's frame has been seen. */
  hasSeenOthers: boolean
}

/**
 * Hosts of containers forward too, but reach their LAN through a gateway in
 * it. An IPv6 route is no sign of one: anybody can give it to a machine that
 * accepts router advertisements.
 */
export function isGateway({ isForwarding, gateways }: InterfaceFacts): boolean {
  return isForwarding && gateways.every((gateway) => gateway.includes(':'))
}

export function workOutVantage(facts: VantageFacts): Vantage {
  if (facts.packets === 0) return 'unknown'
  if (facts.hasForeignTraffic) return 'mirror'
  if (facts.isGateway) return 'gateway'
  return facts.hasSeenOthers ? 'switch_port' : 'own_traffic'
}

/**
 * A switch floods frames for a MAC that it does not know: one that it has
 * forgotten after 300 s, after a change of topology after 15 s (IEEE 802.1D
 * sections 7.9.2 and 8.5.3.13), or an invented one. To a station that has
 * spoken just now it floods nothing.
 */
const REMEMBERED_MS = 10 * SECOND_MS
/** A host that moves and a cable that is plugged over explain a few; a mirror shows this many in seconds. */
const FRAMES = 10
const WINDOW_MS = 10 * MINUTE_MS
const MAX_STATIONS = 4096

/** Notices unicast frames between other machines that an ordinary switch port would not get. */
export class ForeignTraffic {
  readonly #spokeMs = new BoundedMap<number>(MAX_STATIONS)
  readonly #frames = new RateWindow(WINDOW_MS)
  #untilMs = Number.NEGATIVE_INFINITY

  observe({ ethernet, timeMs }: Packet, ownMac: string): void {
    const { sourceMac, destinationMac } = ethernet
    this.#spokeMs.set(sourceMac, timeMs)
    if (sourceMac === ownMac || destinationMac === ownMac || isGroupMac(destinationMac)) return
    const spokeMs = this.#spokeMs.peek(destinationMac)
    if (spokeMs === undefined || timeMs - spokeMs > REMEMBERED_MS || destinationMac === sourceMac) return
    if (this.#frames.add(timeMs) >= FRAMES) this.#untilMs = timeMs + WINDOW_MS
  }

  table(): TableStatus {
    return this.#spokeMs.status('speakers')
  }

  isInView(nowMs: number): boolean {
    return nowMs < this.#untilMs
  }
}
