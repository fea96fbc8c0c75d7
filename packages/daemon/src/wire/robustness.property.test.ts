import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeArpRequest } from './arp.js'
import { decodeFrame } from './decode-frame.js'
import { type Endpoints, encodeEchoRequest, encodeIpv4, encodeNeighborSolicitation } from './encode-ip.js'
import {
  bpduFrame,
  concat,
  dhcpFrame,
  dhcpv6Address,
  dhcpv6Frame,
  dhcpv6Option,
  hex,
  linkLayerDuid,
  prefixOption,
  routerAdvertisement,
  sourceLinkOption,
  tcpFrame,
  udpFrame,
} from './fake-frames.js'

const ENDS: Endpoints = {
  sourceMac: 'aa:bb:cc:dd:ee:01',
  destinationMac: 'aa:bb:cc:dd:ee:02',
  sourceIp: '192.168.1.10',
  destinationIp: '192.168.1.1',
}
const ENDS6: Endpoints = { ...ENDS, sourceIp: 'fe80::1', destinationIp: 'ff02::1' }
const DNS = hex('1234 8180 0001 0001 0000 0000 03777777 00 0001 0001 c00c 0001 0001 0000003c 0004 c0000201')

const SAMPLES: [string, Uint8Array][] = [
  ['arp', encodeArpRequest(ENDS.sourceMac, ENDS.sourceIp, ENDS.destinationIp)],
  ['stp', bpduFrame(ENDS.sourceMac, 0x8000, ENDS.sourceMac)],
  ['icmp', encodeEchoRequest(ENDS, { identifier: 1, sequence: 1 })],
  ['ns', encodeNeighborSolicitation(ENDS6, 'fe80::2')],
  ['ra', routerAdvertisement(ENDS6, { options: [sourceLinkOption(ENDS.sourceMac), prefixOption('fd00::')] })],
  ['tcp', tcpFrame(ENDS, 1, 2, 2)],
  ['dhcp', dhcpFrame(ENDS, { operation: 1, messageType: 1, clientMac: ENDS.sourceMac })],
  [
    'dhcpv6',
    dhcpv6Frame(ENDS6, 7, [dhcpv6Option(2, linkLayerDuid(ENDS.sourceMac)), dhcpv6Address('fd00::9')]),
  ],
  ['dns', udpFrame(ENDS, 53, 53, DNS)],
  ['mdns', udpFrame(ENDS, 5353, 5353, DNS)],
  ['hsrp', udpFrame(ENDS, 1985, 1985, concat(hex('0128'), new Uint8Array(40)))],
  ['glbp', udpFrame(ENDS, 3222, 3222, concat(hex('01'), new Uint8Array(40)))],
  ['vrrp', encodeIpv4(ENDS, 112, hex('21 33 64 01 00 01 0000 c0a801fe 0000000000000000'))],
]
const LINK_TYPES = [1, 101, 113, 276, 0, 105]

test.each(SAMPLES)('decodes %s at every length, cut on the wire or by the snap length', (_, frame) => {
  for (let length = 0; length <= frame.length; length++) {
    const cut = frame.slice(0, length)
    for (const wireLength of [length, frame.length]) {
      const packet = decodeFrame(cut, 1, wireLength, 0)
      expect(packet.ethernet.payloadEnd).toBeLessThanOrEqual(length)
      if ('ip' in packet.payload && packet.payload.ip) {
        expect(packet.payload.ip.payloadEnd).toBeLessThanOrEqual(length)
        expect(packet.payload.ip.payloadOffset).toBeLessThanOrEqual(length)
      }
    }
  }
})

test('never throws on random bytes of any link type', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.constantFrom(...LINK_TYPES), (bytes, linkType) => {
      decodeFrame(bytes, linkType, bytes.length, 0)
    }),
    { numRuns: 3000 },
  )
})

test('never throws on mutated frames, and reads nothing behind the end', () => {
  const mutation = fc.record({
    sample: fc.nat(SAMPLES.length - 1),
    edits: fc.array(fc.tuple(fc.nat(320), fc.nat(255)), { maxLength: 12 }),
    cut: fc.nat(320),
  })
  fc.assert(
    fc.property(mutation, ({ sample, edits, cut }) => {
      const frame = (SAMPLES[sample]?.[1] ?? new Uint8Array()).slice()
      for (const [offset, value] of edits) if (offset < frame.length) frame[offset] = value
      // The same bytes inside a larger buffer, as they come from the capture ring.
      const ring = new Uint8Array(frame.length + 64).fill(0xff)
      ring.set(frame)
      const length = Math.min(cut, frame.length)
      const alone = decodeFrame(frame.slice(0, length), 1, length, 0)
      const inRing = decodeFrame(ring.subarray(0, length), 1, length, 0)
      expect(inRing.payload).toEqual(alone.payload)
    }),
    { numRuns: 5000 },
  )
})

test('decodes the worst frame of each kind within the time limit of a test', () => {
  const worst = [
    udpFrame(ENDS, 53, 53, concat(hex('0001 8000 ffff ffff ffff ffff'), new Uint8Array(60_000))),
    dhcpFrame(ENDS, {
      operation: 2,
      messageType: 2,
      clientMac: ENDS.sourceMac,
      options: Array.from({ length: 200 }, () => [6, new Uint8Array(252)] as [number, Uint8Array]),
    }),
    dhcpv6Frame(
      ENDS6,
      7,
      Array.from({ length: 1500 }, () => dhcpv6Address('fd00::9')),
    ),
    routerAdvertisement(ENDS6, { options: Array.from({ length: 1800 }, () => prefixOption('fd00::')) }),
  ]
  const types = worst.map((frame) => decodeFrame(frame, 1, frame.length, 0).payload.type)
  expect(types).toEqual(['udp', 'dhcpv4', 'dhcpv6', 'icmpv6'])
})
