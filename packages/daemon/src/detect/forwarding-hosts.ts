/**
 * Asks, at a trickle, whether hosts forward packets that are not theirs: a man
 * in the middle must, ordinary hosts do not (RFC 1122 section 3.3.1), and the
 * question works from a switch port where his unicast poison is invisible.
 */

import { isLinkLocalIp, SECOND_MS } from '@netwatcher/shared'
import type { BindingContext } from './binding-context.js'
import { BoundedMap } from './bounded-map.js'
import { isStrong } from './claim.js'
import type { ProbeRequest, ProbeResult } from './detection.js'

/** One periodic probe per this time, whatever the number of hosts. */
const TRICKLE_MS = 10 * SECOND_MS
const MAX_FORWARDERS = 256

export class ForwardingHosts {
  readonly #forwarders = new BoundedMap<number>(MAX_FORWARDERS)
  #queue: ProbeRequest['target'][] = []
  #nextMs = Number.NEGATIVE_INFINITY

  has(mac: string): boolean {
    return this.#forwarders.peek(mac) !== undefined
  }

  tick(context: BindingContext): void {
    if (!context.options.activeVerification || context.nowMs < this.#nextMs) return
    this.#nextMs = context.nowMs + TRICKLE_MS
    if (this.#queue.length === 0) this.#queue = candidates(context)
    const target = this.#queue.shift()
    if (target) context.probe({ method: 'forwarding_probe', target, alertId: '' })
  }

  verified(result: ProbeResult, context: BindingContext): void {
    if (result.method !== 'forwarding_probe') return
    const { mac, ip } = result.target
    if (result.result !== 'forwarded') {
      this.#forwarders.delete(mac)
      context.end('forwarding_host', mac, '')
      return
    }
    this.#forwarders.set(mac, result.atMs)
    const isRouter = context.roles(mac).router
    context.raise({
      kind: 'forwarding_host',
      claimer: mac,
      ip: '',
      severity: isRouter || context.learning ? 'info' : 'warning',
      macs: [mac],
      victim: null,
      expected: `${mac} (${ip}) is no router and drops packets that are not for it.`,
      seen: `${mac} (${ip}) sent a packet on that was not for it.`,
      reasonsFor: [
        {
          rule: 'forwards_packets',
          text: 'A probe addressed to another host came back from it.',
          frames: [],
        },
      ],
      reasonsAgainst: isRouter ? [{ rule: 'router', text: `${mac} is known to route.`, frames: [] }] : [],
      advice:
        'Nothing, if this device is a router, a VPN gateway or runs containers; otherwise it may sit in the middle of connections.',
    })
  }
}

/** Hosts of this LAN that are no gateways; virtual MACs are never asked. */
function candidates(context: BindingContext): ProbeRequest['target'][] {
  const seen = new Set<string>()
  const targets: ProbeRequest['target'][] = []
  for (const record of context.table.addresses()) {
    const { owner, ip, vlan } = record
    if (!owner || vlan !== '' || ip.includes(':') || isLinkLocalIp(ip) || !isStrong(owner)) continue
    const roles = context.roles(owner.mac)
    if (roles.own || roles.isVirtual || roles.router || seen.has(owner.mac)) continue
    seen.add(owner.mac)
    targets.push({ ip, mac: owner.mac })
  }
  return targets.slice(0, 1024)
}
