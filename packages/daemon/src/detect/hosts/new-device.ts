/**
 * A MAC that was not there during the learning period and never since. Worth a
 * note: most are guests and new things of the household.
 */

import { isGroupMac, isLocallyAdministered, type TableStatus, text, ZERO_MAC } from '@netwatcher/shared'
import type { Packet } from '../../wire/packet.js'
import type { BindingContext, BindingDetector } from '../engine/binding-context.js'
import { reason } from '../engine/finding.js'
import { suspect } from '../engine/parties.js'
import type { Learnt } from '../knowledge/learner.js'
import { BoundedMap } from '../tables/bounded-map.js'

const MAX_KNOWN = 16_384

export class NewDeviceDetector implements BindingDetector {
  /** Known stations by VLAN and MAC. */
  readonly #known = new BoundedMap<true>(MAX_KNOWN)

  tables(): TableStatus[] {
    return [this.#known.status('known_stations')]
  }

  observe(packet: Packet, { vlan, observed }: Learnt, context: BindingContext): void {
    const statement = observed.claims.find((claim) => claim.evidence !== 'dhcp')
    if (!statement || statement.frameMac !== statement.mac || statement.evidence === 'unsolicited') return
    const { mac, ip } = statement
    const key = `${vlan}|${mac}`
    if (this.#known.peek(key) || mac === ZERO_MAC || isGroupMac(mac)) return
    this.#known.set(key, true)
    this.#known.prove(key)
    if (context.learning || context.roles(mac).own || context.roles(mac).isVirtual) return
    this.#raise(mac, ip, packet, context)
  }

  /** Stations of an earlier run. */
  know(vlan: string, mac: string): void {
    this.#known.set(`${vlan}|${mac}`, true)
    this.#known.prove(`${vlan}|${mac}`)
  }

  #raise(mac: string, ip: string, packet: Packet, context: BindingContext): void {
    const isRandom = isLocallyAdministered(mac)
    context.raise({
      kind: 'new_device',
      claimer: mac,
      ip: '',
      severity: 'info',
      parties: [suspect(mac, 'possible', ip)],
      expected: text('expected_known_devices'),
      seen: text('seen_new_device', { mac, ip }),
      reasonsFor: [reason('first_seen', { protocol: packet.payload.type }, [context.frame()])],
      reasonsAgainst: isRandom ? [reason('locally_administered', { mac })] : [],
      advice: text('advice_new_device'),
    })
  }
}
