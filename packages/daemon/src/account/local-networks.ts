/** Which addresses are devices of this network. */

import { type Cidr, rangesOf } from '@netwatcher/shared'
import { Prefixes } from './prefixes.js'

/** Taken for the local network when nothing is known of it, as with a capture file. */
const ASSUMED = rangesOf('private_use', 'unique_local')
const LINK_LOCAL = rangesOf('link_local')

export function localNetworks(subnets: readonly Cidr[]): Prefixes {
  return new Prefixes([...(subnets.length > 0 ? subnets : ASSUMED), ...LINK_LOCAL])
}
