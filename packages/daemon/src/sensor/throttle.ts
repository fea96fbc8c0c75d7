/**
 * Lets the same thing pass once per interval, so that a host that is seen a
 * thousand times a second is reported now and then. Bounded: what was let pass
 * longest ago is forgotten first, and at worst reported again.
 */

export class Throttle {
  private readonly passedMs = new Map<string, number>()

  constructor(
    private readonly intervalMs: number,
    private readonly capacity: number,
  ) {}

  pass(key: string, nowMs: number): boolean {
    const lastMs = this.passedMs.get(key)
    if (lastMs !== undefined && nowMs - lastMs < this.intervalMs) return false
    // Inserted anew, so that the map stays in order of time.
    this.passedMs.delete(key)
    this.passedMs.set(key, nowMs)
    const [oldest] = this.passedMs.size > this.capacity ? this.passedMs.keys() : []
    if (oldest !== undefined) this.passedMs.delete(oldest)
    return true
  }
}
