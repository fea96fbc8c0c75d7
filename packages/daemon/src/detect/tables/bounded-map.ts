/**
 * A map of fixed capacity whose long-lived entries survive a flood of new
 * ones: a segmented LRU (Karedla, Love, Wherry 1994). New keys live in a
 * probation segment and push out only each other; a key that its owner calls
 * proven moves to the protected segment.
 */

import type { TableStatus } from '@netwatcher/shared'

export class BoundedMap<V> {
  /** Entries that were pushed out, for the status page. */
  evicted = 0
  readonly #capacity: number
  readonly #probation = new Map<string, V>()
  readonly #proven = new Map<string, V>()
  readonly #probationOrder = new OldestFirst(this.#probation)
  readonly #provenOrder = new OldestFirst(this.#proven)

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  get size(): number {
    return this.#probation.size + this.#proven.size
  }

  /** For the status page, under this name. */
  status(table: string): TableStatus {
    return { table, entries: this.size, capacity: this.#capacity, evicted: this.evicted, refused: 0 }
  }

  /** Looks up and marks as recently used. */
  get(key: string): V | undefined {
    for (const segment of [this.#proven, this.#probation]) {
      const value = segment.get(key)
      if (value === undefined) continue
      segment.delete(key)
      segment.set(key, value)
      return value
    }
    return undefined
  }

  /** Looks up without marking. */
  peek(key: string): V | undefined {
    return this.#proven.get(key) ?? this.#probation.get(key)
  }

  set(key: string, value: V): void {
    if (this.#proven.has(key)) {
      this.#proven.set(key, value)
      return
    }
    this.#probation.set(key, value)
    if (this.size > this.#capacity) this.#evict()
  }

  /** Moves an entry out of reach of floods; at most half of the capacity is. */
  prove(key: string): void {
    const value = this.#probation.get(key)
    if (value === undefined) return
    this.#probation.delete(key)
    this.#proven.set(key, value)
    if (this.#proven.size > this.#capacity / 2) this.#demoteOldest()
  }

  delete(key: string): void {
    this.#probation.delete(key)
    this.#proven.delete(key)
  }

  *keys(): IterableIterator<string> {
    yield* this.#proven.keys()
    yield* this.#probation.keys()
  }

  *values(): IterableIterator<V> {
    yield* this.#proven.values()
    yield* this.#probation.values()
  }

  #evict(): void {
    const key = this.#probationOrder.next() ?? this.#provenOrder.next()
    if (key === undefined) return
    this.#probation.delete(key)
    this.#proven.delete(key)
    this.evicted++
  }

  #demoteOldest(): void {
    const key = this.#provenOrder.next()
    const value = key === undefined ? undefined : this.#proven.get(key)
    if (key === undefined || value === undefined) return
    this.#proven.delete(key)
    this.#probation.set(key, value)
  }
}

/**
 * Keys of a map from the oldest on. The iterator is kept: a new one would walk
 * over all the holes that deletions at the front have left, each time.
 */
class OldestFirst {
  readonly #map: ReadonlyMap<string, unknown>
  #keys: Iterator<string, undefined>

  constructor(map: ReadonlyMap<string, unknown>) {
    this.#map = map
    this.#keys = map.keys()
  }

  /** The oldest key; it must be deleted, or it is passed over until the next round. */
  next(): string | undefined {
    const next = this.#keys.next()
    if (!next.done) return next.value
    this.#keys = this.#map.keys()
    return this.#keys.next().value
  }
}
