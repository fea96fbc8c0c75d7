/**
 * The common case, as fast as it goes: TCP and UDP data over IPv4 or IPv6
 * without options, unicast, with at most one VLAN tag. Reads a run of frames
 * into flow keys; whatever is not plainly that (control traffic, fragments,
 * anything malformed or cut short) is left to the general path, which gives the
 * same answer for these frames too, at three times the cost.
 *
 * It is one long loop on purpose: without calls the compiler keeps everything
 * in registers and checks the arrays once.
 */

import type { PacketBatch } from '../capture/packet-source.js'
import { IS_SERVICE } from './control-frames.js'
import { FAMILY_SHIFT, KEY } from './flow-table.js'
import { DIRECTION, type FrameRun, type Locality, RECORD } from './frame-run.js'
import { helloClass, LEAST_CAPTURED } from './hellos.js'

// Copies, because the compiler folds constants of this module only.
const SENT = DIRECTION.sent
const RECEIVED = DIRECTION.received
const WORDS = RECORD.words
const SOURCE_HIGH = RECORD.sourceMacHigh
const SOURCE_LOW = RECORD.sourceMacLow
const SOURCE_PORT = RECORD.sourcePort
const MAC_LOW = KEY.macLow
const MAC_HIGH_PORT = KEY.macHighPort
const FAMILY_PROTOCOL = KEY.familyProtocol
const DEVICE = KEY.device
const REMOTE = KEY.remote
const DEVICE_WIDE = KEY.deviceWide
const REMOTE_WIDE = KEY.remoteWide

const MIN_CAPTURED = 54 // Ethernet, IPv4 and TCP without options; also a minimal frame with UDP
const TCP = 6
const UDP = 17
const IPV4 = 4 << FAMILY_SHIFT
const IPV6 = 6 << FAMILY_SHIFT
const MAY_BE_HELLO = LEAST_CAPTURED

/** Reads the `count` Ethernet frames from `first` on, as far as they are plain. `view` is over the batch's bytes. */
export function readPlainFrames(
  run: FrameRun,
  batch: PacketBatch,
  view: DataView,
  first: number,
  count: number,
  locality: Locality,
): void {
  const { offsets, capturedLengths, wireLengths } = batch
  const { directions, records, classes } = run
  const { networks, ownMacHigh, ownMacLow } = locality
  const { ipv4 } = networks
  const isService = IS_SERVICE
  let foreignUnicast = 0
  for (let i = 0; i < count; i++) {
    const start = offsets[first + i] ?? 0
    const captured = capturedLengths[first + i] ?? 0
    if (captured < MIN_CAPTURED) continue
    const destinationMacHigh = view.getUint16(start)
    if ((destinationMacHigh & 0x100) !== 0) continue // group address
    let etherType = view.getUint16(start + 12)
    let network = 14
    if (etherType === 0x8100) {
      etherType = view.getUint16(start + 16)
      network = 18
    }

    let at = start + network
    // What the captured bytes and the wire have room for behind the link header.
    let room = captured - network
    let length = 0
    let protocol = 0
    let headerLength = 8
    let isIpv6 = false
    let source = 0
    let destination = 0
    if (etherType === 0x0800) {
      const head = view.getInt32(at)
      length = head & 0xffff
      if (head >>> 24 !== 0x45 || (view.getUint16(at + 6) & 0x3fff) !== 0) continue
      if (length > (wireLengths[first + i] ?? 0) - network) continue
      protocol = view.getUint8(at + 9)
      source = view.getInt32(at + 12)
      destination = view.getInt32(at + 16)
      if (destination >>> 28 >= 14) continue // multicast, broadcast
      at += 20
      room -= 20
      length -= 20
    } else if (etherType === 0x86dd) {
      if (room < 60 || view.getUint8(at) >> 4 !== 6 || view.getUint8(at + 24) === 0xff) continue
      length = view.getUint16(at + 4)
      if (length > (wireLengths[first + i] ?? 0) - network - 40) continue
      protocol = view.getUint8(at + 6)
      source = view.getInt32(at + 20)
      destination = view.getInt32(at + 36)
      isIpv6 = true
      at += 40
      room -= 40
    } else continue

    if (protocol === TCP) {
      if (room < 20) continue
      const offsetAndFlags = view.getUint16(at + 12)
      headerLength = (offsetAndFlags >>> 12) * 4
      // ACK without SYN and RST: neither opens, accepts, refuses nor probes.
      if ((offsetAndFlags & 0x16) !== 0x10 || headerLength < 20 || headerLength > length) continue
    } else if (protocol === UDP) {
      const udpLength = view.getUint16(at + 4)
      if (room < 8 || udpLength < 8 || udpLength > length) continue
    } else continue
    const sourcePort = view.getUint16(at)
    const destinationPort = view.getUint16(at + 2)
    if (protocol === UDP && (isService[sourcePort] === 1 || isService[destinationPort] === 1)) continue

    let isLocal = false
    let isOtherLocal = false
    if (isIpv6) {
      isLocal = networks.hasIpv6At(view, at - 32)
      isOtherLocal = networks.hasIpv6At(view, at - 16)
    } else {
      for (let n = 0; n < ipv4.length; n += 2) {
        const network = ipv4[n] ?? 0
        const mask = ipv4[n + 1] ?? 0
        if ((source & mask) === network) isLocal = true
        if ((destination & mask) === network) isOtherLocal = true
      }
    }
    if (isLocal === isOtherLocal && sourcePort === destinationPort) continue
    const isSent = isLocal === isOtherLocal ? sourcePort > destinationPort : isLocal
    const servicePort = Math.min(sourcePort, destinationPort)

    const destinationMacLow = view.getInt32(start + 2)
    const sourceMacHigh = view.getUint16(start + 6)
    const sourceMacLow = view.getInt32(start + 8)
    const record = i * WORDS
    records[record + MAC_LOW] = isSent ? sourceMacLow : destinationMacLow
    records[record + MAC_HIGH_PORT] = ((isSent ? sourceMacHigh : destinationMacHigh) << 16) | servicePort
    records[record + FAMILY_PROTOCOL] = (isIpv6 ? IPV6 : IPV4) | protocol
    records[record + DEVICE] = isSent ? source : destination
    records[record + REMOTE] = isSent ? destination : source
    if (isIpv6) {
      const device = isSent ? at - 32 : at - 16
      const remote = isSent ? at - 16 : at - 32
      for (let word = 0; word < 3; word++) {
        records[record + DEVICE_WIDE + word] = view.getInt32(device + 4 * word)
        records[record + REMOTE_WIDE + word] = view.getInt32(remote + 4 * word)
      }
    }
    records[record + SOURCE_HIGH] = sourceMacHigh
    records[record + SOURCE_LOW] = sourceMacLow
    records[record + SOURCE_PORT] = sourcePort
    if (captured >= MAY_BE_HELLO) classes[i] = helloClass(view, at + headerLength, start + captured, protocol)
    directions[i] = isSent ? SENT : RECEIVED
    if (ownMacHigh < 0) continue
    const isOwn =
      (sourceMacLow === ownMacLow && sourceMacHigh === ownMacHigh) ||
      (destinationMacLow === ownMacLow && destinationMacHigh === ownMacHigh)
    if (!isOwn) foreignUnicast++
  }
  run.foreignUnicast += foreignUnicast
}
