/**
 * Messages on a pipe: four bytes of length (big-endian), then the message. The
 * other end may be a sensor that hostile packets have taken over, so a length
 * is checked before anything is kept for it.
 */

import { MIB } from '@netwatcher/shared'

export const MAX_FRAME_BYTES = 4 * MIB

const HEADER_BYTES = 4

export class FrameError extends Error {}

export function encodeFrame(message: Uint8Array): Buffer {
  if (message.length > MAX_FRAME_BYTES) throw new FrameError(`message of ${message.length} bytes is too long`)
  const frame = Buffer.allocUnsafe(HEADER_BYTES + message.length)
  frame.writeUInt32BE(message.length)
  frame.set(message, HEADER_BYTES)
  return frame
}

/** Cuts a byte stream into messages; holds at most one unfinished message. */
export class FrameReader {
  private chunks: Buffer[] = []
  private pendingBytes = 0
  /** Bytes that complete what is being read; the header first. */
  private wantedBytes = HEADER_BYTES
  private isReadingHeader = true

  constructor(private readonly onMessage: (message: Buffer) => void) {}

  /** Throws FrameError when the stream cannot be trusted any more. */
  push(chunk: Buffer): void {
    this.chunks.push(chunk)
    this.pendingBytes += chunk.length
    if (this.pendingBytes < this.wantedBytes) return
    let bytes = this.chunks.length === 1 ? chunk : Buffer.concat(this.chunks)
    while (bytes.length >= this.wantedBytes) {
      const part = bytes.subarray(0, this.wantedBytes)
      bytes = bytes.subarray(this.wantedBytes)
      this.take(part)
    }
    this.chunks = bytes.length > 0 ? [bytes] : []
    this.pendingBytes = bytes.length
  }

  private take(part: Buffer): void {
    if (!this.isReadingHeader) {
      this.expectHeader()
      this.onMessage(part)
      return
    }
    const length = part.readUInt32BE()
    if (length === 0 || length > MAX_FRAME_BYTES)
      throw new FrameError(`message length ${length} is not allowed`)
    this.isReadingHeader = false
    this.wantedBytes = length
  }

  private expectHeader(): void {
    this.isReadingHeader = true
    this.wantedBytes = HEADER_BYTES
  }
}
