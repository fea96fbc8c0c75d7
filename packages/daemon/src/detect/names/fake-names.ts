/** Name questions and answers for tests. */

import { BROADCAST_MAC } from '@netwatcher/shared'
import { concat, ipBytes, u16, u32, udpFrame } from '../../wire/fake-frames.js'
import type { FakeHost } from '../engine/fake-traffic.js'

const PORTS = { llmnr: 5355, mdns: 5353, nbns: 137, dns: 53 }
const GROUPS = {
  llmnr: { ip: '224.0.0.252', mac: '01:00:5e:00:00:fc' },
  mdns: { ip: '224.0.0.251', mac: '01:00:5e:00:00:fb' },
  nbns: { ip: '192.168.1.255', mac: BROADCAST_MAC },
}

export type NameProtocol = keyof typeof GROUPS

function encodeName(name: string): number[] {
  const labels = name.split('.').flatMap((label) => [label.length, ...new TextEncoder().encode(label)])
  return [...labels, 0]
}

/** RFC 1001 section 14.1, of a workstation. */
function netbiosName(name: string): string {
  const bytes = [...name.toUpperCase().padEnd(15), '\0'].map((letter) => letter.charCodeAt(0))
  return bytes.map((byte) => String.fromCharCode(65 + (byte >> 4), 65 + (byte & 15))).join('')
}

function wireName(protocol: NameProtocol | 'dns', name: string): string {
  if (protocol === 'nbns') return netbiosName(name)
  return protocol === 'mdns' ? `${name}.local` : name
}

function question(protocol: NameProtocol | 'dns', name: string, id: number): Uint8Array {
  const type = protocol === 'nbns' ? 32 : 1
  const header = [...u16(id), ...u16(0), ...u16(1), ...u16(0), ...u16(0), ...u16(0)]
  return concat(header, encodeName(wireName(protocol, name)), u16(type), u16(1))
}

function answer(protocol: NameProtocol | 'dns', name: string, id: number, addresses: string[]): Uint8Array {
  const isNetbios = protocol === 'nbns'
  const asked = protocol === 'dns' || protocol === 'llmnr' ? 1 : 0
  const labels = encodeName(wireName(protocol, name))
  const type = isNetbios ? 32 : 1
  const header = [...u16(id), ...u16(0x8400), ...u16(asked), ...u16(addresses.length), ...u16(0), ...u16(0)]
  const records = addresses.map((ip) => {
    const data = isNetbios ? [0, 0, ...ipBytes(ip)] : [...ipBytes(ip)]
    return concat(labels, u16(type), u16(1), u32(120), u16(data.length), data)
  })
  return concat(header, asked ? concat(labels, u16(type), u16(1)) : [], ...records)
}

export function askName(protocol: NameProtocol, from: FakeHost, name: string): Uint8Array {
  const group = GROUPS[protocol]
  const ends = {
    sourceMac: from.mac,
    destinationMac: group.mac,
    sourceIp: from.ip,
    destinationIp: group.ip,
  }
  const port = protocol === 'llmnr' ? 55555 : PORTS[protocol]
  return udpFrame(ends, port, PORTS[protocol], question(protocol, name, 0))
}

/** Over mDNS to the group, else to whom it may concern. */
export function answerName(
  protocol: NameProtocol,
  from: FakeHost,
  to: FakeHost,
  name: string,
  ip = from.ip,
): Uint8Array {
  const target = protocol === 'mdns' ? GROUPS.mdns : to
  const ends = {
    sourceMac: from.mac,
    destinationMac: target.mac,
    sourceIp: from.ip,
    destinationIp: target.ip,
  }
  const port = protocol === 'llmnr' ? 55555 : PORTS[protocol]
  return udpFrame(ends, PORTS[protocol], port, answer(protocol, name, 0, [ip]))
}

export function askDns(from: FakeHost, via: FakeHost, serverIp: string, id: number, name = 'bank.example') {
  const ends = { sourceMac: from.mac, destinationMac: via.mac, sourceIp: from.ip, destinationIp: serverIp }
  return udpFrame(ends, 40_000, 53, question('dns', name, id))
}

/** `from` need not be who has the server's address. */
export function answerDns(
  fromMac: string,
  serverIp: string,
  to: FakeHost,
  id: number,
  addresses: string[],
  name = 'bank.example',
) {
  const ends = { sourceMac: fromMac, destinationMac: to.mac, sourceIp: serverIp, destinationIp: to.ip }
  return udpFrame(ends, 53, 40_000, answer('dns', name, id, addresses))
}
