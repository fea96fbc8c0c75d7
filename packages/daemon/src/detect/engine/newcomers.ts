/**
 * Stations whose address is not known: they only speak LLDP, ask for a lease,
 * announce themselves, or talk to one host. Anybody can send such a frame from
 * any MAC, and a flood does so from thousands; so each of them waits a little,
 * and when there is a crowd of them at once, none of it is believed.
 */

import { MINUTE_MS, SECOND_MS, type TableStatus } from '@netwatcher/shared'
import { BoundedMap } from '../tables/bounded-map.js'

const WAIT_MS = 5 * SECOND_MS
/** More of them within the wait than the devices of a house that all start after a power cut. */
const MOST_AT_ONCE = 48
/** How long nobody new is believed after a crowd. */
const CROWD_MS = MINUTE_MS
/** Frames that say nothing of their sender, and the time over which they come, of a station that is there. */
const FRAMES_OF_A_STATION = 3
const SPAN_OF_A_STATION_MS = SECOND_MS
const MAX_STRANGERS = 4096

/** `held` is what was said of it meanwhile. */
interface Newcomer<Held> {
  vlan: number
  mac: string
  sinceMs: number
  lastMs: number
  held: Held[]
}

const MAX_HELD = 64

export class Newcomers<Held> {
  readonly #waiting = new Map<string, Newcomer<Held>>()
  readonly #strangers = new BoundedMap<{ vlan: number; frames: number; firstMs: number; lastMs: number }>(
    MAX_STRANGERS,
  )
  #crowdUntilMs = Number.NEGATIVE_INFINITY
  #refused = 0

  tables(): TableStatus[] {
    const { size: entries } = this.#waiting
    return [
      { table: 'newcomers', entries, capacity: MOST_AT_ONCE, evicted: 0, refused: this.#refused },
      this.#strangers.status('strangers'),
    ]
  }

  /** Its frame says what it is. */
  meet(mac: string, vlan: number, nowMs: number): void {
    const known = this.#waiting.get(mac)
    if (known) known.lastMs = nowMs
    else if (nowMs < this.#crowdUntilMs) this.#refused++
    else {
      this.#waiting.set(mac, { vlan, mac, sinceMs: nowMs, lastMs: nowMs, held: [] })
      if (this.#waiting.size > MOST_AT_ONCE) this.#disbelieve(nowMs)
    }
  }

  /** Its frame says nothing of it but that it is there. */
  notice(mac: string, vlan: number, nowMs: number): void {
    const stranger = this.#strangers.get(mac)
    if (!stranger) {
      this.#strangers.set(mac, { vlan, frames: 1, firstMs: nowMs, lastMs: nowMs })
      return
    }
    stranger.frames++
    stranger.lastMs = nowMs
    const isThere = nowMs - stranger.firstMs >= SPAN_OF_A_STATION_MS
    if (stranger.frames >= FRAMES_OF_A_STATION && isThere) this.meet(mac, vlan, nowMs)
  }

  /** False when it is not waiting. */
  hold(mac: string, said: Held): boolean {
    const newcomer = this.#waiting.get(mac)
    if (!newcomer) return false
    if (newcomer.held.length < MAX_HELD) newcomer.held.push(said)
    else this.#refused++
    return true
  }

  /** It has turned out to have an address: what was held of it. */
  leave(mac: string): Held[] {
    const held = this.#waiting.get(mac)?.held ?? []
    this.#waiting.delete(mac)
    this.#strangers.delete(mac)
    return held
  }

  /** Those who have waited long enough. */
  *due(nowMs: number): Generator<Newcomer<Held>> {
    for (const newcomer of this.#waiting.values()) if (nowMs - newcomer.sinceMs >= WAIT_MS) yield newcomer
  }

  /** Nothing comes after: everybody who is not part of a crowd. */
  *last(): Generator<Newcomer<Held>> {
    const strangers = [...this.#strangers.keys()].filter((mac) => !this.#waiting.has(mac))
    if (strangers.length + this.#waiting.size <= MOST_AT_ONCE) {
      for (const mac of strangers) {
        const { frames = 0, vlan = 0, firstMs = 0, lastMs = 0 } = this.#strangers.peek(mac) ?? {}
        if (frames > 1) yield { vlan, mac, sinceMs: firstMs, lastMs, held: [] }
      }
    }
    yield* [...this.#waiting.values()]
  }

  #disbelieve(nowMs: number): void {
    this.#refused += this.#waiting.size
    this.#waiting.clear()
    this.#crowdUntilMs = nowMs + CROWD_MS
  }
}
