/**
 * Whose input is looked at next. Everything that clients cause runs on one
 * thread, so one who sends without end would have the others wait for all of it.
 * Instead each turn of the event loop takes one small piece of one client's
 * input: of the one who has caused least work lately. A newcomer counts as
 * somebody who has caused some, so that connecting anew gains nothing.
 */

import { SECOND_MS } from '@netwatcher/shared'

const HALF_LIFE_MS = SECOND_MS
const NEWCOMER_MS = 100

export interface Place {
  /** There is a piece to take. */
  ready(): void
  leave(): void
}

interface Client {
  /** Takes one piece; true when there is another. */
  take(): boolean
  /** How long the thread was busy with what it sent, by the time `atMs`; what is long ago counts less. */
  busyMs: number
  atMs: number
}

export class Turns {
  private readonly waiting = new Set<Client>()
  private served: Client | null = null
  private servedAtMs = 0
  private isScheduled = false

  constructor(private readonly nowMs: () => number) {}

  join(take: () => boolean): Place {
    const client: Client = { take, busyMs: NEWCOMER_MS, atMs: this.nowMs() }
    return {
      ready: () => {
        this.waiting.add(client)
        this.schedule()
      },
      leave: () => void this.waiting.delete(client),
    }
  }

  private schedule(): void {
    if (this.isScheduled) return
    this.isScheduled = true
    setImmediate(() => this.next())
  }

  private next(): void {
    this.isScheduled = false
    const nowMs = this.nowMs()
    if (this.served) charge(this.served, nowMs, nowMs - this.servedAtMs)
    const client = this.leastBusy(nowMs)
    this.served = client
    this.servedAtMs = nowMs
    if (!client) return
    this.waiting.delete(client)
    if (client.take()) this.waiting.add(client)
    // Also when nobody waits: what this piece has cost is known then.
    this.schedule()
  }

  private leastBusy(nowMs: number): Client | null {
    let least: Client | null = null
    for (const client of this.waiting) {
      charge(client, nowMs, 0)
      if (!least || client.busyMs < least.busyMs) least = client
    }
    return least
  }
}

function charge(client: Client, nowMs: number, ms: number): void {
  client.busyMs = client.busyMs * 2 ** ((client.atMs - nowMs) / HALF_LIFE_MS) + ms
  client.atMs = nowMs
}
