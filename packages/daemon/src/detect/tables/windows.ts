/**
 * Counting over a span of packet time in bounded memory: how many different
 * values, how many events. A clock that goes back starts the count afresh.
 */

/** Different values met within `windowMs`, at most `capacity` of them. */
export class DistinctWindow {
  readonly #windowMs: number
  readonly #capacity: number
  /** When each value was last met, the longest ago first. */
  readonly #lastMs = new Map<string, number>()
  #nowMs = Number.NEGATIVE_INFINITY

  constructor(windowMs: number, capacity: number) {
    this.#windowMs = windowMs
    this.#capacity = capacity
  }

  /** Number of different values within the window, this one included. */
  add(value: string, nowMs: number): number {
    this.#expire(nowMs)
    this.#lastMs.delete(value)
    this.#lastMs.set(value, nowMs)
    if (this.#lastMs.size > this.#capacity) this.#dropOldest()
    return this.#lastMs.size
  }

  size(nowMs: number): number {
    this.#expire(nowMs)
    return this.#lastMs.size
  }

  has(value: string): boolean {
    return this.#lastMs.has(value)
  }

  delete(value: string): void {
    this.#lastMs.delete(value)
  }

  values(): IterableIterator<string> {
    return this.#lastMs.keys()
  }

  clear(): void {
    this.#lastMs.clear()
  }

  #expire(nowMs: number): void {
    if (nowMs < this.#nowMs) this.#lastMs.clear()
    this.#nowMs = nowMs
    for (const [value, lastMs] of this.#lastMs) {
      if (nowMs - lastMs < this.#windowMs) return
      this.#lastMs.delete(value)
    }
  }

  #dropOldest(): void {
    for (const value of this.#lastMs.keys()) {
      this.#lastMs.delete(value)
      return
    }
  }
}

/** Events within the last `windowMs`, to within the part of the previous window that still counts. */
export class RateWindow {
  readonly #windowMs: number
  #startMs = Number.NEGATIVE_INFINITY
  #current = 0
  #previous = 0

  constructor(windowMs: number) {
    this.#windowMs = windowMs
  }

  add(nowMs: number): number {
    this.#roll(nowMs)
    this.#current++
    const share = 1 - (nowMs - this.#startMs) / this.#windowMs
    return this.#current + Math.floor(this.#previous * share)
  }

  #roll(nowMs: number): void {
    const elapsedMs = nowMs - this.#startMs
    if (elapsedMs >= 0 && elapsedMs < this.#windowMs) return
    const isNext = elapsedMs >= this.#windowMs && elapsedMs < 2 * this.#windowMs
    this.#previous = isNext ? this.#current : 0
    this.#startMs = isNext ? this.#startMs + this.#windowMs : nowMs
    this.#current = 0
  }
}

/** True at most once per `intervalMs`: repeats of a flood need not all be told. */
export class Throttle {
  readonly #intervalMs: number
  #lastMs = Number.NEGATIVE_INFINITY

  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs
  }

  isDue(nowMs: number): boolean {
    if (nowMs >= this.#lastMs && nowMs - this.#lastMs < this.#intervalMs) return false
    this.#lastMs = nowMs
    return true
  }
}
