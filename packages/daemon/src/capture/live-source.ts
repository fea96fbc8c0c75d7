/**
 * Captures an interface. Opening needs CAP_NET_RAW (packet(7)); reading,
 * counting and sending afterwards do not, so that the process can give up its
 * rights between `openLive` and `start`.
 */

import { openCap } from './cap-source.js'
import { CONTROL_FRAME_BYTES, CONTROL_FRAMES, HEADER_BYTES } from './control-filter.js'
import type { FrameSender, PacketSource } from './packet-source.js'

export interface LiveOptions {
  interfaceName: string
  promiscuous: boolean
  /** Kernel ring, which holds what arrives while this process does something else. */
  ringBytes: number
}

/**
 * The kernel hands over a block of the ring when it is full, or this long after
 * its first frame: less costs more wake-ups on a quiet link, more delays alerts.
 */
const BLOCK_TIMEOUT_MS = 50

export function openLive(options: LiveOptions): PacketSource & FrameSender {
  return openCap({
    device: options.interfaceName,
    snapLength: CONTROL_FRAME_BYTES,
    promiscuous: options.promiscuous,
    ringBytes: options.ringBytes,
    timeoutMs: BLOCK_TIMEOUT_MS,
    filter: CONTROL_FRAMES,
    unmatchedLength: HEADER_BYTES,
  })
}
