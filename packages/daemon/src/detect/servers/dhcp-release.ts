/**
 * Forged releases: a DHCPRELEASE (RFC 2131 section 4.4.6) gives an address back, unasked and unanswered, so that
 * anybody can give back those of others and take them, or make the server hand them out twice. A client speaks for
 * itself: its release comes from its own MAC, and afterwards it does not use the address.
 */

import { isUnspecifiedIp, MINUTE_MS, SECOND_MS, type TableStatus, text } from '@netwatcher/shared'
import type { Dhcpv4 } from '../../wire/dhcpv4.js'
import type { Packet } from '../../wire/packet.js'
import type { Detector, DetectorContext, FrameReference } from '../engine/detector.js'
import { finding, reason } from '../engine/finding.js'
import { affected, suspect } from '../engine/parties.js'
import { BoundedMap } from '../tables/bounded-map.js'

const MAX_RELEASED = 1024
/** A client that means it is quiet by then; what was on its way has arrived. */
const AFTERWARDS_MS = 2 * SECOND_MS
const WATCHED_MS = 5 * MINUTE_MS

interface Release {
  ip: string
  clientMac: string
  sourceMac: string
  atMs: number
  frame: FrameReference
}

export function createDhcpReleaseDetector(): Detector {
  /** Forged releases by VLAN and the MAC of the client. */
  const released = new BoundedMap<Release>(MAX_RELEASED)
  return {
    observe(packet, context) {
      const key = `${context.vlan}|${packet.ethernet.sourceMac}`
      const release = released.peek(key)
      if (release !== undefined) observeHolder(release, packet, context, () => released.delete(key))
      if (packet.payload.type === 'dhcpv4') observeMessage(packet.payload.dhcp, packet, context, released)
    },
    tables: (): TableStatus[] => [released.status('forged_releases')],
  }
}

function observeMessage(
  dhcp: Dhcpv4,
  packet: Packet,
  context: DetectorContext,
  released: BoundedMap<Release>,
): void {
  const { messageType, clientMac, clientIp, relayIp } = dhcp
  const { sourceMac } = packet.ethernet
  // A relay, or a router before another LAN, sends on what is not its own.
  if (messageType !== 'release' || !isUnspecifiedIp(relayIp) || context.roles(sourceMac).router) return
  const isHolder = context.bindings.owner(clientIp)?.mac === clientMac
  if (sourceMac === clientMac || !isHolder) return
  const release = { ip: clientIp, clientMac, sourceMac, atMs: context.nowMs, frame: context.frame() }
  released.set(`${context.vlan}|${clientMac}`, release)
  raise(release, 'warning', context)
}

/** The one whose address was given back goes on using it. */
function observeHolder(
  release: Release,
  { payload }: Packet,
  context: DetectorContext,
  forget: () => void,
): void {
  const sinceMs = context.nowMs - release.atMs
  if (sinceMs < AFTERWARDS_MS) return
  const usesIt =
    payload.type === 'arp'
      ? payload.arp.senderIp === release.ip
      : 'ip' in payload && payload.ip?.source === release.ip
  if (!usesIt && sinceMs < WATCHED_MS) return
  forget()
  if (sinceMs < WATCHED_MS) raise(release, 'critical', context)
}

function raise(release: Release, severity: 'warning' | 'critical', context: DetectorContext): void {
  const { ip, clientMac, sourceMac, frame } = release
  const figures = { ip, mac: sourceMac, affected_mac: clientMac }
  context.raise(
    finding({
      kind: 'dhcp_release_spoof',
      severity,
      claimer: sourceMac,
      parties: [suspect(sourceMac, 'likely'), affected(clientMac, 'proven', ip)],
      expected: text('expected_own_release'),
      seen: text('seen_foreign_release', figures),
      reasonsFor: [
        reason('foreign_release', figures, [frame]),
        ...(severity === 'critical'
          ? [reason('holder_goes_on', { ip, mac: clientMac }, [context.frame()])]
          : []),
      ],
      advice: text('advice_release_spoof'),
    }),
  )
}
