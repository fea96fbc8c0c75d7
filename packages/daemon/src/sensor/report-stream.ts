/**
 * Reads the messages that a sensor writes, a few in each turn of the event
 * loop: a bucket of a flood comes in many, and calls over gRPC are to be
 * answered between them.
 */

import type { Readable } from 'node:stream'
import type { Timers } from '../time/timers.js'
import { FrameReader } from './framing.js'

export interface ReportStreamHandlers {
  /** Throws when the sensor cannot be trusted any more. */
  onMessage(message: Buffer): void
  /** Once; no message follows. */
  onFault(error: unknown): void
  /** For how long nothing more should be read. */
  pauseMs(): number
}

/** Some milliseconds of work. */
const BYTES_AT_ONCE = 16 * 1024

export class ReportStream {
  private readonly waiting: Buffer[] = []
  private readonly reader = new FrameReader((message) => this.waiting.push(message))
  private isScheduled = false
  private isBroken = false
  private isClosed = false
  private onDrained = () => {}

  constructor(
    private readonly stream: Readable,
    private readonly timers: Timers,
    private readonly handlers: ReportStreamHandlers,
  ) {}

  start(): void {
    this.stream.on('data', (chunk: Buffer) => this.take(chunk))
    this.stream.on('close', () => {
      this.isClosed = true
      this.settle()
    })
  }

  /** Calls back when every message has been handled and none can follow. */
  whenDrained(callback: () => void): void {
    this.onDrained = callback
    this.settle()
  }

  private take(chunk: Buffer): void {
    if (this.isBroken) return
    this.stream.pause()
    this.attempt(() => this.reader.push(chunk))
    if (!this.isScheduled) this.work()
  }

  private work(): void {
    this.isScheduled = false
    this.attempt(() => this.handleSome())
    if (this.isBroken) this.waiting.length = 0
    if (this.waiting.length > 0) {
      this.isScheduled = true
      setImmediate(() => this.work())
      return
    }
    const pauseMs = this.isBroken ? 0 : this.handlers.pauseMs()
    if (pauseMs === 0) this.stream.resume()
    else this.timers.after(pauseMs, () => this.stream.resume())
    this.settle()
  }

  private handleSome(): void {
    for (let bytes = 0; bytes < BYTES_AT_ONCE; ) {
      const message = this.waiting.shift()
      if (!message) return
      bytes += message.length
      this.handlers.onMessage(message)
    }
  }

  private attempt(action: () => void): void {
    try {
      action()
    } catch (error) {
      this.isBroken = true
      this.handlers.onFault(error)
    }
  }

  private settle(): void {
    if (!this.isBroken && (!this.isClosed || this.waiting.length > 0)) return
    this.onDrained()
    this.onDrained = () => {}
  }
}
