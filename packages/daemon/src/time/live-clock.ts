/**
 * Capture time of a live interface: the kernel's monotonic clock
 * (clock_gettime(2), CLOCK_MONOTONIC), placed so that it shows wall time when
 * the sensor starts. The kernel stamps frames by the wall clock. Both clocks
 * are slewed alike (adjtimex(2)), so their distance is constant until somebody
 * sets the wall clock or the machine was suspended, which the monotonic clock
 * does not count. That distance is read before each batch and at each tick; the
 * stamps are never asked, so a batch that is delivered late is merely late.
 */

import type { CaptureClock } from './capture-clock.js'
import { WallHistory } from './wall-history.js'

export interface MachineClocks {
  /** Milliseconds with fraction from a constant origin; nobody can set it. */
  monotonicMs(): number
  /** Milliseconds since 1970-01-01 UTC, which may be set back and forth. */
  wallMs(): number
}

export const machineClocks: MachineClocks = {
  // Within a millisecond of the wall clock until that is set; which `wallMs` without fraction cannot say.
  monotonicMs: () => performance.timeOrigin + performance.now(),
  wallMs: () => Date.now(),
}

/** Above what rounding and reading two clocks one after the other make, below what time daemons set at once (ntpd: 128 ms and more). */
const STEP_MS = 100
/** The process was interrupted between reading one clock and the other: the distance tells nothing. */
const MAX_READ_MS = STEP_MS / 4

/** Reads the clocks once. */
export function startLiveClock(clocks: MachineClocks): LiveClock {
  const monotonicMs = clocks.monotonicMs()
  const distanceMs = clocks.wallMs() - monotonicMs
  return new LiveClock(clocks, Math.abs(distanceMs) < STEP_MS ? 0 : distanceMs)
}

export class LiveClock implements CaptureClock {
  readonly #history = new WallHistory()
  #arrivedMs = Number.NEGATIVE_INFINITY

  /** `originMs`: capture time minus monotonic time. */
  constructor(
    private readonly clocks: MachineClocks,
    private readonly originMs: number,
  ) {}

  nowMs(): number {
    return this.clocks.monotonicMs() + this.originMs
  }

  takeStep(): number {
    const beforeMs = this.nowMs()
    const wallMs = this.clocks.wallMs()
    this.#arrivedMs = this.nowMs()
    if (this.#arrivedMs - beforeMs > MAX_READ_MS) return 0
    const stepMs = Math.round(wallMs - this.#arrivedMs - this.#history.offsetMs)
    if (Math.abs(stepMs) < STEP_MS) return 0
    this.#history.add(this.#arrivedMs, this.#history.offsetMs + stepMs)
    return stepMs
  }

  /** A step among the frames of a batch was found before them; which of them came before it does not matter. */
  runEnd({ count }: { readonly count: number }): number {
    return count
  }

  /** Stamped before the clock was set back, and delivered after: a frame cannot come from the future. */
  toCaptureMs(stampMs: number): number {
    const captureMs = stampMs - this.#history.offsetMs
    return captureMs > this.#arrivedMs + STEP_MS ? this.#arrivedMs : captureMs
  }

  toWallMs(captureMs: number): number {
    return this.#history.toWallMs(captureMs)
  }
}
