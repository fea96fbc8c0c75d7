/**
 * Counts every captured frame exactly once, under (device, remote address,
 * protocol, service port), and points out the few frames that detection has to
 * see. One pass over the batch, no object per packet.
 *
 * The device is the endpoint in a local network. When both are, or neither, it
 * is the client: the side with the higher port, or without ports the lower
 * address. The service port is the lower of the two. Both rules look the same
 * from either direction, so a conversation is one row.
 */

import { type Cidr, macBytes } from '@netwatcher/shared'
import type { PacketBatch } from '../capture/packet-source.js'
import { classifyControl } from './control-frames.js'
import { FlowTable, makeFlowEntry } from './flow-table.js'
import { HAND_OVER, HandOver, type HandOverClass } from './hand-over.js'
import { HeaderFields } from './header-fields.js'
import { LocalNetworks } from './local-networks.js'
import type { AccountTotals, TrafficBucket } from './traffic.js'
import { readTrafficRows } from './traffic-rows.js'

/** Protocol numbers from here on are EtherTypes of frames that are not IP. */
const NOT_IP = 256

export class Accountant {
  private readonly table: FlowTable
  private readonly handOver = new HandOver()
  private readonly fields = new HeaderFields()
  private readonly key = makeFlowEntry()
  private networks = new LocalNetworks([])
  private ownMacHigh = -1
  private ownMacLow = -1
  private packets = 0
  private bytes = 0
  private malformed = 0
  private overflowed = 0
  private foreignUnicast = 0
  private otherBytes = 0
  private otherPackets = 0

  constructor(options: { flowCapacity: number }) {
    this.table = new FlowTable(options.flowCapacity)
  }

  /** Both may be empty (a capture file): then private addresses are taken for local ones. */
  setLocal(subnets: readonly Cidr[], ownMac: string): void {
    this.networks = new LocalNetworks(subnets)
    if (ownMac === '') {
      this.ownMacHigh = -1
      this.ownMacLow = -1
      return
    }
    const view = new DataView(macBytes(ownMac).buffer)
    this.ownMacHigh = view.getUint16(0)
    this.ownMacLow = view.getInt32(2)
  }

  /** Calls back with the index of each frame that has to be decoded, after it was counted. */
  account(batch: PacketBatch, linkType: number, onControl: (index: number) => void): void {
    const { count, bytes, offsets, capturedLengths, wireLengths, timesMs } = batch
    const { fields } = this
    for (let i = 0; i < count; i++) {
      const wireLength = wireLengths[i] ?? 0
      fields.read(bytes, offsets[i] ?? 0, capturedLengths[i] ?? 0, wireLength, linkType)
      const isNew = this.count(wireLength)
      const kind = classifyControl(fields)
      if ((isNew || kind !== HAND_OVER.none) && this.takeShare(kind, isNew, timesMs[i] ?? 0)) onControl(i)
    }
  }

  /** Counts the frame; true when its source was not yet known as the sender of its flow. */
  private count(wireLength: number): boolean {
    const { fields, key, table } = this
    this.packets++
    this.bytes += wireLength
    if (fields.isMalformed) this.malformed++
    if (this.isForeignUnicast()) this.foreignUnicast++
    const isSent = this.isDeviceSource()
    this.fillKey(isSent)
    const slot = table.locate(key)
    if (slot < 0) {
      this.overflowed++
      this.otherPackets++
      this.otherBytes += wireLength
      return true
    }
    if (isSent) return table.addTx(slot, wireLength)
    const isFirst = table.addRx(slot, wireLength)
    return table.replacePeer(slot, fields.sourceMacHigh, fields.sourceMacLow) || isFirst
  }

  private isForeignUnicast(): boolean {
    const { fields, ownMacHigh, ownMacLow } = this
    return (
      ownMacHigh >= 0 &&
      !fields.isGroup &&
      (fields.destinationMacLow !== ownMacLow || fields.destinationMacHigh !== ownMacHigh) &&
      (fields.sourceMacLow !== ownMacLow || fields.sourceMacHigh !== ownMacHigh)
    )
  }

  private isDeviceSource(): boolean {
    const { fields, networks } = this
    if (fields.isGroup || fields.family === 0) return true
    if (fields.family === 4) {
      if (fields.destination3 >>> 28 >= 14) return true // multicast and limited broadcast
      const isLocal = networks.hasIpv4(fields.source3)
      return isLocal !== networks.hasIpv4(fields.destination3) ? isLocal : this.isClientSource()
    }
    if (fields.destination0 >>> 24 === 0xff) return true // multicast
    const { source0, source1, source2, source3 } = fields
    const { destination0, destination1, destination2, destination3 } = fields
    const isLocal = networks.hasIpv6(source0, source1, source2, source3)
    const isOtherLocal = networks.hasIpv6(destination0, destination1, destination2, destination3)
    return isLocal !== isOtherLocal ? isLocal : this.isClientSource()
  }

  /** Of two local or two remote endpoints. */
  private isClientSource(): boolean {
    const { fields } = this
    if (fields.sourcePort !== fields.destinationPort) return fields.sourcePort > fields.destinationPort
    if (fields.family === 6) {
      if (fields.source0 !== fields.destination0) return isBelow(fields.source0, fields.destination0)
      if (fields.source1 !== fields.destination1) return isBelow(fields.source1, fields.destination1)
      if (fields.source2 !== fields.destination2) return isBelow(fields.source2, fields.destination2)
    }
    return isBelow(fields.source3, fields.destination3)
  }

  private fillKey(isSent: boolean): void {
    const { fields, key } = this
    key.family = fields.family
    key.macHigh = isSent ? fields.sourceMacHigh : fields.destinationMacHigh
    key.macLow = isSent ? fields.sourceMacLow : fields.destinationMacLow
    key.servicePort = Math.min(fields.sourcePort, fields.destinationPort)
    if (fields.family === 0) {
      key.protocol = NOT_IP + fields.etherType
      key.device3 = 0
      key.remote3 = 0
      return
    }
    key.protocol = fields.protocol
    key.device3 = isSent ? fields.source3 : fields.destination3
    key.remote3 = isSent ? fields.destination3 : fields.source3
    if (fields.family === 4) return
    key.device0 = isSent ? fields.source0 : fields.destination0
    key.device1 = isSent ? fields.source1 : fields.destination1
    key.device2 = isSent ? fields.source2 : fields.destination2
    key.remote0 = isSent ? fields.destination0 : fields.source0
    key.remote1 = isSent ? fields.destination1 : fields.source1
    key.remote2 = isSent ? fields.destination2 : fields.source2
  }

  private takeShare(kind: HandOverClass, isNew: boolean, timeMs: number): boolean {
    const { fields, handOver } = this
    if (kind !== HAND_OVER.none && handOver.take(kind, timeMs)) return true
    const isNewMac = isNew && handOver.isNewMac(fields.sourceMacHigh, fields.sourceMacLow)
    if (isNewMac && handOver.take(HAND_OVER.newMac, timeMs)) return true
    if (isNew && handOver.take(HAND_OVER.newFlow, timeMs)) return true
    handOver.withheld++
    return false
  }

  /** What was counted since the last call; the table starts afresh. */
  takeBucket(startMs: number, endMs: number): TrafficBucket {
    const { otherBytes, otherPackets } = this
    const rows = readTrafficRows(this.table)
    this.table.clear()
    this.otherBytes = 0
    this.otherPackets = 0
    return { startMs, durationMs: endMs - startMs, rows, otherBytes, otherPackets }
  }

  totals(): AccountTotals {
    const { packets, bytes, malformed, overflowed, foreignUnicast } = this
    const { count: flows, capacity: flowCapacity } = this.table
    const { withheld } = this.handOver
    return { packets, bytes, malformed, overflowed, foreignUnicast, flows, flowCapacity, withheld }
  }
}

/** Compares words as unsigned numbers. */
function isBelow(word: number, other: number): boolean {
  return word >>> 0 < other >>> 0
}
