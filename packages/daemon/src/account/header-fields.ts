/**
 * Reads the addresses, protocol and ports of one frame by offset, into fields
 * of one reused object: Ethernet II with VLAN tags (802.1Q, 802.1ad) and PPPoE
 * sessions (RFC 2516), raw IP and Linux cooked frames; IPv4 (RFC 791), IPv6 with extension headers
 * (RFC 8200); TCP (RFC 9293) and UDP (RFC 768). No byte behind the captured
 * length is looked at: what follows belongs to other frames. Words are signed,
 * so that they stay small integers for the compiler.
 */

import {
  LINKTYPE_ETHERNET,
  LINKTYPE_LINUX_SLL,
  LINKTYPE_LINUX_SLL2,
  LINKTYPE_RAW,
} from '../capture/packet-source.js'

export const ETHERTYPE_IPV4 = 0x0800
export const ETHERTYPE_IPV6 = 0x86dd
export const TCP = 6
export const UDP = 17

const ETHERTYPE_PPPOE_SESSION = 0x8864
/** Version and type 1, code 0: session data. */
const PPPOE_DATA = 0x1100
const PPP_IPV4 = 0x0021
const PPP_IPV6 = 0x0057

/** IEEE 802.3: smaller values of the type field are lengths. */
const MIN_ETHERTYPE = 0x0600
const MAX_VLAN_TAGS = 4

/** Cisco FabricPath: a header of 16 bytes, then the frame of a station. */
const ETHERTYPE_FABRICPATH = 0x8903
const FABRICPATH_HEADER = 16

const HOP_BY_HOP = 0
const ROUTING = 43
const FRAGMENT = 44
const AUTHENTICATION = 51
const DESTINATION_OPTIONS = 60
const MOBILITY = 135
const HIP = 139
const SHIM6 = 140

export class HeaderFields {
  sourceMacHigh = 0
  sourceMacLow = 0
  destinationMacHigh = 0
  destinationMacLow = 0
  /** Sent to a group address of the link: broadcast or multicast. */
  isGroup = false
  /** Behind all tags; 0 for 802.3 frames, which carry a length instead. */
  etherType = 0
  /** 4 or 6 when the addresses below were read, else 0. IPv4 uses the last word of the four. */
  family = 0
  source0 = 0
  source1 = 0
  source2 = 0
  source3 = 0
  destination0 = 0
  destination1 = 0
  destination2 = 0
  destination3 = 0
  /** Upper-layer protocol behind all extension headers that were captured. */
  protocol = 0
  /** TCP and UDP, when their ports were captured and are not in another fragment; else 0. */
  sourcePort = 0
  destinationPort = 0
  /** Where the data of TCP or UDP begins, when its header was captured; else -1. */
  payload = -1
  /** TCP flags; -1 when there are none. */
  tcpFlags = -1
  /** The lengths in the headers contradict each other or the frame. */
  isMalformed = false

  /** Frame of `captured` bytes at `start`, which had `wire` bytes before the snap length cut it. */
  read(view: DataView, start: number, captured: number, wire: number, linkType: number): void {
    this.etherType = 0
    this.family = 0
    this.protocol = 0
    this.sourcePort = 0
    this.destinationPort = 0
    this.tcpFlags = -1
    this.payload = -1
    this.isMalformed = false
    const end = start + captured
    const network =
      linkType === LINKTYPE_ETHERNET
        ? this.readEthernet(view, stationFrame(view, start, end), end)
        : this.readOtherLink(view, start, end, linkType)
    const wireEnd = start + wire
    if (network < 0) this.isMalformed = wire <= captured
    else if (this.etherType === ETHERTYPE_IPV4) this.readIpv4(view, network, end, wireEnd)
    else if (this.etherType === ETHERTYPE_IPV6) this.readIpv6(view, network, end, wireEnd)
  }

  /** Offset of what the frame carries; -1 when the header is cut short. */
  private readEthernet(view: DataView, start: number, end: number): number {
    if (start + 14 > end) return this.clearLink()
    this.isGroup = (view.getUint8(start) & 1) === 1
    this.destinationMacHigh = view.getUint16(start)
    this.destinationMacLow = view.getInt32(start + 2)
    this.sourceMacHigh = view.getUint16(start + 6)
    this.sourceMacLow = view.getInt32(start + 8)
    let at = start + 12
    let etherType = view.getUint16(at)
    for (let tags = 0; isVlan(etherType) && tags < MAX_VLAN_TAGS; tags++) {
      if (at + 6 > end) return -1
      at += 4
      etherType = view.getUint16(at)
    }
    this.etherType = etherType < MIN_ETHERTYPE ? 0 : etherType
    return etherType === ETHERTYPE_PPPOE_SESSION ? this.enterSession(view, at + 2, end) : at + 2
  }

  /** Six bytes of PPPoE, then the protocol of PPP. Other protocols are counted as frames of the session. */
  private enterSession(view: DataView, at: number, end: number): number {
    if (at + 8 > end || view.getUint16(at) !== PPPOE_DATA) return at
    const protocol = view.getUint16(at + 6)
    if (protocol !== PPP_IPV4 && protocol !== PPP_IPV6) return at
    this.etherType = protocol === PPP_IPV4 ? ETHERTYPE_IPV4 : ETHERTYPE_IPV6
    return at + 8
  }

  private clearLink(): number {
    this.isGroup = false
    this.destinationMacHigh = 0
    this.destinationMacLow = 0
    this.sourceMacHigh = 0
    this.sourceMacLow = 0
    return -1
  }

  /** Links without a destination address, and for raw IP without any. */
  private readOtherLink(view: DataView, start: number, end: number, linkType: number): number {
    this.clearLink()
    if (linkType === LINKTYPE_RAW) {
      if (start >= end) return -1
      const version = view.getUint8(start) >> 4
      this.etherType = version === 4 ? ETHERTYPE_IPV4 : version === 6 ? ETHERTYPE_IPV6 : 0
      this.isMalformed = this.etherType === 0
      return start
    }
    if (linkType === LINKTYPE_LINUX_SLL) {
      if (start + 16 > end) return -1
      this.readCooked(
        view,
        view.getUint16(start),
        view.getUint16(start + 4),
        start + 6,
        view.getUint16(start + 14),
      )
      return this.skipTags(view, start + 16, end)
    }
    if (linkType !== LINKTYPE_LINUX_SLL2 || start + 20 > end) return -1
    this.readCooked(
      view,
      view.getUint8(start + 10),
      view.getUint8(start + 11),
      start + 12,
      view.getUint16(start),
    )
    return this.skipTags(view, start + 20, end)
  }

  /** libpcap puts a tag that the kernel has taken off back in front of the protocol. */
  private skipTags(view: DataView, start: number, end: number): number {
    let at = start
    for (let tags = 0; isVlan(this.etherType) && tags < MAX_VLAN_TAGS; tags++) {
      if (at + 4 > end) return -1
      this.etherType = view.getUint16(at + 2)
      at += 4
    }
    return at
  }

  private readCooked(
    view: DataView,
    packetType: number,
    addressLength: number,
    at: number,
    protocol: number,
  ) {
    // 1 is broadcast, 2 multicast.
    this.isGroup = packetType === 1 || packetType === 2
    this.etherType = protocol < MIN_ETHERTYPE ? 0 : protocol
    if (addressLength !== 6) return
    this.sourceMacHigh = view.getUint16(at)
    this.sourceMacLow = view.getInt32(at + 2)
  }

  private readIpv4(view: DataView, at: number, end: number, wireEnd: number): void {
    if (at + 20 > end) {
      this.isMalformed = at + 20 > wireEnd
      return
    }
    const headerLength = (view.getUint8(at) & 0x0f) * 4
    // Zero is what a sender with segmentation offload shows: the frame says how long it is.
    const totalLength = view.getUint16(at + 2) || wireEnd - at
    this.isMalformed =
      view.getUint8(at) >> 4 !== 4 ||
      headerLength < 20 ||
      totalLength < headerLength ||
      at + totalLength > wireEnd
    if (this.isMalformed) return
    this.family = 4
    this.protocol = view.getUint8(at + 9)
    this.source3 = view.getInt32(at + 12)
    this.destination3 = view.getInt32(at + 16)
    const fragment = view.getUint16(at + 6)
    // Fragments behind the first have no upper-layer header.
    if ((fragment & 0x1fff) !== 0) return
    this.readPorts(view, at + headerLength, end, at + totalLength, (fragment & 0x2000) !== 0)
  }

  private readIpv6(view: DataView, at: number, end: number, wireEnd: number): void {
    if (at + 40 > end) {
      this.isMalformed = at + 40 > wireEnd
      return
    }
    // Zero is a jumbogram (RFC 2675) or segmentation offload.
    const payloadLength = view.getUint16(at + 4) || wireEnd - at - 40
    const packetEnd = at + 40 + payloadLength
    this.isMalformed = view.getUint8(at) >> 4 !== 6 || packetEnd > wireEnd
    if (this.isMalformed) return
    this.family = 6
    this.protocol = view.getUint8(at + 6)
    this.source0 = view.getInt32(at + 8)
    this.source1 = view.getInt32(at + 12)
    this.source2 = view.getInt32(at + 16)
    this.source3 = view.getInt32(at + 20)
    this.destination0 = view.getInt32(at + 24)
    this.destination1 = view.getInt32(at + 28)
    this.destination2 = view.getInt32(at + 32)
    this.destination3 = view.getInt32(at + 36)
    this.readUpper(view, at + 40, end, packetEnd)
  }

  /** Walks the extension headers, at least eight bytes at a time, to the ports. */
  private readUpper(view: DataView, start: number, end: number, packetEnd: number): void {
    let at = start
    let isFragment = false
    while (isExtension(this.protocol)) {
      if (at + 8 > end) {
        this.isMalformed = at + 8 > packetEnd
        return
      }
      if (this.protocol === FRAGMENT) {
        const field = view.getUint16(at + 2)
        this.protocol = view.getUint8(at)
        if (field >> 3 !== 0) return
        isFragment = (field & 1) === 1
        at += 8
        continue
      }
      const next = view.getUint8(at)
      const units = view.getUint8(at + 1)
      // RFC 4302 counts four-byte units and leaves out two; all others eight and leave out one.
      at += this.protocol === AUTHENTICATION ? Math.max(8, (units + 2) * 4) : (units + 1) * 8
      this.isMalformed = at > packetEnd
      if (at > end || this.isMalformed) return
      this.protocol = next
    }
    this.readPorts(view, at, end, packetEnd, isFragment)
  }

  private readPorts(view: DataView, at: number, end: number, packetEnd: number, isFragment: boolean): void {
    if (this.protocol !== TCP && this.protocol !== UDP) return
    const headerLength = this.protocol === TCP ? 20 : 8
    this.isMalformed = at + headerLength > packetEnd
    if (this.isMalformed || at + headerLength > end) return
    this.sourcePort = view.getUint16(at)
    this.destinationPort = view.getUint16(at + 2)
    if (this.protocol === TCP) {
      this.tcpFlags = view.getUint8(at + 13)
      const dataOffset = (view.getUint8(at + 12) >> 4) * 4
      this.isMalformed = dataOffset < 20 || (at + dataOffset > packetEnd && !isFragment)
      this.payload = at + dataOffset
    } else {
      const length = view.getUint16(at + 4)
      this.isMalformed = length !== 0 && (length < 8 || (at + length > packetEnd && !isFragment))
      this.payload = at + 8
    }
  }
}

/** Where the frame of the station begins, which switches may carry in one of their own. */
function stationFrame(view: DataView, start: number, end: number): number {
  const isCarried = start + 14 <= end && view.getUint16(start + 12) === ETHERTYPE_FABRICPATH
  return isCarried ? start + FABRICPATH_HEADER : start
}

function isVlan(etherType: number): boolean {
  return etherType === 0x8100 || etherType === 0x88a8 || etherType === 0x9100 || etherType === 0x9200
}

function isExtension(protocol: number): boolean {
  switch (protocol) {
    case HOP_BY_HOP:
    case ROUTING:
    case FRAGMENT:
    case AUTHENTICATION:
    case DESTINATION_OPTIONS:
    case MOBILITY:
    case HIP:
    case SHIM6:
      return true
    default:
      return false
  }
}
