/**
 * Which hosts forward packets that are not theirs, as the forwarding probe
 * found: a man in the middle must, ordinary hosts do not (RFC 1122 section
 * 3.3.1), and the question works from a switch port where poison sent to one
 * host is invisible.
 */

import type { TableStatus } from '@netwatcher/shared'
import type { BindingContext } from '../engine/binding-context.js'
import type { ProbeResult } from '../engine/detection.js'
import { BoundedMap } from '../tables/bounded-map.js'

const MAX_FORWARDERS = 256

export class ForwardingHosts {
  readonly #forwarders = new BoundedMap<number>(MAX_FORWARDERS)

  tables(): TableStatus[] {
    return [this.#forwarders.status('forwarders')]
  }

  has(mac: string): boolean {
    return this.#forwarders.peek(mac) !== undefined
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
