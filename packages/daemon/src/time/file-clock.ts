/**
 * Capture time of a capture file, from its stamps alone. Stamps that go back
 * by more than frames get out of order are those of a clock that was set back.
 * Stamps that jump ahead look the same after a clock that was set ahead and
 * after silence, so they are time that passed.
 */

import type { PacketBatch } from '../capture/packet-source.js'
import { type CaptureClock, REORDER_MS } from './capture-clock.js'
import { WallHistory } from './wall-history.js'

/** From the last frame before a step to the first one behind it: nobody knows, but not nothing. */
const STEP_GAP_MS = 1

export class FileClock implements CaptureClock {
  readonly #history = new WallHistory()
  /** Since the last step. */
  #newestMs = Number.NEGATIVE_INFINITY

  /** Of the newest frame. */
  nowMs(): number {
    return this.#newestMs - this.#history.offsetMs
  }

  takeStep(stampMs: number | null): number {
    if (stampMs === null || !this.#isBack(stampMs)) return 0
    // Whole milliseconds, so that no stamp loses its fraction.
    const offsetMs = Math.round(stampMs - this.nowMs() - STEP_GAP_MS)
    const stepMs = offsetMs - this.#history.offsetMs
    this.#newestMs = stampMs
    this.#history.add(stampMs - offsetMs, offsetMs)
    return stepMs
  }

  runEnd({ count, timesMs }: PacketBatch, first: number): number {
    for (let i = first; i < count; i++) {
      const stampMs = timesMs[i] ?? 0
      if (stampMs > this.#newestMs) this.#newestMs = stampMs
      else if (this.#isBack(stampMs)) return i
    }
    return count
  }

  toCaptureMs(stampMs: number): number {
    return stampMs - this.#history.offsetMs
  }

  toWallMs(captureMs: number): number {
    return this.#history.toWallMs(captureMs)
  }

  #isBack(stampMs: number): boolean {
    return this.#newestMs - stampMs > REORDER_MS
  }
}
