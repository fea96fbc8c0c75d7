/**
 * How fast a scan asks. The normal pace is for the network's weakest member:
 * small cameras and IoT devices lose frames when about 32 broadcasts come at
 * once, and an access point sends broadcasts at its lowest rate. The fast pace
 * is for those who ask for it.
 */

import { SCAN_FRAMES_PER_SECOND } from '@netwatcher/shared'
import type { ScanPace } from '../model/scan.js'

export interface Pace {
  framesPerSecond: number
  /** Frames back to back. After a late timer two bursts may meet, never more. */
  burst: number
  /** How long each address is given to answer before it is asked again or given up. */
  waitsMs: readonly number[]
}

/** What a scan slows down to at the least when answers get lost: about a network with 1 Mbit/s for broadcasts. */
const MIN_FRAMES_PER_SECOND = 100

export const PACES: Record<ScanPace, Pace> = {
  // 400 frames of 64 bytes are 205 kbit/s; arp-scan's default is 256 kbit/s (arp-scan(1) --bandwidth).
  // Hosts that sleep on Wi-Fi answer at the next beacon they wake for: mostly within 300 ms.
  normal: { framesPerSecond: SCAN_FRAMES_PER_SECOND.normal, burst: 8, waitsMs: [400, 600, 800] },
  // 4000 frames of 64 bytes are 2 Mbit/s, which even old Wi-Fi carries.
  fast: { framesPerSecond: SCAN_FRAMES_PER_SECOND.fast, burst: 32, waitsMs: [150, 200, 250] },
}

/**
 * Gives out slots for frames at a steady rate (GCRA). Everything that one scan
 * sends shares one, so that the bound holds for their sum, first come first served.
 */
export class Pacer {
  /** When all slots given out so far are used up. */
  private freeAtMs = 0

  constructor(
    private framesPerSecond: number,
    private framesAtOnce: number,
  ) {}

  get burst(): number {
    return this.framesAtOnce
  }

  /** To be called when more is sent than arrives: what is too fast in the long run, or too much at once. */
  slowDown(): void {
    this.framesPerSecond = Math.max(MIN_FRAMES_PER_SECOND, this.framesPerSecond / 2)
    this.framesAtOnce = Math.max(1, this.framesAtOnce >> 1)
  }

  /** Takes the next `burst` slots; gives the milliseconds to wait for them. */
  reserve(nowMs: number): number {
    const lengthMs = (this.framesAtOnce * 1000) / this.framesPerSecond
    // A timer that came late may catch up by one burst, so that the rate holds on a busy machine.
    const startMs = Math.max(this.freeAtMs, nowMs - lengthMs)
    this.freeAtMs = startMs + lengthMs
    return Math.max(0, startMs - nowMs)
  }
}
