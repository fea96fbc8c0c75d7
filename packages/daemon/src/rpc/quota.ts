/** What one connection may use of the daemon, and all connections of a socket together. */

import { MIB, MINUTE_MS, SECOND_MS } from '@netwatcher/shared'
import { Budget, type BudgetLimits, type Share } from './budget.js'

export interface QuotaLimits {
  connections: number
  /** Within which a connection must begin to speak HTTP/2. */
  prefaceMs: number
  /** Within which a request must come to its end; of one that is a stream, the next message. */
  requestMs: number
  /** After which a connection without calls is closed, and one that may be dead is asked. */
  idleMs: number
  keepaliveMs: number
  /** Within which it must answer that. */
  keepaliveTimeoutMs: number
  /** Calls under way, streams among them. */
  calls: BudgetLimits
  streams: BudgetLimits
  /** Bytes of answers that the client has not taken yet. */
  unsentBytes: BudgetLimits
}

const TIMEOUTS = {
  prefaceMs: 5 * SECOND_MS,
  requestMs: 10 * SECOND_MS,
  idleMs: 5 * MINUTE_MS,
  keepaliveMs: 30 * SECOND_MS,
  keepaliveTimeoutMs: 10 * SECOND_MS,
}

export const GROUP_LIMITS: QuotaLimits = {
  connections: 128,
  ...TIMEOUTS,
  calls: { each: 32, all: 128 },
  streams: { each: 8, all: 64 },
  unsentBytes: { each: 8 * MIB, all: 32 * MIB },
}

export const ADMIN_LIMITS: QuotaLimits = {
  connections: 16,
  ...TIMEOUTS,
  calls: { each: 16, all: 32 },
  streams: { each: 4, all: 16 },
  unsentBytes: { each: 8 * MIB, all: 16 * MIB },
}

/** What a connection has of each budget. */
export interface Quota {
  readonly calls: Share
  readonly streams: Share
  readonly unsentBytes: Share
  close(): void
}

export class Quotas {
  private readonly calls: Budget
  private readonly streams: Budget
  private readonly unsentBytes: Budget

  constructor({ calls, streams, unsentBytes }: QuotaLimits) {
    this.calls = new Budget(calls)
    this.streams = new Budget(streams)
    this.unsentBytes = new Budget(unsentBytes)
  }

  /** `end` ends the connection of somebody who holds most of something that is used up. */
  open(end: () => void): Quota {
    const close = () => {
      for (const share of [calls, streams, unsentBytes]) share.close()
    }
    const evict = () => {
      close()
      end()
    }
    const calls = this.calls.open(evict)
    const streams = this.streams.open(evict)
    const unsentBytes = this.unsentBytes.open(evict)
    return { calls, streams, unsentBytes, close }
  }
}
