/**
 * Packets to all that come again under another MAC. Repeaters, client bridges and some switches send on what they
 * hear with their own address as the source: the packet's address is not theirs.
 */

import { isGroupMac } from '@netwatcher/shared'
import { readU16 } from '../../wire/bytes.js'
import type { IpHeader } from '../../wire/ip.js'
import type { Packet } from '../../wire/packet.js'

/** Slow repeaters hold frames back for some seconds while their channel is busy. */
const COPY_MS = 10_000
const SLOTS = 1024
/** Enough to tell one datagram from the next. */
const COMPARED_BYTES = 64

export class Copies {
  readonly #hashes = new Uint32Array(SLOTS)
  readonly #macs: string[] = new Array(SLOTS).fill('')
  readonly #timesMs = new Float64Array(SLOTS).fill(Number.NEGATIVE_INFINITY)

  /** Whether another station sent the same packet to all a moment ago; if not, this one is remembered. */
  isCopy({ payload, ethernet, bytes, timeMs }: Packet): boolean {
    if (!('ip' in payload) || !payload.ip || !isGroupMac(ethernet.destinationMac)) return false
    const hash = hashOf(bytes, ethernet.payloadOffset, payload.ip)
    const slot = hash % SLOTS
    const isKnown = this.#hashes[slot] === hash && timeMs - (this.#timesMs[slot] ?? 0) <= COPY_MS
    if (isKnown && this.#macs[slot] !== ethernet.sourceMac) return true
    this.#hashes[slot] = hash
    this.#macs[slot] = ethernet.sourceMac
    this.#timesMs[slot] = timeMs
    return false
  }
}

/** FNV-1a over identifier, source and payload: whoever sends a packet on may count down its TTL. */
function hashOf(
  bytes: Uint8Array,
  headerAt: number,
  { source, payloadOffset, payloadEnd }: IpHeader,
): number {
  let hash = 0x811c9dc5
  const add = (value: number) => {
    hash = Math.imul(hash ^ value, 0x01000193)
  }
  add(readU16(bytes, headerAt + 4))
  for (let i = 0; i < source.length; i++) add(source.charCodeAt(i))
  const end = Math.min(payloadEnd, payloadOffset + COMPARED_BYTES)
  for (let at = payloadOffset; at < end; at++) add(bytes[at] ?? 0)
  return hash >>> 0
}
