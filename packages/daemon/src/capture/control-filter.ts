/**
 * Which frames a live capture keeps whole, as a pcap-filter(7) expression for
 * the kernel. Of all others, which only accounting looks at, the headers are
 * enough; so the ring holds ten times more of a busy link, and less is copied.
 * Frames that match no line below are still captured, cut to `HEADER_BYTES`.
 */

/** Ethernet, two VLAN tags or PPPoE, IPv6 and a TCP header with all its options: 14 + 8 + 40 + 60. */
export const HEADER_BYTES = 128

/** Longest control frame: an Ethernet frame of the usual MTU with room for tags. */
export const CONTROL_FRAME_BYTES = 2048

const UDP_PORTS = [
  53, // DNS
  67, // DHCP server
  68, // DHCP client
  137, // NetBIOS name service
  138, // NetBIOS datagrams
  546, // DHCPv6 client
  547, // DHCPv6 server
  1900, // SSDP
  1985, // HSRP
  2029, // HSRP for IPv6
  2190, // TiVoConnect
  3222, // GLBP
  3702, // WS-Discovery
  5353, // mDNS
  5355, // LLMNR
  6666, // Tuya
  6667, // Tuya, encrypted
  10001, // Ubiquiti
  32412, // Plex, of players
  32414, // Plex, of servers
]

/**
 * Sessions of PPPoE (RFC 2516), by offsets, since the keyword `pppoes` moves those of all that follows it: the
 * protocol of PPP is at 20, IP begins at 22. Only headers matter of TCP, UDP, GRE and ESP in it, but for DNS.
 */
const SESSION = 'ether proto 0x8864'
const BULKY = [6, 17, 47, 50]
const isOneOf = (at: number, values: readonly number[]) =>
  values.map((value) => `ether[${at}] = ${value}`).join(' or ')
const BULK_IN_SESSION = `${SESSION} and ((ether[20:2] = 0x21 and (${isOneOf(31, BULKY)})) or (ether[20:2] = 0x57 and (${isOneOf(28, BULKY)})))`
const DNS_IN_SESSION = `${SESSION} and ether[20:2] = 0x21 and ether[22] = 0x45 and ether[31] = 17 and (ether[42:2] = 53 or ether[44:2] = 53)`

/**
 * Hellos of TLS clients (a handshake record whose first message is one) and Initials of QUIC (RFC 9000, RFC 9369), by
 * offsets too: whose headers fit into `HEADER_BYTES` needs no longer look, and a load behind the end of a packet would
 * lose it. IPv4 without options, IPv6 without extension headers.
 */
const tlsHello = (tcp: number) => {
  const data = `${tcp} + ((ether[${tcp + 12}] & 0xf0) >> 2)`
  return `ether[${data}:2] = 0x1603 and ether[${data} + 5] = 1`
}
/** RFC 9000 and RFC 9369. */
export const QUIC_VERSION_1 = 1
export const QUIC_VERSION_2 = 0x6b3343cf
const quicInitial = (udp: number) => {
  const has = (type: number, version: number) =>
    `(ether[${udp + 8}] & 0xf0 = ${type} and ether[${udp + 9}:4] = ${version})`
  return `(${has(0xc0, QUIC_VERSION_1)} or ${has(0xd0, QUIC_VERSION_2)})`
}
const UNFRAGMENTED = 'ip and ether[14] = 0x45 and ether[20:2] & 0x3fff = 0'
const IS_LONG = `len > ${HEADER_BYTES}`
const MAY_BE_INITIAL = 'len > 1200'

const LINES = [
  // ARP, STP and other LLC, LLDP; also IP behind a VLAN tag that the kernel did not take off.
  `not (ip or ip6 or (${BULK_IN_SESSION}))`,
  DNS_IN_SESSION,
  // 112 is VRRP and CARP.
  'icmp or igmp or ip proto 112',
  // ICMPv6 and whatever hides behind an extension header, but not TCP, UDP, GRE and ESP.
  'ip6 and not (ip6[6] = 6 or ip6[6] = 17 or ip6[6] = 47 or ip6[6] = 50)',
  ...UDP_PORTS.map((port) => `udp port ${port}`),
  `${IS_LONG} and ${UNFRAGMENTED} and ether[23] = 6 and ${tlsHello(34)}`,
  `${IS_LONG} and ip6 and ip6[6] = 6 and ${tlsHello(54)}`,
  `${MAY_BE_INITIAL} and ${UNFRAGMENTED} and ether[23] = 17 and ${quicInitial(34)}`,
  `${MAY_BE_INITIAL} and ip6 and ip6[6] = 17 and ${quicInitial(54)}`,
]

export const CONTROL_FRAMES = LINES.map((line) => `(${line})`).join(' or ')
