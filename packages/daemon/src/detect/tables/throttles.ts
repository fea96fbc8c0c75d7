/**
 * A throttle for each of many, so that a host that is seen a thousand times a
 * second is reported now and then. Bounded: who was met longest ago is
 * forgotten first, and at worst reported again.
 */

import type { TableStatus } from '@netwatcher/shared'
import { RecentMap } from './recent-map.js'

export class Throttles {
  /** When each key last passed. */
  readonly #lastMs: RecentMap<number>

  constructor(
    private readonly intervalMs: number,
    capacity: number,
  ) {
    this.#lastMs = new RecentMap(intervalMs, capacity)
  }

  /** For the status page, under this name. */
  status(table: string): TableStatus {
    return this.#lastMs.status(table)
  }

  /** True at most once per interval for each key. */
  isDue(key: string, nowMs: number): boolean {
    const lastMs = this.#lastMs.get(key, nowMs)
    if (lastMs !== undefined && nowMs - lastMs < this.intervalMs) return false
    this.#lastMs.set(key, nowMs, nowMs)
    return true
  }
}
