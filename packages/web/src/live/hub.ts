/**
 * Live events for the browser. Each gets a number; a bounded buffer of the last
 * ones lets a page that was away go on where it stopped (Last-Event-ID). A
 * reader that is too slow, or was away too long, is told to fetch everything
 * again (`reset`) instead of growing a queue.
 */

import type { LiveNews } from '../views/live-event.js'

export interface LiveMessage {
  id: string
  news: LiveNews
}

export interface Subscription {
  /** Nothing will come any more: somebody else got its place, or the process ends. */
  readonly isClosed: boolean
  /** The next message; null when `signal` was aborted or the time is over. */
  next(signal: AbortSignal, timeoutMs: number): Promise<LiveMessage | null>
  close(): void
}

const BUFFERED = 1_000
const QUEUED = 500

export class LiveHub {
  private readonly buffer: LiveMessage[] = []
  private readonly subscribers = new Set<Subscriber>()
  private sequence = 0

  constructor(
    /** Tells ids of this process from those of an earlier one. */
    private readonly runId: string,
    private readonly maxSubscribers: number,
  ) {}

  get subscriberCount(): number {
    return this.subscribers.size
  }

  publish(news: LiveNews): void {
    const message = { id: this.idOf(++this.sequence), news }
    this.buffer.push(message)
    if (this.buffer.length > BUFFERED) this.buffer.shift()
    for (const subscriber of this.subscribers) subscriber.push(message, this.resetMessage())
  }

  /**
   * `holder` is whose stream it is. When there are as many as there may be, one
   * of whoever has most of them ends; null when that is the one who asks.
   */
  subscribe(lastEventId: string | null, holder: string): Subscription | null {
    if (this.subscribers.size >= this.maxSubscribers && !this.makeRoom(holder)) return null
    const subscriber = new Subscriber(holder, this.missedSince(lastEventId), (gone) =>
      this.subscribers.delete(gone),
    )
    this.subscribers.add(subscriber)
    return subscriber
  }

  close(): void {
    for (const subscriber of this.subscribers) subscriber.close()
  }

  private makeRoom(asking: string): boolean {
    const held = new Map<string, Subscriber[]>()
    for (const one of this.subscribers) held.set(one.holder, [...(held.get(one.holder) ?? []), one])
    const most = [...held.values()].reduce((most, some) => (some.length > most.length ? some : most))
    if ((held.get(asking)?.length ?? 0) >= most.length) return false
    most[0]?.close()
    return true
  }

  private idOf(sequence: number): string {
    return `${this.runId}-${sequence}`
  }

  private resetMessage(): LiveMessage {
    return { id: this.idOf(this.sequence), news: { type: 'reset' } }
  }

  private missedSince(lastEventId: string | null): LiveMessage[] {
    if (lastEventId === null) return []
    const [, runId, digits] = /^(\w+)-(\d{1,15})$/.exec(lastEventId) ?? []
    const last = runId === this.runId ? Number(digits) : Number.NaN
    const oldest = this.sequence - this.buffer.length
    if (Number.isNaN(last) || last < oldest || last > this.sequence) return [this.resetMessage()]
    return this.buffer.slice(last - oldest)
  }
}

class Subscriber implements Subscription {
  private wake: (() => void) | null = null
  private hasEnded = false

  constructor(
    readonly holder: string,
    private queue: LiveMessage[],
    private readonly onClose: (subscriber: Subscriber) => void,
  ) {}

  get isClosed(): boolean {
    return this.hasEnded
  }

  push(message: LiveMessage, reset: LiveMessage): void {
    if (this.queue.length >= QUEUED) this.queue = [reset]
    else this.queue.push(message)
    this.wake?.()
  }

  async next(signal: AbortSignal, timeoutMs: number): Promise<LiveMessage | null> {
    if (this.queue.length === 0 && !this.hasEnded && !signal.aborted) await this.wait(signal, timeoutMs)
    return this.hasEnded ? null : (this.queue.shift() ?? null)
  }

  close(): void {
    this.hasEnded = true
    this.onClose(this)
    this.wake?.()
  }

  private wait(signal: AbortSignal, timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const settle = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', settle)
        this.wake = null
        resolve()
      }
      const timer = setTimeout(settle, timeoutMs)
      signal.addEventListener('abort', settle)
      this.wake = settle
    })
  }
}
