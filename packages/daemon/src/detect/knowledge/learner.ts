/**
 * Turns a packet into knowledge: claims into the binding table, roles of MACs,
 * the gateways and the prefixes of this LAN. It weighs nothing.
 */

import { isMulticastIp, isUnspecifiedIp, MINUTE_MS, makeCidr, type TableStatus } from '@netwatcher/shared'
import { ARP_REQUEST } from '../../wire/arp.js'
import { isVirtualRouterMac } from '../../wire/fhrp.js'
import { type IpHeader, PROTOCOL_IGMP } from '../../wire/ip.js'
import type { Packet } from '../../wire/packet.js'
import { type InterfaceContext, isOwnMac } from '../engine/detection.js'
import type { FrameReference, MacRoles } from '../engine/detector.js'
import { BoundedMap } from '../tables/bounded-map.js'
import { addFew } from '../tables/few-strings.js'
import { KnownSet } from '../tables/known-set.js'
import type { AddressRecord, BindingTable, MacRecord } from './binding-table.js'
import { isStrong, type ObservedClaim } from './claim.js'
import { Copies } from './copies.js'
import { type Observed, observeClaims } from './observe-claims.js'
import { Prefixes } from './prefixes.js'
import { type Question, RequestBook } from './request-book.js'
import { Views } from './views.js'

/** A host with an address outside the known prefix has one of them; a forwarder delivers many. */
const OFF_LAN_SOURCES_OF_A_ROUTER = 3
const MAX_REMEMBERED_SOURCES = 8
const MAX_GATEWAYS = 64
const MAX_VIRTUAL_ADDRESSES = 64
const MAX_ASKED_FOR = 4096
const MAX_UPLINKS = 2048
const MAX_RESOLUTIONS = 1024
/** Unasked replies of this many stations and never an asked one: the questions are not in view. */
const UNASKED_REPLIERS_OF_A_ONE_WAY_VIEW = 3

export interface Learnt {
  vlan: string
  observed: Observed
  /** Records of the claims of this packet, in the same order. */
  records: AddressRecord[]
}

export class Learner {
  readonly requests = new RequestBook()
  readonly #table: BindingTable
  readonly #views: Views
  readonly prefixes: Prefixes
  readonly #copies = new Copies()
  #network: InterfaceContext
  /** Addresses that DHCP servers and RAs name as routers, or that hosts send packets for elsewhere through, per VLAN. */
  readonly #gateways = new KnownSet(MAX_GATEWAYS)
  /** Addresses that DHCP clients name as their server, per VLAN. */
  readonly #dhcpServers = new KnownSet(MAX_GATEWAYS)
  /** When a MAC asked whether an address is free (RFC 5227), or asked a DHCP server for it. */
  readonly #askedFor = new BoundedMap<number>(MAX_ASKED_FOR)
  /** Addresses that were asked for, and when last. */
  readonly #wanted = new BoundedMap<number>(MAX_ASKED_FOR)
  /** What each DHCP client calls itself (RFC 2132 section 9.14), by VLAN and MAC. */
  readonly #clientIds = new BoundedMap<string>(MAX_ASKED_FOR)
  /** MAC that delivers packets of a remote address, by VLAN and address. */
  readonly #uplinks = new BoundedMap<{ mac: string; sinceMs: number }>(MAX_UPLINKS)
  /** Address that a host has just resolved, by VLAN, its MAC and the MAC that answered. */
  readonly #resolutions = new BoundedMap<string>(MAX_RESOLUTIONS)
  /** What the members of redundancy groups advertise, by VLAN and their own address. */
  readonly #advertised = new BoundedMap<readonly string[]>(MAX_GATEWAYS)
  #solicitedReplies = 0
  readonly #unaskedRepliers = new Set<string>()

  constructor(table: BindingTable, network: InterfaceContext) {
    this.#table = table
    this.#views = new Views(table)
    this.prefixes = new Prefixes(network.subnets)
    this.#network = network
  }

  tables(): TableStatus[] {
    return [
      this.requests.table(),
      this.#askedFor.status('address_requests'),
      this.#wanted.status('wanted_addresses'),
      this.#clientIds.status('dhcp_client_ids'),
      this.#uplinks.status('uplinks'),
      this.#resolutions.status('resolutions'),
      this.#advertised.status('virtual_gateways'),
      this.#gateways.status('gateways'),
      this.#dhcpServers.status('named_dhcp_servers'),
      ...this.prefixes.tables(),
      ...this.#views.tables(),
      ...this.#copies.tables(),
    ]
  }

  setNetwork(network: InterfaceContext): void {
    this.#network = network
    this.prefixes.configure(network.subnets)
  }

  learn(packet: Packet, frame: () => FrameReference): Learnt {
    const { ethernet, payload, timeMs } = packet
    const view = this.#views.networkOf(packet)
    const observed = observeClaims(packet, view, this.requests)
    const joined = observed.answered && this.#views.join(observed.answered.vlan, view)
    if (joined !== null) this.#move(joined.from, joined.to, timeMs)
    const vlan = joined === null ? view : this.#views.networkOf(packet)
    const isStatement = payload.type === 'arp' || payload.type === 'icmpv6'
    const source = this.#table.seeMac(vlan, ethernet.sourceMac, timeMs, isStatement)
    if (source) this.#learnRoles(packet, source, vlan)
    const isBorrowed = this.#copies.isSentOn(packet) || isIgmp(payload)
    const kept = observed.claims.filter(
      (claim) =>
        !(isBorrowed && this.#isHeldByOther(vlan, claim)) &&
        this.#isWorthKeeping(vlan, claim, source, timeMs),
    )
    const records = kept.map((claim) => this.#table.learn(vlan, claim, timeMs, frame))
    for (const claim of kept) {
      if (claim.evidence !== 'ip_source') this.prefixes.addClaimed(claim.ip, timeMs)
      this.#learnView(claim)
    }
    for (const record of records) this.#learnMember(record)
    this.#learnResolution(packet, observed, vlan)
    this.#learnAskedFor(packet, observed, vlan)
    return { vlan, observed: { ...observed, claims: kept }, records }
  }

  /** What was learnt of one network is of the other, as it turns out. */
  #move(from: string, to: string, nowMs: number): void {
    this.#table.move(from, to)
    for (const known of [this.#gateways, this.#dhcpServers])
      for (const key of known.keys())
        if (key.startsWith(`${from}|`)) known.add(`${to}${key.slice(from.length)}`, nowMs)
  }

  isGateway(vlan: string, ip: string): boolean {
    if (this.#network.gateways.includes(ip) || this.#gateways.has(`${vlan}|${ip}`)) return true
    if (this.#network.isGateway && this.#network.ownIps.includes(ip)) return true
    const owner = this.#table.address(vlan, ip)?.owner
    const holder = owner && this.#table.mac(vlan, owner.mac)
    if (!holder || holder.routerSinceMs === null) return false
    // Which of a router's addresses hosts use as their gateway is known as soon as one of them is.
    return !holder.owned.some((other) => this.#gateways.has(`${vlan}|${other}`) && isSameFamily(other, ip))
  }

  /** It is believed to have an address that hosts use as their gateway. */
  holdsGateway(vlan: string, mac: string): boolean {
    const owned = this.#table.mac(vlan, mac)?.owned ?? []
    return owned.some((ip) => this.#network.gateways.includes(ip) || this.#gateways.has(`${vlan}|${ip}`))
  }

  /** Hosts or servers call it their gateway for IPv4, or it delivers from outside: what it says of itself does not count. */
  isIpv4Gateway(vlan: string, mac: string): boolean {
    const { owned = [], offLanSources = [] } = this.#table.mac(vlan, mac) ?? {}
    const isNamed = (ip: string) => this.#network.gateways.includes(ip) || this.#gateways.has(`${vlan}|${ip}`)
    const isNamedFor4 = owned.some((ip) => !ip.includes(':') && isNamed(ip))
    return isNamedFor4 || offLanSources.length >= OFF_LAN_SOURCES_OF_A_ROUTER
  }

  roles(vlan: string, mac: string): MacRoles {
    const record = this.#table.mac(vlan, mac)
    const owned = record?.owned ?? []
    const isNamedServer = owned.some((ip) => this.#dhcpServers.has(`${vlan}|${ip}`))
    return {
      own: isOwnMac(this.#network, mac),
      router: this.holdsGateway(vlan, mac) || (record?.routerSinceMs ?? null) !== null,
      dhcpServer: isNamedServer || (record?.isDhcpServer ?? false),
      fhrp: isVirtualRouterMac(mac) || (record?.fhrpAddresses.length ?? 0) > 0,
      isVirtual: isVirtualRouterMac(mac),
    }
  }

  /** Once the time for answers is over: who was the only one to answer. */
  noteAnswers({ vlan, ip, askedMs, askedMac, answers }: Question): void {
    // Where one station was asked, that it alone answered says nothing.
    if (answers.length !== 1 || askedMac !== null) return
    const claim = this.#table.address(vlan, ip)?.claims.find(({ mac }) => mac === answers[0]?.mac)
    if (!claim) return
    claim.answeredAlone++
    claim.lastAloneMs = askedMs
  }

  /** Somebody has asked for the address lately, other than to find out whether it is free. */
  isWanted(vlan: string, ip: string): boolean {
    return this.#wanted.peek(`${vlan}|${ip}`) !== undefined
  }

  /** When this MAC last asked for the address before using it; null when it did not. */
  askedForMs(vlan: string, ip: string, mac: string): number | null {
    return this.#askedFor.peek(`${vlan}|${ip}|${mac}`) ?? null
  }

  /** Two cards of one machine: it calls itself the same on both, as a laptop does in its dock. */
  isSameClient(vlan: string, mac: string, other: string): boolean {
    const clientId = this.#clientIds.peek(`${vlan}|${mac}`)
    return clientId !== undefined && clientId === this.#clientIds.peek(`${vlan}|${other}`)
  }

  /** Replies are in view but questions are not, so "unasked" says nothing. */
  get isOneWayView(): boolean {
    return this.#solicitedReplies === 0 && this.#unaskedRepliers.size >= UNASKED_REPLIERS_OF_A_ONE_WAY_VIEW
  }

  /** Packets name addresses of the whole world as their source: only those of this LAN are kept. */
  #isWorthKeeping(vlan: string, claim: ObservedClaim, source: MacRecord | null, nowMs: number): boolean {
    if (this.prefixes.isEdge(claim.ip)) return false
    if (claim.displacesNobody) return this.#isClaimed(vlan, claim)
    if (claim.evidence !== 'ip_source') return true
    // Members of a redundancy group advertise from the virtual MAC with their own address (RFC 9568 section 7.2).
    if (isVirtualRouterMac(claim.mac)) return false
    const record = this.#table.address(vlan, claim.ip)
    if (this.#isClaimed(vlan, claim)) return true
    if (claim.recipient === null)
      return this.prefixes.isOnLink(claim.ip) || !this.prefixes.isAnyKnown(claim.ip)
    if (record?.owner && source) {
      noteRelayed(source, claim.ip, nowMs)
      return !isStrong(record.owner)
    }
    return record === undefined && this.prefixes.isOnLink(claim.ip)
  }

  #isHeldByOther(vlan: string, { ip, mac }: ObservedClaim): boolean {
    const owner = this.#table.address(vlan, ip)?.owner
    return owner != null && owner.mac !== mac
  }

  #isClaimed(vlan: string, { ip, mac }: ObservedClaim): boolean {
    return this.#table.address(vlan, ip)?.claims.some((known) => known.mac === mac) ?? false
  }

  #learnRoles(packet: Packet, source: MacRecord, vlan: string): void {
    const { payload, timeMs } = packet
    if (payload.type === 'fhrp') {
      noteVirtualAddresses(source, payload.addresses)
      this.#advertised.set(`${vlan}|${payload.ip.source}`, payload.addresses)
      const speaker = this.#table.address(vlan, payload.ip.source)
      if (speaker) this.#learnMember(speaker)
      return
    }
    if (payload.type === 'dhcpv4') {
      const { dhcp } = payload
      // A client's REQUEST goes to all and names its server, whose own messages may be out of view.
      if (dhcp.messageType === 'request' && dhcp.serverId !== null)
        this.#dhcpServers.add(`${vlan}|${dhcp.serverId}`, timeMs)
      if (dhcp.messageType !== 'offer' && dhcp.messageType !== 'ack') return
      source.isDhcpServer = true
      for (const router of dhcp.routers) this.#addGateway(vlan, router, timeMs)
      if (dhcp.subnetMask !== null && !isUnspecifiedIp(dhcp.yourIp))
        this.prefixes.addMask(dhcp.yourIp, dhcp.subnetMask, timeMs)
      return
    }
    if (payload.type === 'icmpv6' && payload.icmp.kind === 'router_advertisement') {
      for (const { prefix, prefixLength, isOnLink } of payload.icmp.prefixes) {
        if (isOnLink) this.prefixes.add(makeCidr(prefix, prefixLength), timeMs)
      }
      if (payload.icmp.lifetimeSeconds === 0) return
      source.routerSinceMs ??= timeMs
      source.lastRoutingMs = timeMs
      this.#addGateway(vlan, payload.ip.source, timeMs)
      return
    }
    if ('ip' in payload && payload.ip) this.#learnForwarding(payload.ip, packet, source)
  }

  /** Unicast frames whose IP source is not of this LAN come from a forwarder. */
  #learnForwarding(ip: IpHeader, packet: Packet, source: MacRecord): void {
    const { source: from, destination } = ip
    if (isMulticastIp(destination) || destination.endsWith('.255') || isUnspecifiedIp(from)) return
    if (from.startsWith('127.') || source.owned.includes(from) || !this.prefixes.isOffLan(from, destination))
      return
    this.#noteUplink(from, source, packet.timeMs)
    addFew(source.offLanSources, from, MAX_REMEMBERED_SOURCES)
    source.lastRoutingMs = packet.timeMs
    if (source.offLanSources.length >= OFF_LAN_SOURCES_OF_A_ROUTER) source.routerSinceMs ??= packet.timeMs
  }

  /** The physical MAC behind advertisements that are sent from a virtual one, by the sender's own address. */
  #learnMember({ vlan, ip, owner }: AddressRecord): void {
    const addresses = this.#advertised.peek(`${vlan}|${ip}`)
    const member = addresses && owner && this.#table.mac(vlan, owner.mac)
    if (member) noteVirtualAddresses(member, addresses)
  }

  /** The first packet after an answered question is the one that waited for it: sent elsewhere, the address is a gateway. */
  #learnResolution(
    { payload, ethernet, timeMs }: Packet,
    { answered, claims }: Observed,
    vlan: string,
  ): void {
    if (answered?.askedMac === null && claims[0])
      this.#resolutions.set(`${vlan}|${answered.requesterMac}|${claims[0].mac}`, answered.ip)
    if (!('ip' in payload) || !payload.ip || payload.type === 'icmpv6') return
    const key = `${vlan}|${ethernet.sourceMac}|${ethernet.destinationMac}`
    const resolved = this.#resolutions.peek(key)
    if (resolved === undefined || !isSameFamily(resolved, payload.ip.source)) return
    this.#resolutions.delete(key)
    if (this.prefixes.isOffLan(payload.ip.destination, payload.ip.source))
      this.#addGateway(vlan, resolved, timeMs)
  }

  #learnView({ evidence, mac }: ObservedClaim): void {
    if (evidence === 'solicited') this.#solicitedReplies++
    const isRoom = this.#unaskedRepliers.size < UNASKED_REPLIERS_OF_A_ONE_WAY_VIEW
    if (evidence === 'unsolicited' && isRoom) this.#unaskedRepliers.add(mac)
  }

  #learnAskedFor({ payload, timeMs }: Packet, { probe }: Observed, vlan: string): void {
    if (probe) this.#askedFor.set(`${vlan}|${probe.ip}|${probe.mac}`, timeMs)
    else {
      const wanted = askedAddress(payload)
      if (wanted !== null) this.#wanted.set(`${vlan}|${wanted}`, timeMs)
    }
    if (payload.type !== 'dhcpv4') return
    const { requestedIp, clientMac, clientId, messageType } = payload.dhcp
    // Servers repeat it (RFC 6842).
    if (clientId !== null) this.#clientIds.set(`${vlan}|${clientMac}`, clientId)
    if (messageType !== 'request') return
    // A client that renews uses the address already and does not ask for it by option 50 (RFC 2131 table 5).
    if (requestedIp !== null && !isUnspecifiedIp(requestedIp))
      this.#askedFor.set(`${vlan}|${requestedIp}|${clientMac}`, timeMs)
  }

  /** Through whom a remote address is reached; whoever takes that over from another is noted. */
  #noteUplink(from: string, source: MacRecord, nowMs: number): void {
    const key = `${source.vlan}|${from}`
    const previous = this.#uplinks.get(key)
    if (previous?.mac === source.mac) {
      if (nowMs - previous.sinceMs >= MINUTE_MS) this.#uplinks.prove(key)
      return
    }
    this.#uplinks.set(key, { mac: source.mac, sinceMs: nowMs })
    if (previous === undefined) return
    source.tookUplinkMs = nowMs
    source.tookUplinkFrom = previous.mac
  }

  #addGateway(vlan: string, ip: string, nowMs: number): void {
    this.#gateways.add(`${vlan}|${ip}`, nowMs)
  }
}

/** Switches and set-top boxes report for others, with whatever address they like (RFC 4541 section 2.1.1). */
function isIgmp(payload: Packet['payload']): boolean {
  return payload.type === 'ip' && payload.ip.protocol === PROTOCOL_IGMP
}

function noteRelayed(source: MacRecord, ip: string, nowMs: number): void {
  addFew(source.relayed, ip, MAX_REMEMBERED_SOURCES)
  source.lastRelayedMs = nowMs
}

/** The address that an ARP request or a neighbour solicitation asks for; announcements ask for nothing. */
function askedAddress(payload: Packet['payload']): string | null {
  if (payload.type === 'icmpv6')
    return payload.icmp.kind === 'neighbor_solicitation' ? payload.icmp.target : null
  if (payload.type !== 'arp' || payload.arp.operation !== ARP_REQUEST) return null
  const { senderIp, targetIp } = payload.arp
  return senderIp === targetIp ? null : targetIp
}

function isSameFamily(ip: string, other: string): boolean {
  return ip.includes(':') === other.includes(':')
}

/** CARP names no address in its advertisements: then it may be any. */
function noteVirtualAddresses(mac: MacRecord, addresses: readonly string[]): void {
  for (const ip of addresses.length === 0 ? ['*'] : addresses)
    addFew(mac.fhrpAddresses, ip, MAX_VIRTUAL_ADDRESSES)
}
