/** Which frames detection and discovery need whatever flow they belong to, and as what. */

import { HAND_OVER, type HandOverClass } from './hand-over.js'
import { type HeaderFields, TCP, UDP } from './header-fields.js'

const ETHERTYPE_ARP = 0x0806
const ETHERTYPE_RARP = 0x8035
const ETHERTYPE_LLDP = 0x88cc

const ICMP = 1
/** Extension headers, which are left only where the chain runs into a later fragment. */
const HOP_BY_HOP = 0
const ROUTING = 43
const FRAGMENT = 44
const DESTINATION_OPTIONS = 60
const ICMPV6 = 58
/** VRRP (RFC 9568) and CARP. */
const VRRP = 112

const TCP_SYN = 0x02
const TCP_RST = 0x04
const TCP_ACK = 0x10

/**
 * The ports of DNS, DHCP, NetBIOS names and datagrams, DHCPv6, SSDP, HSRP, GLBP, mDNS, LLMNR, and of
 * what devices announce themselves by: TiVo, WS-Discovery, Tuya, Ubiquiti, Plex.
 */
const SERVICE_PORTS = [
  53, 67, 68, 137, 138, 546, 547, 1900, 1985, 2029, 2190, 3222, 3702, 5353, 5355, 6666, 6667, 10001, 32412,
  32414,
]
/** 1 at each of them. */
export const IS_SERVICE = new Uint8Array(0x10000)
for (const port of SERVICE_PORTS) IS_SERVICE[port] = 1

export function classifyControl(fields: HeaderFields): HandOverClass {
  if (fields.isMalformed) return HAND_OVER.malformed
  if (fields.family === 0) return classifyLink(fields.etherType)
  switch (fields.protocol) {
    case TCP:
      // Data has ACK alone of these. Else: what opens or accepts a connection, and the odd flags of stealth scans.
      return fields.tcpFlags >= 0 && (fields.tcpFlags & (TCP_SYN | TCP_RST | TCP_ACK)) !== TCP_ACK
        ? HAND_OVER.tcp
        : HAND_OVER.none
    case UDP:
      return IS_SERVICE[fields.sourcePort] === 1 || IS_SERVICE[fields.destinationPort] === 1
        ? HAND_OVER.service
        : HAND_OVER.none
    case ICMP:
    case ICMPV6:
    case HOP_BY_HOP:
    case ROUTING:
    case FRAGMENT:
    case DESTINATION_OPTIONS:
    case VRRP:
      return HAND_OVER.control
    default:
      return HAND_OVER.none
  }
}

function classifyLink(etherType: number): HandOverClass {
  if (etherType === ETHERTYPE_ARP || etherType === ETHERTYPE_RARP) return HAND_OVER.arp
  return etherType === 0 || etherType === ETHERTYPE_LLDP ? HAND_OVER.link : HAND_OVER.none
}
