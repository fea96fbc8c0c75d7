/**
 * DHCP starvation: invented clients use up the addresses of the server, often
 * to make room for a rogue one. What gives them away is not their number (a
 * class room that is switched on has many too) but that they never do anything
 * else: a real device announces its address, looks for neighbours, sends IPv6.
 */

import { MINUTE_MS, type Party, SECOND_MS, text } from '@netwatcher/shared'
import type { Dhcpv4 } from '../../wire/dhcpv4.js'
import type { Dhcpv6 } from '../../wire/dhcpv6.js'
import type { Packet } from '../../wire/packet.js'
import type { Detector, DetectorContext, FrameReference } from '../engine/detector.js'
import { finding, reason } from '../engine/finding.js'
import { suspect } from '../engine/parties.js'
import { BoundedMap } from '../tables/bounded-map.js'
import { DistinctWindow, Throttle } from '../tables/windows.js'

/**
 * Clients that only ever spoke DHCP. yersinia sends thousands per second, dhcpstarv and scapy loops a few
 * per second; the pool of a home router has 50 to 200 addresses. PCs that boot from the network speak
 * only DHCP at first too, but come from one maker: `random` counts where nearly all prefixes differ.
 */
const QUICK = { windowMs: 2 * MINUTE_MS, random: 15, any: 40 }
const SLOW = { windowMs: 30 * MINUTE_MS, random: 40, any: 100 }
const RANDOM_PREFIX_SHARE = 0.8
/** Identities from one source address. A bridge of a wireless network stands for a handful of clients. */
const ONE_SOURCE = { windowMs: MINUTE_MS, identities: 25 }
/** RFC 2131 section 4.1: a client asks again after 4, 8, 16 s; each new try has an identifier of its own. */
const ONE_CLIENT = { windowMs: 10 * SECOND_MS, tries: 40 }
/** Messages that begin a transaction: clients that know an address leave the DISCOVER out (RFC 2131 section 3.2). */
const BEGINNINGS = new Set(['discover', 'request'])
/** A host tries some addresses in turn when they are taken (RFC 5227 MAX_CONFLICTS is 10). */
const DECLINES = { windowMs: 10 * MINUTE_MS, addresses: 15 }
/** Messages with which a client asks for addresses (RFC 8415 section 7.3). */
const IPV6_REQUESTS = new Set(['solicit', 'request', 'renew', 'rebind', 'confirm'])
const MAX_CLIENTS = 1024
const MAX_SOURCES = 512
const EVIDENCE_FRAMES = 5

interface Source {
  identities: DistinctWindow
  /** Addresses that it asked for as its own client. */
  addresses: DistinctWindow
  /** Transactions that it began. */
  tries: DistinctWindow
  throttle: Throttle
}

export function createDhcpStarvationDetector(): Detector {
  return new DhcpStarvation()
}

class DhcpStarvation implements Detector {
  readonly #quick = new DistinctWindow(QUICK.windowMs, MAX_CLIENTS)
  readonly #slow = new DistinctWindow(SLOW.windowMs, MAX_CLIENTS)
  readonly #declined = new DistinctWindow(DECLINES.windowMs, MAX_CLIENTS)
  readonly #sources = new BoundedMap<Source>(MAX_SOURCES)
  readonly #throttle = new Throttle(SECOND_MS)
  /** Clients of the window whose frames came from another address than their own. */
  readonly #borrowed = new DistinctWindow(QUICK.windowMs, MAX_CLIENTS)
  #frames: FrameReference[] = []

  observe(packet: Packet, context: DetectorContext): void {
    const { payload, ethernet } = packet
    if (payload.type === 'dhcpv6') {
      this.#observeIpv6Client(payload.dhcp, ethernet.sourceMac, context)
      return
    }
    if (payload.type !== 'dhcpv4') {
      // The device does something else too: it is real.
      this.#quick.delete(ethernet.sourceMac)
      this.#slow.delete(ethernet.sourceMac)
      return
    }
    const { dhcp } = payload
    // What a relay passes on to its server was already seen, or is of another LAN.
    if (dhcp.operation !== 1 || dhcp.relayIp !== '0.0.0.0' || dhcp.messageType === 'release') return
    if (dhcp.messageType === 'decline') this.#observeDecline(dhcp, context)
    else if (!this.#isReal(dhcp.clientMac, context))
      this.#observeClient(dhcp.clientMac, ethernet.sourceMac, context)
    const identity = `${dhcp.clientMac}|${dhcp.clientIp}|${payload.ip.source}|${dhcp.clientId ?? ''}`
    this.#observeSource(identity, ethernet.sourceMac, context)
    if (BEGINNINGS.has(dhcp.messageType ?? '')) this.#observeTries(dhcp, ethernet.sourceMac, context)
  }

  /** DHCPv6 knows clients by their DUID; a relay passes on those of others. */
  #observeIpv6Client(dhcp: Dhcpv6, sourceMac: string, context: DetectorContext): void {
    if (!IPV6_REQUESTS.has(dhcp.messageType) || dhcp.client === null) return
    if (!this.#usesIpv6(sourceMac, context)) this.#observeClient(sourceMac, sourceMac, context)
    this.#observeSource(dhcp.client.id, sourceMac, context)
  }

  #observeClient(clientMac: string, sourceMac: string, context: DetectorContext): void {
    const { nowMs } = context
    if (sourceMac !== clientMac) this.#borrowed.add(clientMac, nowMs)
    const quick = this.#quick.add(clientMac, nowMs)
    const slow = this.#slow.add(clientMac, nowMs)
    this.#keepFrame(quick, context)
    const isQuick = isTooMany(this.#quick, quick, QUICK)
    if (!isQuick && !isTooMany(this.#slow, slow, SLOW)) return
    const [count, windowMs] = isQuick ? [quick, QUICK.windowMs] : [slow, SLOW.windowMs]
    this.#raise('clients_only_speak_dhcp', { count, window_ms: windowMs }, sourceMac, clientMac, context)
  }

  /** An address of its own has been in use, which a lease alone does not show. */
  #isReal(mac: string, context: DetectorContext): boolean {
    return context.bindings.owned(mac).some((ip) =>
      context.bindings.claims(ip).some((claim) => {
        const { dhcp, ...used } = claim.counts
        return claim.mac === mac && Object.values(used).some((count) => count > 0)
      }),
    )
  }

  /** The same for IPv6, where the question itself has an address: what neighbor discovery has shown. */
  #usesIpv6(mac: string, context: DetectorContext): boolean {
    return context.bindings.owned(mac).some((ip) =>
      context.bindings.claims(ip).some(({ mac: claimer, counts }) => {
        const discovered = counts.request + counts.solicited + counts.gratuitous + counts.unsolicited
        return claimer === mac && discovered > 0
      }),
    )
  }

  #keepFrame(count: number, context: DetectorContext): void {
    if (count < QUICK.random - EVIDENCE_FRAMES) this.#frames = []
    else if (this.#frames.length < EVIDENCE_FRAMES) this.#frames.push(context.frame())
  }

  #observeDecline(dhcp: Dhcpv4, context: DetectorContext): void {
    if (dhcp.requestedIp === null) return
    const count = this.#declined.add(dhcp.requestedIp, context.nowMs)
    if (count < DECLINES.addresses) return
    const figures = { count, window_ms: DECLINES.windowMs }
    this.#raise('offers_declined', figures, dhcp.clientMac, dhcp.clientMac, context)
  }

  /** One station under many names, also where it asks for configuration only (INFORM). */
  #observeSource(identity: string, sourceMac: string, context: DetectorContext): void {
    const source = this.#sources.get(sourceMac) ?? newSource()
    this.#sources.set(sourceMac, source)
    const count = source.identities.add(identity, context.nowMs)
    if (count < ONE_SOURCE.identities || !source.throttle.isDue(context.nowMs)) return
    const figures = { mac: sourceMac, count, window_ms: ONE_SOURCE.windowMs }
    context.raise({
      ...starvation('many_identities', figures, [suspect(sourceMac, 'likely')]),
      claimer: sourceMac,
      reasonsFor: [reason('many_identities', figures, [context.frame()])],
    })
  }

  /** One client that begins again and again keeps the server busy, and has it hold back an address each time. */
  #observeTries(dhcp: Dhcpv4, mac: string, context: DetectorContext): void {
    const { nowMs } = context
    const source = this.#sources.get(mac)
    if (!source) return
    const { transactionId, requestedIp, clientMac, messageType } = dhcp
    const isOwnRequest = messageType === 'request' && clientMac === mac && requestedIp !== null
    const addresses = isOwnRequest ? source.addresses.add(requestedIp, nowMs) : 0
    const tries = source.tries.add(`${transactionId}|${requestedIp}`, nowMs)
    const isGreedy = addresses >= ONE_SOURCE.identities
    if ((!isGreedy && tries < ONE_CLIENT.tries) || !source.throttle.isDue(nowMs)) return
    const figures = isGreedy
      ? { mac, count: addresses, window_ms: ONE_SOURCE.windowMs }
      : { mac, count: tries, window_ms: ONE_CLIENT.windowMs }
    context.raise({
      ...starvation('many_tries', figures, [suspect(mac, 'likely')]),
      claimer: mac,
      reasonsFor: [reason('many_tries', figures, [context.frame()])],
    })
  }

  /** The clients may be invented: who asked in their name is the one to look for, where it shows. */
  #raise(
    rule: 'clients_only_speak_dhcp' | 'offers_declined',
    figures: Figures,
    sourceMac: string,
    clientMac: string,
    context: DetectorContext,
  ): void {
    if (!this.#throttle.isDue(context.nowMs)) return
    const reasonsFor = [reason(rule, figures, [...this.#frames, context.frame()])]
    const borrowed = this.#borrowed.size(context.nowMs)
    if (borrowed > 0) reasonsFor.push(reason('borrowed_source', { count: borrowed, mac: sourceMac }))
    const isBorrowed = sourceMac !== clientMac
    const parties = [isBorrowed ? suspect(sourceMac, 'likely') : suspect(clientMac, 'possible')]
    context.raise({ ...starvation(rule, figures, parties), claimer: '', reasonsFor })
  }
}

type Figures = Record<string, string | number>

function isTooMany(clients: DistinctWindow, count: number, limits: { random: number; any: number }): boolean {
  if (count < limits.random || count >= limits.any) return count >= limits.any
  const prefixes = new Set<string>()
  for (const mac of clients.values()) prefixes.add(mac.slice(0, 8))
  return prefixes.size >= count * RANDOM_PREFIX_SHARE
}

function starvation(rule: string, figures: Figures, parties: Party[]) {
  return finding({
    kind: 'dhcp_starvation',
    severity: 'warning',
    parties,
    expected: text('expected_one_lease_each'),
    seen: text(`seen_${rule}`, figures),
    reasonsFor: [],
    advice: text('advice_dhcp_starvation'),
  })
}

function newSource(): Source {
  return {
    identities: new DistinctWindow(ONE_SOURCE.windowMs, 256),
    addresses: new DistinctWindow(ONE_SOURCE.windowMs, 256),
    tries: new DistinctWindow(ONE_CLIENT.windowMs, 256),
    throttle: new Throttle(SECOND_MS),
  }
}
