/**
 * A run of frames between reading and counting: for each its flow key, which
 * way it went, and whether detection has to see it. Short enough to stay in the
 * first-level cache from the one to the other.
 */

import { KEY_WORDS } from './flow-table.js'
import { HAND_OVER } from './hand-over.js'
import type { Prefixes } from './prefixes.js'

/** What decides which endpoint of a frame is the device. */
export interface Locality {
  networks: Prefixes
  /** MAC address of the interface itself, in two words; -1 when it is not known. */
  ownMacHigh: number
  ownMacLow: number
}

// Not exported themselves: the compiler folds a constant only within its module.
const FRAMES = 128
const WORDS = 16

export const RUN_FRAMES = FRAMES

/** Values of `directions`. */
export const DIRECTION = { unread: 0, sent: 1, received: 2 } as const

/** A record is a flow key (`KEY`) and then the sender's MAC address and port. */
export const RECORD = {
  words: WORDS,
  sourceMacHigh: KEY_WORDS,
  sourceMacLow: KEY_WORDS + 1,
  sourcePort: KEY_WORDS + 2,
} as const

export class FrameRun {
  readonly records = new Int32Array(FRAMES * WORDS)
  readonly hashes = new Int32Array(FRAMES)
  /** From the device, or to it. */
  readonly directions = new Uint8Array(FRAMES)
  /** A `HandOverClass` each. */
  readonly classes = new Int8Array(FRAMES)
  foreignUnicast = 0
  malformed = 0

  clear(): void {
    this.directions.fill(DIRECTION.unread)
    this.classes.fill(HAND_OVER.none)
  }
}
