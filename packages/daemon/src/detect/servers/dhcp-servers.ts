/**
 * Rogue DHCP servers: a second server on a LAN. Even where offers go by
 * unicast past the sensor, the client's broadcast REQUEST names the server it
 * has chosen (option 54). Relays, proxy-DHCP for network boot, and redundant
 * servers that say the same are told apart.
 */

import { isUnspecifiedIp, MINUTE_MS, SECOND_MS, type TableStatus, text, ZERO_MAC } from '@netwatcher/shared'
import type { Dhcpv4 } from '../../wire/dhcpv4.js'
import type { Packet } from '../../wire/packet.js'
import type { Detector, DetectorContext } from '../engine/detector.js'
import { finding } from '../engine/finding.js'
import { affected, holder, suspect } from '../engine/parties.js'
import { BoundedMap } from '../tables/bounded-map.js'
import { Throttle } from '../tables/windows.js'
import { judgeInformer, noteProxyScript } from './dhcp-informers.js'
import { describeServer, judgeServer, type KnownServer } from './dhcp-server-verdict.js'
import { PingChecks } from './ping-checks.js'
import { noteBaseline, serverParties } from './server-baseline.js'
import { GONE_AFTER_MS, ServerBook } from './server-book.js'

const MAX_SERVERS_PER_LAN = 32
const MAX_LANS = 256
const MAX_MACS = 8
const MAX_ROUTES = 32
/** A repeater or a mirror port shows a message again at once, under another MAC or the same. */
const COPY_MS = SECOND_MS
/** A station that was heard this lately has not just been replaced. */
const STILL_THERE_MS = MINUTE_MS

interface Lan {
  key: string
  servers: ServerBook<KnownServer>
  pings: PingChecks
  /** The latest answer, and who sent it: its copy is no second answer. */
  latest: { answer: string; mac: string; atMs: number }
}

export function createDhcpServerDetector(): Detector {
  const lans = new BoundedMap<Lan>(MAX_LANS)
  const servers = new ServerBook<KnownServer>('dhcp_servers', MAX_SERVERS_PER_LAN)
  const lanOf = ({ vlan: key }: DetectorContext) => {
    const lan = lans.get(key) ?? newLan(key, servers)
    lans.set(key, lan)
    return lan
  }
  return {
    observe: (packet, context) => observe(packet, context, lanOf),
    tables: (): TableStatus[] => [servers.status()],
  }
}

function newLan(key: string, servers: ServerBook<KnownServer>): Lan {
  return { key, servers, pings: new PingChecks(), latest: { answer: '', mac: '', atMs: 0 } }
}

function observe(packet: Packet, context: DetectorContext, lanOf: (context: DetectorContext) => Lan): void {
  const { payload } = packet
  if (payload.type === 'icmpv4') {
    const lan = lanOf(context)
    const server = lan.pings.observeEcho(packet, context.nowMs)
    if (server !== null) observePingCheck(lan, server, context)
    return
  }
  if (payload.type !== 'dhcpv4') return
  const lan = lanOf(context)
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
  const mac = packet.ethernet.sourceMac
  if (isCopy(lan, dhcp, mac, context.nowMs)) return
  const id = dhcp.serverId ?? packet.payload.ip.source
  // No address is handed out: proxy-DHCP for network boot (PXE), or the answer to an INFORM.
  if (dhcp.messageType !== 'nak' && isUnspecifiedIp(dhcp.yourIp)) {
    const known = lan.servers.all(lan.key, context.nowMs)
    if (dhcp.proxyScript !== null)
      judgeInformer({ ip: id, mac, proxyScript: dhcp.proxyScript, client: dhcp }, known, context)
    return
  }
  const server = knownServer(lan, id, context)
  if (server === null) return
  if (dhcp.messageType === 'nak') noteRefusal(server, dhcp, mac, context)
  if (mac !== ZERO_MAC && mac !== server.refuser && server.macs.size < MAX_MACS) server.macs.add(mac)
  server.isRelayed ||= !isUnspecifiedIp(dhcp.relayIp) || dhcp.hasRelayInformation
  if (dhcp.messageType !== 'nak') noteOffer(server, dhcp, mac, context.nowMs)
  weigh(lan, server, context, dhcp.clientMac)
  server.refuser = ''
  if (dhcp.proxyScript !== null && server.isBaseline) noteProxyScript(server, dhcp.proxyScript, mac, context)
}

function isCopy(lan: Lan, dhcp: Dhcpv4, mac: string, nowMs: number): boolean {
  const { transactionId, messageType, clientMac, yourIp, serverId, routers, dnsServers, routes } = dhcp
  const parts = [transactionId, messageType, clientMac, yourIp, serverId, routers, dnsServers, routes]
  const answer = `${parts.join('|')}|${dhcp.proxyScript}`
  const { latest } = lan
  const isAgain = latest.answer === answer && latest.mac !== mac && nowMs - latest.atMs < COPY_MS
  if (!isAgain) lan.latest = { answer, mac, atMs: nowMs }
  return isAgain && messageType !== 'nak'
}

function noteOffer(server: KnownServer, dhcp: Dhcpv4, mac: string, nowMs: number): void {
  const { transactionId, yourIp: ip } = dhcp
  const { answered } = server
  server.isContested ||=
    answered?.transactionId === transactionId && answered.mac !== mac && answered.ip !== ip
  server.answered = { transactionId, mac, ip }
  const { routers, dnsServers, subnetMask } = dhcp
  const before = server.offers.get(mac)
  const sinceMs = before?.sinceMs ?? nowMs
  // Only clients that ask for these are given them.
  const routes = [...new Set([...(before?.routes ?? []), ...dhcp.routes])].slice(0, MAX_ROUTES)
  const proxyScript = dhcp.proxyScript ?? before?.proxyScript ?? null
  server.offer = { routers, dnsServers, subnetMask, routes, proxyScript, mac, sinceMs }
  server.offers.set(mac, server.offer)
  if (server.offers.size > MAX_MACS) server.offers.clear()
}

/** The server that has this identifier refuses under its own MAC. */
function noteRefusal(server: KnownServer, dhcp: Dhcpv4, mac: string, context: DetectorContext): void {
  const isRelayed = server.isRelayed || !isUnspecifiedIp(dhcp.relayIp) || context.roles(mac).fhrp
  const genuine = context.bindings.owner(server.ip)?.mac ?? [...server.offers.keys()][0]
  const isKnown = genuine === undefined || mac === genuine || server.offers.has(mac)
  if (isRelayed || isKnown) return
  const lastSeenMs = context.bindings.seen(genuine)?.lastMs ?? Number.NEGATIVE_INFINITY
  if (context.nowMs - lastSeenMs < STILL_THERE_MS) server.refuser = mac
}

/** A client says which server it took. */
function observeChoice(lan: Lan, dhcp: Dhcpv4, id: string, context: DetectorContext): void {
  const server = knownServer(lan, id, context)
  if (server === null) return
  const owner = context.bindings.owner(id)
  if (owner !== null && server.macs.size === 0) server.macs.add(owner.mac)
  server.isRelayed ||= !isUnspecifiedIp(dhcp.relayIp)
  weigh(lan, server, context, dhcp.clientMac)
}

/** RFC 2131 section 2.2: before it offers an address, a server asks whether somebody answers there. */
function observePingCheck(lan: Lan, checker: { ip: string; mac: string }, context: DetectorContext): void {
  if (lan.servers.find(lan.key, checker.ip) !== undefined) return
  const server = knownServer(lan, checker.ip, context)
  if (server === null) return
  server.macs.add(checker.mac)
  server.onlyChecked = true
}

function knownServer(lan: Lan, ip: string, { nowMs, bindings }: DetectorContext): KnownServer | null {
  const known = lan.servers.find(lan.key, ip)
  if (known !== undefined) {
    // It may have been replaced in so long a time.
    if (nowMs - known.lastMs > GONE_AFTER_MS) known.firstMs = nowMs
    known.lastMs = nowMs
    return known
  }
  const server: KnownServer = {
    ip,
    macs: new Set(),
    // Later it may be one only because its victims believe it.
    wasGateway: bindings.isGateway(ip),
    firstMs: nowMs,
    lastMs: nowMs,
    offer: null,
    offers: new Map(),
    answered: null,
    isContested: false,
    refuser: '',
    isRelayed: false,
    proxyScript: null,
    wasLearnt: false,
    isBaseline: false,
    onlyChecked: false,
    throttle: new Throttle(SECOND_MS),
  }
  return lan.servers.add(lan.key, ip, server) ? server : null
}

function weigh(lan: Lan, server: KnownServer, context: DetectorContext, clientMac: string): void {
  server.onlyChecked = false
  const rivals = lan.servers.others(lan.key, server, context.nowMs)
  noteBaseline(server, rivals, context)
  const verdict = judgeServer(server, rivals, context)
  if (verdict === null || !server.throttle.isDue(context.nowMs)) return
  const { severity, impostor, reasonsFor, reasonsAgainst } = verdict
  const genuine = rivals.find(({ isBaseline }) => isBaseline) ?? rivals[0]
  const parties =
    impostor === undefined
      ? serverParties(server, rivals, severity)
      : [
          suspect(impostor, 'likely', server.ip),
          ...[...server.macs]
            .filter((mac) => mac !== impostor)
            .map((mac) => holder(mac, 'likely', server.ip)),
        ]
  context.raise(
    finding({
      kind: 'rogue_dhcp',
      severity,
      claimer: impostor ?? [...server.macs][0] ?? server.ip,
      ip: server.ip,
      parties: severity === 'info' ? parties : [...parties, affected(clientMac, 'possible')],
      expected:
        impostor === undefined && genuine
          ? describeServer('expected', genuine)
          : text('expected_one_dhcp_server'),
      seen: describeServer('seen', server),
      reasonsFor,
      reasonsAgainst,
      advice: text('advice_rogue_dhcp'),
    }),
  )
}
