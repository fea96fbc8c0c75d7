/**
 * How many frames detection gets to see. It decodes them to objects and weighs
 * them, which costs a hundred times what accounting does; without a bound a
 * flood would take the time that counting needs, and then frames would be lost
 * unseen. Each class of frames has an allowance of its own (a token bucket), so
 * that a flood of one cannot hide another. Time is that of the frames' stamps, so a file
 * gives what the live link gave.
 */

import { REORDER_MS } from '../time/capture-clock.js'

export const HAND_OVER = {
  none: -1,
  arp: 0,
  /** Spanning tree and other LLC. */
  link: 1,
  /** ICMP, ICMPv6, VRRP, CARP, IGMP and what hides behind fragments. */
  control: 2,
  /** DHCP, DNS and its relatives, HSRP, GLBP. */
  service: 3,
  /** TCP packets that open, accept, refuse or probe. */
  tcp: 4,
  malformed: 5,
  newMac: 6,
  /** The first frame of a sender, or of a flow, in a traffic bucket. */
  news: 7,
  /** By which name a server is asked: TLS and QUIC. Decrypting the latter takes some 100 µs. */
  hello: 8,
} as const

export type HandOverClass = (typeof HAND_OVER)[keyof typeof HAND_OVER]

/**
 * Frames per second in the long run, in the order of HAND_OVER. Ordinary
 * networks stay far below: arp-scan sends some 500 frames per second by default.
 */
const RATES = [5000, 500, 1000, 1000, 1000, 200, 1000, 500, 200]
/** Frames at once. Each bucket of traffic makes every sender new again; many more would outlast the kernel's ring. */
const BURSTS = [5000, 1000, 4000, 4000, 4000, 1000, 4000, 4000, 800]

export class HandOver {
  /** Frames that found no allowance left. */
  withheld = 0
  private readonly perMs = Float64Array.from(RATES, (rate) => rate / 1000)
  private readonly limits = Float64Array.from(BURSTS)
  private readonly allowances = this.limits.slice()
  private readonly updatedMs = new Float64Array(RATES.length)

  /** Takes one from the allowance of `kind`, if there is any left at `timeMs`. */
  take(kind: HandOverClass, timeMs: number): boolean {
    const { allowances, updatedMs } = this
    const elapsedMs = timeMs - (updatedMs[kind] ?? 0)
    const earned = Math.max(0, elapsedMs) * (this.perMs[kind] ?? 0)
    const allowance = Math.min(this.limits[kind] ?? 0, (allowances[kind] ?? 0) + earned)
    // Frames out of order earn nothing twice; a clock that was set back starts to earn again.
    if (elapsedMs > 0 || elapsedMs < -REORDER_MS) updatedMs[kind] = timeMs
    allowances[kind] = allowance < 1 ? allowance : allowance - 1
    return allowance >= 1
  }
}
