/**
 * IPv6 routers: who announces itself as one (RFC 4861 section 6.2), and whether
 * it is welcome. A second router that says the same is news; one that was an
 * ordinary host before, pushes itself forward, or brings its own prefixes and
 * DNS servers is rogue (RFC 6104). Router advertisements are multicast, so this
 * shows at every switch port.
 */

import { isMulticastIp, MINUTE_MS, SECOND_MS } from '@netwatcher/shared'
import type { Arp } from '../../wire/arp.js'
import type { Icmpv6 } from '../../wire/icmpv6.js'
import type { Packet } from '../../wire/packet.js'
import type { Detector, DetectorContext } from '../engine/detector.js'
import { finding, reason } from '../engine/finding.js'
import { vlanKey } from '../knowledge/learner.js'
import { BoundedMap } from '../tables/bounded-map.js'
import { DistinctWindow, Throttle } from '../tables/windows.js'
import { HiddenAdvertisements } from './hidden-advertisements.js'
import { advertise, describeRouter, judgeRouter, notePace, type Router } from './router-verdict.js'

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

/** How a station was seen to be a host; `sinceMs` is 0 for what no router does, even when it boots. */
interface HostSign {
  how: string
  sinceMs: number
}

interface Lan {
  routers: Map<string, Router>
  sources: DistinctWindow
  prefixes: DistinctWindow
  throttle: Throttle
  floodedMs: number
  /** When a host last asked for routers: answers to it may come at any time. */
  solicitedMs: number
  /** MAC of the gateway for IPv4; empty while none is known. */
  ipv4Gateway: string
}

const ROGUE_ADVICE =
  'Find this device and stop it: it makes hosts send their IPv6 traffic or name look-ups to it. Switches can drop such messages (RA guard).'

export function createRouterDetector(): Detector {
  return new Routers()
}

class Routers implements Detector {
  readonly #lans = new BoundedMap<Lan>(MAX_LANS)
  /** Stations that behaved as hosts: solicited routers, were given an address, said that they do not route. */
  readonly #hosts = new BoundedMap<HostSign>(MAX_HOSTS)
  readonly #hidden = new HiddenAdvertisements()

  observe(packet: Packet, context: DetectorContext): void {
    const { payload, ethernet } = packet
    const key = `${vlanKey(packet)}|${ethernet.sourceMac}`
    if (payload.type === 'dhcpv4' && payload.dhcp.operation === 1 && payload.dhcp.relayIp === '0.0.0.0')
      this.#hosts.set(`${vlanKey(packet)}|${payload.dhcp.clientMac}`, {
        how: 'asked for an address by DHCP',
        sinceMs: 0,
      })
    if (payload.type === 'arp') this.#noteGateway(packet, payload.arp, context)
    if (this.#hidden.reveals(packet)) this.#observeHidden(packet, context)
    if (payload.type !== 'icmpv6') return
    const { icmp } = payload
    if (icmp.kind === 'router_solicitation') this.#lan(packet).solicitedMs = context.nowMs
    if (icmp.kind === 'router_solicitation') this.#noteHost(key, 'looked for a router', context.nowMs)
    else if (icmp.kind === 'neighbor_advertisement' && !icmp.isRouter)
      this.#noteHost(key, 'advertised itself as a host', context.nowMs)
    else if (icmp.kind === 'router_advertisement') this.#observeAdvertisement(packet, icmp, context)
  }

  /** Hosts ask all for their gateway, so that this shows at every port once somebody is known to be one. */
  #noteGateway(packet: Packet, { senderIp, targetIp }: Arp, { bindings }: DetectorContext): void {
    for (const ip of [senderIp, targetIp]) {
      const mac = bindings.isGateway(ip) ? bindings.owner(ip)?.mac : undefined
      if (mac === undefined) continue
      const lan = this.#lan(packet)
      // Its advertisements alone make a station a gateway, but for IPv6.
      if (![...lan.routers.values()].some((router) => router.mac === mac)) lan.ipv4Gateway = mac
    }
  }

  #observeHidden(packet: Packet, context: DetectorContext): void {
    if (!('ip' in packet.payload) || packet.payload.ip === null) return
    const { source } = packet.payload.ip
    const { sourceMac } = packet.ethernet
    if (this.#isFlood(this.#lan(packet), source, [], context)) return
    const seen = `${source} (${sourceMac}) announces itself as a router in a fragmented packet`
    const text =
      'Neighbor discovery is never fragmented (RFC 6980): this is how an advertisement is hidden from RA guard (RFC 7113)'
    context.raise(
      finding({
        kind: 'rogue_ra',
        severity: 'critical',
        macs: [sourceMac],
        ip: source,
        expected: 'Router advertisements in one piece',
        seen,
        reasonsFor: [reason('hidden_in_fragments', text, [context.frame()])],
        advice: ROGUE_ADVICE,
      }),
    )
  }

  #noteHost(key: string, how: string, nowMs: number): void {
    if (this.#hosts.get(key) === undefined) this.#hosts.set(key, { how, sinceMs: nowMs })
  }

  /** A router that boots behaves as a host for the moment until it forwards. */
  #hostBefore(key: string, nowMs: number): string | null {
    const sign = this.#hosts.peek(key)
    return sign !== undefined && nowMs - sign.sinceMs >= BOOT_MS ? sign.how : null
  }

  #observeAdvertisement(packet: Packet, advertisement: RouterAdvertisement, context: DetectorContext): void {
    if (packet.payload.type !== 'icmpv6') return
    const lan = this.#lan(packet)
    const mac = packet.ethernet.sourceMac
    const ip = packet.payload.ip.source
    const { nowMs } = context
    const networks = [...advertisement.prefixes, ...advertisement.routes].map(({ prefix }) => prefix)
    if (this.#isFlood(lan, ip, networks, context)) return
    const key = `${mac}|${ip}`
    const known = lan.routers.get(key)
    const router = known ?? newRouter(mac, ip, nowMs, this.#hostBefore(`${vlanKey(packet)}|${mac}`, nowMs))
    if (known === undefined) {
      if (lan.routers.size >= MAX_ROUTERS_PER_LAN) return
      lan.routers.set(key, router)
    }
    advertise(router, advertisement, nowMs)
    if (isMulticastIp(packet.payload.ip.destination)) notePace(router, lan.solicitedMs, nowMs)
    this.#judge(router, lan, context)
  }

  #judge(router: Router, lan: Lan, context: DetectorContext): void {
    const others = [...lan.routers.values()].filter((other) => other !== router)
    const verdict = judgeRouter(router, others, lan.ipv4Gateway, context)
    if (verdict === null || !router.throttle.isDue(context.nowMs)) return
    context.raise(
      finding({
        kind: verdict.kind,
        severity: verdict.severity,
        macs: [router.mac],
        ip: router.ip,
        expected: others.map(describeRouter).join('; ') || 'No IPv6 router',
        seen: describeRouter(router),
        reasonsFor: verdict.reasonsFor,
        reasonsAgainst: verdict.reasonsAgainst,
        advice:
          verdict.kind === 'rogue_ra'
            ? ROGUE_ADVICE
            : 'If you did not add a router, find out what this device is.',
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
    const seen =
      routers >= FLOOD.routers
        ? `${routers} different routers announced themselves within ${FLOOD.windowMs / SECOND_MS} s`
        : `${prefixes} different prefixes were announced within ${PREFIX_FLOOD.windowMs / SECOND_MS} s`
    context.raise(
      finding({
        kind: 'ra_flood',
        severity: 'critical',
        expected: 'A few routers with a few prefixes',
        seen,
        reasonsFor: [reason('many_routers', seen, [context.frame()])],
        advice:
          'Hosts spend all their time on such messages. Find the port that they come from; switches can drop them (RA guard).',
      }),
    )
    return true
  }

  #lan(packet: Packet): Lan {
    const key = vlanKey(packet)
    const lan = this.#lans.get(key) ?? {
      routers: new Map(),
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

function newRouter(mac: string, ip: string, nowMs: number, hostBefore: string | null): Router {
  return {
    mac,
    ip,
    firstMs: nowMs,
    lastMs: nowMs,
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
