/**
 * Any frame, one at a time: reads its headers, decides which endpoint is the
 * device, and writes its flow key.
 *
 * The device is the endpoint in a local network; of a frame to a group, and of
 * one that is not IP, the sender. When both endpoints are local, or neither, it
 * is the client: the side with the higher port, or without ports the lower
 * address. The service port is the lower of the two. These rules look the same
 * from either direction, so a conversation is one row.
 */

import type { PacketBatch } from '../capture/packet-source.js'
import { classifyControl } from './control-frames.js'
import { FAMILY_SHIFT, KEY } from './flow-table.js'
import { DIRECTION, type FrameRun, type Locality, RECORD } from './frame-run.js'
import { HAND_OVER, type HandOverClass } from './hand-over.js'
import { HeaderFields } from './header-fields.js'
import { helloClass, LEAST_CAPTURED } from './hellos.js'

/** Protocol numbers from here on are EtherTypes of frames that are not IP. */
const NOT_IP = 256

export class GeneralFrames {
  private readonly fields = new HeaderFields()

  /** Reads frame `index` of the batch into place `i` of the run. */
  read(
    run: FrameRun,
    i: number,
    batch: PacketBatch,
    view: DataView,
    index: number,
    linkType: number,
    locality: Locality,
  ): void {
    const { fields } = this
    const captured = batch.capturedLengths[index] ?? 0
    fields.read(view, batch.offsets[index] ?? 0, captured, batch.wireLengths[index] ?? 0, linkType)
    if (fields.isMalformed) run.malformed++
    if (isForeignUnicast(fields, locality)) run.foreignUnicast++
    const isSent = isDeviceSource(fields, locality)
    run.directions[i] = isSent ? DIRECTION.sent : DIRECTION.received
    run.classes[i] = classify(fields, view, batch.offsets[index] ?? 0, captured)
    writeRecord(run.records, i * RECORD.words, fields, isSent)
  }
}

function classify(fields: HeaderFields, view: DataView, start: number, captured: number): HandOverClass {
  const kind = classifyControl(fields)
  if (kind !== HAND_OVER.none || captured < LEAST_CAPTURED || fields.payload < 0) return kind
  return helloClass(view, fields.payload, start + captured, fields.protocol)
}

function writeRecord(records: Int32Array, at: number, fields: HeaderFields, isSent: boolean): void {
  const { family, etherType, sourceMacHigh, sourceMacLow, destinationMacHigh, destinationMacLow } = fields
  const macHigh = isSent ? sourceMacHigh : destinationMacHigh
  const servicePort = Math.min(fields.sourcePort, fields.destinationPort)
  const protocol = family === 0 ? NOT_IP + etherType : fields.protocol
  records[at + KEY.macLow] = isSent ? sourceMacLow : destinationMacLow
  records[at + KEY.macHighPort] = (macHigh << 16) | servicePort
  records[at + KEY.familyProtocol] = (family << FAMILY_SHIFT) | protocol
  writeAddress(records, at + KEY.device, at + KEY.deviceWide, fields, isSent)
  writeAddress(records, at + KEY.remote, at + KEY.remoteWide, fields, !isSent)
  records[at + RECORD.sourceMacHigh] = sourceMacHigh
  records[at + RECORD.sourceMacLow] = sourceMacLow
  records[at + RECORD.sourcePort] = fields.sourcePort
}

function writeAddress(
  records: Int32Array,
  lastAt: number,
  wideAt: number,
  fields: HeaderFields,
  isSource: boolean,
): void {
  records[lastAt] = fields.family === 0 ? 0 : isSource ? fields.source3 : fields.destination3
  if (fields.family !== 6) return
  records[wideAt] = isSource ? fields.source0 : fields.destination0
  records[wideAt + 1] = isSource ? fields.source1 : fields.destination1
  records[wideAt + 2] = isSource ? fields.source2 : fields.destination2
}

function isForeignUnicast(fields: HeaderFields, { ownMacHigh, ownMacLow }: Locality): boolean {
  return (
    ownMacHigh >= 0 &&
    !fields.isGroup &&
    (fields.destinationMacLow !== ownMacLow || fields.destinationMacHigh !== ownMacHigh) &&
    (fields.sourceMacLow !== ownMacLow || fields.sourceMacHigh !== ownMacHigh)
  )
}

function isDeviceSource(fields: HeaderFields, { networks }: Locality): boolean {
  if (fields.isGroup || fields.family === 0) return true
  if (fields.family === 4) {
    if (fields.destination3 >>> 28 >= 14) return true // multicast and limited broadcast
    const isLocal = networks.hasIpv4(fields.source3)
    return isLocal !== networks.hasIpv4(fields.destination3) ? isLocal : isClientSource(fields)
  }
  if (fields.destination0 >>> 24 === 0xff) return true // multicast
  const { source0, source1, source2, source3 } = fields
  const { destination0, destination1, destination2, destination3 } = fields
  const isLocal = networks.hasIpv6(source0, source1, source2, source3)
  const isOtherLocal = networks.hasIpv6(destination0, destination1, destination2, destination3)
  return isLocal !== isOtherLocal ? isLocal : isClientSource(fields)
}

/** Of two local or two remote endpoints. */
function isClientSource(fields: HeaderFields): boolean {
  if (fields.sourcePort !== fields.destinationPort) return fields.sourcePort > fields.destinationPort
  if (fields.family === 6) {
    if (fields.source0 !== fields.destination0) return isBelow(fields.source0, fields.destination0)
    if (fields.source1 !== fields.destination1) return isBelow(fields.source1, fields.destination1)
    if (fields.source2 !== fields.destination2) return isBelow(fields.source2, fields.destination2)
  }
  return isBelow(fields.source3, fields.destination3)
}

/** Compares words as unsigned numbers. */
function isBelow(word: number, other: number): boolean {
  return word >>> 0 < other >>> 0
}
