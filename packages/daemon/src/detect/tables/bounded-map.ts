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
  readonly #probation = new Segment<V>()
  readonly #proven = new Segment<V>()

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
    const key = this.#probation.oldest() ?? this.#proven.oldest()
    if (key === undefined) return
    this.#probation.delete(key)
    this.#proven.delete(key)
    this.evicted++
  }

  #demoteOldest(): void {
    const key = this.#proven.oldest()
    const value = key === undefined ? undefined : this.#proven.get(key)
    if (key === undefined || value === undefined) return
    this.#proven.delete(key)
    this.#probation.set(key, value)
  }
}

/** Entries in the order in which they were set. */
class Segment<V> {
  readonly #entries = new Map<string, V>()
  /** Kept, for a new one would walk over all the holes that deletions at the front have left. */
  #fromOldest: Iterator<string, undefined> | null = null
  /** Since it was last moved on. */
  #changes = 0

  get size(): number {
    return this.#entries.size
  }

  get(key: string): V | undefined {
    return this.#entries.get(key)
  }

  has(key: string): boolean {
    return this.#entries.has(key)
  }

  set(key: string, value: V): void {
    this.#entries.set(key, value)
    this.#change()
  }

  delete(key: string): void {
    if (this.#entries.delete(key)) this.#change()
  }

  keys(): IterableIterator<string> {
    return this.#entries.keys()
  }

  values(): IterableIterator<V> {
    return this.#entries.values()
  }

  /** The oldest key; it must be deleted, or it is passed over until the next round. */
  oldest(): string | undefined {
    this.#changes = 0
    const next = this.#fromOldest?.next()
    if (next && !next.done) return next.value
    this.#fromOldest = this.#entries.keys()
    return this.#fromOldest.next().value
  }

  /**
   * A map is moved to a new hash table every so many changes, and an iterator
   * holds all of them since the one that it stands in: one that is not used for
   * long is let go, after more changes than there can be holes to walk over.
   */
  #change(): void {
    if (++this.#changes > 2 * this.#entries.size) this.#fromOldest = null
  }
}
