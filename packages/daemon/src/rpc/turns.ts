/**
 * Whose input is looked at next. Everything that clients cause runs on one
 * thread, so one who sends without end would have the others wait for all of it.
 * Instead input is taken in small pieces, a few each time round the event loop,
 * always of the one who has caused least work lately. A newcomer counts as
 * somebody who has caused some, so that connecting anew gains nothing.
 */

import { SECOND_MS } from '@netwatcher/shared'

const HALF_LIFE_MS = SECOND_MS
const NEWCOMER_MS = 100
const TURNS_A_ROUND = 8

export interface Place {
  /** There is a piece to take. */
  ready(): void
  leave(): void
}

interface Client {
  /** Takes one piece; true when there is another. */
  take(): boolean
  /** How long the processor was busy with what it sent, by the time `atMs`; what is long ago counts less. */
  busyMs: number
  atMs: number
}

export interface Clocks {
  nowMs(): number
  /** Processor time that the process has used: being left waiting for the processor is nobody's doing. */
  processorMs(): number
}

export class Turns {
  private readonly waiting = new Set<Client>()
  private isScheduled = false

  constructor(private readonly clocks: Clocks) {}

  join(take: () => boolean): Place {
    const client: Client = { take, busyMs: NEWCOMER_MS, atMs: this.clocks.nowMs() }
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
    for (let turn = 0; turn < TURNS_A_ROUND; turn++) {
      let finish = () => {}
      setImmediate(() => {
        finish = this.begin()
      })
      // Of the same round: in between is what the piece has caused, promises included, and nothing else.
      setImmediate(() => finish())
    }
    setImmediate(() => {
      this.isScheduled = false
      if (this.waiting.size > 0) this.schedule()
    })
  }

  /** Gives what ends the turn. */
  private begin(): () => void {
    const client = this.leastBusy(this.clocks.nowMs())
    if (!client) return () => {}
    this.waiting.delete(client)
    const fromMs = this.clocks.processorMs()
    if (client.take()) this.waiting.add(client)
    return () => charge(client, this.clocks.nowMs(), this.clocks.processorMs() - fromMs)
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
