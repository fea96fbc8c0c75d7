/**
 * Writes a pcapng file (draft-ietf-opsawg-pcapng) of one interface: section
 * header, interface description with name and microsecond times, and one
 * enhanced packet block per frame with a comment that Wireshark shows beside
 * it. Little-endian throughout.
 */

const SECTION_HEADER = 0x0a0d0d0a
const INTERFACE_DESCRIPTION = 1
const ENHANCED_PACKET = 6
const BYTE_ORDER_MAGIC = 0x1a2b3c4d
const OPTION_END = 0
const OPTION_COMMENT = 1
const OPTION_INTERFACE_NAME = 2
const OPTION_APPLICATION = 4
const OPTION_TIME_RESOLUTION = 9

export interface EvidenceFrame {
  timeMs: number
  /** Bytes on the wire; more than `bytes` when the frame was cut. */
  wireLength: number
  bytes: Uint8Array
  comment: string
}

interface Option {
  code: number
  value: Uint8Array
}

const utf8 = new TextEncoder()

export function writePcapng(
  interfaceName: string,
  linkType: number,
  frames: readonly EvidenceFrame[],
): Uint8Array {
  return concatenate([
    sectionHeader(),
    interfaceDescription(interfaceName, linkType),
    ...frames.map((frame) => enhancedPacket(frame)),
  ])
}

function sectionHeader(): Uint8Array {
  const body = new Uint8Array(16)
  const view = new DataView(body.buffer)
  view.setUint32(0, BYTE_ORDER_MAGIC, true)
  view.setUint16(4, 1, true)
  view.setBigInt64(8, -1n, true)
  return block(SECTION_HEADER, body, [{ code: OPTION_APPLICATION, value: utf8.encode('NetWatcher') }])
}

function interfaceDescription(name: string, linkType: number): Uint8Array {
  const body = new Uint8Array(8)
  new DataView(body.buffer).setUint16(0, linkType, true)
  return block(INTERFACE_DESCRIPTION, body, [
    { code: OPTION_INTERFACE_NAME, value: utf8.encode(name) },
    { code: OPTION_TIME_RESOLUTION, value: Uint8Array.of(6) },
  ])
}

function enhancedPacket(frame: EvidenceFrame): Uint8Array {
  const body = new Uint8Array(20 + padded(frame.bytes.length))
  const view = new DataView(body.buffer)
  const microseconds = BigInt(Math.round(Math.max(0, frame.timeMs) * 1000))
  view.setUint32(4, Number(microseconds >> 32n), true)
  view.setUint32(8, Number(microseconds & 0xffffffffn), true)
  view.setUint32(12, frame.bytes.length, true)
  view.setUint32(16, Math.max(frame.wireLength, frame.bytes.length), true)
  body.set(frame.bytes, 20)
  return block(ENHANCED_PACKET, body, [{ code: OPTION_COMMENT, value: utf8.encode(frame.comment) }])
}

/** Type, total length, body, options, total length again. */
function block(type: number, body: Uint8Array, options: Option[]): Uint8Array {
  const encoded = encodeOptions(options)
  const total = 12 + body.length + encoded.length
  const bytes = new Uint8Array(total)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, type, true)
  view.setUint32(4, total, true)
  bytes.set(body, 8)
  bytes.set(encoded, 8 + body.length)
  view.setUint32(total - 4, total, true)
  return bytes
}

function encodeOptions(options: Option[]): Uint8Array {
  const used = options.filter((option) => option.value.length > 0)
  if (used.length === 0) return new Uint8Array(0)
  const parts = [...used, { code: OPTION_END, value: new Uint8Array(0) }].map(({ code, value }) => {
    const bytes = new Uint8Array(4 + padded(value.length))
    const view = new DataView(bytes.buffer)
    view.setUint16(0, code, true)
    view.setUint16(2, value.length, true)
    bytes.set(value, 4)
    return bytes
  })
  return concatenate(parts)
}

/** Blocks and options are padded to 32 bits. */
function padded(length: number): number {
  return (length + 3) & ~3
}

function concatenate(parts: Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let offset = 0
  for (const part of parts) {
    bytes.set(part, offset)
    offset += part.length
  }
  return bytes
}
