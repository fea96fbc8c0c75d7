/**
 * The clock that stored time is aged by: deleting, rolling up and the windows
 * that lists look through. It remembers in the database what it believed last,
 * so that a clock that is wrong at the next start is noticed, too.
 */

import { MINUTE_MS } from '@netwatcher/shared'
import type { RetentionRepository } from '../storage/retention-repository.js'
import { believe } from './believed-time.js'

export interface Clocks {
  nowMs: () => number
  monotonicMs: () => number
  /** Whether a time server has confirmed `nowMs` lately. */
  isSynchronized: () => boolean
}

export interface BelievedNow {
  wallMs: number
  believedMs: number
}

const KEEP_EVERY_MS = 5 * MINUTE_MS

export class BelievedClock {
  /** How far the wall clock is ahead of what is believed; deleting by age waits for that much. */
  heldBackMs = 0
  private last: { believedMs: number; monotonicMs: number } | null = null
  private keptMs: number | null = null

  constructor(
    private readonly repository: Pick<RetentionRepository, 'believedMs' | 'keepBelieved'>,
    private readonly clocks: Clocks,
  ) {}

  async read(): Promise<BelievedNow> {
    const last = this.last ?? (await this.stored())
    const wallMs = this.clocks.nowMs()
    const monotonicMs = this.clocks.monotonicMs()
    const elapsedMs = last ? monotonicMs - last.monotonicMs : 0
    const isSynchronized = this.clocks.isSynchronized()
    const believedMs = believe(last?.believedMs ?? wallMs, { wallMs, elapsedMs, isSynchronized })
    this.last = { believedMs, monotonicMs }
    this.heldBackMs = Math.max(0, wallMs - believedMs)
    await this.keep(believedMs, monotonicMs)
    return { wallMs, believedMs }
  }

  private async stored(): Promise<BelievedClock['last']> {
    const believedMs = await this.repository.believedMs()
    return believedMs === null ? null : { believedMs, monotonicMs: this.clocks.monotonicMs() }
  }

  private async keep(believedMs: number, monotonicMs: number): Promise<void> {
    if (this.keptMs !== null && monotonicMs - this.keptMs < KEEP_EVERY_MS) return
    await this.repository.keepBelieved(believedMs)
    this.keptMs = monotonicMs
  }
}
