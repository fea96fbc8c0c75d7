/**
 * Reads the headers of HTTP/2 frames (RFC 9113, section 4.1) that go by on a
 * connection, and the first bytes of those that end it. What is in frames is
 * HTTP/2's own matter; this only tells that they are there.
 */

const HEADER_BYTES = 9
const GOAWAY = 7
/** Of a GOAWAY: the last stream and the error code (section 6.8). */
const GOAWAY_BYTES = 8

export interface Frame {
  type: number
  /** Of a GOAWAY; 0 of all others. */
  errorCode: number
}

export class FrameReader {
  /** What has come of a header, and what belongs to it. */
  private head = Buffer.alloc(0)
  /** Bytes of the payload that are still to come. */
  private left = 0

  /** `skipped` bytes of the connection come before the first frame. */
  constructor(skipped: number) {
    this.left = skipped
  }

  /** The frames of which so much has been seen by the end of `chunk` that they can be told. */
  read(chunk: Uint8Array): Frame[] {
    const frames: Frame[] = []
    for (let offset = 0; offset < chunk.length; ) {
      const skipped = Math.min(this.left, chunk.length - offset)
      this.left -= skipped
      offset += skipped
      if (offset === chunk.length) break
      const taken = chunk.subarray(offset, offset + this.missing())
      this.head = Buffer.concat([this.head, taken])
      offset += taken.length
      if (this.missing() === 0) frames.push(this.finish())
    }
    return frames
  }

  /** Bytes of the head that have not come yet. */
  private missing(): number {
    if (this.head.length < HEADER_BYTES) return HEADER_BYTES - this.head.length
    return HEADER_BYTES + this.kept() - this.head.length
  }

  /** Bytes of the payload that belong to the head. */
  private kept(): number {
    return this.head[3] === GOAWAY ? Math.min(GOAWAY_BYTES, this.head.readUIntBE(0, 3)) : 0
  }

  private finish(): Frame {
    const { head } = this
    const hasCode = head.length === HEADER_BYTES + GOAWAY_BYTES
    const frame = { type: head[3] ?? 0, errorCode: hasCode ? head.readUInt32BE(HEADER_BYTES + 4) : 0 }
    this.left = head.readUIntBE(0, 3) - this.kept()
    this.head = Buffer.alloc(0)
    return frame
  }
}
