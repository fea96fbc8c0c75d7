/**
 * Switch port stealing (ettercap -M port): frames that bear a victim's source
 * address teach the switch that the victim sits on the thief's port. They are
 * addressed to the thief itself, so that nobody else notices, and carry
 * nothing. The claimer is therefore the destination of such frames.
 */

import { isGroupMac, SECOND_MS, text, ZERO_MAC } from '@netwatcher/shared'
import { ETHERTYPE_ARP, ETHERTYPE_IPV4, ETHERTYPE_IPV6 } from '../../wire/ethernet.js'
import type { Packet } from '../../wire/packet.js'
import type { Detector, DetectorContext, FrameReference } from '../engine/detector.js'
import { finding, reason } from '../engine/finding.js'
import { affected, suspect } from '../engine/parties.js'
import { BoundedMap } from '../tables/bounded-map.js'
import { RateWindow, Throttle } from '../tables/windows.js'

/** ettercap sends one per 10 µs to 10 ms and victim; nothing honest sends even a few of these. */
const WINDOW_MS = 10 * SECOND_MS
const FRAMES = 10
const MAX_THIEVES = 256
const MAX_VICTIMS = 16
/** Lengths of an ARP message for IPv4 over Ethernet, of its part before the addresses, and of one pair of these. */
const ARP_LENGTH = 28
const ARP_HEADER = 8
const ARP_PAIR = 10
const MAC_LENGTH = 6

interface Thief {
  rate: RateWindow
  victims: Set<string>
  frames: FrameReference[]
  throttle: Throttle
}

export function createPortStealDetector(): Detector {
  const thieves = new BoundedMap<Thief>(MAX_THIEVES)
  return { observe: (packet, context) => observe(thieves, packet, context) }
}

function observe(thieves: BoundedMap<Thief>, packet: Packet, context: DetectorContext): void {
  const { sourceMac, destinationMac, isCooked } = packet.ethernet
  // The loopback interface has no addresses: all its frames go from zero to zero.
  if (isCooked || isGroupMac(destinationMac) || destinationMac === ZERO_MAC) return
  const sign = stealingSign(packet)
  if (sign === null) return
  const thief = thieves.get(destinationMac) ?? newThief()
  thieves.set(destinationMac, thief)
  if (thief.victims.size < MAX_VICTIMS) thief.victims.add(sourceMac)
  if (thief.frames.length < 5) thief.frames.push(context.frame())
  const count = thief.rate.add(context.nowMs)
  if (count < FRAMES || !thief.throttle.isDue(context.nowMs)) return
  const victims = [...thief.victims].filter((mac) => mac !== destinationMac)
  // Frames to this machine teach the switch just as well, and say nothing about who sends them.
  const isToUs = context.roles(destinationMac).own
  context.raise(
    finding({
      kind: 'port_steal',
      severity: 'critical',
      claimer: isToUs ? '' : destinationMac,
      parties: [
        ...(isToUs ? [] : [suspect(destinationMac, 'likely')]),
        ...victims.map((mac) => affected(mac, 'likely', context.bindings.owned(mac)[0] ?? '')),
      ],
      expected: text('expected_one_port_per_address'),
      seen: text('seen_port_steal', {
        count,
        window_ms: WINDOW_MS,
        mac: destinationMac,
        affected_macs: victims.length > 0 ? victims : sourceMac,
      }),
      reasonsFor: [reason(sign, {}, thief.frames)],
      advice: text('advice_port_steal'),
    }),
  )
}

function newThief(): Thief {
  return {
    rate: new RateWindow(WINDOW_MS),
    victims: new Set(),
    frames: [],
    throttle: new Throttle(SECOND_MS),
  }
}

/** What makes a unicast frame useless except for teaching the switch, or null. */
function stealingSign({ ethernet, payload, bytes }: Packet): string | null {
  const { sourceMac, destinationMac, etherType, payloadOffset } = ethernet
  if (etherType === ETHERTYPE_ARP) {
    // No address of sender or target, with or without a valid header and MACs before them.
    const pairs = bytes.subarray(payloadOffset + ARP_HEADER, payloadOffset + ARP_LENGTH)
    if (pairs.every((byte, i) => byte === 0 || i % ARP_PAIR < MAC_LENGTH)) return 'empty_arp'
  }
  if (payload.type === 'arp' && payload.arp.senderMac === destinationMac && sourceMac !== destinationMac) {
    return 'addressed_to_sender'
  }
  const isKnown = etherType === ETHERTYPE_ARP || etherType === ETHERTYPE_IPV4 || etherType === ETHERTYPE_IPV6
  return isKnown && sourceMac === destinationMac && !carriesData(payload) ? 'source_is_destination' : null
}

/** What a machine with several inner parts tells itself, and some capture tools record. */
function carriesData({ type }: Packet['payload']): boolean {
  return type !== 'arp' && type !== 'ip' && type !== 'malformed' && type !== 'other'
}
