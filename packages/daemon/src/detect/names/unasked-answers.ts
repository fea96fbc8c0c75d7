/**
 * DNS answers that nobody asked for, in the name of a resolver of this network
 * whose address another station has: a race that is run blindly, or before the
 * question. Counted only where questions to that resolver are seen, so that a
 * view of one direction accuses nobody.
 */

import { MINUTE_MS, SECOND_MS, type TableStatus, text } from '@netwatcher/shared'
import type { IpHeader } from '../../wire/ip.js'
import type { Packet } from '../../wire/packet.js'
import type { DetectorContext, FrameReference } from '../engine/detector.js'
import { finding, reason } from '../engine/finding.js'
import { affected, holder, suspect } from '../engine/parties.js'
import { BoundedMap } from '../tables/bounded-map.js'
import { DistinctWindow, Throttle } from '../tables/windows.js'

/** One may be the late answer to a question before the capture began. */
const ANSWERS = 3
const WINDOW_MS = MINUTE_MS
/** How long a question shows that questions to a resolver can be seen. */
const VIEW_MS = 10 * MINUTE_MS
const MAX_SERVERS = 1024
const MAX_SENDERS = 1024

interface Sender {
  answers: DistinctWindow
  frames: FrameReference[]
  throttle: Throttle
}

export class UnaskedAnswers {
  /** When a question to each resolver was last seen. */
  readonly #askedMs = new BoundedMap<number>(MAX_SERVERS)
  readonly #senders = new BoundedMap<Sender>(MAX_SENDERS)

  asked(server: string, { vlan, nowMs }: DetectorContext): void {
    this.#askedMs.set(`${vlan}|${server}`, nowMs)
  }

  /** An answer to no question that was seen; `key` tells it from others. */
  observe(packet: Packet, ip: IpHeader, key: string, context: DetectorContext): void {
    const mac = packet.ethernet.sourceMac
    const server = ip.source
    const { nowMs } = context
    const vlanServer = `${context.vlan}|${server}`
    const askedMs = this.#askedMs.peek(vlanServer)
    const owner = context.bindings.owner(server)
    if (askedMs === undefined || nowMs - askedMs > VIEW_MS || owner === null || owner.mac === mac) return
    const { fhrp, isVirtual } = context.roles(mac)
    if (fhrp || isVirtual || context.roles(owner.mac).isVirtual) return
    const sender = this.#senders.get(`${vlanServer}|${mac}`) ?? newSender()
    this.#senders.set(`${vlanServer}|${mac}`, sender)
    const count = sender.answers.add(key, nowMs)
    if (sender.frames.length < ANSWERS) sender.frames.push(context.frame())
    if (count < ANSWERS || !sender.throttle.isDue(nowMs)) return
    raise(mac, owner.mac, count, sender.frames, packet, ip, context)
  }

  tables(): TableStatus[] {
    return [this.#askedMs.status('dns_resolvers'), this.#senders.status('dns_answerers')]
  }
}

function newSender(): Sender {
  return { answers: new DistinctWindow(WINDOW_MS, 64), frames: [], throttle: new Throttle(SECOND_MS) }
}

function raise(
  mac: string,
  ownerMac: string,
  count: number,
  frames: FrameReference[],
  packet: Packet,
  ip: IpHeader,
  context: DetectorContext,
): void {
  const figures = { mac, ip: ip.source, count }
  context.raise(
    finding({
      kind: 'dns_spoof',
      severity: 'critical',
      claimer: mac,
      ip: ip.source,
      parties: [
        suspect(mac, 'likely'),
        holder(ownerMac, 'likely', ip.source),
        affected(packet.ethernet.destinationMac, 'likely', ip.destination),
      ],
      expected: text('expected_one_dns_answer', { ip: ip.source }),
      seen: text('seen_unasked_dns_answers', figures),
      reasonsFor: [
        reason('unasked_dns_answers', figures, frames),
        reason('dns_answer_from_elsewhere', { mac, to_mac: ownerMac }),
      ],
      advice: text('advice_dns_spoof'),
    }),
  )
}
