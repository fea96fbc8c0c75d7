/**
 * What a frame says, layer by layer, in the words of its standards: Ethernet and
 * 802.1Q, ARP (RFC 826), IPv4 and IPv6, neighbour discovery (RFC 4861), TCP and
 * UDP. For reading beside the hex dump; Wireshark knows more. Total: it stops
 * where the bytes end.
 */

import { formatIp, formatMac } from '@netwatcher/shared'

export interface Layer {
  name: string
  fields: [name: string, value: string][]
}

export interface Decoded {
  /** One line, as tcpdump would say it. */
  summary: string
  layers: Layer[]
}

const VLAN_TAGS = new Set([0x8100, 0x88a8])
const ARP_OPERATIONS: Record<number, string> = { 1: 'request', 2: 'reply' }
const ND_TYPES: Record<number, string> = {
  133: 'router solicitation',
  134: 'router advertisement',
  135: 'neighbor solicitation',
  136: 'neighbor advertisement',
  137: 'redirect',
}
const PROTOCOLS: Record<number, string> = { 1: 'ICMP', 2: 'IGMP', 6: 'TCP', 17: 'UDP', 58: 'ICMPv6' }
const TCP_FLAGS = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG']

/** Bytes with what has been read of them. */
class Reader {
  readonly layers: Layer[] = []

  constructor(
    private readonly bytes: Uint8Array,
    private readonly view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  ) {}

  has(offset: number, length: number): boolean {
    return offset + length <= this.bytes.length
  }
  u8(offset: number): number {
    return this.view.getUint8(offset)
  }
  u16(offset: number): number {
    return this.view.getUint16(offset)
  }
  mac(offset: number): string {
    return formatMac(this.bytes, offset)
  }
  ip(offset: number, length: 4 | 16): string {
    return formatIp(this.bytes, offset, length)
  }
  add(name: string, fields: Layer['fields']): void {
    this.layers.push({ name, fields })
  }
}

export function decodeEthernet(bytes: Uint8Array): Decoded {
  const reader = new Reader(bytes)
  const summary = ethernet(reader)
  return { summary, layers: reader.layers }
}

function ethernet(reader: Reader): string {
  if (!reader.has(0, 14)) return 'cut short'
  const [destination, source] = [reader.mac(0), reader.mac(6)]
  reader.add('Ethernet', [
    ['Destination', destination],
    ['Source', source],
  ])
  let offset = 12
  while (VLAN_TAGS.has(reader.u16(offset)) && reader.has(offset, 6)) {
    reader.add('802.1Q', [['VLAN', String(reader.u16(offset + 2) & 0xfff)]])
    offset += 4
  }
  const type = reader.u16(offset)
  const said = network(reader, type, offset + 2)
  return said ?? `${source} > ${destination}, type 0x${type.toString(16).padStart(4, '0')}`
}

function network(reader: Reader, type: number, offset: number): string | null {
  if (type === 0x0806) return arp(reader, offset)
  if (type === 0x0800) return ipv4(reader, offset)
  return type === 0x86dd ? ipv6(reader, offset) : null
}

function arp(reader: Reader, offset: number): string {
  if (!reader.has(offset, 28)) return 'ARP, cut short'
  const operation = reader.u16(offset + 6)
  const [senderMac, targetMac] = [reader.mac(offset + 8), reader.mac(offset + 18)]
  const [senderIp, targetIp] = [reader.ip(offset + 14, 4), reader.ip(offset + 24, 4)]
  reader.add('ARP', [
    ['Operation', `${operation} (${ARP_OPERATIONS[operation] ?? 'other'})`],
    ['Sender MAC', senderMac],
    ['Sender IP', senderIp],
    ['Target MAC', targetMac],
    ['Target IP', targetIp],
  ])
  if (operation === 1) return `ARP, Request who-has ${targetIp} tell ${senderIp}`
  if (operation === 2) return `ARP, Reply ${senderIp} is-at ${senderMac}`
  return `ARP, operation ${operation}`
}

function ipv4(reader: Reader, offset: number): string {
  if (!reader.has(offset, 20)) return 'IPv4, cut short'
  const headerLength = (reader.u8(offset) & 0x0f) * 4
  const [source, destination] = [reader.ip(offset + 12, 4), reader.ip(offset + 16, 4)]
  const protocol = reader.u8(offset + 9)
  reader.add('IPv4', [
    ['Source', source],
    ['Destination', destination],
    ['Protocol', protocolText(protocol)],
    ['TTL', String(reader.u8(offset + 8))],
    ['Length', String(reader.u16(offset + 2))],
  ])
  const isFragment = (reader.u16(offset + 6) & 0x1fff) > 0
  const said = isFragment || headerLength < 20 ? null : transport(reader, protocol, offset + headerLength)
  return `IPv4 ${source} > ${destination}: ${said ?? protocolText(protocol)}`
}

function ipv6(reader: Reader, offset: number): string {
  if (!reader.has(offset, 40)) return 'IPv6, cut short'
  const [source, destination] = [reader.ip(offset + 8, 16), reader.ip(offset + 24, 16)]
  const next = reader.u8(offset + 6)
  reader.add('IPv6', [
    ['Source', source],
    ['Destination', destination],
    ['Next header', protocolText(next)],
    ['Hop limit', String(reader.u8(offset + 7))],
  ])
  return `IPv6 ${source} > ${destination}: ${transport(reader, next, offset + 40) ?? protocolText(next)}`
}

function transport(reader: Reader, protocol: number, offset: number): string | null {
  if (protocol === 58) return icmpv6(reader, offset)
  if (protocol === 17 && reader.has(offset, 8)) {
    const ports = portsOf(reader, offset)
    reader.add('UDP', [...ports, ['Length', String(reader.u16(offset + 4))]])
    return `UDP ${ports[0][1]} > ${ports[1][1]}`
  }
  if (protocol === 6 && reader.has(offset, 20)) {
    const ports = portsOf(reader, offset)
    const bits = reader.u8(offset + 13)
    const flags = TCP_FLAGS.filter((_, i) => bits & (1 << i)).join(' ')
    reader.add('TCP', [...ports, ['Flags', flags]])
    return `TCP ${ports[0][1]} > ${ports[1][1]} [${flags}]`
  }
  return null
}

function portsOf(reader: Reader, offset: number): [[string, string], [string, string]] {
  return [
    ['Source port', String(reader.u16(offset))],
    ['Destination port', String(reader.u16(offset + 2))],
  ]
}

function icmpv6(reader: Reader, offset: number): string | null {
  if (!reader.has(offset, 4)) return null
  const type = reader.u8(offset)
  const name = ND_TYPES[type] ?? `type ${type}`
  const hasTarget = (type === 135 || type === 136) && reader.has(offset, 24)
  const target: Layer['fields'] = hasTarget ? [['Target', reader.ip(offset + 8, 16)]] : []
  reader.add('ICMPv6', [['Type', `${type} (${name})`], ...target])
  return [`ICMPv6 ${name}`, ...target.map(([, ip]) => ip)].join(' ')
}

function protocolText(number: number): string {
  return PROTOCOLS[number] ?? `protocol ${number}`
}
