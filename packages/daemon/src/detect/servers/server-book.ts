/**
 * The servers of one kind (DHCP, DHCPv6, routers) that were heard on each LAN. The wire invents as many as it
 * likes, so a LAN holds a fixed number: who was silent for a day is forgotten first, then who was heard for moments
 * only. What is taken for granted, or has spoken for a while, keeps its place against a flood.
 */

import { HOUR_MS, MINUTE_MS, type TableStatus } from '@netwatcher/shared'
import { BoundedMap } from '../tables/bounded-map.js'

/** Leases are renewed, and routers announce themselves, well within a day: who was silent for one is gone. */
export const GONE_AFTER_MS = 24 * HOUR_MS
/** A flood names each of its inventions for moments only. */
const PROVEN_AFTER_MS = MINUTE_MS
const MAX_LANS = 256

export interface BookedServer {
  firstMs: number
  lastMs: number
  /** Taken for granted: was here first, was learnt, or is this machine's own. */
  isBaseline: boolean
}

export class ServerBook<Server extends BookedServer> {
  readonly #table: string
  readonly #perLan: number
  readonly #lans = new BoundedMap<Map<string, Server>>(MAX_LANS)
  #evicted = 0
  #refused = 0

  constructor(table: string, perLan: number) {
    this.#table = table
    this.#perLan = perLan
  }

  status(): TableStatus {
    let entries = 0
    for (const servers of this.#lans.values()) entries += servers.size
    const capacity = MAX_LANS * this.#perLan
    const evicted = this.#evicted + this.#lans.evicted
    return { table: this.#table, entries, capacity, evicted, refused: this.#refused }
  }

  find(lan: string, id: string): Server | undefined {
    return this.#lans.peek(lan)?.get(id)
  }

  /** False when all of the LAN have a better right to their places. */
  add(lan: string, id: string, server: Server): boolean {
    const servers = this.#lans.get(lan) ?? new Map<string, Server>()
    if (servers.size === 0) this.#lans.set(lan, servers)
    if (servers.size >= this.#perLan && !this.#makeRoom(servers, server.firstMs)) {
      this.#refused++
      return false
    }
    servers.set(id, server)
    return true
  }

  /** All of the LAN that are still there. */
  all(lan: string, nowMs: number): Server[] {
    return [...(this.#lans.peek(lan)?.values() ?? [])].filter(({ lastMs }) => nowMs - lastMs < GONE_AFTER_MS)
  }

  others(lan: string, server: Server, nowMs: number): Server[] {
    return this.all(lan, nowMs).filter((other) => other !== server)
  }

  #makeRoom(servers: Map<string, Server>, nowMs: number): boolean {
    let idlest: [string, Server] | null = null
    for (const entry of servers) {
      const isGone = nowMs - entry[1].lastMs >= GONE_AFTER_MS
      if ((isGone || !isProven(entry[1])) && (idlest === null || entry[1].lastMs < idlest[1].lastMs))
        idlest = entry
    }
    if (idlest === null) return false
    servers.delete(idlest[0])
    this.#evicted++
    return true
  }
}

function isProven({ isBaseline, firstMs, lastMs }: BookedServer): boolean {
  return isBaseline || lastMs - firstMs >= PROVEN_AFTER_MS
}
