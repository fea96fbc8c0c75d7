/**
 * Changes to bytes that know what formats are made of: lengths, counts,
 * borders, repeated parts. In place, since there are millions of them.
 */

import type { Random } from './fake-random.js'

const BORDERS = [0, 1, 2, 3, 4, 7, 8, 0x0f, 0x10, 0x3f, 0x40, 0x7f, 0x80, 0xc0, 0xfe, 0xff]
const MAX_BYTES = 2048
const MAX_PART = 40

export class Mutator {
  private readonly bytes = new Uint8Array(MAX_BYTES)
  private length = 0

  constructor(private readonly random: Random) {}

  /** A changed copy of `source`, perhaps with an end of `other`. */
  mutate(source: Uint8Array, other: Uint8Array): Uint8Array {
    this.length = Math.min(source.length, MAX_BYTES)
    this.bytes.set(source.subarray(0, this.length))
    for (let edits = 1 + this.random.int(6); edits > 0; edits--) this.edit(other)
    return this.bytes.slice(0, this.length)
  }

  private edit(other: Uint8Array): void {
    const { random, bytes } = this
    const at = random.int(this.length + 1)
    switch (random.int(8)) {
      case 0:
        bytes[at] = random.int(256)
        return
      case 1:
        bytes[at] = random.pick(BORDERS)
        return
      case 2:
        this.setWord(at, random.pick([0, 1, this.length, this.length - at, 0x7fff, 0x8000, 0xffff]))
        return
      case 3:
        bytes[at] = (bytes[at] ?? 0) ^ (1 << random.int(8))
        return
      case 4:
        this.length = at
        return
      case 5:
        this.insert(at, bytes.slice(at, Math.min(this.length, at + 1 + random.int(MAX_PART))))
        return
      case 6:
        this.length = at
        this.insert(at, other.subarray(random.int(other.length + 1)))
        return
      default:
        this.insert(at, random.bytes(random.int(24)))
    }
  }

  private setWord(at: number, value: number): void {
    this.bytes[at] = value >> 8
    this.bytes[at + 1] = value & 0xff
  }

  private insert(at: number, part: Uint8Array): void {
    const end = Math.min(MAX_BYTES, this.length + part.length)
    this.bytes.copyWithin(at + part.length, at, this.length)
    this.bytes.set(part.subarray(0, MAX_BYTES - at), at)
    this.length = end
  }
}
