/**
 * Which VLAN tags are one network. A switch takes tags off and puts them on, and a mirror port shows a frame as it
 * came in or as it went out: one network may be in view under several tags, and what follows from its frames follows
 * from all of them together. Where stations cannot be told to be the same, tags stay apart.
 */

import type { Packet } from '../../wire/packet.js'
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
  /** VLANs that are the untagged network, seen with a tag one way. */
  readonly #joined = new KnownSet(MAX_VLANS)

  constructor(table: BindingTable) {
    this.#table = table
  }

  /** The key of a packet's network: the identifiers of its VLANs with dots; empty when untagged. */
  networkOf({ ethernet: { vlans }, timeMs }: Packet): string {
    if (vlans.length === 0) return ''
    // VID 0 is a priority tag only (IEEE 802.1Q): the frame belongs to the untagged network.
    const tags = vlans.filter((vlan) => vlan !== 0)
    const network = this.#withoutOuterTag(tags) ?? tags.join('.')
    if (network !== '') this.#tags.add(network, timeMs)
    return this.#joined.has(network) ? '' : network
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
   * networks that have the same addresses with different stations, the answer came by chance. Gives the tagged one
   * when it is the untagged network from now on, else null.
   */
  join(one: string, other: string, nowMs: number): string | null {
    if (one === other || (one !== '' && other !== '')) return null
    const tagged = one === '' ? other : one
    if (this.#joined.has(tagged) || this.#disputed(tagged) > MOST_DISPUTED) return null
    this.#joined.add(tagged, nowMs)
    return tagged
  }

  #disputed(tagged: string): number {
    let disputed = 0
    for (const { vlan, ip, owner } of this.#table.addresses()) {
      if (vlan !== tagged || !owner || !isStrong(owner)) continue
      const here = this.#table.address('', ip)?.owner
      if (here && isStrong(here) && here.mac !== owner.mac) disputed++
    }
    return disputed
  }
}

/** The VLAN that the interface sees, the outermost; 0 when untagged. */
export function vlanId(network: string): number {
  return Number.parseInt(network, 10) || 0
}
