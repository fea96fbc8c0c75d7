/**
 * Which VLAN tags are one network. A switch takes tags off and puts them on, and a mirror port shows a frame as it
 * came in or as it went out: one network may be in view under several tags, and what follows from its frames follows
 * from all of them together. Where stations cannot be told to be the same, tags stay apart.
 */

import type { TableStatus } from '@netwatcher/shared'
import type { Packet } from '../../wire/packet.js'
import { BoundedMap } from '../tables/bounded-map.js'
import { KnownSet } from '../tables/known-set.js'
import type { BindingTable } from './binding-table.js'
import { isStrong } from './claim.js'

/** IEEE 802.1Q: all there are. */
const MAX_VLANS = 4094
/** Addresses that two networks give to different stations; one may be under attack where they are the same. */
const MOST_DISPUTED = 1

export class Views {
  readonly #table: BindingTable
  /** Tags under which frames were in view, the outermost first. */
  readonly #tags = new KnownSet(MAX_VLANS)
  /** Networks that are seen with more tags one way, and without these the other; to themselves, if they only seemed so. */
  readonly #joined = new BoundedMap<string>(MAX_VLANS)

  constructor(table: BindingTable) {
    this.#table = table
  }

  tables(): TableStatus[] {
    return [this.#tags.status('vlan_tags'), this.#joined.status('joined_vlans')]
  }

  /** The key of a packet's network: the identifiers of its VLANs with dots; empty when untagged. */
  networkOf({ ethernet: { vlans }, timeMs }: Packet): string {
    if (vlans.length === 0) return ''
    // VID 0 is a priority tag only (IEEE 802.1Q): the frame belongs to the untagged network.
    const tags = vlans.filter((vlan) => vlan !== 0)
    const network = this.#withoutOuterTag(tags) ?? tags.join('.')
    if (network !== '') this.#tags.add(network, timeMs)
    return this.#joined.get(network) ?? network
  }

  /**
   * A switch takes off the outer tag and forwards into the inner VLAN (VLAN hopping): where that is in view without
   * it, both are one network. Where it is not (802.1ad), each outer tag is another's.
   */
  #withoutOuterTag(tags: readonly number[]): string | null {
    for (let outer = 0; outer < tags.length - 1; outer++) {
      const rest = tags.filter((_, i) => i !== outer).join('.')
      if (this.#tags.has(rest)) return rest
    }
    return null
  }

  /**
   * A question under one of these and its answer under the other: a mirror port that tags one way only. Of two
   * networks that have the same addresses with different stations, the answer came by chance. Gives the one with
   * more tags when it is the other from now on, else null.
   */
  join(one: string, other: string): { from: string; to: string } | null {
    if (!isOneTagged(one, other)) return null
    const [to, from] = one.length < other.length ? [one, other] : [other, one]
    if (this.#joined.peek(from) !== undefined) return null
    // Found out once: whoever is in both networks could ask for it with every frame.
    const isSame = this.#disputed(from, to) <= MOST_DISPUTED
    this.#joined.set(from, isSame ? to : from)
    return isSame ? { from, to } : null
  }

  #disputed(from: string, to: string): number {
    let disputed = 0
    for (const { vlan, ip, owner } of this.#table.addresses()) {
      if (vlan !== from || !owner || !isStrong(owner)) continue
      const here = this.#table.address(to, ip)?.owner
      if (here && isStrong(here) && here.mac !== owner.mac) disputed++
    }
    return disputed
  }
}

/** Whether one is the other with more tags behind its own. */
export function isOneTagged(one: string, other: string): boolean {
  return hasMoreTags(one, other) || hasMoreTags(other, one)
}

function hasMoreTags(one: string, other: string): boolean {
  return other === '' ? one !== '' : one.startsWith(`${other}.`)
}

/** The VLAN that the interface sees, the outermost; 0 when untagged. */
export function vlanId(network: string): number {
  return Number.parseInt(network, 10) || 0
}
