/** Batches made of given frames, with other bytes between them: what a reader must not look at. */

import type { PacketBatch } from '../capture/packet-source.js'

export interface BatchFrame {
  bytes: Uint8Array
  /** More than was captured, when the snap length cut the frame. */
  wireLength?: number
  timeMs?: number
}

/** `stale` fills the memory around the frames, as frames of earlier batches do. */
export function makeBatch(frames: BatchFrame[], stale = 0xff): PacketBatch {
  const gap = 64
  const total = frames.reduce((sum, { bytes }) => sum + bytes.length + gap, gap)
  const batch = {
    count: frames.length,
    bytes: new Uint8Array(total).fill(stale),
    offsets: new Uint32Array(frames.length),
    capturedLengths: new Uint32Array(frames.length),
    wireLengths: new Uint32Array(frames.length),
    timesMs: new Float64Array(frames.length),
  }
  let offset = gap
  for (const [i, { bytes, wireLength, timeMs }] of frames.entries()) {
    batch.bytes.set(bytes, offset)
    batch.offsets[i] = offset
    batch.capturedLengths[i] = bytes.length
    batch.wireLengths[i] = wireLength ?? bytes.length
    batch.timesMs[i] = timeMs ?? 0
    offset += bytes.length + gap
  }
  return batch
}
