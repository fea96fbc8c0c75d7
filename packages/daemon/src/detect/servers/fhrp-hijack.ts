/**
 * Take-over of a redundancy group (VRRP, RFC 9568; HSRP, RFC 2281; CARP, GLBP): whoever advertises the highest
 * priority becomes the gateway, and hardly anybody sets a password. A member whose turn comes waits until the active
 * one is silent; a newcomer that outbids an active one is none, unless the owner has added or pinned it.
 */

import { compareIp, MINUTE_MS, SECOND_MS, type TableStatus, text } from '@netwatcher/shared'
import { type Fhrp, isVirtualRouterMac } from '../../wire/fhrp.js'
import type { Packet } from '../../wire/packet.js'
import type { Detector, DetectorContext } from '../engine/detector.js'
import { finding, reason } from '../engine/finding.js'
import { holder, suspect } from '../engine/parties.js'
import { BoundedMap } from '../tables/bounded-map.js'
import { Throttle } from '../tables/windows.js'
import { ServerBook } from './server-book.js'

const MAX_GROUPS = 256
const MAX_MEMBERS = 16
/** RFC 9568 section 6.1: three intervals of 1 s and a little more; RFC 2281 section 5.2: a hold time of 10 s. */
const DOWN_AFTER_MS = { vrrp: 4 * SECOND_MS, carp: 4 * SECOND_MS, hsrp: 10 * SECOND_MS, glbp: 10 * SECOND_MS }
/** A group that has just come up elects among members that were not heard yet. */
const SETTLED_AFTER_MS = 10 * SECOND_MS
/** Seen this long before without a word of the group. */
const STRANGER_AFTER_MS = MINUTE_MS / 6

interface Member {
  ip: string
  mac: string
  priority: number
  firstMs: number
  lastMs: number
  isBaseline: boolean
  /** It outbid an active member that it had never been heard beside. */
  isIntruder: boolean
  throttle: Throttle
}

interface Group {
  sinceMs: number
  active: Member | null
}

export function createFhrpHijackDetector(): Detector {
  return new FhrpHijacks()
}

class FhrpHijacks implements Detector {
  readonly #groups = new BoundedMap<Group>(MAX_GROUPS)
  readonly #members = new ServerBook<Member>('fhrp_members', MAX_MEMBERS)

  tables(): TableStatus[] {
    return [this.#groups.status('fhrp_groups'), this.#members.status()]
  }

  observe(packet: Packet, context: DetectorContext): void {
    const { payload } = packet
    if (payload.type !== 'fhrp') return
    const { nowMs } = context
    const key = `${context.vlan}|${payload.protocol}|${payload.ip.version}|${payload.group}`
    const group = this.#groups.get(key) ?? { sinceMs: nowMs, active: null }
    this.#groups.set(key, group)
    const known = this.#members.find(key, payload.ip.source)
    const member = known ?? newMember(payload.ip.source, realMac(packet, context), nowMs)
    if (known === undefined && !this.#members.add(key, member.ip, member)) return
    const isNew = known === undefined
    member.lastMs = nowMs
    member.priority = payload.priority
    member.isBaseline ||= context.learning || isPinned(member, payload, context)
    if (!payload.isActive) {
      // The active one steps down: the next takes its place with every right.
      if (group.active === member) group.active = null
      return
    }
    const rival = group.active
    if (isNew && rival !== null && outbids(member, rival, group, payload, nowMs))
      member.isIntruder = !member.isBaseline
    if (member.isIntruder && rival !== null) raise(member, rival, payload, context)
    if (!member.isIntruder) group.active = member
  }
}

function newMember(ip: string, mac: string, nowMs: number): Member {
  return {
    ip,
    mac,
    priority: 0,
    firstMs: nowMs,
    lastMs: nowMs,
    isBaseline: false,
    isIntruder: false,
    throttle: new Throttle(SECOND_MS),
  }
}

/** Members may advertise from the virtual MAC, and then only their address says who they are. */
function realMac({ ethernet, payload }: Packet, { bindings }: DetectorContext): string {
  if (!isVirtualRouterMac(ethernet.sourceMac) || payload.type !== 'fhrp') return ethernet.sourceMac
  return bindings.owner(payload.ip.source)?.mac ?? ethernet.sourceMac
}

/** The owner has said that this address, its own or a virtual one, belongs to this MAC. */
function isPinned({ ip, mac }: Member, { addresses }: Fhrp, { network }: DetectorContext): boolean {
  return network.pinned.some((pin) => pin.mac === mac && (pin.ip === ip || addresses.includes(pin.ip)))
}

function outbids(member: Member, rival: Member, group: Group, { protocol }: Fhrp, nowMs: number): boolean {
  const isSettled = rival.lastMs - group.sinceMs >= SETTLED_AFTER_MS
  const isThere = nowMs - rival.lastMs < DOWN_AFTER_MS[protocol]
  return isSettled && isThere && wins(member, rival, protocol)
}

/** Of equal priorities the higher address takes over (RFC 9568 section 6.4.3, RFC 2281 section 5.2), but for CARP, where the active one stays. */
function wins(member: Member, rival: Member, protocol: Fhrp['protocol']): boolean {
  if (member.priority !== rival.priority) return member.priority > rival.priority
  return protocol !== 'carp' && compareIp(member.ip, rival.ip) > 0
}

function raise(member: Member, rival: Member, fhrp: Fhrp, context: DetectorContext): void {
  if (!member.throttle.isDue(context.nowMs)) return
  const virtualIp = fhrp.addresses[0] ?? ''
  const seen = context.bindings.seen(member.mac)
  const isStranger = seen !== null && member.firstMs - seen.firstMs >= STRANGER_AFTER_MS
  const pinned = context.network.pinned.find(({ ip }) => ip !== '' && ip === virtualIp)
  const figures = {
    ip: member.ip,
    mac: member.mac,
    priority: member.priority,
    known_ip: rival.ip,
    known_priority: rival.priority,
    group: fhrp.group,
    protocol: fhrp.protocol.toUpperCase(),
  }
  context.raise(
    finding({
      kind: 'fhrp_hijack',
      severity: isStranger || pinned ? 'critical' : 'warning',
      claimer: member.mac,
      parties: [
        suspect(member.mac, isStranger || pinned ? 'likely' : 'possible', member.ip),
        holder(rival.mac, 'likely', rival.ip),
      ],
      ip: virtualIp,
      expected: text('expected_group_member', { known_ip: rival.ip, known_priority: rival.priority }),
      seen: text('seen_group_outbid', figures),
      reasonsFor: [
        reason('group_outbid', figures, [context.frame()]),
        ...(isStranger ? [reason('never_a_member', { mac: member.mac })] : []),
        ...(pinned ? [reason('pinned_elsewhere', { ip: pinned.ip, holder_mac: pinned.mac })] : []),
      ],
      advice: text('advice_fhrp_hijack'),
    }),
  )
}
