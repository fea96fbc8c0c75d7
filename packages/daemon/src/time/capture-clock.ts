/**
 * Capture time: the one timeline of a sensor, on which frames, own questions,
 * ticks and windows all lie. It is the time of the frames' stamps as long as
 * the wall clock runs, and unlike that it never goes back and never jumps when
 * the clock is set: then only the offset between the two changes. Wall time is
 * for what leaves the sensor.
 */

import type { PacketBatch } from '../capture/packet-source.js'

/** Frames of a multi-queue capture arrive in slightly wrong order; a stamp that is older than this is of a clock that was set back. */
export const REORDER_MS = 2000

export interface CaptureClock {
  /** Capture time now. */
  nowMs(): number
  /**
   * Looks whether the wall clock was set before the frames that come now, the
   * first of them stamped `stampMs` (null: none came). The step in milliseconds,
   * 0 when there was none; after one, capture time goes on at `nowMs()`.
   */
  takeStep(stampMs: number | null): number
  /** The end (exclusive) of the frames of `batch` from `first` on between which the clock was not set. */
  runEnd(batch: PacketBatch, first: number): number
  /** Of a frame's stamp. Slightly out of order where the frames are. */
  toCaptureMs(stampMs: number): number
  /** What the wall clock showed at that capture time: milliseconds since 1970-01-01 UTC. */
  toWallMs(captureMs: number): number
}
