/**
 * Gives memory back after a flood. V8 keeps what it has once taken for as long
 * as little happens, and then a sensor of a quiet network would stay as large
 * as its worst minute had made it. Collecting everything takes tens of
 * milliseconds, which the kernel's ring bridges easily while little arrives.
 */

import { MIB } from '@netwatcher/shared'

export interface ProcessMemory {
  residentBytes(): number
  /** Collects all garbage, and returns what is free. */
  collect(): void
}

/** Frames since the last call, some 5 s ago: a link with less has time to spare. */
const QUIET_FRAMES = 20_000
/** Growth that is worth it. */
const MIN_GROWTH_BYTES = 4 * MIB

export class MemoryRelease {
  private lowestBytes: number
  private framesBefore = 0

  constructor(private readonly memory: ProcessMemory) {
    this.lowestBytes = memory.residentBytes()
  }

  /** Call every few seconds with the number of frames since the start. */
  check(frames: number): void {
    const isQuiet = frames - this.framesBefore < QUIET_FRAMES
    this.framesBefore = frames
    const resident = this.memory.residentBytes()
    this.lowestBytes = Math.min(this.lowestBytes, resident)
    if (!isQuiet || resident - this.lowestBytes < MIN_GROWTH_BYTES) return
    this.memory.collect()
    // What is left is in use: it is not asked for again.
    this.lowestBytes = this.memory.residentBytes()
  }
}
