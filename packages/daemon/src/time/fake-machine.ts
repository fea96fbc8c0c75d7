/** The two clocks of a machine on fake timers, for tests; its wall clock can be set. */

import type { FakeTimers } from './fake-timers.js'
import type { MachineClocks } from './live-clock.js'

export class FakeMachine implements MachineClocks {
  /** `offsetMs`: wall time minus monotonic time. */
  constructor(
    private readonly timers: FakeTimers,
    public offsetMs = 0,
  ) {}

  monotonicMs(): number {
    return this.timers.nowMs()
  }

  wallMs(): number {
    return Math.trunc(this.stampMs())
  }

  /** What the kernel stamps a frame with that comes now. */
  stampMs(): number {
    return this.timers.nowMs() + this.offsetMs
  }
}
