/** Names of IP protocol numbers (IANA) and, from 256 on, of EtherTypes. */

/** Protocol number of records that were posted by hand. */
export const POSTED_PROTOCOL = -1
/** Counted by the sensor without a row of its own, because its table was full. */
export const OTHER_PROTOCOL = -2

const ETHERTYPE_BASE = 256

const NAMES = new Map<number, string>([
  [POSTED_PROTOCOL, 'posted'],
  [OTHER_PROTOCOL, 'other'],
  [1, 'icmp'],
  [2, 'igmp'],
  [6, 'tcp'],
  [17, 'udp'],
  [41, 'ipv6'],
  [47, 'gre'],
  [50, 'esp'],
  [51, 'ah'],
  [58, 'icmpv6'],
  [89, 'ospf'],
  [103, 'pim'],
  [112, 'vrrp'],
  [132, 'sctp'],
  [ETHERTYPE_BASE + 0x0800, 'ipv4'],
  [ETHERTYPE_BASE + 0x0806, 'arp'],
  [ETHERTYPE_BASE + 0x86dd, 'ipv6-frame'],
  [ETHERTYPE_BASE + 0x8863, 'pppoe-discovery'],
  [ETHERTYPE_BASE + 0x8864, 'pppoe'],
  [ETHERTYPE_BASE + 0x888e, 'eapol'],
  [ETHERTYPE_BASE + 0x88cc, 'lldp'],
])
const NUMBERS = new Map([...NAMES].map(([number, name]) => [name, number]))

export function protocolName(protocol: number): string {
  const name = NAMES.get(protocol)
  if (name !== undefined) return name
  if (protocol < ETHERTYPE_BASE) return `ip-${protocol}`
  return `0x${(protocol - ETHERTYPE_BASE).toString(16).padStart(4, '0')}`
}

/** The inverse of `protocolName`, or a plain number; null when it is neither. */
export function protocolNumber(text: string): number | null {
  const known = NUMBERS.get(text)
  if (known !== undefined) return known
  const decimal = /^(?:ip-)?(\d{1,5})$/.exec(text)
  if (decimal) return Number(decimal[1])
  const ethertype = /^0x([0-9a-f]{4})$/.exec(text)
  return ethertype ? ETHERTYPE_BASE + Number.parseInt(ethertype[1] ?? '0', 16) : null
}
