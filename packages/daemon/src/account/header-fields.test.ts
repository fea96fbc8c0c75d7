import { expect, test } from 'vitest'
import { makeBatch } from './fake-batch.js'
import { HeaderFields } from './header-fields.js'

const ETHERNET = 1
const RAW = 101
const SLL = 113
const SLL2 = 276

/** Hexadecimal text; whatever follows `#` on a line is a comment. */
function hex(text: string): number[] {
  const digits = text.replaceAll(/#.*$/gm, '').replaceAll(/\s/g, '')
  return Array.from({ length: digits.length / 2 }, (_, i) =>
    Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16),
  )
}

const MACS = hex(`
  02 00 00 00 00 02  # destination
  82 00 00 00 00 01  # source
`)
const IPV4_TCP = hex(`
  45 00 00 28        # version 4, header 20, total length 40
  00 01 00 00        # id, no fragment
  40 06 00 00        # TTL 64, TCP, checksum
  c0 a8 01 02        # source
  08 08 08 08        # destination
  c0 00 01 bb        # ports 49152, 443
  00 00 00 01 00 00 00 02
  50 10 ff ff        # header 20, ACK
  00 00 00 00
`)
const UDP_DNS = hex('d0 00 00 35 00 0c 00 00 01 02 03 04') // ports 53248, 53; length 12
const ipv4 = (changes: Record<number, number>, payload = IPV4_TCP.slice(20)) => {
  const packet = [...IPV4_TCP.slice(0, 20), ...payload]
  packet[3] = packet.length
  for (const [at, value] of Object.entries(changes)) packet[Number(at)] = value
  return packet
}
const ipv6 = (nextHeader: number, payload: number[], length = payload.length) => [
  ...hex('60 00 00 00'), // version 6
  length >> 8,
  length & 0xff,
  nextHeader,
  64,
  ...hex('20 01 0d b8 00 00 00 01 00 00 00 00 00 00 00 02'), // source
  ...hex('fe 80 00 00 00 00 00 00 00 00 00 00 00 00 00 03'), // destination
  ...payload,
]

const read = (bytes: number[], linkType = ETHERNET, wireLength = bytes.length, stale = 0xff) => {
  const fields = new HeaderFields()
  const batch = makeBatch([{ bytes: Uint8Array.from(bytes) }], stale)
  fields.read(new DataView(batch.bytes.buffer), batch.offsets[0] ?? 0, bytes.length, wireLength, linkType)
  return fields
}

const TCP_FIELDS = {
  family: 4,
  protocol: 6,
  sourcePort: 49152,
  destinationPort: 443,
  tcpFlags: 0x10,
  isMalformed: false,
}
const UDP_FIELDS = { protocol: 17, sourcePort: 53248, destinationPort: 53, tcpFlags: -1, isMalformed: false }
const NO_PORTS = { sourcePort: 0, destinationPort: 0, tcpFlags: -1 }

test.each<[string, number[], Partial<HeaderFields>]>([
  ['IPv4 and TCP', [...MACS, 0x08, 0x00, ...IPV4_TCP], TCP_FIELDS],
  ['padding behind the packet', [...MACS, 0x08, 0x00, ...IPV4_TCP, 9, 9, 9, 9, 9, 9], TCP_FIELDS],
  ['802.1Q', [...MACS, ...hex('81 00 00 05 08 00'), ...IPV4_TCP], TCP_FIELDS],
  ['QinQ', [...MACS, ...hex('88 a8 00 05 81 00 00 06 08 00'), ...IPV4_TCP], TCP_FIELDS],
  [
    'FabricPath',
    [...hex('0180c2000001 022d0c000001 8903 0460'), ...MACS, ...hex('81 00 00 05 08 00'), ...IPV4_TCP],
    TCP_FIELDS,
  ],
  [
    'four tags',
    [...MACS, ...hex('91 00 00 01 92 00 00 02 81 00 00 03 81 00 00 04 08 00'), ...IPV4_TCP],
    TCP_FIELDS,
  ],
  [
    'five tags',
    [...MACS, ...hex('8100 0001 8100 0002 8100 0003 8100 0004 8100 0005 0800'), ...IPV4_TCP],
    { family: 0, etherType: 0x8100, isMalformed: false },
  ],
  [
    'IPv4 options',
    [...MACS, 0x08, 0x00, ...ipv4({ 0: 0x46, 3: 44 }, [1, 1, 1, 1, ...IPV4_TCP.slice(20)])],
    TCP_FIELDS,
  ],
  ['UDP', [...MACS, 0x08, 0x00, ...ipv4({ 9: 17 }, UDP_DNS)], { ...UDP_FIELDS, family: 4 }],
  ['segmentation offload, total length 0', [...MACS, 0x08, 0x00, ...ipv4({ 3: 0 })], TCP_FIELDS],
  [
    'first fragment',
    [...MACS, 0x08, 0x00, ...ipv4({ 6: 0x20, 9: 17 }, [...UDP_DNS.slice(0, 4), 9, 0, 0, 0])],
    { ...UDP_FIELDS, family: 4 },
  ],
  [
    'later fragment',
    [...MACS, 0x08, 0x00, ...ipv4({ 7: 1 })],
    { ...NO_PORTS, family: 4, protocol: 6, isMalformed: false },
  ],
  [
    'ICMP',
    [...MACS, 0x08, 0x00, ...ipv4({ 9: 1 }, [8, 0, 0, 0])],
    { ...NO_PORTS, family: 4, protocol: 1, isMalformed: false },
  ],
  ['IPv6 and UDP', [...MACS, 0x86, 0xdd, ...ipv6(17, UDP_DNS)], { ...UDP_FIELDS, family: 6 }],
  ['IPv6 jumbogram, length 0', [...MACS, 0x86, 0xdd, ...ipv6(17, UDP_DNS, 0)], { ...UDP_FIELDS, family: 6 }],
  [
    'hop-by-hop, routing, destination options',
    [
      ...MACS,
      0x86,
      0xdd,
      ...ipv6(0, [
        43,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        60,
        1,
        ...new Array<number>(14).fill(0),
        17,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        ...UDP_DNS,
      ]),
    ],
    { ...UDP_FIELDS, family: 6 },
  ],
  [
    'authentication header of 24 bytes',
    [...MACS, 0x86, 0xdd, ...ipv6(51, [17, 4, ...new Array<number>(22).fill(0), ...UDP_DNS])],
    { ...UDP_FIELDS, family: 6 },
  ],
  [
    'atomic fragment',
    [...MACS, 0x86, 0xdd, ...ipv6(44, [17, 0, 0, 0, 0, 0, 0, 1, ...UDP_DNS])],
    { ...UDP_FIELDS, family: 6 },
  ],
  [
    'later IPv6 fragment',
    [...MACS, 0x86, 0xdd, ...ipv6(44, [17, 0, 0, 8, 0, 0, 0, 1, ...UDP_DNS])],
    { ...NO_PORTS, family: 6, protocol: 17, isMalformed: false },
  ],
  [
    'ESP',
    [...MACS, 0x86, 0xdd, ...ipv6(50, UDP_DNS)],
    { ...NO_PORTS, family: 6, protocol: 50, isMalformed: false },
  ],
  [
    'no next header',
    [...MACS, 0x86, 0xdd, ...ipv6(59, [])],
    { ...NO_PORTS, family: 6, protocol: 59, isMalformed: false },
  ],
  [
    'ARP',
    [...MACS, 0x08, 0x06, ...new Array<number>(28).fill(1)],
    { family: 0, etherType: 0x0806, isMalformed: false },
  ],
  ['802.3 length', [...MACS, 0x00, 0x26, 0x42, 0x42, 3], { family: 0, etherType: 0, isMalformed: false }],
  ['frame without a type', MACS, { family: 0, etherType: 0, isMalformed: true }],
  ['empty frame', [], { family: 0, etherType: 0, isMalformed: true }],
  ['tag cut short', [...MACS, 0x81, 0x00, 0x00, 0x05], { family: 0, isMalformed: true }],
  [
    'IPv4 header cut short',
    [...MACS, 0x08, 0x00, ...IPV4_TCP.slice(0, 19)],
    { family: 0, isMalformed: true },
  ],
  [
    'IPv4 with another version',
    [...MACS, 0x08, 0x00, ...ipv4({ 0: 0x65 })],
    { family: 0, isMalformed: true },
  ],
  ['IPv4 header length 16', [...MACS, 0x08, 0x00, ...ipv4({ 0: 0x44 })], { family: 0, isMalformed: true }],
  [
    'IPv4 total length below the header',
    [...MACS, 0x08, 0x00, ...ipv4({ 3: 19 })],
    { family: 0, isMalformed: true },
  ],
  [
    'IPv4 total length beyond the frame',
    [...MACS, 0x08, 0x00, ...ipv4({ 3: 41 })],
    { family: 0, isMalformed: true },
  ],
  ['TCP header cut short', [...MACS, 0x08, 0x00, ...ipv4({ 3: 39 })], { family: 4, isMalformed: true }],
  ['TCP header length 16', [...MACS, 0x08, 0x00, ...ipv4({ 32: 0x40 })], { family: 4, isMalformed: true }],
  [
    'TCP header longer than the packet',
    [...MACS, 0x08, 0x00, ...ipv4({ 32: 0x60 })],
    { family: 4, isMalformed: true },
  ],
  [
    'UDP header cut short',
    [...MACS, 0x08, 0x00, ...ipv4({ 9: 17 }, UDP_DNS.slice(0, 7))],
    { family: 4, isMalformed: true },
  ],
  [
    'UDP length 7',
    [...MACS, 0x08, 0x00, ...ipv4({ 9: 17, 25: 7 }, UDP_DNS)],
    { family: 4, isMalformed: true },
  ],
  [
    'UDP longer than the packet',
    [...MACS, 0x08, 0x00, ...ipv4({ 9: 17, 25: 13 }, UDP_DNS)],
    { family: 4, isMalformed: true },
  ],
  [
    'IPv6 header cut short',
    [...MACS, 0x86, 0xdd, ...ipv6(59, []).slice(0, 39)],
    { family: 0, isMalformed: true },
  ],
  [
    'IPv6 with another version',
    [...MACS, 0x86, 0xdd, 0x45, ...ipv6(59, []).slice(1)],
    { family: 0, isMalformed: true },
  ],
  [
    'IPv6 length beyond the frame',
    [...MACS, 0x86, 0xdd, ...ipv6(59, [], 1)],
    { family: 0, isMalformed: true },
  ],
  [
    'extension header beyond the packet',
    [...MACS, 0x86, 0xdd, ...ipv6(0, [17, 1, ...new Array<number>(10).fill(0)])],
    { family: 6, isMalformed: true, ...NO_PORTS },
  ],
  [
    'extension header cut short',
    [...MACS, 0x86, 0xdd, ...ipv6(60, [17, 0, 0])],
    { family: 6, isMalformed: true, ...NO_PORTS },
  ],
])('Ethernet: %s', (_, bytes, expected) => {
  expect(read(bytes)).toMatchObject(expected)
})

test('addresses are read, with the MAC addresses in two words', () => {
  expect(read([...MACS, 0x08, 0x00, ...IPV4_TCP])).toMatchObject({
    destinationMacHigh: 0x0200,
    destinationMacLow: 2,
    sourceMacHigh: 0x8200,
    sourceMacLow: 1,
    isGroup: false,
    source3: 0xc0a80102 | 0,
    destination3: 0x08080808,
  })
  expect(read([...MACS, 0x86, 0xdd, ...ipv6(59, [])])).toMatchObject({
    source0: 0x20010db8,
    source1: 1,
    source2: 0,
    source3: 2,
    destination0: 0xfe800000 | 0,
    destination1: 0,
    destination2: 0,
    destination3: 3,
  })
  expect(read([0x33, ...MACS.slice(1), 0x86, 0xdd, ...ipv6(59, [])]).isGroup).toBe(true)
})

test.each<[string, number, number[], Partial<HeaderFields>]>([
  ['raw IPv4', RAW, IPV4_TCP, { ...TCP_FIELDS, sourceMacHigh: 0, sourceMacLow: 0 }],
  ['raw IPv6', RAW, ipv6(17, UDP_DNS), { ...UDP_FIELDS, family: 6 }],
  ['raw, neither version', RAW, [0x55, ...IPV4_TCP.slice(1)], { family: 0, isMalformed: true }],
  ['raw, empty', RAW, [], { family: 0, isMalformed: true }],
  // Packet type broadcast, ARPHRD 1, address length 6, address, IPv4.
  [
    'cooked',
    SLL,
    [...hex('0001 0001 0006 820000000001 0000 0800'), ...IPV4_TCP],
    { ...TCP_FIELDS, isGroup: true, sourceMacHigh: 0x8200, sourceMacLow: 1, destinationMacLow: 0 },
  ],
  [
    'cooked without an address',
    SLL,
    [...hex('0004 0304 0000 ffffffffffff 0000 0800'), ...IPV4_TCP],
    { ...TCP_FIELDS, isGroup: false, sourceMacHigh: 0, sourceMacLow: 0 },
  ],
  [
    'cooked with a tag',
    SLL,
    [...hex('0000 0001 0006 820000000001 0000 8100 a005 0800'), ...IPV4_TCP],
    { ...TCP_FIELDS, isGroup: false, sourceMacHigh: 0x8200, sourceMacLow: 1 },
  ],
  ['cooked with half a tag', SLL, hex('0000 0001 0006 820000000001 0000 8100 a0'), { isMalformed: true }],
  ['cooked, cut short', SLL, hex('0004 0304 0000 ffffffffffff 0000 08'), { isMalformed: true }],
  // IPv4, reserved, interface, ARPHRD 1, packet type to us, address length 6, address.
  [
    'cooked, version 2',
    SLL2,
    [...hex('0800 0000 00000002 0001 00 06 820000000001 0000'), ...IPV4_TCP],
    { ...TCP_FIELDS, isGroup: false, sourceMacHigh: 0x8200, sourceMacLow: 1 },
  ],
  [
    'cooked, version 2, cut short',
    SLL2,
    hex('0800 0000 00000002 0001 00 06 820000000001 00'),
    { isMalformed: true },
  ],
])('other links: %s', (_, linkType, bytes, expected) => {
  expect(read(bytes, linkType)).toMatchObject(expected)
})

test('a frame that only the snap length cut is not malformed, and nothing behind its end is read', () => {
  const frames = [
    [...MACS, 0x08, 0x00, ...IPV4_TCP],
    [...MACS, ...hex('81 00 00 05 08 00'), ...ipv4({ 9: 17 }, UDP_DNS)],
    [...MACS, 0x86, 0xdd, ...ipv6(0, [17, 0, 0, 0, 0, 0, 0, 0, ...UDP_DNS])],
  ]
  for (const frame of frames) {
    for (let captured = 0; captured < frame.length; captured++) {
      const cut = frame.slice(0, captured)
      const fields = read(cut, ETHERNET, frame.length, 0xff)
      expect(fields.isMalformed).toBe(false)
      expect(fields).toEqual(read(cut, ETHERNET, frame.length, 0x00))
    }
  }
})

test('fields of one frame do not leak into the next', () => {
  const fields = new HeaderFields()
  const frame = Uint8Array.from([...MACS, 0x08, 0x00, ...IPV4_TCP])
  fields.read(new DataView(frame.buffer), 0, frame.length, frame.length, ETHERNET)
  fields.read(new DataView(frame.buffer), 0, 0, 0, ETHERNET)
  expect(fields).toMatchObject({
    ...NO_PORTS,
    family: 0,
    etherType: 0,
    sourceMacHigh: 0,
    sourceMacLow: 0,
    protocol: 0,
  })
})

const inSession = (packet: number[], protocol = '0021', kind = '11 00') => [
  ...MACS,
  ...hex(`88 64 ${kind} 12 34 00`),
  packet.length + 2,
  ...hex(protocol),
  ...packet,
]

test('IP in a PPPoE session (RFC 2516) is read like any other', () => {
  expect(read(inSession(IPV4_TCP))).toMatchObject(TCP_FIELDS)
  expect(read(inSession(ipv6(17, UDP_DNS), '0057'))).toMatchObject({
    family: 6,
    protocol: 17,
    isMalformed: false,
  })
})

test.each([
  ['LCP', inSession(hex('09 01 00 08 00 00 00 00'), 'c021')],
  ['a session that ends', inSession(IPV4_TCP, '0021', '11 a7')],
  ['a header that is cut short', inSession(IPV4_TCP).slice(0, 20)],
])('%s is counted as a frame of PPPoE', (_, frame) => {
  expect(read(frame)).toMatchObject({ family: 0, etherType: 0x8864, isMalformed: false })
})
