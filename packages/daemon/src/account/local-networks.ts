/** Which addresses are devices of this network: a few prefixes, matched on 32-bit words without allocation. */

import { type Cidr, parseCidr } from '@netwatcher/shared'

/** Taken for the local network when nothing is known of it, as with a capture file. */
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'] // RFC 1918, RFC 4193
/** Never leaves the link. */
const LINK_LOCAL = ['169.254.0.0/16', 'fe80::/10'] // RFC 3927, RFC 4291

export class LocalNetworks {
  /** Network and mask in turn: one word each. */
  readonly ipv4: Int32Array
  /** Network and mask in turn: four words each. */
  private readonly ipv6: Int32Array

  constructor(subnets: readonly Cidr[]) {
    const known = subnets.length > 0 ? subnets : parseAll(PRIVATE)
    const all = [...known, ...parseAll(LINK_LOCAL)]
    this.ipv4 = Int32Array.from(all.filter(({ network }) => network.length === 4).flatMap(toWords))
    this.ipv6 = Int32Array.from(all.filter(({ network }) => network.length === 16).flatMap(toWords))
  }

  hasIpv4(word: number): boolean {
    const { ipv4 } = this
    for (let i = 0; i < ipv4.length; i += 2) {
      if ((word & (ipv4[i + 1] ?? 0)) === ipv4[i]) return true
    }
    return false
  }

  hasIpv6(word0: number, word1: number, word2: number, word3: number): boolean {
    const { ipv6 } = this
    for (let i = 0; i < ipv6.length; i += 8) {
      if (
        (word0 & (ipv6[i + 4] ?? 0)) === ipv6[i] &&
        (word1 & (ipv6[i + 5] ?? 0)) === ipv6[i + 1] &&
        (word2 & (ipv6[i + 6] ?? 0)) === ipv6[i + 2] &&
        (word3 & (ipv6[i + 7] ?? 0)) === ipv6[i + 3]
      )
        return true
    }
    return false
  }

  hasIpv6At(view: DataView, at: number): boolean {
    return this.hasIpv6(
      view.getInt32(at),
      view.getInt32(at + 4),
      view.getInt32(at + 8),
      view.getInt32(at + 12),
    )
  }
}

function parseAll(texts: string[]): Cidr[] {
  return texts.flatMap((text) => parseCidr(text) ?? [])
}

function toWords({ network, prefixLength }: Cidr): number[] {
  const view = new DataView(network.buffer, network.byteOffset, network.byteLength)
  const starts = Array.from({ length: network.length / 4 }, (_, i) => i * 4)
  const networks = starts.map((start) => view.getInt32(start))
  const masks = starts.map((start) => wordMask(prefixLength - start * 8))
  return [...networks, ...masks]
}

/** The first `bits` of 32; a shift by 32 would be one by 0. */
function wordMask(bits: number): number {
  return bits <= 0 ? 0 : bits >= 32 ? -1 : -1 << (32 - bits)
}
