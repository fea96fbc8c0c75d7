/**
 * Puts hellos together that are spread over several packets of QUIC, as those of browsers are since their keys have
 * grown. A bounded number of them for a bounded time; the pieces of a hello come within a few milliseconds.
 */

import { SECOND_MS, type TableStatus } from '@netwatcher/shared'
import { type ClientHello, decodeClientHello } from '../../wire/client-hello.js'
import type { QuicInitial } from '../../wire/quic-initial.js'
import { BoundedMap } from '../tables/bounded-map.js'

const MAX_PENDING = 128
/** A hello with keys that withstand quantum computers and an encrypted one inside has about 2 KiB. */
const MAX_HELLO = 4096
const WAIT_MS = 2 * SECOND_MS

interface Pending {
  bytes: Uint8Array
  /** 1 where a byte has come. */
  known: Uint8Array
  sinceMs: number
  /** What the packet lacked was told, or the hello itself. */
  isTold: boolean
}

export class QuicHellos {
  private readonly pending = new BoundedMap<Pending>(MAX_PENDING)

  /** The hello, once it has its name or is whole; null before that, and when it was given before. */
  add({ connectionId, pieces }: QuicInitial, ends: string, nowMs: number): ClientHello | null {
    if (pieces.length === 0) return null
    const key = `${ends} ${connectionId}`
    const pending = this.find(key, nowMs)
    for (const { offset, data } of pieces) {
      if (offset + data.length > MAX_HELLO) continue
      pending.bytes.set(data, offset)
      pending.known.fill(1, offset, offset + data.length)
    }
    if (pending.isTold) return null
    const hole = pending.known.indexOf(0)
    const hello = decodeClientHello(pending.bytes, 0, hole < 0 ? MAX_HELLO : hole)
    if (hello === null || (hello.serverName === null && !hello.isWhole)) return null
    pending.isTold = true
    return hello
  }

  /** How many have waited in vain for the rest since the last call. */
  takeUnfinished(nowMs: number): number {
    let unfinished = 0
    for (const key of [...this.pending.keys()]) {
      const pending = this.pending.peek(key)
      if (pending === undefined || nowMs - pending.sinceMs < WAIT_MS) continue
      if (!pending.isTold) unfinished++
      this.pending.delete(key)
    }
    return unfinished
  }

  table(): TableStatus {
    return this.pending.status('quic_hellos')
  }

  private find(key: string, nowMs: number): Pending {
    const found = this.pending.get(key)
    if (found !== undefined) return found
    const made = {
      bytes: new Uint8Array(MAX_HELLO),
      known: new Uint8Array(MAX_HELLO),
      sinceMs: nowMs,
      isTold: false,
    }
    this.pending.set(key, made)
    return made
  }
}
