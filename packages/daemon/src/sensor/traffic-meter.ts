/**
 * Holds all that one sensor has told of traffic against the time since it was
 * started and the speed of its link. Each report may be plausible for the time
 * that it names, and all of them together be more than anybody can have sent:
 * one that was taken over could make sums overflow with them.
 */

import { MOST_BYTES_PER_MS, SECOND_MS } from '@netwatcher/shared'
import { fail } from '../convert/checks.js'
import type { TrafficBucket } from '../model/traffic.js'

/** Both directions, and four times what the driver says: virtual cards carry more than they promise. */
const BYTES_PER_MS_OF_MEGABIT = 2 * 4 * 125
/** What a slower one may become without our seeing it, Mbit/s. */
const LEAST_SPEED = 1000
/** Spans are told in whole milliseconds, and frames come in blocks. */
const SLACK_MS = SECOND_MS

export class TrafficMeter {
  private bytes = 0
  private packets = 0
  private speed: number | null = null

  /** `sinceMs`: when the sensor was started. */
  constructor(private readonly sinceMs: number) {}

  /** In Mbit/s, null where it is not known. What went over a faster one before is not forgotten. */
  setSpeed(megabits: number | null): void {
    if (megabits !== null) this.speed = Math.max(this.speed ?? LEAST_SPEED, megabits)
  }

  /** Throws ReportError where that cannot be. */
  take({ durationMs, rows, otherBytes, otherPackets }: TrafficBucket, nowMs: number): void {
    const passedMs = nowMs - this.sinceMs + SLACK_MS
    if (durationMs > passedMs) fail('a span longer than there has been time')
    this.bytes += rows.reduce((sum, { txBytes, rxBytes }) => sum + txBytes + rxBytes, otherBytes)
    this.packets += rows.reduce((sum, { txPackets, rxPackets }) => sum + txPackets + rxPackets, otherPackets)
    // A frame has more than one byte.
    if (Math.max(this.bytes, this.packets) > passedMs * this.bytesPerMs()) fail('so much traffic in all')
  }

  private bytesPerMs(): number {
    return this.speed === null
      ? MOST_BYTES_PER_MS
      : Math.min(MOST_BYTES_PER_MS, this.speed * BYTES_PER_MS_OF_MEGABIT)
  }
}
