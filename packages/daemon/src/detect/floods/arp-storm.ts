/**
 * ARP storms: the same ARP message over and over, from a station that is
 * broken, floods on purpose, or whose frames run in a switching loop. A sweep
 * sends many messages too, but all different.
 */

import { isUnspecifiedIp, SECOND_MS, text } from '@netwatcher/shared'
import type { Packet } from '../../wire/packet.js'
import type { Detector, DetectorContext } from '../engine/detector.js'
import { finding, reason } from '../engine/finding.js'
import { suspect } from '../engine/parties.js'
import { RecentMap } from '../tables/recent-map.js'
import { RateWindow, Throttle } from '../tables/windows.js'

/**
 * Announcements of one address. RFC 5227 section 2.3 sends 2; keepalived 5 at once and 5 later; a mirror
 * that shows each frame twice doubles that.
 */
const GRATUITOUS = { windowMs: 10 * SECOND_MS, frames: 50 }
/** Equal messages. RFC 1122 section 2.3.2.1 asks for at most one request per second for one address. */
const EQUAL = { windowMs: SECOND_MS, frames: 100 }
const MAX_STREAMS = 4096

interface Stream {
  gratuitous: RateWindow
  equal: RateWindow
  throttle: Throttle
}

export function createArpStormDetector(): Detector {
  const streams = new RecentMap<Stream>(GRATUITOUS.windowMs, MAX_STREAMS)
  return { observe: (packet, context) => observe(streams, packet, context) }
}

function observe(streams: RecentMap<Stream>, packet: Packet, context: DetectorContext): void {
  const { payload, ethernet } = packet
  if (payload.type !== 'arp') return
  const { arp } = payload
  const mac = ethernet.sourceMac
  if (isUnspecifiedIp(arp.senderIp) && isUnspecifiedIp(arp.targetIp)) return
  const isGratuitous = arp.senderIp === arp.targetIp
  const key = `${mac}|${arp.senderIp}|${arp.targetIp}|${isGratuitous ? '' : arp.operation}`
  const { nowMs } = context
  let stream = streams.get(key, nowMs)
  if (!stream) {
    stream = newStream()
    streams.set(key, stream, nowMs)
  }
  const equal = stream.equal.add(nowMs)
  const gratuitous = isGratuitous ? stream.gratuitous.add(nowMs) : 0
  const isStorm = equal >= EQUAL.frames || gratuitous >= GRATUITOUS.frames
  if (!isStorm || !stream.throttle.isDue(nowMs)) return
  const figures =
    gratuitous >= GRATUITOUS.frames
      ? { count: gratuitous, window_ms: GRATUITOUS.windowMs }
      : { count: equal, window_ms: EQUAL.windowMs }
  const what = gratuitous >= GRATUITOUS.frames ? 'announcements' : 'equal_messages'
  context.raise(
    finding({
      kind: 'arp_storm',
      severity: 'warning',
      parties: [suspect(mac, 'likely')],
      ip: arp.senderIp,
      expected: text('expected_arp_rate'),
      seen: text(`seen_${what}`, { ...figures, mac, ip: arp.senderIp }),
      reasonsFor: [reason('repeated_message', figures, [context.frame()])],
      advice: text('advice_arp_storm'),
    }),
  )
}

function newStream(): Stream {
  return {
    gratuitous: new RateWindow(GRATUITOUS.windowMs),
    equal: new RateWindow(EQUAL.windowMs),
    throttle: new Throttle(SECOND_MS),
  }
}
