/**
 * Counts every captured frame exactly once, under (device, remote address,
 * protocol, service port), and points out the few frames that detection has to
 * see. Frames are read a run at a time and then counted, without an object per
 * packet: reading is a loop over the headers, counting one over the table.
 */

import { type Cidr, macBytes } from '@netwatcher/shared'
import { LINKTYPE_ETHERNET, type PacketBatch } from '../capture/packet-source.js'
import { NO_FACTS } from '../model/interface.js'
import type { TrafficBucket } from '../model/traffic.js'
import { isFlowNews } from './flow-news.js'
import { FlowTable } from './flow-table.js'
import { DIRECTION, FrameRun, type Locality, RECORD, RUN_FRAMES } from './frame-run.js'
import { GeneralFrames } from './general-frames.js'
import { HAND_OVER, HandOver, type HandOverClass } from './hand-over.js'
import { localNetworks } from './local-networks.js'
import { readPlainFrames } from './plain-frames.js'
import { SecondViews } from './second-view.js'
import { Senders } from './senders.js'
import type { AccountTotals } from './totals.js'
import { readTrafficRows } from './traffic-rows.js'

// Copies, because the compiler folds constants of this module only.
const UNREAD = DIRECTION.unread
const SENT = DIRECTION.sent
const RECORD_WORDS = RECORD.words
const SOURCE_HIGH = RECORD.sourceMacHigh
const SOURCE_LOW = RECORD.sourceMacLow
const NO_CLASS = HAND_OVER.none

export class Accountant {
  private readonly table: FlowTable
  private readonly maxRows: number
  private readonly run = new FrameRun()
  private readonly general = new GeneralFrames()
  private readonly handOver = new HandOver()
  private readonly senders = new Senders()
  private locality: Locality = { networks: localNetworks([]), ownMacHigh: -1, ownMacLow: -1 }
  private secondViews = new SecondViews(NO_FACTS)
  private packets = 0
  private bytes = 0
  private overflowed = 0
  private otherBytes = 0
  private otherPackets = 0

  /** Of a bucket with more flows than `maxRows` only the largest become rows. */
  constructor(options: { flowCapacity: number; maxRows?: number }) {
    this.table = new FlowTable(options.flowCapacity)
    this.maxRows = options.maxRows ?? options.flowCapacity
  }

  /** Both may be empty (a capture file): then private addresses are taken for local ones. */
  setLocal(subnets: readonly Cidr[], ownMac: string): void {
    const networks = localNetworks(subnets)
    if (ownMac === '') this.locality = { networks, ownMacHigh: -1, ownMacLow: -1 }
    else {
      const view = new DataView(macBytes(ownMac).buffer)
      this.locality = { networks, ownMacHigh: view.getUint16(0), ownMacLow: view.getInt32(2) }
    }
  }

  setSecondViews(facts: ConstructorParameters<typeof SecondViews>[0]): void {
    this.secondViews = new SecondViews(facts)
  }

  /** Calls back with the index of each frame that has to be decoded, after it was counted. */
  account(batch: PacketBatch, linkType: number, onControl: (index: number) => void): void {
    const { run, general, locality } = this
    const { directions } = run
    const view = new DataView(batch.bytes.buffer, batch.bytes.byteOffset, batch.bytes.byteLength)
    for (let first = 0; first < batch.count; first += RUN_FRAMES) {
      const count = Math.min(RUN_FRAMES, batch.count - first)
      run.clear()
      if (linkType === LINKTYPE_ETHERNET) readPlainFrames(run, batch, view, first, count, locality)
      for (let i = 0; i < count; i++) {
        if (directions[i] === UNREAD) general.read(run, i, batch, view, first + i, linkType, locality)
      }
      this.countRun(batch, first, count, linkType, onControl)
    }
  }

  private countRun(
    batch: PacketBatch,
    first: number,
    count: number,
    linkType: number,
    onControl: (index: number) => void,
  ): void {
    const { wireLengths } = batch
    const { table } = this
    const { records, directions, classes, hashes } = this.run
    table.hashAll(records, RECORD_WORDS, count, hashes)
    let runBytes = 0
    for (let i = 0; i < count; i++) {
      const wireLength = wireLengths[first + i] ?? 0
      runBytes += wireLength
      const record = i * RECORD_WORDS
      const flow = table.locate(records, record, hashes[i] ?? 0)
      // Whether the sender was not yet known as one of this flow.
      let isNew = true
      if (flow < 0) this.countOther(wireLength)
      else if (directions[i] === SENT) isNew = table.addTx(flow, wireLength)
      else {
        isNew = table.addRx(
          flow,
          wireLength,
          records[record + SOURCE_HIGH] ?? 0,
          records[record + SOURCE_LOW] ?? 0,
        )
      }
      if ((isNew || classes[i] !== NO_CLASS) && this.isHandedOver(batch, first, i, isNew, linkType))
        onControl(first + i)
    }
    this.packets += count
    this.bytes += runBytes
  }

  private countOther(wireLength: number): void {
    this.overflowed++
    this.otherPackets++
    this.otherBytes += wireLength
  }

  private isHandedOver(
    batch: PacketBatch,
    first: number,
    i: number,
    isNew: boolean,
    linkType: number,
  ): boolean {
    const { run, handOver, senders } = this
    const timeMs = batch.timesMs[first + i] ?? 0
    const kind = (run.classes[i] ?? NO_CLASS) as HandOverClass
    if (kind !== NO_CLASS && handOver.take(kind, timeMs)) return true
    const isNews = isNew && this.isNews(batch, first + i, i, linkType)
    if (isNews && senders.isNewMac(run.records, i * RECORD_WORDS) && handOver.take(HAND_OVER.newMac, timeMs))
      return true
    if (isNews && handOver.take(HAND_OVER.news, timeMs)) return true
    if (isNews || kind !== NO_CLASS) handOver.withheld++
    return false
  }

  /** Whether the first frame of a flow tells detection anything. */
  private isNews(batch: PacketBatch, index: number, i: number, linkType: number): boolean {
    const { records, directions } = this.run
    const record = i * RECORD_WORDS
    const isSent = directions[i] === SENT
    if (isFlowNews(records, record, isSent, batch, index, linkType)) return true
    return this.senders.isNew(records, record, isSent)
  }

  /** What was counted since the last call; the table starts afresh. */
  takeBucket(startMs: number, endMs: number): TrafficBucket {
    const { rows, ...rest } = readTrafficRows(this.table, this.maxRows, this.secondViews)
    const otherBytes = this.otherBytes + rest.otherBytes
    const otherPackets = this.otherPackets + rest.otherPackets
    this.table.clear()
    this.senders.forget()
    this.otherBytes = 0
    this.otherPackets = 0
    return { startMs, durationMs: endMs - startMs, rows, otherBytes, otherPackets }
  }

  totals(): AccountTotals {
    const { packets, bytes, overflowed } = this
    const { malformed, foreignUnicast } = this.run
    const { count: flows, capacity: flowCapacity } = this.table
    const { withheld } = this.handOver
    return { packets, bytes, malformed, overflowed, foreignUnicast, flows, flowCapacity, withheld }
  }
}
