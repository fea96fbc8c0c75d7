/**
 * Stations that answer nearly every question for an address, whoever has it:
 * routers that keep clients apart (local proxy ARP, RFC 3069; Linux
 * proxy_arp_pvlan), tar pits, and tools that answer before the host does.
 */

import { SECOND_MS, type TableStatus, text } from '@netwatcher/shared'
import { ARP_REQUEST } from '../../wire/arp.js'
import type { Packet } from '../../wire/packet.js'
import type { BindingContext, BindingDetector } from '../engine/binding-context.js'
import type { FrameReference } from '../engine/detector.js'
import { reason } from '../engine/finding.js'
import type { Learnt } from '../knowledge/learner.js'
import { vlanId } from '../knowledge/views.js'
import { BoundedMap } from '../tables/bounded-map.js'
import { DistinctWindow } from '../tables/windows.js'

/** A scan asks for all addresses within this; more than one machine has addresses that hosts ask for. */
const WINDOW_MS = 60 * SECOND_MS
const MANY = 48
/** Until it is known for how many it answers, the gateway is not judged by what it says of others. */
const SOME = 8
/** Who is asked in order answers for its own addresses in a row: the share is told when no more come. */
const SETTLED_MS = 3 * SECOND_MS
/** Of the addresses that were asked for: a server of many names has its own, not those of all others. */
const SHARE = 0.8
const MAX_TARGETS = 1024
const MAX_VLANS = 64
const MAX_STATIONS = 256
const EVIDENCE_FRAMES = 5

interface Answerer {
  vlan: string
  mac: string
  answered: DistinctWindow
  /** When it answered for another address than before, if that has not been weighed yet. */
  newMs: number | null
  frames: FrameReference[]
}

export class AnswersForAllDetector implements BindingDetector {
  readonly #asked = new BoundedMap<DistinctWindow>(MAX_VLANS)
  readonly #answerers = new BoundedMap<Answerer>(MAX_STATIONS)

  tables(): TableStatus[] {
    return [this.#answerers.status('answerers')]
  }

  observe({ payload }: Packet, { vlan, observed }: Learnt, context: BindingContext): void {
    if (payload.type !== 'arp') return
    const { operation, senderIp, targetIp } = payload.arp
    if (operation === ARP_REQUEST && senderIp !== targetIp) this.#noteAsked(vlan, targetIp, context.nowMs)
    for (const { ip, mac, evidence } of observed.claims)
      if (evidence === 'solicited') this.#noteAnswered(vlan, ip, mac, context)
  }

  tick(context: BindingContext): void {
    for (const one of this.#answerers.values()) {
      if (one.newMs === null || context.nowMs - one.newMs < SETTLED_MS) continue
      one.newMs = null
      this.#weigh(one, context)
    }
  }

  #noteAsked(vlan: string, ip: string, nowMs: number): void {
    const asked = this.#asked.get(vlan) ?? new DistinctWindow(WINDOW_MS, MAX_TARGETS)
    this.#asked.set(vlan, asked)
    asked.add(ip, nowMs)
  }

  #noteAnswered(vlan: string, ip: string, mac: string, context: BindingContext): void {
    const key = `${vlan}|${mac}`
    const one = this.#answerers.get(key) ?? newAnswerer(vlan, mac)
    this.#answerers.set(key, one)
    if (!one.answered.has(ip)) one.newMs = context.nowMs
    const count = one.answered.add(ip, context.nowMs)
    const station = context.table.mac(vlan, mac)
    if (station && count >= SOME && one.newMs === context.nowMs)
      station.answersForAllUntilMs = Math.max(station.answersForAllUntilMs, context.nowMs + 2 * SETTLED_MS)
    if (one.frames.length < EVIDENCE_FRAMES) one.frames.push(context.frame())
  }

  #weigh(one: Answerer, context: BindingContext): void {
    const { vlan, mac, answered } = one
    const count = answered.size(context.nowMs)
    const asked = this.#asked.peek(vlan)?.size(context.nowMs) ?? 0
    if (count < MANY || count < asked * SHARE) return
    const station = context.table.mac(vlan, mac)
    if (station) station.answersForAllUntilMs = Number.POSITIVE_INFINITY
    raise(one, { count, asked }, context)
    one.frames = []
  }
}

function newAnswerer(vlan: string, mac: string): Answerer {
  return { vlan, mac, answered: new DistinctWindow(WINDOW_MS, MAX_TARGETS), newMs: null, frames: [] }
}

function raise(
  { vlan, mac, frames }: Answerer,
  figures: { count: number; asked: number },
  context: BindingContext,
): void {
  const isRouter = context.learner.holdsGateway(vlan, mac)
  context.raise({
    kind: 'answers_for_all',
    claimer: mac,
    ip: '',
    vlan: vlanId(vlan),
    severity: isRouter ? 'info' : 'warning',
    parties: [{ role: 'suspect', mac, ip: '', certainty: isRouter ? 'possible' : 'likely' }],
    expected: text('expected_own_address_only', { mac }),
    seen: text('seen_answers_for_all', { mac, ...figures }),
    reasonsFor: [reason('answers_for_all', { mac, ...figures }, frames)],
    reasonsAgainst: isRouter ? [reason('known_router', { mac })] : [],
    advice: text(isRouter ? 'advice_local_proxy_arp' : 'advice_answers_for_all'),
  })
}
