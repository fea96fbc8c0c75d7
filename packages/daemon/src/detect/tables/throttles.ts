/**
 * A throttle for each of many, so that a host that is seen a thousand times a
 * second is reported now and then. Bounded: who was met longest ago is
 * forgotten first, and at worst reported again.
 */

import type { TableStatus } from '@netwatcher/shared'
import { BoundedMap } from './bounded-map.js'
import { Throttle } from './windows.js'

export class Throttles {
  readonly #intervalMs: number
  readonly #byKey: BoundedMap<Throttle>

  constructor(intervalMs: number, capacity: number) {
    this.#intervalMs = intervalMs
    this.#byKey = new BoundedMap(capacity)
  }

  /** For the status page, under this name. */
  status(table: string): TableStatus {
    return this.#byKey.status(table)
  }

  /** True at most once per interval for each key. */
  isDue(key: string, nowMs: number): boolean {
    const known = this.#byKey.get(key)
    const throttle = known ?? new Throttle(this.#intervalMs)
    if (!known) this.#byKey.set(key, throttle)
    return throttle.isDue(nowMs)
  }
}
