/**
 * Reads the frames of an evidence file (pcapng, draft-ietf-opsawg-pcapng) in the
 * browser, so that no server has to look into bytes from the network for it.
 * Total: what is damaged ends the list.
 */

export interface Frame {
  /** Counted from 1, as reasons refer to it. */
  number: number
  /** Milliseconds since 1970-01-01 UTC. */
  timeMs: number
  /** Bytes on the wire; more than `bytes` when it was cut. */
  wireLength: number
  bytes: Uint8Array
  comment: string
  /** LINKTYPE of its interface: 1 is Ethernet. */
  linkType: number
}

const SECTION_HEADER = 0x0a0d0d0a
const INTERFACE_DESCRIPTION = 1
const ENHANCED_PACKET = 6
const BYTE_ORDER_MAGIC = 0x1a2b3c4d
const OPTION_COMMENT = 1
/** Type, length, and the length again. */
const LEAST_BLOCK = 12
const PACKET_HEADER = 20

export function readPcapng(file: Uint8Array): Frame[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const frames: Frame[] = []
  const linkTypes: number[] = []
  for (let offset = 0; offset + LEAST_BLOCK <= file.length; ) {
    const type = view.getUint32(offset, true)
    const length = view.getUint32(offset + 4, true)
    const end = offset + length
    if (length < LEAST_BLOCK || length % 4 !== 0 || end > file.length) break
    if (type === SECTION_HEADER && view.getUint32(offset + 8, true) !== BYTE_ORDER_MAGIC) break
    if (type === INTERFACE_DESCRIPTION) linkTypes.push(view.getUint16(offset + 8, true))
    if (type === ENHANCED_PACKET) {
      const frame = readPacket(file, view, offset + 8, end - 4, linkTypes)
      if (frame === null) break
      frames.push({ number: frames.length + 1, ...frame })
    }
    offset = end
  }
  return frames
}

function readPacket(
  file: Uint8Array,
  view: DataView,
  offset: number,
  end: number,
  linkTypes: readonly number[],
): Omit<Frame, 'number'> | null {
  const start = offset + PACKET_HEADER
  if (start > end) return null
  const captured = view.getUint32(offset + 12, true)
  if (captured > end - start) return null
  const microseconds = view.getUint32(offset + 4, true) * 2 ** 32 + view.getUint32(offset + 8, true)
  return {
    timeMs: microseconds / 1000,
    wireLength: view.getUint32(offset + 16, true),
    bytes: file.slice(start, start + captured),
    comment: readComment(file, view, start + padded(captured), end),
    linkType: linkTypes[view.getUint32(offset, true)] ?? -1,
  }
}

function readComment(file: Uint8Array, view: DataView, start: number, end: number): string {
  for (let offset = start; offset + 4 <= end; ) {
    const code = view.getUint16(offset, true)
    const length = view.getUint16(offset + 2, true)
    if (code === 0 || offset + 4 + length > end) return ''
    if (code === OPTION_COMMENT) {
      return new TextDecoder().decode(file.subarray(offset + 4, offset + 4 + length))
    }
    offset += 4 + padded(length)
  }
  return ''
}

/** Blocks and options are padded to 32 bits. */
function padded(length: number): number {
  return (length + 3) & ~3
}
