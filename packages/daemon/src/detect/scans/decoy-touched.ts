/**
 * Connections to a decoy: an address that no device has and the sensor answers
 * for (scan/decoy.ts). Whoever searches the network by ARP only learns that it
 * is there; who goes on to open a connection has no honest reason. The frames
 * come to this machine, so they show on an ordinary switch port.
 */

import { isGroupMac, MINUTE_MS, SECOND_MS, text } from '@netwatcher/shared'
import { claimantOf } from '../../wire/address-claim.js'
import { ICMP_ECHO_REQUEST } from '../../wire/icmpv4.js'
import type { IpHeader } from '../../wire/ip.js'
import type { Packet } from '../../wire/packet.js'
import { TCP_ACK, TCP_RST } from '../../wire/tcp.js'
import type { Detector, DetectorContext, FindingReason, FrameReference } from '../engine/detector.js'
import { finding, reason } from '../engine/finding.js'
import { holder, suspect } from '../engine/parties.js'
import { BoundedMap } from '../tables/bounded-map.js'
import { DistinctWindow } from '../tables/windows.js'

/** A DHCP server pings the address that it is about to offer right after the DISCOVER (RFC 2131 section 2.2). */
const OFFER_CHECK_MS = SECOND_MS
const WINDOW_MS = 10 * MINUTE_MS
const MAX_VISITORS = 1024
const MAX_TRIES = 256
const EVIDENCE_FRAMES = 5

interface Visitor {
  tries: DistinctWindow
  frames: FrameReference[]
}

interface Touch {
  ip: IpHeader
  how: string
}

export function createDecoyDetector(): Detector {
  const visitors = new BoundedMap<Visitor>(MAX_VISITORS)
  let discoverMs = Number.NEGATIVE_INFINITY
  return {
    observe(packet, context) {
      const { payload } = packet
      if (payload.type === 'dhcpv4' && payload.dhcp.messageType === 'discover') discoverMs = context.nowMs
      const { decoys } = context.network
      if (decoys.length === 0 || packet.ethernet.vlans.some((vlan) => vlan !== 0)) return
      const touch = touchOf(packet)
      if (touch !== null && decoys.includes(touch.ip.destination))
        raiseTouched(visitors, touch, packet, context.nowMs - discoverMs <= OFFER_CHECK_MS, context)
      for (const decoy of decoys) {
        const claimant = claimantOf(packet, decoy)
        if (claimant !== null) raiseClaimed(decoy, claimant, context)
      }
    },
    tables: () => [visitors.status('decoy_visitors')],
  }
}

/** What opens a connection or asks for an answer; what only answers may be meant for who forged the address. */
function touchOf({ payload, ethernet }: Packet): Touch | null {
  if (isGroupMac(ethernet.destinationMac)) return null
  switch (payload.type) {
    case 'tcp': {
      const { flags, destinationPort } = payload.tcp
      return (flags & (TCP_ACK | TCP_RST)) === 0
        ? { ip: payload.ip, how: `TCP port ${destinationPort}` }
        : null
    }
    case 'udp':
      return { ip: payload.ip, how: `UDP port ${payload.destinationPort}` }
    case 'dns':
      return payload.message.isResponse ? null : { ip: payload.ip, how: payload.source.toUpperCase() }
    case 'icmpv4':
      return payload.icmp.type === ICMP_ECHO_REQUEST ? { ip: payload.ip, how: 'ping' } : null
    case 'icmpv6':
      return payload.icmp.kind === 'echo_request' ? { ip: payload.ip, how: 'ping' } : null
    default:
      return null
  }
}

function raiseTouched(
  visitors: BoundedMap<Visitor>,
  { ip: { source, destination }, how }: Touch,
  packet: Packet,
  isOfferCheck: boolean,
  context: DetectorContext,
): void {
  const mac = packet.ethernet.sourceMac
  const roles = context.roles(mac)
  const isOutside = roles.router && context.bindings.owner(source) === null
  const key = `${mac}|${source}|${destination}`
  const visitor = visitors.get(key) ?? { tries: new DistinctWindow(WINDOW_MS, MAX_TRIES), frames: [] }
  visitors.set(key, visitor)
  const count = visitor.tries.add(how, context.nowMs)
  if (visitor.frames.length < EVIDENCE_FRAMES) visitor.frames.push(context.frame())
  const against: FindingReason[] = []
  if (isOutside) against.push(reason('from_outside', { ip: source }))
  if (how === 'ping' && (roles.dhcpServer || isOfferCheck)) against.push(reason('dhcp_ping_check'))
  const isHarmless = against.length > 0
  context.raise(
    finding({
      kind: 'decoy_touched',
      severity: isHarmless ? 'info' : 'warning',
      claimer: isOutside ? source : mac,
      ip: destination,
      parties: [
        isOutside ? suspect('', 'likely', source) : suspect(mac, isHarmless ? 'possible' : 'likely', source),
      ],
      expected: text('expected_decoy_untouched', { ip: destination }),
      seen: text('seen_decoy_touched', { ip: source, decoy: destination, how }),
      reasonsFor: [reason('touched_decoy', { decoy: destination, count }, visitor.frames)],
      reasonsAgainst: against,
      advice: text(isOutside ? 'advice_scan_from_outside' : 'advice_decoy_touched'),
    }),
  )
}

/** From here on it is no decoy, which is nobody's fault. */
function raiseClaimed(decoy: string, mac: string, context: DetectorContext): void {
  const figures = { mac, ip: decoy }
  context.raise(
    finding({
      kind: 'conflict_avoided',
      severity: 'info',
      claimer: mac,
      ip: decoy,
      parties: [holder(mac, 'likely', decoy)],
      expected: text('expected_decoy_unused', { ip: decoy }),
      seen: text('seen_decoy_claimed', figures),
      reasonsFor: [reason('decoy_claimed', figures, [context.frame()])],
      advice: text('advice_decoy_withdrawn'),
    }),
  )
}
