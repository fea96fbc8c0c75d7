/**
 * A map of what is of use for a while only: what nobody has asked for within
 * `spanMs` is forgotten by twice that at the latest, and beyond the capacity
 * what was asked for longest ago. Two generations, so that nothing is searched for
 * what has to go. A clock that goes back starts afresh.
 */

import type { TableStatus } from '@netwatcher/shared'

export class RecentMap<V> {
  /** What was pushed out before its time. */
  #evicted = 0
  #young = new Map<string, V>()
  #old = new Map<string, V>()
  #bornMs = Number.NEGATIVE_INFINITY
  #nowMs = Number.NEGATIVE_INFINITY

  constructor(
    private readonly spanMs: number,
    private readonly capacity: number,
  ) {}

  /** For the status page, under this name. */
  status(table: string): TableStatus {
    const entries = this.#young.size + this.#old.size
    return { table, entries, capacity: this.capacity, evicted: this.#evicted, refused: 0 }
  }

  /** Looks up, and keeps it for another while. */
  get(key: string, nowMs: number): V | undefined {
    this.#age(nowMs)
    const young = this.#young.get(key)
    if (young !== undefined) return young
    const old = this.#old.get(key)
    if (old !== undefined) this.set(key, old, nowMs)
    return old
  }

  set(key: string, value: V, nowMs: number): void {
    this.#age(nowMs)
    this.#old.delete(key)
    if (!this.#young.has(key) && this.#young.size >= Math.trunc(this.capacity / 2)) {
      this.#evicted += this.#old.size
      this.#turn(nowMs)
    }
    this.#young.set(key, value)
  }

  #age(nowMs: number): void {
    if (nowMs < this.#nowMs) {
      this.#young.clear()
      this.#old.clear()
      this.#bornMs = nowMs
    }
    this.#nowMs = nowMs
    const ageMs = nowMs - this.#bornMs
    if (ageMs < this.spanMs) return
    if (ageMs >= 2 * this.spanMs) this.#young.clear()
    this.#turn(nowMs)
  }

  #turn(nowMs: number): void {
    this.#old = this.#young
    this.#young = new Map()
    this.#bornMs = nowMs
  }
}
