/**
 * A MAC that was not there during the learning period and never since. Worth a
 * note: most are guests and new things of the household.
 */

import type { TableStatus } from '@netwatcher/shared'
import { isGroupMac, isLocallyAdministered, ZERO_MAC } from '@netwatcher/shared'
import type { Packet } from '../../wire/packet.js'
import type { BindingContext, BindingDetector } from '../engine/binding-context.js'
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
      macs: [mac],
      victim: null,
      expected: 'Only devices that have been seen before.',
      seen: `${mac} appeared with the address ${ip}.`,
      reasonsFor: [
        {
          rule: 'first_seen',
          text: `First seen in ${packet.payload.type.toUpperCase()} traffic.`,
          frames: [context.frame()],
        },
      ],
      reasonsAgainst: isRandom
        ? [
            {
              rule: 'locally_administered',
              text: 'The MAC is made up by software: a known phone or computer that hides its own may be behind it.',
              frames: [],
            },
          ]
        : [],
      advice: 'Give it a name if you know it; find out what it is if you do not.',
    })
  }
}
