/**
 * Which hosts forward packets that are not theirs, as the forwarding probe
 * found: a man in the middle must, ordinary hosts do not (RFC 1122 section
 * 3.3.1), and the question works from a switch port where poison sent to one
 * host is invisible.
 */

import { type TableStatus, text } from '@netwatcher/shared'
import type { BindingContext } from '../engine/binding-context.js'
import type { ProbeResult } from '../engine/detection.js'
import { reason } from '../engine/finding.js'
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
      parties: [{ role: 'suspect', mac, ip, certainty: 'proven' }],
      expected: text('expected_no_router', { mac, ip }),
      seen: text('forwarding_probe_forwarded', { mac, ip }),
      reasonsFor: [reason('forwards_packets', { mac })],
      reasonsAgainst: isRouter ? [reason('known_router', { mac })] : [],
      advice: text('advice_may_stand_between'),
    })
  }
}
