/**
 * MAC flooding (macof and the like): a torrent of source addresses, each used
 * once, that fills a switch's address table until it sends everything to every
 * port. Told from a busy network coming into view by addresses that speak once
 * and look random.
 */

import { isGroupMac, SECOND_MS, text, ZERO_MAC } from '@netwatcher/shared'
import type { Packet } from '../../wire/packet.js'
import type { Detector, DetectorContext, FrameReference } from '../engine/detector.js'
import { finding, reason } from '../engine/finding.js'
import { DistinctWindow, Throttle } from '../tables/windows.js'

const WINDOW_MS = 5 * SECOND_MS
/** macof sends hundreds per second; a whole class room that is switched on brings tens. */
const NEW_ADDRESSES = 200
/** To stations that nobody has heard of: macof invents the destinations too. */
const NEW_PAIRS = 60
/** A table of 8192 addresses, common in small switches, is full after a minute at this rate. */
const CRITICAL_ADDRESSES = 1000
/** Makers' prefixes among random addresses are nearly all different; a real network has a few makers. */
const DIFFERENT_PREFIXES_SHARE = 0.8
const MAX_KNOWN = 16_384
const EVIDENCE_FRAMES = 5

export function createMacFloodDetector(): Detector {
  return new MacFlood()
}

class MacFlood implements Detector {
  /** Addresses that have been seen, and those that have only been seen once lately. */
  readonly #known = new DistinctWindow(Number.POSITIVE_INFINITY, MAX_KNOWN)
  readonly #once = new DistinctWindow(WINDOW_MS, 2 * CRITICAL_ADDRESSES)
  readonly #throttle = new Throttle(SECOND_MS)
  readonly #criticalThrottle = new Throttle(SECOND_MS)
  /** Of them, those that spoke to an unknown station. */
  readonly #pairs = new DistinctWindow(WINDOW_MS, 2 * CRITICAL_ADDRESSES)
  #frames: FrameReference[] = []

  observe(packet: Packet, context: DetectorContext): void {
    const mac = packet.ethernet.sourceMac
    if (mac === ZERO_MAC) return
    const { nowMs } = context
    if (this.#known.has(mac)) {
      this.#once.delete(mac)
      this.#pairs.delete(mac)
      return
    }
    this.#known.add(mac, nowMs)
    const count = this.#once.add(mac, nowMs)
    const { destinationMac } = packet.ethernet
    const isPair = !isGroupMac(destinationMac) && !this.#known.has(destinationMac)
    const pairs = isPair ? this.#pairs.add(mac, nowMs) : this.#pairs.size(nowMs)
    if (Math.max(pairs, count) < NEW_PAIRS - EVIDENCE_FRAMES) this.#frames = []
    else if (this.#frames.length < EVIDENCE_FRAMES) this.#frames.push(context.frame())
    const isFlood = count >= NEW_ADDRESSES || pairs >= NEW_PAIRS
    const throttle = count >= CRITICAL_ADDRESSES ? this.#criticalThrottle : this.#throttle
    if (isFlood && throttle.isDue(nowMs)) this.#judge(count, destinationMac, context)
  }

  #judge(count: number, destinationMac: string, context: DetectorContext): void {
    const prefixes = new Set<string>()
    for (const mac of this.#once.values()) prefixes.add(mac.slice(0, 8))
    // thc-ipv6 varies only the last four octets; but no LAN has so many stations that speak once each.
    if (prefixes.size < count * DIFFERENT_PREFIXES_SHARE && count < CRITICAL_ADDRESSES) return
    context.raise(
      finding({
        kind: 'mac_flood',
        severity: count >= CRITICAL_ADDRESSES ? 'critical' : 'warning',
        parties: [],
        expected: text('expected_lasting_addresses'),
        seen: text('seen_single_use_addresses', {
          count,
          window_ms: WINDOW_MS,
          destination_mac: destinationMac,
        }),
        reasonsFor: [
          reason('single_use_addresses', { count }, this.#frames),
          reason('random_prefixes', { prefixes: prefixes.size }),
        ],
        advice: text('advice_mac_flood'),
      }),
    )
  }
}
