/**
 * What the wall clock showed at each capture time: the offset between the two
 * since each step. Bounded, since a file may step at every frame; of the
 * oldest times only the offset of the oldest step that is kept is known.
 */

const MAX_STEPS = 64

export class WallHistory {
  /** In order of time; the first is in force since ever. */
  readonly #offsets: { fromMs: number; offsetMs: number }[] = [
    { fromMs: Number.NEGATIVE_INFINITY, offsetMs: 0 },
  ]
  /** Wall time minus capture time, now. */
  offsetMs = 0

  /** From capture time `fromMs` on, the wall clock is `offsetMs` ahead of it. */
  add(fromMs: number, offsetMs: number): void {
    this.#offsets.push({ fromMs, offsetMs })
    if (this.#offsets.length > MAX_STEPS) this.#offsets.shift()
    this.offsetMs = offsetMs
  }

  toWallMs(captureMs: number): number {
    for (let i = this.#offsets.length - 1; i > 0; i--) {
      const offset = this.#offsets[i]
      if (offset && captureMs >= offset.fromMs) return captureMs + offset.offsetMs
    }
    return captureMs + (this.#offsets[0]?.offsetMs ?? 0)
  }
}
