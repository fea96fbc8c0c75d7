/**
 * Hosts, names and clues on their way out of the engine: none too often, none
 * without bound, and what is said of a station only once it is listed.
 */

import { isGroupMac, MINUTE_MS, SECOND_MS, type TableStatus, ZERO_MAC } from '@netwatcher/shared'
import type { Clue, HostEvidence, NameSighting } from '../../model/host.js'
import { isVirtualRouterMac } from '../../wire/fhrp.js'
import type { Packet } from '../../wire/packet.js'
import { BoundedMap } from '../tables/bounded-map.js'
import type { HostSighting } from './detection.js'
import { Newcomers } from './newcomers.js'
import { stationOf } from './station.js'

/** The same binding is reported again only after this. */
const INTERVAL_MS = 30 * SECOND_MS
const SWEEP_MS = MINUTE_MS
const MAX_SIGHTED = 16_384
const MAX_LISTED = 16_384
/** The end of keys of `#sighted` that tell of a station without an address. */
const BY_FRAME = '|frame'
/** Between two calls of `take`; more than this is cut and comes again later. */
const MAX_OUTPUT = 4096

/** Most stations have an address: of them no more is asked, for each of their frames comes by here. */
type Listed = 'by_address' | 'by_frame'

type Said = { type: 'name'; name: NameSighting } | { type: 'clue'; clue: Clue }

export class Sightings {
  #hosts: HostSighting[] = []
  #names: NameSighting[] = []
  #clues: Clue[] = []
  /** What found no room before the next `take`. */
  #refused = 0
  readonly #sighted = new BoundedMap<number>(MAX_SIGHTED)
  readonly #listed = new BoundedMap<Listed>(MAX_LISTED)
  readonly #newcomers = new Newcomers<Said>()
  #sweptMs = 0

  tables(): TableStatus[] {
    const entries = this.#hosts.length + this.#names.length + this.#clues.length
    return [
      this.#sighted.status('sightings'),
      { table: 'detection_output', entries, capacity: 3 * MAX_OUTPUT, evicted: 0, refused: this.#refused },
      this.#listed.status('listed_stations'),
      ...this.#newcomers.tables(),
    ]
  }

  addHost(sighting: HostSighting): void {
    const { vlan, ip, mac, evidence, seenMs } = sighting
    const key = keyOf(vlan, ip, mac, evidence)
    const lastMs = this.#sighted.get(key)
    if (lastMs !== undefined && seenMs - lastMs < INTERVAL_MS) return
    if (!this.#give(this.#hosts, sighting)) return
    this.#sighted.set(key, seenMs)
    if (mac === '') return
    this.#list(mac, ip === '' ? 'by_frame' : 'by_address')
    for (const said of this.#newcomers.leave(mac)) this.#tell(said)
  }

  /** The sender of any frame that says nothing of its address: `isOwn` when it is this machine. */
  addSender(packet: Packet, vlan: number, nowMs: number): void {
    const mac = stationOf(packet)
    if (mac === ZERO_MAC || isGroupMac(mac) || isVirtualRouterMac(mac)) return
    const listed = this.#listed.peek(mac)
    if (listed === 'by_address') return
    if (listed === 'by_frame') {
      if (this.#sighted.peek(keyOf(vlan, '', mac, 'frame')) !== undefined)
        this.#listUnaddressed(mac, vlan, nowMs)
    } else if (tellsOfItself(packet)) this.#newcomers.meet(mac, vlan, nowMs)
    else this.#newcomers.notice(mac, vlan, nowMs)
  }

  addName(name: NameSighting): void {
    if (
      name.mac === '' ||
      this.#listed.peek(name.mac) ||
      !this.#newcomers.hold(name.mac, { type: 'name', name })
    )
      this.#give(this.#names, name)
  }

  addClue(clue: Clue): void {
    if (this.#listed.peek(clue.mac)) this.#give(this.#clues, clue)
    else if (!this.#newcomers.hold(clue.mac, { type: 'clue', clue })) this.#refused++
  }

  tick(nowMs: number): void {
    for (const { mac, vlan, lastMs } of this.#newcomers.due(nowMs)) this.#listUnaddressed(mac, vlan, lastMs)
    if (nowMs - this.#sweptMs >= SWEEP_MS) this.#sweep(nowMs)
  }

  /** Forgets what holds no report back any more; who was listed by a frame alone is known by it. */
  #sweep(nowMs: number): void {
    this.#sweptMs = nowMs
    for (const key of [...this.#sighted.keys()]) {
      const lastMs = this.#sighted.peek(key)
      if (lastMs === undefined || nowMs - lastMs < INTERVAL_MS || key.endsWith(BY_FRAME)) continue
      this.#sighted.delete(key)
    }
  }

  take(options?: { isLast: boolean }) {
    if (options?.isLast)
      for (const { mac, vlan, lastMs } of this.#newcomers.last()) this.#listUnaddressed(mac, vlan, lastMs)
    const taken = { hosts: this.#hosts, names: this.#names, clues: this.#clues }
    this.#hosts = []
    this.#names = []
    this.#clues = []
    return taken
  }

  #listUnaddressed(mac: string, vlan: number, seenMs: number): void {
    this.addHost({ ip: '', mac, evidence: 'frame', seenMs, vlan })
  }

  /** Who was once listed by a frame alone goes on being looked at: there may be no address in another VLAN. */
  #list(mac: string, how: Listed): void {
    if (how === 'by_frame' || this.#listed.peek(mac) === undefined) this.#listed.set(mac, how)
    this.#listed.prove(mac)
  }

  #tell(said: Said): void {
    if (said.type === 'name') this.#give(this.#names, said.name)
    else this.#give(this.#clues, said.clue)
  }

  /** Whether there was room for it. */
  #give<Item>(list: Item[], item: Item): boolean {
    const isRoom = list.length < MAX_OUTPUT
    if (isRoom) list.push(item)
    else this.#refused++
    return isRoom
  }
}

function keyOf(vlan: number, ip: string, mac: string, evidence: HostEvidence): string {
  return `${vlan}|${ip}|${mac}|${evidence}`
}

function tellsOfItself({ payload }: Packet): boolean {
  switch (payload.type) {
    case 'lldp':
    case 'cdp':
      return true
    case 'dhcpv4':
      return payload.dhcp.operation === 1
    case 'udp':
      return payload.announcement !== null
    case 'dns':
      return payload.source !== 'dns' && payload.message.isResponse
    default:
      return false
  }
}
