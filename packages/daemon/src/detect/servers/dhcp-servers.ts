/**
 * Rogue DHCP servers: a second server on a LAN. Even where offers go by
 * unicast past the sensor, the client's broadcast REQUEST names the server it
 * has chosen (option 54). Relays, proxy-DHCP for network boot, and redundant
 * servers that say the same are told apart.
 */

import { HOUR_MS, isUnspecifiedIp, SECOND_MS, ZERO_MAC } from '@netwatcher/shared'
import type { Dhcpv4 } from '../../wire/dhcpv4.js'
import type { Packet } from '../../wire/packet.js'
import type { Detector, DetectorContext } from '../engine/detector.js'
import { finding } from '../engine/finding.js'
import { vlanKey } from '../knowledge/learner.js'
import { BoundedMap } from '../tables/bounded-map.js'
import { Throttle } from '../tables/windows.js'
import { describeServer, judgeServer, type KnownServer } from './dhcp-server-verdict.js'
import { PingChecks } from './ping-checks.js'
import { noteBaseline } from './server-baseline.js'

const MAX_SERVERS_PER_LAN = 32
const MAX_LANS = 256
/** A server that was silent this long may have been replaced: leases are renewed well within it. */
const REPLACED_AFTER_MS = 24 * HOUR_MS

interface Lan {
  servers: Map<string, KnownServer>
  pings: PingChecks
}

export function createDhcpServerDetector(): Detector {
  const lans = new BoundedMap<Lan>(MAX_LANS)
  const lanOf = (packet: Packet) => {
    const key = vlanKey(packet)
    const lan = lans.get(key) ?? { servers: new Map(), pings: new PingChecks() }
    lans.set(key, lan)
    return lan
  }
  return { observe: (packet, context) => observe(packet, context, lanOf) }
}

function observe(packet: Packet, context: DetectorContext, lanOf: (packet: Packet) => Lan): void {
  const { payload } = packet
  if (payload.type === 'icmpv4') {
    const lan = lanOf(packet)
    const server = lan.pings.observeEcho(packet, context.nowMs)
    if (server !== null) observePingCheck(lan, server, context.nowMs)
    return
  }
  if (payload.type !== 'dhcpv4') return
  const lan = lanOf(packet)
  const { dhcp } = payload
  if (dhcp.operation === 1) {
    if (dhcp.messageType === 'discover') lan.pings.observeDiscover(dhcp.clientMac, context.nowMs)
    if (
      dhcp.messageType === 'request' &&
      dhcp.serverId !== null &&
      lan.pings.isSelecting(dhcp.clientMac, context.nowMs)
    )
      observeChoice(lan, dhcp, dhcp.serverId, context)
    return
  }
  observeAnswer(lan, dhcp, packet, context)
}

/** The server speaks: OFFER, ACK or NAK. */
function observeAnswer(lan: Lan, dhcp: Dhcpv4, packet: Packet, context: DetectorContext): void {
  if (packet.payload.type !== 'dhcpv4' || dhcp.messageType === null) return
  // No address is handed out: proxy-DHCP for network boot (PXE), or the answer to an INFORM.
  if (dhcp.messageType !== 'nak' && isUnspecifiedIp(dhcp.yourIp)) return
  const id = dhcp.serverId ?? packet.payload.ip.source
  const server = knownServer(lan, id, context.nowMs)
  if (server === null) return
  const mac = packet.ethernet.sourceMac
  if (mac !== ZERO_MAC && server.macs.size < 8) server.macs.add(mac)
  server.isRelayed ||= !isUnspecifiedIp(dhcp.relayIp) || dhcp.hasRelayInformation
  if (dhcp.messageType !== 'nak') {
    const { routers, dnsServers, subnetMask } = dhcp
    const sinceMs = server.offers.get(mac)?.sinceMs ?? context.nowMs
    server.offer = { routers, dnsServers, subnetMask, mac, sinceMs }
    server.offers.set(mac, server.offer)
    if (server.offers.size > 8) server.offers.clear()
  }
  weigh(lan, server, context)
}

/** A client says which server it took. */
function observeChoice(lan: Lan, dhcp: Dhcpv4, id: string, context: DetectorContext): void {
  const server = knownServer(lan, id, context.nowMs)
  if (server === null) return
  const owner = context.bindings.owner(id)
  if (owner !== null && server.macs.size === 0) server.macs.add(owner.mac)
  server.isRelayed ||= !isUnspecifiedIp(dhcp.relayIp)
  weigh(lan, server, context)
}

/** RFC 2131 section 2.2: before it offers an address, a server asks whether somebody answers there. */
function observePingCheck(lan: Lan, checker: { ip: string; mac: string }, nowMs: number): void {
  if (lan.servers.has(checker.ip)) return
  const server = knownServer(lan, checker.ip, nowMs)
  if (server === null) return
  server.macs.add(checker.mac)
  server.onlyChecked = true
}

function knownServer(lan: Lan, id: string, nowMs: number): KnownServer | null {
  const known = lan.servers.get(id)
  if (known !== undefined) {
    if (nowMs - known.lastMs > REPLACED_AFTER_MS) known.firstMs = nowMs
    known.lastMs = nowMs
    return known
  }
  if (lan.servers.size >= MAX_SERVERS_PER_LAN) return null
  const server: KnownServer = {
    id,
    macs: new Set(),
    firstMs: nowMs,
    lastMs: nowMs,
    offer: null,
    offers: new Map(),
    isRelayed: false,
    wasLearnt: false,
    isBaseline: false,
    onlyChecked: false,
    throttle: new Throttle(SECOND_MS),
  }
  lan.servers.set(id, server)
  return server
}

function weigh(lan: Lan, server: KnownServer, context: DetectorContext): void {
  server.onlyChecked = false
  const rivals = [...lan.servers.values()].filter(
    (other) => other !== server && context.nowMs - other.lastMs < REPLACED_AFTER_MS,
  )
  noteBaseline(server, rivals, context)
  const verdict = judgeServer(server, rivals, context)
  if (verdict === null || !server.throttle.isDue(context.nowMs)) return
  context.raise(
    finding({
      kind: 'rogue_dhcp',
      severity: verdict.severity,
      claimer: [...server.macs][0] ?? server.id,
      ip: server.id,
      macs: [...server.macs],
      expected: rivals.map(describeServer).join('; ') || describeServer(server),
      seen: describeServer(server),
      reasonsFor: verdict.reasonsFor,
      reasonsAgainst: verdict.reasonsAgainst,
      advice:
        'If you did not set up this DHCP server, disconnect it and renew the leases of the devices that it answered: they may send their traffic or name look-ups to it.',
    }),
  )
}
