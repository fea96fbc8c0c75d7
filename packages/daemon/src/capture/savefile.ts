/**
 * Reads capture files piece by piece: pcap (pcap-savefile(5)) and pcapng
 * (draft-ietf-opsawg-pcapng) with any number of sections and interfaces, each
 * with a link type, snap length and clock of its own, which libpcap refuses.
 * Pure and bounded: it holds one block at most.
 */

import { NetWatcherError } from '@netwatcher/shared'

export interface SavedFrame {
  linkType: number
  timeMs: number
  /** Valid only until the next piece is pushed. */
  bytes: Uint8Array
  wireLength: number
}

/** Longer than any frame with its options; a block that claims more is damage. */
const MAX_BLOCK_BYTES = 16 * 1024 * 1024
const MAX_INTERFACES = 65_536

const SECTION_HEADER = 0x0a0d0d0a
const BYTE_ORDER_MAGIC = 0x1a2b3c4d
const INTERFACE_DESCRIPTION = 1
const OLD_PACKET = 2
const SIMPLE_PACKET = 3
const ENHANCED_PACKET = 6
const OPTION_RESOLUTION = 9
const OPTION_OFFSET = 14

/** Magic numbers of pcap, by the units in a second. */
const PCAP_MAGICS = new Map([
  [0xa1b2c3d4, 1e6],
  [0xa1b23c4d, 1e9],
])

interface Format {
  littleEndian: boolean
  /** Null for pcapng. */
  pcap: { linkType: number; unitsPerSecond: number } | null
}

interface Interface {
  linkType: number
  snapLength: number
  unitsPerSecond: number
  offsetSeconds: number
}

export function isPcapng(head: Uint8Array): boolean {
  return head.length >= 4 && viewOf(head).getUint32(0) === SECTION_HEADER
}

export class SavefileReader {
  private rest: Uint8Array = new Uint8Array(0)
  private format: Format | null = null
  private interfaces: Interface[] = []
  private lastMs = 0

  /** Throws when the file ends in the middle of something. */
  end(): void {
    if (this.rest.length > 0 || this.format === null) throw truncated()
  }

  /** The frames that are whole now. Throws a NetWatcherError for what is no capture file or damaged. */
  *push(piece: Uint8Array): Generator<SavedFrame> {
    const bytes = this.rest.length === 0 ? piece : concat(this.rest, piece)
    let at = 0
    try {
      for (;;) {
        const length = this.nextLength(bytes.subarray(at))
        if (length === null || at + length > bytes.length) break
        const record = bytes.subarray(at, at + length)
        at += length
        const frame = this.read(record)
        if (frame !== null) yield frame
      }
    } finally {
      this.rest = bytes.slice(at)
    }
  }

  /** Bytes of the header, block or record that comes next; null when too few are there to tell. */
  private nextLength(bytes: Uint8Array): number | null {
    if (bytes.length < 12) return null
    const view = viewOf(bytes)
    if (this.format === null && !isPcapng(bytes)) return 24
    if (this.format?.pcap) {
      if (bytes.length < 16) return null
      return bounded(16 + view.getUint32(8, this.format.littleEndian))
    }
    const littleEndian = isPcapng(bytes) ? sectionOrder(view) : this.format?.littleEndian === true
    const length = view.getUint32(4, littleEndian)
    if (length < 12 || length % 4 !== 0) throw damaged(`block length ${length}`)
    return bounded(length)
  }

  private read(bytes: Uint8Array): SavedFrame | null {
    const view = viewOf(bytes)
    if (this.format === null && !isPcapng(bytes)) {
      this.format = pcapFormat(view)
      return null
    }
    if (this.format?.pcap) return this.readRecord(bytes, view, this.format.littleEndian, this.format.pcap)
    if (isPcapng(bytes)) {
      if (bytes.length < 28) throw damaged('section header is too short')
      this.format = { littleEndian: sectionOrder(view), pcap: null }
      this.interfaces = []
      return null
    }
    return this.readBlock(bytes, view, this.format?.littleEndian === true)
  }

  private readRecord(
    bytes: Uint8Array,
    view: DataView,
    littleEndian: boolean,
    { linkType, unitsPerSecond }: { linkType: number; unitsPerSecond: number },
  ): SavedFrame {
    const captured = view.getUint32(8, littleEndian)
    const fraction = view.getUint32(4, littleEndian) / unitsPerSecond
    return {
      linkType,
      timeMs: view.getUint32(0, littleEndian) * 1000 + fraction * 1000,
      bytes: bytes.subarray(16),
      wireLength: Math.max(captured, view.getUint32(12, littleEndian)),
    }
  }

  private readBlock(bytes: Uint8Array, view: DataView, littleEndian: boolean): SavedFrame | null {
    switch (view.getUint32(0, littleEndian)) {
      case INTERFACE_DESCRIPTION:
        if (this.interfaces.length >= MAX_INTERFACES) throw damaged('too many interfaces')
        this.interfaces.push(readInterface(bytes, view, littleEndian))
        return null
      case ENHANCED_PACKET:
        return this.readPacket(bytes, view, littleEndian, (at) => view.getUint32(at, littleEndian))
      case OLD_PACKET:
        return this.readPacket(bytes, view, littleEndian, (at) => view.getUint16(at, littleEndian))
      case SIMPLE_PACKET:
        return this.readSimplePacket(bytes, view, littleEndian)
      default:
        return null
    }
  }

  private readPacket(
    bytes: Uint8Array,
    view: DataView,
    littleEndian: boolean,
    interfaceAt: (at: number) => number,
  ): SavedFrame {
    if (bytes.length < 32) throw damaged('packet block is too short')
    const from = this.interfaceOf(interfaceAt(8))
    const captured = view.getUint32(20, littleEndian)
    if (28 + captured > bytes.length - 4) throw damaged('packet is longer than its block')
    const ticks = view.getUint32(12, littleEndian) * 0x100000000 + view.getUint32(16, littleEndian)
    this.lastMs = from.offsetSeconds * 1000 + ticks / (from.unitsPerSecond / 1000)
    return {
      linkType: from.linkType,
      timeMs: this.lastMs,
      bytes: bytes.subarray(28, 28 + captured),
      wireLength: Math.max(captured, view.getUint32(24, littleEndian)),
    }
  }

  /** Has neither interface nor time: the first, and that of the packet before. */
  private readSimplePacket(bytes: Uint8Array, view: DataView, littleEndian: boolean): SavedFrame {
    if (bytes.length < 16) throw damaged('packet block is too short')
    const { linkType, snapLength } = this.interfaceOf(0)
    const wireLength = view.getUint32(8, littleEndian)
    const captured = Math.min(wireLength, snapLength === 0 ? wireLength : snapLength)
    if (12 + captured > bytes.length - 4) throw damaged('packet is longer than its block')
    return { linkType, timeMs: this.lastMs, bytes: bytes.subarray(12, 12 + captured), wireLength }
  }

  private interfaceOf(index: number): Interface {
    const found = this.interfaces[index]
    if (found === undefined) throw damaged(`interface ${index} is not described`)
    return found
  }
}

function pcapFormat(view: DataView): Format {
  for (const littleEndian of [true, false]) {
    const unitsPerSecond = PCAP_MAGICS.get(view.getUint32(0, littleEndian))
    // The upper bits say how long an FCS is.
    if (unitsPerSecond !== undefined)
      return { littleEndian, pcap: { linkType: view.getUint32(20, littleEndian) & 0xffff, unitsPerSecond } }
  }
  throw new NetWatcherError('unavailable', 'CAPTURE_FAILED', 'unknown file format')
}

function sectionOrder(view: DataView): boolean {
  if (view.getUint32(8, true) === BYTE_ORDER_MAGIC) return true
  if (view.getUint32(8, false) === BYTE_ORDER_MAGIC) return false
  throw damaged('section without byte order')
}

function readInterface(bytes: Uint8Array, view: DataView, littleEndian: boolean): Interface {
  if (bytes.length < 20) throw damaged('interface description is too short')
  const described: Interface = {
    linkType: view.getUint16(8, littleEndian),
    snapLength: view.getUint32(12, littleEndian),
    unitsPerSecond: 1e6,
    offsetSeconds: 0,
  }
  const end = bytes.length - 4
  for (let at = 16; at + 4 <= end; ) {
    const code = view.getUint16(at, littleEndian)
    const length = view.getUint16(at + 2, littleEndian)
    if (code === 0 || at + 4 + length > end) break
    if (code === OPTION_RESOLUTION && length === 1) {
      const resolution = view.getUint8(at + 4)
      described.unitsPerSecond = (resolution & 0x80) === 0 ? 10 ** resolution : 2 ** (resolution & 0x7f)
    }
    if (code === OPTION_OFFSET && length === 8)
      described.offsetSeconds = Number(view.getBigInt64(at + 4, littleEndian))
    at += 4 + Math.ceil(length / 4) * 4
  }
  return described
}

function bounded(length: number): number {
  if (length > MAX_BLOCK_BYTES) throw damaged(`block of ${length} bytes`)
  return length
}

export function truncated(): NetWatcherError {
  return new NetWatcherError('unavailable', 'CAPTURE_FAILED', 'truncated dump file')
}

function damaged(what: string): NetWatcherError {
  return new NetWatcherError('unavailable', 'CAPTURE_FAILED', `damaged capture file: ${what}`)
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function concat(first: Uint8Array, second: Uint8Array): Uint8Array {
  const whole = new Uint8Array(first.length + second.length)
  whole.set(first)
  whole.set(second, first.length)
  return whole
}
