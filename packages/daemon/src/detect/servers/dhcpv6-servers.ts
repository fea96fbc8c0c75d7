/**
 * Rogue DHCPv6 servers (RFC 7610): who hands out IPv6 addresses and DNS
 * servers on a LAN. Answers go to the client alone, but its REQUEST goes to all
 * servers (ff02::1:2) and names the chosen one, so a second server shows at
 * switch ports too. Spoofers such as mitm6 and bettercap also work where nobody
 * has set IPv6 up, because hosts ask all the same.
 */

import {
  formatCidr,
  isLinkLocalIp,
  isLoopbackIp,
  isMulticastIp,
  isUnspecifiedIp,
  MINUTE_MS,
  makeCidr,
  SECOND_MS,
  type TableStatus,
  text,
  ZERO_MAC,
} from '@netwatcher/shared'
import type { Dhcpv6, Dhcpv6Address, Duid } from '../../wire/dhcpv6.js'
import type { Packet } from '../../wire/packet.js'
import type { Detector, DetectorContext } from '../engine/detector.js'
import { finding } from '../engine/finding.js'
import { BoundedMap } from '../tables/bounded-map.js'
import { addFew } from '../tables/few-strings.js'
import { Throttle } from '../tables/windows.js'
import { describeServer6, judgeServer6, type KnownServer6, type RouterNote } from './dhcpv6-server-verdict.js'
import { noteBaseline, serverParties } from './server-baseline.js'
import { ServerBook } from './server-book.js'

const MAX_SERVERS_PER_LAN = 32
const MAX_LANS = 256
const MAX_CLIENTS = 1024
const MAX_MACS = 8
const MAX_NETWORKS = 16
const MAX_ROUTERS = 16
/** RFC 8415 section 7.6: a client goes on soliciting at intervals of up to an hour, but first within minutes. */
const SELECTING_MS = MINUTE_MS
/** Hosts are given addresses of a network of this length (RFC 4291 section 2.5.1). */
const NETWORK_BITS = 64

interface Lan {
  key: string
  servers: ServerBook<KnownServer6>
  /** Routers by MAC. */
  routers: BoundedMap<RouterNote>
  /** When each client, by DUID, last looked for a server. */
  solicitedMs: BoundedMap<number>
}

export function createDhcpv6ServerDetector(): Detector {
  const lans = new BoundedMap<Lan>(MAX_LANS)
  const servers = new ServerBook<KnownServer6>('dhcpv6_servers', MAX_SERVERS_PER_LAN)
  return {
    observe(packet, context) {
      const { payload } = packet
      if (payload.type !== 'dhcpv6' && payload.type !== 'icmpv6') return
      const key = context.vlan
      const lan = lans.get(key) ?? newLan(key, servers)
      lans.set(key, lan)
      if (payload.type === 'dhcpv6') observeMessage(lan, payload.dhcp, payload.ip.source, packet, context)
      else observeRouter(lan, packet, context.nowMs)
    },
    tables: (): TableStatus[] => [servers.status()],
  }
}

function newLan(key: string, servers: ServerBook<KnownServer6>): Lan {
  return { key, servers, routers: new BoundedMap(MAX_ROUTERS), solicitedMs: new BoundedMap(MAX_CLIENTS) }
}

function observeRouter(lan: Lan, { payload, ethernet }: Packet, nowMs: number): void {
  if (payload.type !== 'icmpv6' || payload.icmp.kind !== 'router_advertisement') return
  const { isManaged, hasOtherConfig, lifetimeSeconds } = payload.icmp
  const known = lan.routers.get(ethernet.sourceMac)
  if (known === undefined && lifetimeSeconds === 0) return
  const sinceMs = known?.sinceMs ?? nowMs
  lan.routers.set(ethernet.sourceMac, { sendsToServer: isManaged || hasOtherConfig, sinceMs })
  if (nowMs - sinceMs >= MINUTE_MS) lan.routers.prove(ethernet.sourceMac)
}

function observeMessage(
  lan: Lan,
  dhcp: Dhcpv6,
  source: string,
  packet: Packet,
  context: DetectorContext,
): void {
  const { client, server } = dhcp
  switch (dhcp.messageType) {
    case 'solicit':
      if (client !== null) lan.solicitedMs.set(client.id, context.nowMs)
      return
    case 'request':
      if (client !== null && server !== null && isSelecting(lan, client, context.nowMs))
        observeChoice(lan, server, dhcp.addresses, context)
      return
    case 'advertise':
    case 'reply':
      if (server !== null && dhcp.status === 0) observeAnswer(lan, dhcp, server, source, packet, context)
      return
    default:
  }
}

/** Not the memory of a client that has just come from another network. */
function isSelecting(lan: Lan, client: Duid, nowMs: number): boolean {
  const solicitedMs = lan.solicitedMs.peek(client.id)
  return solicitedMs !== undefined && nowMs - solicitedMs <= SELECTING_MS
}

/** A client says which server it took, and repeats the addresses that it was offered (RFC 8415 section 18.2.2). */
function observeChoice(
  lan: Lan,
  duid: Duid,
  addresses: readonly Dhcpv6Address[],
  context: DetectorContext,
): void {
  const server = knownServer(lan, duid, context.nowMs)
  if (server === null) return
  server.uselessLease ??= addresses.find(({ ip }) => isUseless(ip))?.ip ?? null
  weigh(lan, server, context)
}

/** The server hands something out. A REPLY without anything confirms or releases. */
function observeAnswer(
  lan: Lan,
  dhcp: Dhcpv6,
  duid: Duid,
  source: string,
  packet: Packet,
  context: DetectorContext,
): void {
  // What only delegates prefixes to routers behind it concerns no host here.
  const addresses = dhcp.addresses.filter(({ validSeconds }) => validSeconds > 0).map(({ ip }) => ip)
  if (addresses.length + dhcp.dnsServers.length === 0 || dhcp.prefixes.length > 0) return
  const server = knownServer(lan, duid, context.nowMs)
  if (server === null) return
  const mac = packet.ethernet.sourceMac
  if (mac !== ZERO_MAC && server.macs.size < MAX_MACS) server.macs.add(mac)
  server.ip = source
  server.uselessLease ??= addresses.find(isUseless) ?? null
  const networks = [...(server.offer?.networks ?? [])]
  for (const ip of addresses) addFew(networks, networkOf(ip), MAX_NETWORKS)
  server.offer = {
    networks,
    // A renewal need not repeat them.
    dnsServers: dhcp.dnsServers.length > 0 ? dhcp.dnsServers : (server.offer?.dnsServers ?? []),
    preference: Math.max(dhcp.preference, server.offer?.preference ?? 0),
  }
  weigh(lan, server, context)
}

function isUseless(ip: string): boolean {
  return isLinkLocalIp(ip) || isUnspecifiedIp(ip) || isMulticastIp(ip) || isLoopbackIp(ip)
}

function networkOf(ip: string): string {
  const network = makeCidr(ip, NETWORK_BITS)
  return network === null ? ip : formatCidr(network)
}

function knownServer(lan: Lan, duid: Duid, nowMs: number): KnownServer6 | null {
  const known = lan.servers.find(lan.key, duid.id)
  if (known !== undefined) {
    known.lastMs = nowMs
    return known
  }
  const server: KnownServer6 = {
    duid,
    ip: '',
    macs: new Set(),
    firstMs: nowMs,
    lastMs: nowMs,
    offer: null,
    uselessLease: null,
    wasLearnt: false,
    isBaseline: false,
    throttle: new Throttle(SECOND_MS),
  }
  return lan.servers.add(lan.key, duid.id, server) ? server : null
}

function weigh(lan: Lan, server: KnownServer6, context: DetectorContext): void {
  const rivals = lan.servers.others(lan.key, server, context.nowMs)
  noteBaseline(server, rivals, context)
  const verdict = judgeServer6(server, rivals, lan.routers, context)
  if (verdict === null || !server.throttle.isDue(context.nowMs)) return
  const genuine = rivals.find(({ isBaseline }) => isBaseline)
  const macs = server.macs.size > 0 ? server.macs : new Set(server.duid.mac === null ? [] : [server.duid.mac])
  context.raise(
    finding({
      kind: 'rogue_dhcp',
      severity: verdict.severity,
      claimer: [...macs][0] ?? server.duid.id,
      ip: server.ip,
      parties: serverParties({ ...server, macs }, rivals, verdict.severity),
      expected: genuine ? describeServer6('expected', genuine) : text('expected_no_dhcpv6_server'),
      seen: describeServer6('seen', server),
      reasonsFor: verdict.reasonsFor,
      reasonsAgainst: verdict.reasonsAgainst,
      advice: text('advice_rogue_dhcpv6'),
    }),
  )
}
