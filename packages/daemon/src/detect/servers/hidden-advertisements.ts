/**
 * Router advertisements hidden in fragments, so that a switch with RA guard
 * does not recognise them (RFC 7113; thc-ipv6 with -F and -D). No honest router
 * fragments neighbor discovery, and hosts that follow RFC 6980 ignore it.
 */

import { readU8 } from '../../wire/bytes.js'
import { ROUTER_ADVERTISEMENT } from '../../wire/icmpv6.js'
import { extensionLength, type IpHeader, PROTOCOL_ICMPV6 } from '../../wire/ip.js'
import type { Packet } from '../../wire/packet.js'
import { BoundedMap } from '../tables/bounded-map.js'

const MAX_PACKETS = 256

export class HiddenAdvertisements {
  /** Where the ICMPv6 message begins in the reassembled packet, for first fragments that do not reach it. */
  readonly #messageAt = new BoundedMap<number>(MAX_PACKETS)

  /** Whether this frame shows that a packet in fragments is a router advertisement. */
  reveals(packet: Packet, vlan: string): boolean {
    const { payload, bytes } = packet
    if ((payload.type !== 'ip' && payload.type !== 'malformed') || !payload.ip) return false
    const { ip } = payload
    if (ip.version !== 6 || ip.fragment === null) return false
    const { offset, id, dataOffset } = ip.fragment
    const key = `${vlan}|${ip.source}|${ip.destination}|${id}`
    if (offset === 0) {
      if (ip.protocol === PROTOCOL_ICMPV6) return isAdvertisement(bytes, ip.payloadOffset, ip)
      const extension = extensionLength(bytes, ip)
      if (extension > 0 && readU8(bytes, ip.payloadOffset) === PROTOCOL_ICMPV6)
        this.#messageAt.set(key, ip.payloadOffset - dataOffset + extension)
      return false
    }
    const at = this.#messageAt.peek(key)
    return at !== undefined && at >= offset && isAdvertisement(bytes, dataOffset + at - offset, ip)
  }
}

function isAdvertisement(bytes: Uint8Array, at: number, ip: IpHeader): boolean {
  return at < ip.payloadEnd && readU8(bytes, at) === ROUTER_ADVERTISEMENT
}
