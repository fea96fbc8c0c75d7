/**
 * Sends what waits for one channel, one message after the other, for as long
 * as the channel is there. A message that is not accepted is tried again after
 * waits that grow to a minute, and those behind it wait: what happened to a
 * device arrives in the order in which it happened. Nobody else waits for it.
 */

import { randomBytes } from 'node:crypto'
import { errorMessage, type Language, MINUTE_MS, NetWatcherError, SECOND_MS } from '@netwatcher/shared'
import type { Logger } from '../os/log.js'
import type { StoredChannel } from '../storage/channel-repository.js'
import type { Delivery, OutboxRepository } from '../storage/outbox-repository.js'
import { type Channel, SendError } from './channel.js'
import { summaryOf, withDropped } from './words.js'

const SEND_WITHIN_MS = 30 * SECOND_MS
const WAIT_FIRST_MS = SECOND_MS
const WAIT_MOST_MS = MINUTE_MS
const LOOK_MOST_MS = 30 * SECOND_MS
/** A message that will never be accepted must not hold up all others. */
const FINAL_ATTEMPTS = 5
/** Read at once; a summary stands for as many. */
const BATCH = 1000

export interface SenderParts {
  stored: StoredChannel
  channel: Channel
  outbox: OutboxRepository
  log: Logger
  nowMs: () => number
}

export class Sender {
  private readonly stopping = new AbortController()
  private wakeUp = () => {}
  /** Somebody called while nobody waited. */
  private isCalled = false
  private running: Promise<void> = Promise.resolve()
  /** Until then the first message is not tried again, whatever else is added. */
  private notBeforeMs = 0
  /** When the last messages were sent, for the limit. */
  private sentMs: number[] = []

  constructor(private readonly parts: SenderParts) {}

  start(): void {
    this.running = this.run()
  }

  wake(): void {
    this.isCalled = true
    this.wakeUp()
  }

  async stop(): Promise<void> {
    this.stopping.abort()
    this.wakeUp()
    await this.running
    await this.parts.channel.close()
  }

  private async run(): Promise<void> {
    const { log, stored } = this.parts
    while (!this.stopping.signal.aborted) {
      try {
        await this.wait(await this.step())
      } catch (error) {
        log.error('Messages cannot be sent at present', { channel: stored.name, error: errorMessage(error) })
        await this.wait(WAIT_MOST_MS)
      }
    }
  }

  /** Sends at most one message; says how long to wait for the next. */
  private async step(): Promise<number> {
    const { outbox, stored, nowMs } = this.parts
    const now = nowMs()
    this.isCalled = false
    const restMs = this.notBeforeMs - now
    // A clock that was set back makes nobody wait for longer.
    if (restMs > 0 && restMs <= WAIT_MOST_MS) return restMs
    const due = await outbox.due(stored.id, now, BATCH)
    if (due.length === 0) {
      const nextMs = await outbox.nextDueMs(stored.id)
      return Math.min(LOOK_MOST_MS, nextMs === null ? LOOK_MOST_MS : Math.max(0, nextMs - now))
    }
    const delayMs = this.delayByLimit(now)
    if (delayMs > 0) return delayMs
    if (await this.gather(due)) return 0
    const [first] = due
    return first === undefined ? 0 : await this.attempt(first)
  }

  /** What waited for its time, and what is beyond the limit, becomes one message. True when it did. */
  private async gather(due: readonly Delivery[]): Promise<boolean> {
    const { outbox, stored } = this.parts
    const [first] = due
    const left = stored.rules.perMinute - this.sentMs.length
    // One that was tried is sent as it was, for it may have arrived.
    if (first === undefined || first.attempts > 0) return false
    const together = first.isHeld ? due.filter(({ isHeld }) => isHeld) : due
    const isTooMany = left <= 1 && due.length > left
    if (together.length < 2 || !(first.isHeld || isTooMany)) return false
    const messages = together.map(({ message }) => message)
    await outbox.merge(together, summaryOf(messages, this.language, newMessageId()))
    return true
  }

  private async attempt({ id, message, queuedMs, attempts }: Delivery): Promise<number> {
    const { channel, outbox, stored, nowMs } = this.parts
    const dropped = await outbox.untold(stored.id)
    const ending = {
      channelId: stored.id,
      deliveryId: id,
      messageId: message.id,
      incidentId: message.incident?.id ?? '',
      queuedMs,
    }
    const signal = AbortSignal.any([this.stopping.signal, AbortSignal.timeout(SEND_WITHIN_MS)])
    try {
      await channel.send(withDropped(message, dropped, this.language), signal)
    } catch (error) {
      if (this.stopping.signal.aborted) return 0
      return await this.failed({ ...ending, nowMs: nowMs() }, attempts, error)
    }
    this.sentMs.push(nowMs())
    await outbox.accepted({ ...ending, nowMs: nowMs() }, dropped)
    return 0
  }

  private async failed(
    ending: Parameters<OutboxRepository['givenUp']>[0],
    attempts: number,
    error: unknown,
  ): Promise<number> {
    const { outbox, log, stored } = this.parts
    const why = explain(error)
    if (attempts === 0) log.warn('A message was not accepted', { channel: stored.name, error: why })
    if (error instanceof SendError && error.isFinal && attempts + 1 >= FINAL_ATTEMPTS) {
      await outbox.givenUp(ending, why)
      return 0
    }
    await outbox.failed(ending, why)
    const waitMs = Math.min(WAIT_MOST_MS, WAIT_FIRST_MS * 2 ** Math.min(attempts, 10))
    this.notBeforeMs = ending.nowMs + waitMs
    return waitMs
  }

  private delayByLimit(now: number): number {
    this.sentMs = this.sentMs.filter((atMs) => atMs > now - MINUTE_MS && atMs <= now)
    const [oldest] = this.sentMs
    if (oldest === undefined || this.sentMs.length < this.parts.stored.rules.perMinute) return 0
    return oldest + MINUTE_MS - now
  }

  private get language(): Language {
    return this.parts.stored.rules.language
  }

  private async wait(forMs: number): Promise<void> {
    if (forMs <= 0 || this.isCalled || this.stopping.signal.aborted) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, forMs)
      this.wakeUp = () => {
        clearTimeout(timer)
        resolve()
      }
    })
    this.wakeUp = () => {}
  }
}

export function newMessageId(): string {
  return randomBytes(16).toString('hex')
}

/** For the page: what the connection said, or why there was none. */
export function explain(error: unknown): string {
  if (error instanceof NetWatcherError) return error.message
  const { code } = error as NodeJS.ErrnoException
  const reasons: Record<string, string> = {
    ECONNREFUSED: 'Nobody listens there: the connection was refused.',
    ETIMEDOUT: 'There was no answer.',
    ENOTFOUND: 'There is no such host name.',
    EAI_AGAIN: 'The host name could not be looked up.',
    EHOSTUNREACH: 'The host cannot be reached.',
    ENETUNREACH: 'The network cannot be reached.',
    EPERM:
      'The system refused the connection: the service is not let out to that address: sudo netwatcher-web --allow-host NAME',
  }
  if (error instanceof AggregateError && error.errors.length > 0) return explain(error.errors[0])
  return reasons[code ?? ''] ?? errorMessage(error)
}
