/** A few prefixes, matched on the 32-bit words of an address without allocation. */

import type { Cidr } from '@netwatcher/shared'

export class Prefixes {
  /** Network and mask in turn: one word each. */
  readonly ipv4: Int32Array
  /** Network and mask in turn: four words each. */
  private readonly ipv6: Int32Array

  constructor(prefixes: readonly Cidr[]) {
    this.ipv4 = Int32Array.from(prefixes.filter(({ network }) => network.length === 4).flatMap(toWords))
    this.ipv6 = Int32Array.from(prefixes.filter(({ network }) => network.length === 16).flatMap(toWords))
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
