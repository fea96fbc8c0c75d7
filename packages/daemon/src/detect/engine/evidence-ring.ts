/**
 * The last control frames seen, so that an alert can also show what came
 * before it. Bounded by number and by bytes; an alert copies what it needs,
 * since the ring forgets.
 */

import type { TableStatus } from '@netwatcher/shared'
import {
  LINKTYPE_ETHERNET,
  LINKTYPE_LINUX_SLL,
  LINKTYPE_LINUX_SLL2,
  LINKTYPE_RAW,
} from '../../capture/packet-source.js'
import type { Packet } from '../../wire/packet.js'
import type { FrameReference } from './detector.js'

/** A frame is cut here: the headers and a whole DHCP message (RFC 2131: at least 576 bytes) stay. */
const MAX_FRAME_BYTES = 640

export interface KeptFrame {
  reference: FrameReference
  /** As stamped by the capture. */
  timeMs: number
  wireLength: number
  /** pcap link type: a file of a cooked capture has its own headers. */
  linkType: number
  bytes: Uint8Array
}

export class EvidenceRing {
  readonly #capacity: number
  readonly #frames: (KeptFrame | undefined)[]
  #next = 0
  #current: Packet | null = null
  #currentReference: FrameReference = -1

  constructor(capacity: number) {
    this.#capacity = capacity
    this.#frames = new Array<KeptFrame | undefined>(capacity)
  }

  /** That frames give way is the ordinary course of a ring, and no loss. */
  table(): TableStatus {
    const entries = Math.min(this.#next, this.#capacity)
    return { table: 'evidence_frames', entries, capacity: this.#capacity, evicted: 0, refused: 0 }
  }

  /** Starts a new packet; nothing is copied until `keep`. */
  begin(packet: Packet | null): void {
    this.#current = packet
    this.#currentReference = -1
  }

  /** Copies the current packet, once; -1 between packets. */
  keep(): FrameReference {
    const packet = this.#current
    if (packet === null || this.#currentReference >= 0) return this.#currentReference
    const reference = this.#next++
    this.#frames[reference % this.#capacity] = {
      reference,
      timeMs: packet.stampMs,
      wireLength: packet.wireLength,
      linkType: linkTypeOf(packet),
      bytes: packet.bytes.slice(0, MAX_FRAME_BYTES),
    }
    this.#currentReference = reference
    return reference
  }

  /** Null when the ring has gone round since. */
  get(reference: FrameReference): KeptFrame | null {
    if (reference < 0) return null
    const frame = this.#frames[reference % this.#capacity]
    return frame?.reference === reference ? frame : null
  }
}

/** The cooked headers have different lengths (pcap-linktype(7)). */
function linkTypeOf(packet: Packet): number {
  if (!packet.ethernet.isCooked) return LINKTYPE_ETHERNET
  if (packet.ethernet.payloadOffset === 16) return LINKTYPE_LINUX_SLL
  return packet.ethernet.payloadOffset === 20 ? LINKTYPE_LINUX_SLL2 : LINKTYPE_RAW
}
