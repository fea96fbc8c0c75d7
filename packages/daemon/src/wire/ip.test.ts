import { text } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import { type Endpoints, encodeEchoRequest, encodeEchoRequestV6, encodeIpv4 } from './encode-ip.js'
import { concat, ethernetFrame, hex, packetOf, tcpFrame, udpFrame, withU16 } from './fake-frames.js'
import { TCP_SYN } from './tcp.js'

const ENDS: Endpoints = {
  sourceMac: 'aa:bb:cc:dd:ee:01',
  destinationMac: 'aa:bb:cc:dd:ee:02',
  sourceIp: '192.168.1.10',
  destinationIp: '8.8.8.8',
}
const ENDS6: Endpoints = { ...ENDS, sourceIp: '2001:db8::10', destinationIp: '2001:db8::1' }

test('decodes an IPv4 header and keeps link padding out of the payload', () => {
  const packet = packetOf(encodeIpv4(ENDS, 89, hex('0102'), 3))
  expect(packet.payload).toEqual({
    type: 'ip',
    ip: {
      version: 4,
      source: '192.168.1.10',
      destination: '8.8.8.8',
      protocol: 89,
      ttl: 3,
      payloadOffset: 34,
      payloadEnd: 36,
      isComplete: true,
      fragment: null,
    },
  })
})

test.each([
  ['header length below 20', 14, 0x4400, text('ip_header_length', { value: 16 })],
  ['total length below the header', 16, 19, text('ip_total_length', { value: 19 })],
  ['a version that does not exist', 14, 0x5500, text('ip_version', { value: 5 })],
])('reports %s', (_, offset, value, fault) => {
  const frame = withU16(encodeIpv4(ENDS, 89, hex('0102')), offset, value)
  expect(packetOf(frame).payload).toEqual({ type: 'malformed', layer: 'ip', fault, ip: null })
})

test('takes a total length of zero, as segmentation offload leaves it, from the frame', () => {
  const frame = withU16(encodeIpv4(ENDS, 89, new Uint8Array(40)), 16, 0)
  expect(packetOf(frame).payload).toMatchObject({ ip: { payloadEnd: 74, isComplete: true } })
})

test('does not decode the upper layer of later fragments', () => {
  const first = withU16(tcpFrame(ENDS, 1234, 80, TCP_SYN), 20, 0x2000)
  expect(packetOf(first).payload).toMatchObject({
    type: 'tcp',
    ip: { fragment: { offset: 0, hasMore: true } },
  })
  const later = withU16(tcpFrame(ENDS, 1234, 80, TCP_SYN), 20, 0x0003)
  expect(packetOf(later).payload).toMatchObject({
    type: 'ip',
    ip: { fragment: { offset: 24, hasMore: false } },
  })
})

test('decodes TCP and UDP ports', () => {
  expect(packetOf(tcpFrame(ENDS, 1234, 443, TCP_SYN)).payload).toMatchObject({
    type: 'tcp',
    tcp: { sourcePort: 1234, destinationPort: 443, flags: TCP_SYN, window: 1024 },
  })
  expect(packetOf(udpFrame(ENDS, 1234, 443, hex('00'))).payload).toMatchObject({
    type: 'udp',
    sourcePort: 1234,
    destinationPort: 443,
  })
  const wrongLength = tcpFrame(ENDS, 1234, 443, TCP_SYN)
  wrongLength[46] = 0x40
  expect(packetOf(wrongLength).payload).toMatchObject({ type: 'ip' })
})

function ipv6(nextHeader: number, payload: Uint8Array): Uint8Array {
  const header = hex(`
    60000000 0000 00 40                      ; version, payload length, next header, hop limit
    fe800000000000000000000000000001
    ff020000000000000000000000000001
  `)
  header[6] = nextHeader
  return ethernetFrame(
    '33:33:00:00:00:01',
    ENDS.sourceMac,
    0x86dd,
    concat(withU16(header, 4, payload.length), payload),
  )
}

test.each([
  [
    'hop-by-hop, routing, destination options',
    0,
    '2b00000000000000 3c00000000000000 0601000000000000 0000000000000000',
  ],
  ['authentication header', 51, '0604 0000 00000001 00000001 000000000000000000000000'],
  ['first fragment', 44, '0600 0001 00000007'],
])('walks IPv6 extension headers: %s', (_, first, extensions) => {
  const tcp = tcpFrame(ENDS, 1234, 80, TCP_SYN).subarray(34, 54)
  const packet = packetOf(ipv6(first, concat(hex(extensions), tcp)))
  expect(packet.payload).toMatchObject({ type: 'tcp', ip: { protocol: 6 }, tcp: { destinationPort: 80 } })
})

test('stops at ESP, at no-next-header and at later fragments', () => {
  for (const protocol of [50, 59])
    expect(packetOf(ipv6(protocol, new Uint8Array(64))).payload).toMatchObject({
      type: 'ip',
      ip: { protocol },
    })
  expect(packetOf(ipv6(44, hex('3a00 0008 00000007 8800'))).payload).toMatchObject({
    type: 'ip',
    ip: { protocol: 58, fragment: { id: 7, offset: 8, hasMore: false } },
  })
})

test('reports an extension header that runs past the packet', () => {
  expect(packetOf(ipv6(0, hex('3aff000000000000'))).payload).toMatchObject({
    type: 'malformed',
    fault: text('extension_cut_short'),
  })
})

test('leaves a chain of headers open that goes on in a later fragment', () => {
  // A fragment header with more to come, then options that claim 256 bytes.
  const first = ipv6(44, concat(hex('3c000001 00000007'), [58, 31], new Uint8Array(30)))
  expect(packetOf(first).payload).toMatchObject({
    type: 'ip',
    ip: { protocol: 60, fragment: { id: 7, offset: 0, hasMore: true, dataOffset: 62 } },
  })
})

test('ends on the longest possible chain of extension headers', () => {
  const chain = new Uint8Array(65_000)
  expect(packetOf(ipv6(0, chain)).payload).toMatchObject({ type: 'malformed', layer: 'ip' })
})

test('encodes echo requests whose checksums verify', () => {
  const echo = { identifier: 0x1234, sequence: 5, data: hex('010203') }
  const v4 = encodeEchoRequest(ENDS, echo)
  expect(packetOf(v4).payload).toMatchObject({
    icmp: { type: 8, identifier: 0x1234, sequence: 5, isChecksumRight: true },
  })
  // 4500 + 001f + 4000 + 4001 + c0a8 + 010a + 0808 + 0808 = 196e2, folded 96e3, inverted
  expect([...v4.subarray(24, 26)]).toEqual([0x69, 0x1c])
  expect(packetOf(encodeEchoRequestV6(ENDS6, echo)).payload).toMatchObject({
    icmp: { kind: 'echo_request', identifier: 0x1234, sequence: 5, isChecksumRight: true },
  })
  v4[40] = (v4[40] ?? 0) ^ 1
  expect(packetOf(v4).payload).toMatchObject({ icmp: { isChecksumRight: false } })
})

test('decodes the gateway and the quoted packet of an ICMP redirect', () => {
  const quoted = encodeIpv4({ ...ENDS, destinationIp: '1.1.1.1' }, 6, new Uint8Array(8)).subarray(14, 42)
  const message = concat(hex('05 01 0000 c0a80132'), quoted)
  expect(packetOf(encodeIpv4(ENDS, 1, message)).payload).toMatchObject({
    icmp: {
      type: 5,
      code: 1,
      gateway: '192.168.1.50',
      isChecksumRight: false,
      quoted: { source: '192.168.1.10', destination: '1.1.1.1', protocol: 6 },
    },
  })
})
