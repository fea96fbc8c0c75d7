/**
 * The wall time that schedules go by. A clock that is set by hand or by a false
 * time server would end a block or begin one; so a step counts only once a time
 * server has confirmed the clock after it. Until then time goes on by the clock
 * that nobody can set. A start of the daemon takes the clock as it is.
 */

import { MINUTE_MS } from '@netwatcher/shared'
import { isClockConfirmed, uptimeMs } from '../os/clock.js'

export interface ClockSources {
  wallMs(): number
  /** Since the machine started, sleep included; nobody can set it. */
  uptimeMs(): number
  /** A time server has confirmed the wall clock lately. */
  isConfirmed(wallMs: number): boolean
}

export const MACHINE_CLOCKS: ClockSources = {
  wallMs: Date.now,
  uptimeMs: () => uptimeMs(),
  isConfirmed: (wallMs) => isClockConfirmed(wallMs),
}

/** Drift, and what a time server corrects from time to time. */
export const BELIEVED_STEP_MS = 2 * MINUTE_MS

export class BelievedClock {
  #wallMs = Number.NaN
  #uptimeMs = Number.NaN

  constructor(private readonly sources: ClockSources) {}

  /** Milliseconds since 1970-01-01 UTC. */
  nowMs(): number {
    const { sources } = this
    const [wallMs, uptimeMs] = [sources.wallMs(), sources.uptimeMs()]
    const expectedMs = this.#wallMs + uptimeMs - this.#uptimeMs
    const isStep = Math.abs(wallMs - expectedMs) > BELIEVED_STEP_MS
    if (isStep && !sources.isConfirmed(wallMs)) return expectedMs
    this.#wallMs = wallMs
    this.#uptimeMs = uptimeMs
    return wallMs
  }
}
