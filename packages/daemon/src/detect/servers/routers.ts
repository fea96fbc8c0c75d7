/**
 * IPv6 routers: who announces itself as one (RFC 4861 section 6.2), and whether
 * it is welcome. A second router that says the same is news; one that was an
 * ordinary host before, pushes itself forward, or brings its own prefixes and
 * DNS servers is rogue (RFC 6104). Router advertisements are multicast, so this
 * shows at every switch port.
 */

import { isMulticastIp, MINUTE_MS, SECOND_MS, type TableStatus, text } from '@netwatcher/shared'
import type { Arp } from '../../wire/arp.js'
import type { Icmpv6 } from '../../wire/icmpv6.js'
import type { Packet } from '../../wire/packet.js'
import type { Detector, DetectorContext } from '../engine/detector.js'
import { finding, reason } from '../engine/finding.js'
import { holder, suspect } from '../engine/parties.js'
import { BoundedMap } from '../tables/bounded-map.js'
import { DistinctWindow, Throttle } from '../tables/windows.js'
import { HiddenAdvertisements } from './hidden-advertisements.js'
import {
  advertise,
  describeRouter,
  type HostSign,
  judgeRouter,
  notePace,
  type Router,
} from './router-verdict.js'
import { ServerBook } from './server-book.js'

export type RouterAdvertisement = Extract<Icmpv6, { kind: 'router_advertisement' }>

/** A LAN has one to four routers. flood_router6 and its like show thousands per second. */
const FLOOD = { windowMs: 2 * SECOND_MS, routers: 6 }
/** Prefixes on one LAN: a global one, a unique local one, their predecessors. A host takes an address in each. */
const PREFIX_FLOOD = { windowMs: 10 * SECOND_MS, prefixes: 40 }
/** Between a router's link coming up and its daemon announcing it. */
const BOOT_MS = MINUTE_MS
const MAX_ROUTERS_PER_LAN = 64
const MAX_LANS = 256
const MAX_HOSTS = 8192

interface Lan {
  sources: DistinctWindow
  prefixes: DistinctWindow
  throttle: Throttle
  floodedMs: number
  /** When a host last asked for routers: answers to it may come at any time. */
  solicitedMs: number
  /** MAC of the gateway for IPv4; empty while none is known. */
  ipv4Gateway: string
}

export function createRouterDetector(): Detector {
  return new Routers()
}

class Routers implements Detector {
  readonly #lans = new BoundedMap<Lan>(MAX_LANS)
  readonly #routers = new ServerBook<Router>('ipv6_routers', MAX_ROUTERS_PER_LAN)
  /** Stations that behaved as hosts: solicited routers, were given an address, said that they do not route. */
  readonly #hosts = new BoundedMap<HostSign>(MAX_HOSTS)
  readonly #hidden = new HiddenAdvertisements()

  tables(): TableStatus[] {
    return [this.#routers.status(), this.#hosts.status('ipv6_hosts')]
  }

  observe(packet: Packet, context: DetectorContext): void {
    const { payload, ethernet } = packet
    const key = `${context.vlan}|${ethernet.sourceMac}`
    if (payload.type === 'dhcpv4' && payload.dhcp.operation === 1 && payload.dhcp.relayIp === '0.0.0.0')
      this.#hosts.set(`${context.vlan}|${payload.dhcp.clientMac}`, {
        how: 'host_asked_dhcp',
        sinceMs: 0,
      })
    if (payload.type === 'arp') this.#noteGateway(payload.arp, context)
    if (this.#hidden.reveals(packet, context.vlan)) this.#observeHidden(packet, context)
    if (payload.type !== 'icmpv6') return
    const { icmp } = payload
    if (icmp.kind === 'router_solicitation') this.#lan(context.vlan).solicitedMs = context.nowMs
    if (icmp.kind === 'router_solicitation') this.#noteHost(key, 'host_solicited_routers', context.nowMs)
    else if (icmp.kind === 'neighbor_advertisement' && !icmp.isRouter)
      this.#noteHost(key, 'host_advertised_itself', context.nowMs)
    else if (icmp.kind === 'router_advertisement') this.#observeAdvertisement(packet, icmp, context)
  }

  /** Hosts ask all for their gateway, so that this shows at every port once somebody is known to be one. */
  #noteGateway({ senderIp, targetIp }: Arp, { bindings, nowMs, vlan }: DetectorContext): void {
    for (const ip of [senderIp, targetIp]) {
      const mac = bindings.isGateway(ip) ? bindings.owner(ip)?.mac : undefined
      if (mac === undefined) continue
      const lan = this.#lan(vlan)
      // Its advertisements alone make a station a gateway, but for IPv6.
      const routers = this.#routers.all(vlan, nowMs)
      if (!routers.some((router) => router.mac === mac)) lan.ipv4Gateway = mac
    }
  }

  #observeHidden(packet: Packet, context: DetectorContext): void {
    if (!('ip' in packet.payload) || packet.payload.ip === null) return
    const { source } = packet.payload.ip
    const { sourceMac } = packet.ethernet
    if (this.#isFlood(this.#lan(context.vlan), source, [], context)) return
    context.raise(
      finding({
        kind: 'rogue_ra',
        severity: 'critical',
        claimer: sourceMac,
        parties: [suspect(sourceMac, 'likely', source)],
        ip: source,
        expected: text('expected_whole_advertisements'),
        seen: text('seen_hidden_advertisement', { ip: source, mac: sourceMac }),
        reasonsFor: [reason('hidden_in_fragments', {}, [context.frame()])],
        advice: text('advice_rogue_ra'),
      }),
    )
  }

  #noteHost(key: string, how: HostSign['how'], nowMs: number): void {
    if (this.#hosts.get(key) === undefined) this.#hosts.set(key, { how, sinceMs: nowMs })
  }

  /** A router that boots behaves as a host for the moment until it forwards. */
  #hostBefore(key: string, nowMs: number): HostSign['how'] | null {
    const sign = this.#hosts.peek(key)
    return sign !== undefined && nowMs - sign.sinceMs >= BOOT_MS ? sign.how : null
  }

  #observeAdvertisement(packet: Packet, advertisement: RouterAdvertisement, context: DetectorContext): void {
    if (packet.payload.type !== 'icmpv6') return
    const lan = this.#lan(context.vlan)
    const mac = packet.ethernet.sourceMac
    const ip = packet.payload.ip.source
    const { nowMs } = context
    const networks = [...advertisement.prefixes, ...advertisement.routes].map(({ prefix }) => prefix)
    if (this.#isFlood(lan, ip, networks, context)) return
    const { vlan } = context
    const key = `${mac}|${ip}`
    const known = this.#routers.find(vlan, key)
    const router = known ?? newRouter(mac, ip, nowMs, this.#hostBefore(`${vlan}|${mac}`, nowMs))
    if (known === undefined && !this.#routers.add(vlan, key, router)) return
    router.isBaseline ||= context.learning || context.roles(mac).own
    advertise(router, advertisement, nowMs)
    if (isMulticastIp(packet.payload.ip.destination)) notePace(router, lan.solicitedMs, nowMs)
    this.#judge(router, vlan, lan, context)
  }

  #judge(router: Router, vlan: string, lan: Lan, context: DetectorContext): void {
    const others = this.#routers.others(vlan, router, context.nowMs)
    const verdict = judgeRouter(router, others, lan.ipv4Gateway, context)
    if (verdict === null || !router.throttle.isDue(context.nowMs)) return
    const known = others.filter(({ announced }) => announced.lifetimeSeconds > 0)
    const [first] = known
    context.raise(
      finding({
        kind: verdict.kind,
        severity: verdict.severity,
        claimer: router.mac,
        parties: [
          suspect(router.mac, verdict.severity === 'critical' ? 'likely' : 'possible', router.ip),
          ...known.map(({ mac, ip }) => holder(mac, 'likely', ip)).filter(({ mac }) => mac !== router.mac),
        ],
        ip: router.ip,
        expected: first ? describeRouter('expected', first) : text('expected_no_ipv6_router'),
        seen: describeRouter('seen', router),
        reasonsFor: verdict.reasonsFor,
        reasonsAgainst: verdict.reasonsAgainst,
        advice: text(verdict.kind === 'rogue_ra' ? 'advice_rogue_ra' : 'advice_new_router'),
      }),
    )
  }

  /** True while routers are being made up by the dozen: none of them deserves an alert of its own then. */
  #isFlood(lan: Lan, ip: string, networks: readonly string[], context: DetectorContext): boolean {
    const { nowMs } = context
    const routers = lan.sources.add(ip, nowMs)
    let prefixes = lan.prefixes.size(nowMs)
    for (const network of networks) prefixes = lan.prefixes.add(network, nowMs)
    if (routers < FLOOD.routers && prefixes < PREFIX_FLOOD.prefixes)
      return lan.floodedMs > 0 && nowMs - lan.floodedMs < FLOOD.windowMs
    lan.floodedMs = nowMs
    if (!lan.throttle.isDue(nowMs)) return true
    const isOfRouters = routers >= FLOOD.routers
    const rule = isOfRouters ? 'many_routers' : 'many_prefixes'
    const figures = isOfRouters
      ? { count: routers, window_ms: FLOOD.windowMs }
      : { count: prefixes, window_ms: PREFIX_FLOOD.windowMs }
    context.raise(
      finding({
        kind: 'ra_flood',
        severity: 'critical',
        // Their sources are invented.
        parties: [],
        expected: text('expected_few_routers'),
        seen: text(`seen_${rule}`, figures),
        reasonsFor: [reason(rule, figures, [context.frame()])],
        advice: text('advice_ra_flood'),
      }),
    )
    return true
  }

  #lan(key: string): Lan {
    const lan = this.#lans.get(key) ?? {
      sources: new DistinctWindow(FLOOD.windowMs, 256),
      prefixes: new DistinctWindow(PREFIX_FLOOD.windowMs, 256),
      throttle: new Throttle(SECOND_MS),
      floodedMs: 0,
      solicitedMs: Number.NEGATIVE_INFINITY,
      ipv4Gateway: '',
    }
    this.#lans.set(key, lan)
    return lan
  }
}

function newRouter(mac: string, ip: string, nowMs: number, hostBefore: HostSign['how'] | null): Router {
  return {
    mac,
    ip,
    firstMs: nowMs,
    lastMs: nowMs,
    isBaseline: false,
    hostBefore,
    announced: { preference: 'medium', lifetimeSeconds: 0, isManaged: false, dnsServers: [] },
    prefixes: new Set(),
    routes: new Set(),
    changes: [],
    lastMulticastMs: Number.NEGATIVE_INFINITY,
    hasty: 0,
    throttle: new Throttle(SECOND_MS),
  }
}
