/**
 * Recognises a DHCP server by what it does before it offers an address: RFC
 * 2131 section 2.2 has it ask with an ICMP echo whether the address is in use,
 * at once after the DISCOVER. ISC dhcpd and dnsmasq do. So a server shows even
 * where another one was faster and it never gets to answer.
 */

import { MINUTE_MS } from '@netwatcher/shared'
import { ICMP_ECHO_REQUEST } from '../../wire/icmpv4.js'
import type { Packet } from '../../wire/packet.js'
import { BoundedMap } from '../tables/bounded-map.js'

/** Servers react within a few milliseconds; somebody else's ping hardly ever falls in so short a time. */
const REACTION_MS = 50
/** RFC 2131 section 4.1: a client gives up a round of tries after about a minute. */
const SELECTING_MS = MINUTE_MS
const MAX_CLIENTS = 512
const MAX_PAIRS = 2048

export class PingChecks {
  readonly #discoverMs = new BoundedMap<number>(MAX_CLIENTS)
  /** Who has pinged which client at other times: a monitor, not a server. */
  readonly #pingers = new BoundedMap<true>(MAX_PAIRS)

  observeDiscover(clientMac: string, nowMs: number): void {
    this.#discoverMs.set(clientMac, nowMs)
  }

  /** Whether the client is looking for a server, and has not just come from another network with an old lease. */
  isSelecting(clientMac: string, nowMs: number): boolean {
    const askedMs = this.#discoverMs.peek(clientMac)
    return askedMs !== undefined && nowMs - askedMs <= SELECTING_MS
  }

  /** The sender of an echo request, when it is the check of a DHCP server. */
  observeEcho(packet: Packet, nowMs: number): { ip: string; mac: string } | null {
    const { payload, ethernet } = packet
    if (payload.type !== 'icmpv4' || payload.icmp.type !== ICMP_ECHO_REQUEST) return null
    const pair = `${payload.ip.source}|${ethernet.destinationMac}`
    const askedMs = this.#discoverMs.peek(ethernet.destinationMac)
    const isReaction = askedMs !== undefined && nowMs - askedMs >= 0 && nowMs - askedMs <= REACTION_MS
    if (isReaction && this.#pingers.peek(pair) === undefined)
      return { ip: payload.ip.source, mac: ethernet.sourceMac }
    if (!isReaction) this.#pingers.set(pair, true)
    return null
  }
}
