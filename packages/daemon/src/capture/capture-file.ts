/** Writes frames as a capture file (pcap-savefile(5), nanosecond variant), for tests of what reads them. */

export interface FileFrame {
  timeMs: number
  bytes: Uint8Array
  /** Length on the wire when it is more than was captured. */
  wireLength?: number
}

const MAGIC_NANOSECONDS = 0xa1b23c4d
const HEADER_BYTES = 24
const RECORD_HEADER_BYTES = 16

export function encodeCaptureFile(linkType: number, frames: FileFrame[]): Uint8Array {
  const total = frames.reduce((sum, frame) => sum + RECORD_HEADER_BYTES + frame.bytes.length, HEADER_BYTES)
  const file = new Uint8Array(total)
  const view = new DataView(file.buffer)
  view.setUint32(0, MAGIC_NANOSECONDS)
  view.setUint16(4, 2) // version 2.4
  view.setUint16(6, 4)
  view.setUint32(16, 262144) // snap length
  view.setUint32(20, linkType)
  let offset = HEADER_BYTES
  for (const { timeMs, bytes, wireLength } of frames) {
    const seconds = Math.floor(timeMs / 1000)
    view.setUint32(offset, seconds)
    view.setUint32(offset + 4, Math.round((timeMs - seconds * 1000) * 1e6))
    view.setUint32(offset + 8, bytes.length)
    view.setUint32(offset + 12, wireLength ?? bytes.length)
    file.set(bytes, offset + RECORD_HEADER_BYTES)
    offset += RECORD_HEADER_BYTES + bytes.length
  }
  return file
}
