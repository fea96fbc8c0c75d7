/** Frames in memory as a source of packets, and what mirror ports and lossy captures make of them: for tests. */

import type { FileFrame } from '../capture/capture-file.js'
import { LINKTYPE_ETHERNET, type PacketSource } from '../capture/packet-source.js'

export type Variation = (frames: readonly FileFrame[]) => FileFrame[]

/** IEEE 802.1Q: destination and source come before the tag. */
const ADDRESSES_BYTES = 12
const VLAN = 0x8100
const PROVIDER_VLAN = 0x88a8

/** All in one batch, on Ethernet. */
export function sourceOf(frames: readonly FileFrame[]): PacketSource {
  const bytes = new Uint8Array(frames.reduce((sum, frame) => sum + frame.bytes.length, 0))
  const offsets = new Uint32Array(frames.length)
  let end = 0
  for (const [i, frame] of frames.entries()) {
    offsets[i] = end
    bytes.set(frame.bytes, end)
    end += frame.bytes.length
  }
  const batch = {
    count: frames.length,
    bytes,
    offsets,
    capturedLengths: Uint32Array.from(frames, (frame) => frame.bytes.length),
    wireLengths: Uint32Array.from(frames, (frame) => frame.wireLength ?? frame.bytes.length),
    timesMs: Float64Array.from(frames, (frame) => frame.timeMs),
  }
  return {
    linkType: LINKTYPE_ETHERNET,
    start: (onBatch) => onBatch(batch),
    done: Promise.resolve(),
    statistics: () => ({ received: frames.length, dropped: 0, interfaceDropped: 0 }),
    close: () => {},
  }
}

/** In this VLAN, with a priority, as a trunk port shows it. */
function tagged(vlan: number): Variation {
  return (frames) => frames.map((frame) => withTag(frame, VLAN, vlan))
}

/** A customer's VLAN within a provider's (IEEE 802.1ad). */
export function taggedTwice(outer: number, inner: number): Variation {
  return (frames) => tagged(inner)(frames).map((frame) => withTag(frame, PROVIDER_VLAN, outer))
}

/** A mirror of one station's port that tags what goes out to it and not what comes in from it. */
export function taggedOneWay(vlan: number): Variation {
  return (frames) => {
    const station = busiest(frames)
    return frames.map((frame) => (sourceOfFrame(frame) === station ? frame : withTag(frame, VLAN, vlan)))
  }
}

/** Some cards pad with what they had in their memory (CVE-2003-0001), some captures have the FCS at the end. */
export const padded: Variation = (frames) => {
  const random = randomNumbers(1)
  return frames.map((frame) =>
    withTrailer(
      frame,
      Uint8Array.from({ length: 22 }, () => random() * 256),
    ),
  )
}

/** A mirror of both directions, or of two ports. */
export function doubled(afterMs: number): Variation {
  return (frames) =>
    frames
      .flatMap((frame) => [frame, { ...frame, timeMs: frame.timeMs + afterMs }])
      .sort((a, b) => a.timeMs - b.timeMs)
}

/** This share of the frames is missing. */
export function lossy(share: number): Variation {
  return (frames) => {
    const random = randomNumbers(2)
    return frames.filter(() => random() >= share)
  }
}

function withTag({ timeMs, bytes, wireLength }: FileFrame, etherType: number, vlan: number): FileFrame {
  const tag = [etherType >> 8, etherType & 0xff, 0x20 | (vlan >> 8), vlan & 0xff]
  const whole = new Uint8Array(bytes.length + tag.length)
  whole.set(bytes.subarray(0, ADDRESSES_BYTES))
  whole.set(tag, ADDRESSES_BYTES)
  whole.set(bytes.subarray(ADDRESSES_BYTES), ADDRESSES_BYTES + tag.length)
  return { timeMs, bytes: whole, wireLength: (wireLength ?? bytes.length) + tag.length }
}

/** Of a frame that was captured whole. */
function withTrailer(frame: FileFrame, trailer: Uint8Array): FileFrame {
  const { timeMs, bytes, wireLength = bytes.length } = frame
  if (wireLength > bytes.length) return frame
  const whole = new Uint8Array(bytes.length + trailer.length)
  whole.set(bytes)
  whole.set(trailer, bytes.length)
  return { timeMs, bytes: whole, wireLength: whole.length }
}

function sourceOfFrame({ bytes }: FileFrame): string {
  return bytes.subarray(6, ADDRESSES_BYTES).join()
}

function busiest(frames: readonly FileFrame[]): string {
  const counts = new Map<string, number>()
  for (const frame of frames) counts.set(sourceOfFrame(frame), (counts.get(sourceOfFrame(frame)) ?? 0) + 1)
  return [...counts].reduce((most, entry) => (entry[1] > most[1] ? entry : most), ['', 0])[0]
}

/** The same every time: mulberry32 of Tommy Ettinger, from 0 to below 1. */
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
