/**
 * A packet source over one `cap` handle. The native side reads a batch into
 * memory that lives here, and calls back once per batch and turn of the event
 * loop, so timers and pipes are served however fast frames arrive.
 */

import { errorMessage, NetWatcherError } from '@netwatcher/shared'
import { type BatchArrays, Cap, type DeviceOptions, type FileOptions } from 'cap'
import type { CaptureStatistics, FrameSender, PacketBatch, PacketSource } from './packet-source.js'

/** About what a core's second-level cache holds: frames are copied there and read from there. */
const BATCH_BYTES = 1024 * 1024
const BATCH_FRAMES = 8192

export class CapSource implements PacketSource, FrameSender {
  readonly linkType: number
  readonly done: Promise<void>
  private readonly totals: CaptureStatistics = { received: 0, dropped: 0, interfaceDropped: 0 }
  private kernel: CaptureStatistics = { received: 0, dropped: 0, interfaceDropped: 0 }

  /** `cap` is open on `memory`, not yet started. */
  constructor(
    private readonly cap: Cap,
    private readonly memory: BatchArrays,
  ) {
    this.linkType = cap.linkType
    this.done = new Promise((resolve, reject) => {
      cap.once('end', resolve)
      cap.once('error', (error) => reject(toNetWatcherError(error)))
    })
  }

  start(onBatch: (batch: PacketBatch) => void): void {
    const { bytes, offsets, capturedLengths, wireLengths, times: timesMs } = this.memory
    const batch = { count: 0, bytes, offsets, capturedLengths, wireLengths, timesMs }
    const isFile = this.cap.statistics() === null
    this.cap.on('batch', (count) => {
      batch.count = count
      if (isFile) this.totals.received += count
      onBatch(batch)
    })
    this.cap.start()
  }

  /** The last figures known, once the source is closed. */
  statistics(): CaptureStatistics {
    const now = this.readKernelCounters()
    for (const name of ['received', 'dropped', 'interfaceDropped'] as const) {
      // The kernel's counters have 32 bits: a busy link wraps them within hours.
      this.totals[name] += (now[name] - this.kernel[name]) >>> 0
    }
    this.kernel = now
    return { ...this.totals }
  }

  private readKernelCounters(): CaptureStatistics {
    try {
      return this.cap.statistics() ?? this.kernel
    } catch {
      return this.kernel
    }
  }

  send(frame: Uint8Array): void {
    try {
      this.cap.send(frame)
    } catch (error) {
      throw toNetWatcherError(error)
    }
  }

  close(): void {
    this.statistics()
    this.cap.close()
    this.cap.emit('end')
  }
}

/** Opens at once, with the rights that the process has now; throws a NetWatcherError. */
export function openCap(options: Omit<DeviceOptions, 'batch'> | Omit<FileOptions, 'batch'>): CapSource {
  const memory: BatchArrays = {
    bytes: new Uint8Array(BATCH_BYTES),
    offsets: new Uint32Array(BATCH_FRAMES),
    capturedLengths: new Uint32Array(BATCH_FRAMES),
    wireLengths: new Uint32Array(BATCH_FRAMES),
    times: new Float64Array(BATCH_FRAMES),
  }
  const cap = new Cap()
  try {
    cap.open({ ...options, batch: memory })
  } catch (error) {
    throw toNetWatcherError(error)
  }
  return new CapSource(cap, memory)
}

function toNetWatcherError(cause: unknown): NetWatcherError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  const message = errorMessage(cause)
  switch (code) {
    case 'NO_SUCH_DEVICE':
      return new NetWatcherError('not_found', 'INTERFACE_NOT_FOUND', message, { cause })
    case 'PERMISSION_DENIED':
      return new NetWatcherError('permission_denied', 'CAPTURE_NOT_PERMITTED', message, { cause })
    case 'BAD_FILTER':
      return new NetWatcherError('invalid_argument', 'CAPTURE_FILTER_INVALID', message, { cause })
    case 'INTERFACE_DOWN':
      return new NetWatcherError('unavailable', 'INTERFACE_DOWN', message, { cause })
    default:
      return new NetWatcherError('unavailable', 'CAPTURE_FAILED', message, { cause })
  }
}
