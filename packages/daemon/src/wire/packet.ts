/**
 * The decoded form of one frame that matters to detection, discovery or
 * scanning. Plain data traffic is never decoded to objects; the accountant
 * reads its headers by offset.
 */

import type { Text } from '@netwatcher/shared'
import type { Arp } from './arp.js'
import type { Beacon } from './beacons.js'
import type { BrowserAnnouncement } from './browser-announcement.js'
import type { Cdp } from './cdp.js'
import type { Dhcpv4 } from './dhcpv4.js'
import type { Dhcpv6 } from './dhcpv6.js'
import type { DnsMessage } from './dns.js'
import type { EthernetHeader } from './ethernet.js'
import type { Fhrp } from './fhrp.js'
import type { Icmpv4 } from './icmpv4.js'
import type { Icmpv6 } from './icmpv6.js'
import type { IpHeader } from './ip.js'
import type { Lldp } from './lldp.js'
import type { Ssdp } from './ssdp.js'
import type { Stp } from './stp.js'
import type { TcpHeader } from './tcp.js'

/** What a datagram that is no name service says of its sender. */
export type Announcement =
  | { protocol: 'ssdp'; ssdp: Ssdp }
  | { protocol: 'browser'; browser: BrowserAnnouncement }
  | { protocol: 'beacon'; beacon: Beacon }

export type Payload =
  | { type: 'arp'; arp: Arp }
  | { type: 'stp'; stp: Stp }
  | { type: 'lldp'; lldp: Lldp }
  | { type: 'cdp'; cdp: Cdp }
  /** VRRP (RFC 9568) and CARP share protocol 112; HSRP and GLBP are UDP. */
  | ({ type: 'fhrp'; ip: IpHeader } & Fhrp)
  | { type: 'icmpv4'; ip: IpHeader; icmp: Icmpv4 }
  | { type: 'icmpv6'; ip: IpHeader; icmp: Icmpv6 }
  | { type: 'dhcpv4'; ip: IpHeader; dhcp: Dhcpv4 }
  | { type: 'dhcpv6'; ip: IpHeader; dhcp: Dhcpv6 }
  | { type: 'dns'; ip: IpHeader; source: 'dns' | 'mdns' | 'nbns' | 'llmnr'; message: DnsMessage }
  | { type: 'tcp'; ip: IpHeader; tcp: TcpHeader }
  | {
      type: 'udp'
      ip: IpHeader
      sourcePort: number
      destinationPort: number
      announcement: Announcement | null
    }
  /** Any other IP packet: only its addresses are of interest. */
  | { type: 'ip'; ip: IpHeader }
  /** The frame claims to be ARP, ICMPv6 ND or IP but contradicts itself. */
  | {
      type: 'malformed'
      layer: 'ethernet' | 'arp' | 'ip' | 'nd' | 'dhcp' | 'dns'
      /** Which rule of the protocol is broken, and the figures. */
      fault: Text
      ip: IpHeader | null
    }
  /** A frame of a protocol that nothing here looks at. */
  | { type: 'other' }

export interface Packet {
  /** Capture time (time/capture-clock.ts): milliseconds with fraction, never less than that of the packet before. */
  readonly timeMs: number
  /** As the capture stamped it, for evidence: milliseconds since 1970-01-01 UTC, with fraction. */
  readonly stampMs: number
  /** Bytes on the wire, without FCS. */
  readonly wireLength: number
  /** The captured bytes. Valid only during the call: copy what is kept. */
  readonly bytes: Uint8Array
  readonly ethernet: EthernetHeader
  readonly payload: Payload
}
