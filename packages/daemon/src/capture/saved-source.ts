/**
 * A packet source over a file that libpcap does not read whole: pcapng of
 * several link types, what is compressed by gzip (RFC 1952), PPP and 802.11.
 * Streams, so that neither a long file nor a bomb fills the memory.
 */

import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { NetWatcherError } from '@netwatcher/shared'
import type { OpenedFile } from '../os/opened-file.js'
import { convertLink } from './link-conversion.js'
import { type LeftOut, LINKTYPE_ETHERNET, type PacketBatch, type PacketSource } from './packet-source.js'
import { type SavedFrame, SavefileReader, truncated } from './savefile.js'

const BATCH_FRAMES = 1024
const BATCH_BYTES = 1024 * 1024

export class SavedSource implements PacketSource {
  /** Each batch says its own. */
  readonly linkType = LINKTYPE_ETHERNET
  readonly done: Promise<void>
  private settle: { resolve: () => void; reject: (error: unknown) => void } | null = null
  private stream: Readable | null = null
  private readonly unreadable: Record<LeftOut, number> = { encrypted: 0, no_data: 0 }
  private received = 0
  private isClosed = false

  constructor(
    /** Opened before rights are given up; closed by this. */
    private readonly file: OpenedFile,
    private readonly format: { isGzip: boolean },
  ) {
    this.done = new Promise((resolve, reject) => {
      this.settle = { resolve, reject }
    })
  }

  start(onBatch: (batch: PacketBatch) => void): void {
    const file = this.file.stream()
    const stream = this.format.isGzip ? decompressed(file) : file
    this.stream = stream
    this.deliver(stream, onBatch).then(
      () => this.settle?.resolve(),
      (error: unknown) => {
        if (this.isClosed) this.settle?.resolve()
        else this.settle?.reject(toNetWatcherError(error))
      },
    )
  }

  statistics() {
    return { received: this.received, dropped: 0, interfaceDropped: 0 }
  }

  leftOut() {
    return this.unreadable
  }

  close(): void {
    const wasClosed = this.isClosed
    this.isClosed = true
    if (this.stream) this.stream.destroy()
    else if (!wasClosed) this.file.close()
    this.settle?.resolve()
  }

  private async deliver(stream: Readable, onBatch: (batch: PacketBatch) => void): Promise<void> {
    const reader = new SavefileReader()
    const pending = new Pending((batch) => {
      if (this.isClosed) return
      this.received += batch.count
      onBatch(batch)
    })
    try {
      for await (const piece of stream) {
        for (const frame of reader.push(piece)) this.add(pending, frame)
        pending.flush()
      }
      reader.end()
    } finally {
      pending.flush()
    }
    this.refuseUnreadable()
  }

  private add(pending: Pending, frame: SavedFrame): void {
    const converted = convertLink(frame)
    if (typeof converted === 'string') this.unreadable[converted]++
    else pending.add(converted)
  }

  private refuseUnreadable(): void {
    const { encrypted, no_data: noData } = this.unreadable
    if (this.received > 0 || encrypted + noData === 0) return
    throw new NetWatcherError(
      'invalid_argument',
      'NOTHING_READABLE',
      `The capture has no unencrypted data: ${encrypted} frames are encrypted, ${noData} are management, control or negotiation`,
    )
  }
}

/** Frames of one link type, until they are handed over. */
class Pending {
  private frames: SavedFrame[] = []
  private size = 0

  constructor(private readonly onBatch: (batch: PacketBatch) => void) {}

  add(frame: SavedFrame): void {
    const isOther = this.frames[0] !== undefined && this.frames[0].linkType !== frame.linkType
    if (isOther || this.frames.length >= BATCH_FRAMES || this.size >= BATCH_BYTES) this.flush()
    this.frames.push(frame)
    this.size += frame.bytes.length
  }

  flush(): void {
    const { frames, size } = this
    const [first] = frames
    if (first === undefined) return
    this.frames = []
    this.size = 0
    const bytes = new Uint8Array(size)
    const offsets = new Uint32Array(frames.length)
    let at = 0
    frames.forEach((frame, i) => {
      offsets[i] = at
      bytes.set(frame.bytes, at)
      at += frame.bytes.length
    })
    this.onBatch({
      count: frames.length,
      linkType: first.linkType,
      bytes,
      offsets,
      capturedLengths: Uint32Array.from(frames, (frame) => frame.bytes.length),
      wireLengths: Uint32Array.from(frames, (frame) => frame.wireLength),
      timesMs: Float64Array.from(frames, (frame) => frame.timeMs),
    })
  }
}

function decompressed(file: Readable): Readable {
  const gunzip = createGunzip()
  file.on('error', (error) => gunzip.destroy(error))
  gunzip.on('close', () => file.destroy())
  return file.pipe(gunzip)
}

function toNetWatcherError(cause: unknown): unknown {
  if (cause instanceof NetWatcherError || !(cause instanceof Error)) return cause
  // zlib's word for a compressed file that was cut off.
  if ('code' in cause && cause.code === 'Z_BUF_ERROR') return truncated()
  return new NetWatcherError('unavailable', 'CAPTURE_FAILED', cause.message, { cause })
}
