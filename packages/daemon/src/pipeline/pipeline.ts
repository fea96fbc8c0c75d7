/**
 * From captured batches to events: count every frame, decode the few that
 * matter, show them to detection and to whoever else listens. A live sensor
 * and a replayed file run through this same class, so both give the same. All
 * of it runs on capture time; what comes out is in wall time.
 */

import type { PacketBatch } from '../capture/packet-source.js'
import type { DetectionEngine, DetectionOutput } from '../detect/engine/detection.js'
import type { TrafficBucket } from '../model/traffic.js'
import type { CaptureClock } from '../time/capture-clock.js'
import { ARP_REQUEST } from '../wire/arp.js'
import { decodeFrame } from '../wire/decode-frame.js'
import type { Packet } from '../wire/packet.js'
import { inWallTime } from './wall-time.js'

const TICK_MS = 500

/** The part of the accountant that is needed here. */
export interface FrameAccountant {
  /** Counts the batch and calls back with the index of each frame that is worth decoding. */
  account(batch: PacketBatch, linkType: number, onControl: (index: number) => void): void
  takeBucket(startMs: number, endMs: number): TrafficBucket
}

export interface PipelineParts {
  linkType: number
  clock: CaptureClock
  accountant: FrameAccountant
  engine: DetectionEngine
  /** Scanner and prober: see every decoded frame after the engine. The packet is only valid during the call. */
  observers: readonly ((packet: Packet) => void)[]
  bucketMs: number
  /** In wall time, as are buckets. */
  onOutput: (output: DetectionOutput) => void
  onBucket: (bucket: TrafficBucket) => void
  /** The wall clock was found to have been set; what went before has come out. */
  onClockStep: (stepMs: number) => void
}

export class Pipeline {
  /** Decoded frames that contradict their own protocol, beyond those that the accountant could not count. */
  malformed = 0
  /** Capture time. */
  private nowMs = Number.NEGATIVE_INFINITY
  private nextTickMs = Number.NEGATIVE_INFINITY
  private bucketStartMs = Number.NEGATIVE_INFINITY

  constructor(private readonly parts: PipelineParts) {}

  process(batch: PacketBatch): void {
    const { clock } = this.parts
    for (let first = 0; first < batch.count; ) {
      this.followClock(batch.timesMs[first] ?? null)
      const end = clock.runEnd(batch, first)
      this.count(end - first === batch.count ? batch : part(batch, first, end))
      first = end
    }
  }

  /** Lets time pass up to now, also where no frames come. */
  advance(): void {
    this.followClock(null)
    this.moveTo(this.parts.clock.nowMs())
  }

  /**
   * A frame that this process has sent: the kernel shows a packet socket all
   * frames but its own (skb_loop_sk of net/core/dev.c). Only questions matter
   * to detection, so that their answers are not taken for unasked: those are
   * never earlier, since time does not go back behind a question.
   */
  noteSent(frame: Uint8Array, sentMs: number): void {
    const { clock, linkType } = this.parts
    this.tickTo(sentMs)
    const packet = decodeFrame(frame, linkType, frame.length, this.nowMs, clock.toWallMs(this.nowMs))
    const { payload } = packet
    const isQuestion =
      (payload.type === 'arp' && payload.arp.operation === ARP_REQUEST) ||
      (payload.type === 'dns' && !payload.message.isResponse) ||
      (payload.type === 'icmpv6' && payload.icmp.kind === 'neighbor_solicitation')
    if (isQuestion) this.parts.engine.observe(packet)
  }

  /** The end of the capture: the last tick, the last bucket. */
  finish(): void {
    if (this.nowMs === Number.NEGATIVE_INFINITY) return
    this.parts.engine.tick(this.nowMs)
    this.flush({ isLast: true })
    this.rollBucket()
  }

  /** A bucket, like all else that has a beginning and a length, lies on one side of a step. */
  private followClock(stampMs: number | null): void {
    const { clock, onClockStep } = this.parts
    const stepMs = clock.takeStep(stampMs)
    if (stepMs === 0) return
    this.tickTo(clock.nowMs())
    this.flush()
    this.rollBucket()
    onClockStep(stepMs)
  }

  private count(batch: PacketBatch): void {
    const { accountant, linkType, clock } = this.parts
    accountant.account(batch, batch.linkType ?? linkType, (index) => this.inspect(batch, index))
    this.moveTo(clock.toCaptureMs(batch.timesMs[batch.count - 1] ?? 0))
  }

  private moveTo(timeMs: number): void {
    this.tickTo(timeMs)
    this.flush()
    if (this.nowMs - this.bucketStartMs >= this.parts.bucketMs) this.rollBucket()
  }

  private inspect(batch: PacketBatch, index: number): void {
    const offset = batch.offsets[index] ?? 0
    const bytes = batch.bytes.subarray(offset, offset + (batch.capturedLengths[index] ?? 0))
    const stampMs = batch.timesMs[index] ?? 0
    this.tickTo(this.parts.clock.toCaptureMs(stampMs))
    const wireLength = batch.wireLengths[index] ?? 0
    const linkType = batch.linkType ?? this.parts.linkType
    const packet = decodeFrame(bytes, linkType, wireLength, this.nowMs, stampMs)
    if (packet.payload.type === 'malformed' && packet.payload.layer !== 'ip') this.malformed++
    this.parts.engine.observe(packet)
    for (const observe of this.parts.observers) observe(packet)
  }

  /** Time never goes back; frames that are out of order take that of the newest. */
  private tickTo(timeMs: number): void {
    this.nowMs = Math.max(this.nowMs, timeMs)
    if (this.bucketStartMs === Number.NEGATIVE_INFINITY) this.bucketStartMs = this.nowMs
    if (this.nowMs < this.nextTickMs) return
    this.parts.engine.tick(this.nowMs)
    this.nextTickMs = this.nowMs + TICK_MS
  }

  private flush(options = { isLast: false }): void {
    const output = this.parts.engine.drain(options)
    const { alerts, hosts, names, clues, probes } = output
    if ([alerts, hosts, names, clues, probes].some((list) => list.length > 0))
      this.parts.onOutput(inWallTime(output, this.parts.clock))
  }

  /** Not while a batch is being counted: the accountant is at work on it then. */
  private rollBucket(): void {
    const bucket = this.parts.accountant.takeBucket(this.bucketStartMs, this.nowMs)
    this.bucketStartMs = this.nowMs
    if (bucket.rows.length > 0 || bucket.otherPackets > 0)
      this.parts.onBucket({ ...bucket, startMs: this.parts.clock.toWallMs(bucket.startMs) })
  }
}

/** The frames from `first` to before `end`, in the same memory. */
function part(batch: PacketBatch, first: number, end: number): PacketBatch {
  return {
    count: end - first,
    bytes: batch.bytes,
    offsets: batch.offsets.subarray(first, end),
    capturedLengths: batch.capturedLengths.subarray(first, end),
    wireLengths: batch.wireLengths.subarray(first, end),
    timesMs: batch.timesMs.subarray(first, end),
  }
}
