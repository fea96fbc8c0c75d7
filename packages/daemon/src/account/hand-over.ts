/**
 * How many frames per second detection gets to see. It decodes them to objects,
 * which costs tens of times what accounting does; without a bound a flood would
 * take the time that counting needs, and then frames would be lost unseen. Each
 * class of frames has a share of its own, so that a flood of one cannot hide
 * another. Time is that of the frames, so a file gives what the live link gave.
 */

export const HAND_OVER = {
  none: -1,
  arp: 0,
  /** Spanning tree and other LLC. */
  link: 1,
  /** ICMP, ICMPv6, VRRP, CARP, IGMP and what hides behind fragments. */
  control: 2,
  /** DHCP, DNS and its relatives, HSRP, GLBP. */
  service: 3,
  /** TCP packets that open, refuse or probe. */
  tcp: 4,
  malformed: 5,
  newMac: 6,
  newFlow: 7,
} as const

export type HandOverClass = (typeof HAND_OVER)[keyof typeof HAND_OVER]

/** Per second, far above what a home or office network shows: a /16 ARP scan at arp-scan's default pace is 500. */
const SHARES = Int32Array.of(10_000, 2_000, 5_000, 5_000, 5_000, 1_000, 5_000, 5_000)
const WINDOW_MS = 1000

const MAC_SLOTS_BITS = 12

export class HandOver {
  /** Frames that had no share left. */
  withheld = 0
  private windowStartMs = 0
  private readonly used = new Int32Array(SHARES.length)
  /** MAC addresses met lately: low word, high word. A newcomer replaces whoever hashes to the same place. */
  private readonly macs = new Int32Array(2 << MAC_SLOTS_BITS)
  private readonly multipliers = crypto.getRandomValues(new Int32Array(2))

  /** Takes one from the share of `kind`, if there is any left in the second of `timeMs`. */
  take(kind: HandOverClass, timeMs: number): boolean {
    if (timeMs - this.windowStartMs >= WINDOW_MS || timeMs < this.windowStartMs) {
      this.windowStartMs = timeMs
      this.used.fill(0)
    }
    const used = this.used[kind] ?? 0
    if (used >= (SHARES[kind] ?? 0)) return false
    this.used[kind] = used + 1
    return true
  }

  /** Whether the MAC address has not been met lately; it is remembered. */
  isNewMac(high: number, low: number): boolean {
    const hash =
      Math.imul(low, (this.multipliers[0] ?? 0) | 1) + Math.imul(high, (this.multipliers[1] ?? 0) | 1)
    const at = ((hash | 0) >>> (32 - MAC_SLOTS_BITS)) * 2
    if (this.macs[at] === low && this.macs[at + 1] === high) return false
    this.macs[at] = low
    this.macs[at + 1] = high
    return true
  }
}
