/**
 * Byte strings in one piece of memory, the oldest overwritten by the newest.
 * As objects of their own, megabytes that live for minutes and then die are
 * collected late: the process would hold several times what it keeps.
 */

export class ByteRing {
  /** The system gives it no memory before it is written to. */
  private readonly memory: Uint8Array
  /** Where the oldest string begins, and where the newest ends; equal only when there is none. */
  private tail = 0
  private head = 0

  constructor(capacity: number) {
    this.memory = new Uint8Array(capacity)
  }

  /** Keeps a copy and gives its place; null when older strings have to be freed before. */
  push(bytes: Uint8Array): number | null {
    const place = this.findPlace(bytes.length)
    if (place === null) return null
    this.memory.set(bytes, place)
    this.head = place + bytes.length
    return place
  }

  /** A copy. */
  read(place: number, length: number): Uint8Array {
    return this.memory.slice(place, place + length)
  }

  /** Forgets all strings before the one at `place`; null: all. */
  freeBefore(place: number | null): void {
    this.tail = place ?? 0
    if (place === null) this.head = 0
  }

  private findPlace(length: number): number | null {
    if (this.head < this.tail) return length < this.tail - this.head ? this.head : null
    if (length <= this.memory.length - this.head) return this.head
    return length < this.tail ? 0 : null
  }
}
