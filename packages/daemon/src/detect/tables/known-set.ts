/**
 * Keys that the wire names, such as gateways: a bounded set that never fills up for good. What is named again after
 * a minute is proven and out of reach of a flood of invented ones, which push out each other and are counted.
 */

import { MINUTE_MS, type TableStatus } from '@netwatcher/shared'
import { BoundedMap } from './bounded-map.js'

/** A flood names each of its inventions for moments only. */
const PROVEN_AFTER_MS = MINUTE_MS

export class KnownSet {
  /** When each key was first named. */
  readonly #firstMs: BoundedMap<number>

  constructor(capacity: number) {
    this.#firstMs = new BoundedMap(capacity)
  }

  get size(): number {
    return this.#firstMs.size
  }

  /** Whether it is new. */
  add(key: string, nowMs: number): boolean {
    const firstMs = this.#firstMs.get(key)
    if (firstMs === undefined) this.#firstMs.set(key, nowMs)
    else if (nowMs - firstMs >= PROVEN_AFTER_MS) this.#firstMs.prove(key)
    return firstMs === undefined
  }

  has(key: string): boolean {
    return this.#firstMs.peek(key) !== undefined
  }

  /** A copy: what is added meanwhile is not among them. */
  keys(): string[] {
    return [...this.#firstMs.keys()]
  }

  status(table: string): TableStatus {
    return this.#firstMs.status(table)
  }
}
