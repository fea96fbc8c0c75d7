/**
 * From captured batches to events: count every frame, decode the few that
 * matter, show them to detection and to whoever else listens. A live sensor
 * and a replayed file run through this same class, and time only comes from
 * the frames (and, on a quiet link, from `advance`), so both give the same.
 */

import type { PacketBatch } from '../capture/packet-source.js'
import type { DetectionEngine, DetectionOutput } from '../detect/engine/detection.js'
import type { TrafficBucket } from '../model/traffic.js'
import { decodeFrame } from '../wire/decode-frame.js'
import type { Packet } from '../wire/packet.js'

const TICK_MS = 1000
/** Frames of a multi-queue capture arrive slightly out of order; more than this is a clock that was set back. */
const CLOCK_STEP_MS = 60_000

/** The part of the accountant that is needed here. */
export interface FrameAccountant {
  /** Counts the batch and calls back with the index of each frame that is worth decoding. */
  account(batch: PacketBatch, linkType: number, onControl: (index: number) => void): void
  takeBucket(startMs: number, endMs: number): TrafficBucket
}

export interface PipelineParts {
  linkType: number
  accountant: FrameAccountant
  engine: DetectionEngine
  /** Scanner and prober: see every decoded frame after the engine. The packet is only valid during the call. */
  observers: readonly ((packet: Packet) => void)[]
  bucketMs: number
  onOutput: (output: DetectionOutput) => void
  onBucket: (bucket: TrafficBucket) => void
}

export class Pipeline {
  /** Decoded frames that contradict their own protocol, beyond those that the accountant could not count. */
  malformed = 0
  private nowMs = Number.NEGATIVE_INFINITY
  private nextTickMs = Number.NEGATIVE_INFINITY
  private bucketStartMs = Number.NEGATIVE_INFINITY

  constructor(private readonly parts: PipelineParts) {}

  process(batch: PacketBatch): void {
    if (batch.count === 0) return
    const { accountant, linkType } = this.parts
    accountant.account(batch, linkType, (index) => this.inspect(batch, index))
    this.advance(batch.timesMs[batch.count - 1] ?? this.nowMs)
  }

  /** Lets time pass up to `timeMs`, also where no frames come. */
  advance(timeMs: number): void {
    this.tickTo(timeMs)
    this.flush()
    if (this.nowMs - this.bucketStartMs >= this.parts.bucketMs) this.rollBucket()
  }

  /**
   * A frame that this process has sent: the kernel shows a packet socket all
   * frames but its own (skb_loop_sk of net/core/dev.c). Only questions matter
   * to detection, so that their answers are not taken for unasked.
   */
  noteSent(frame: Uint8Array, timeMs: number): void {
    const packet = decodeFrame(frame, this.parts.linkType, frame.length, timeMs)
    const { payload } = packet
    const isQuestion =
      payload.type === 'arp' || (payload.type === 'icmpv6' && payload.icmp.kind === 'neighbor_solicitation')
    if (isQuestion) this.parts.engine.observe(packet)
  }

  /** The end of the capture: the last tick, the last bucket. */
  finish(): void {
    if (this.nowMs === Number.NEGATIVE_INFINITY) return
    this.parts.engine.tick(this.nowMs)
    this.flush({ isLast: true })
    this.rollBucket()
  }

  private inspect(batch: PacketBatch, index: number): void {
    const offset = batch.offsets[index] ?? 0
    const bytes = batch.bytes.subarray(offset, offset + (batch.capturedLengths[index] ?? 0))
    this.tickTo(batch.timesMs[index] ?? this.nowMs)
    const packet = decodeFrame(bytes, this.parts.linkType, batch.wireLengths[index] ?? 0, this.nowMs)
    if (packet.payload.type === 'malformed' && packet.payload.layer !== 'ip') this.malformed++
    this.parts.engine.observe(packet)
    for (const observe of this.parts.observers) observe(packet)
  }

  private tickTo(timeMs: number): void {
    if (this.nowMs - timeMs > CLOCK_STEP_MS) {
      this.nextTickMs = timeMs
      this.bucketStartMs = timeMs
      this.nowMs = timeMs
    }
    this.nowMs = Math.max(this.nowMs, timeMs)
    if (this.bucketStartMs === Number.NEGATIVE_INFINITY) this.bucketStartMs = this.nowMs
    if (this.nowMs < this.nextTickMs) return
    this.parts.engine.tick(this.nowMs)
    this.nextTickMs = this.nowMs + TICK_MS
  }

  private flush(options = { isLast: false }): void {
    const output = this.parts.engine.drain(options)
    if (output.alerts.length + output.hosts.length + output.names.length + output.probes.length > 0)
      this.parts.onOutput(output)
  }

  /** Not while a batch is being counted: the accountant is at work on it then. */
  private rollBucket(): void {
    const bucket = this.parts.accountant.takeBucket(this.bucketStartMs, this.nowMs)
    this.bucketStartMs = this.nowMs
    if (bucket.rows.length > 0 || bucket.otherPackets > 0) this.parts.onBucket(bucket)
  }
}
