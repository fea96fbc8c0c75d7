/**
 * Drops the second copy of a control frame: a mirror port that copies both
 * directions of one link shows each frame twice, microseconds apart. The window
 * does not slide, so a flood of equal frames still counts some hundred a second.
 */

import type { Packet } from '../../wire/packet.js'

/** Copies come within a fraction of a millisecond; no host repeats itself so soon. */
const WINDOW_MS = 2
const SLOTS = 1024
const CONTROL = new Set(['arp', 'stp', 'fhrp', 'icmpv4', 'icmpv6', 'dhcpv4', 'dhcpv6'])

export class DuplicateFilter {
  readonly #hashes = new Uint32Array(SLOTS)
  /** Not capture time, which is the same for all that comes late or out of order. */
  readonly #stampsMs = new Float64Array(SLOTS).fill(Number.NEGATIVE_INFINITY)

  isDuplicate(packet: Packet): boolean {
    if (!CONTROL.has(packet.payload.type)) return false
    const hash = fnv1a(packet.bytes)
    const slot = hash % SLOTS
    const apartMs = Math.abs(packet.stampMs - (this.#stampsMs[slot] ?? 0))
    if (this.#hashes[slot] === hash && apartMs < WINDOW_MS) return true
    this.#hashes[slot] = hash
    this.#stampsMs[slot] = packet.stampMs
    return false
  }
}

/** FNV-1a, 32 bits. */
function fnv1a(bytes: Uint8Array): number {
  let hash = 0x811c9dc5
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash >>> 0
}
