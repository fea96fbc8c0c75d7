/**
 * Keeps the rules after the list of blocks: at once when the list changes, and
 * at the next time something is due, that is when a block ends or a slot turns, when a change
 * has to be tried again, or when the rules should be looked at because others
 * (a reload of firewalld, a flush by hand) may have touched them.
 */

import { SECOND_MS } from '@netwatcher/shared'
import type { BlockList } from './block-list.js'
import type { FirewallClock } from './clock.js'
import type { Enforcer } from './enforcer.js'

export const RECONCILE_MS = 60 * SECOND_MS
/** When the rules could not follow, because the lock was taken. */
export const RETRY_MS = 5 * SECOND_MS
/** Routes change in bursts. */
export const SETTLE_MS = 200

export class Keeper {
  #isBehind = false
  #isHurrying = false
  #cancel = () => {}
  #cancelHurry = () => {}

  constructor(
    private readonly enforcer: Enforcer,
    private readonly blocks: BlockList,
    private readonly clock: FirewallClock,
    /** Until a slot of a schedule may begin or end. */
    private readonly untilTurnMs: () => number,
    private readonly wake: () => void,
  ) {}

  /** The last attempt failed: the rules are not what the list says. */
  get isBehind(): boolean {
    return this.#isBehind
  }

  /** Throws when the rules cannot follow now; it is then tried again. True when they had to change. */
  async follow(): Promise<boolean> {
    this.#isBehind = true
    try {
      const isChanged = await this.enforcer.converge(this.blocks.inForce)
      this.#isBehind = false
      return isChanged
    } finally {
      this.schedule()
    }
  }

  /** Nothing is scheduled without blocks: an idle firewall costs nothing. */
  schedule(): void {
    this.#cancel()
    if (this.blocks.all.length === 0) this.#cancelHurry()
    if (this.blocks.all.length === 0 && !this.#isBehind) return
    const now = this.clock.monotonicMs()
    const ends = this.blocks.all.map((block) => Math.max(0, block.endsMs - now))
    const turnMs = Math.max(0, this.untilTurnMs())
    const delayMs = Math.min(this.#isBehind ? RETRY_MS : RECONCILE_MS, turnMs, ...ends)
    this.#cancel = this.clock.after(Math.ceil(delayMs), this.wake)
  }

  /**
   * Has the blocks looked at before long: more of what has happened may follow.
   * What happens while they are being looked at has them looked at once more.
   */
  hurry(): void {
    if (this.#isHurrying || this.blocks.all.length === 0) return
    this.#isHurrying = true
    const cancel = this.clock.after(SETTLE_MS, () => {
      this.#isHurrying = false
      this.wake()
    })
    this.#cancelHurry = () => {
      this.#isHurrying = false
      cancel()
    }
  }

  cancel(): void {
    this.#cancel()
    this.#cancelHurry()
  }
}
