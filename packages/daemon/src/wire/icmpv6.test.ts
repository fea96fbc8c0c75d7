import { expect, test } from 'vitest'
import { decodeFrame } from './decode-frame.js'
import {
  type Endpoints,
  encodeIcmpv6,
  encodeNeighborSolicitation,
  ipv6MulticastMac,
  solicitedNodeGroup,
} from './encode-ip.js'
import {
  bareNeighborSolicitation,
  concat,
  hex,
  ipBytes,
  neighborAdvertisement,
  packetOf,
  prefixOption,
  routerAdvertisement,
  sourceLinkOption,
  targetLinkOption,
} from './fake-frames.js'

const ROUTER = 'aa:bb:cc:dd:ee:01'
const ENDS: Endpoints = {
  sourceMac: ROUTER,
  destinationMac: '33:33:00:00:00:01',
  sourceIp: 'fe80::1',
  destinationIp: 'ff02::1',
}

test('decodes a router advertisement with all that hosts act on', () => {
  const frame = routerAdvertisement(ENDS, {
    flags: 0xc8,
    lifetimeSeconds: 1800,
    options: [
      sourceLinkOption(ROUTER),
      hex('05 01 0000 000005dc'), // MTU 1500
      prefixOption('2001:db8:1::'),
      hex('18 02 30 08 00000e10 20010db800020000'), // route 2001:db8:2::/48, high, one hour
      concat(hex('19 03 0000 00000e10'), ipBytes('2001:db8::53')),
      hex('1f 02 0000 00000e10 04 686f6d65 00 0000'), // search domain "home"
    ],
  })
  expect(packetOf(frame).payload).toMatchObject({
    type: 'icmpv6',
    icmp: {
      kind: 'router_advertisement',
      isChecksumRight: true,
      isManaged: true,
      hasOtherConfig: true,
      preference: 'high',
      lifetimeSeconds: 1800,
      sourceMac: ROUTER,
      mtu: 1500,
      prefixes: [{ prefix: '2001:db8:1::', prefixLength: 64, isOnLink: true, isAutonomous: true }],
      routes: [{ prefix: '2001:db8:2::', prefixLength: 48, preference: 'high', lifetimeSeconds: 3600 }],
      dnsServers: ['2001:db8::53'],
      searchDomains: ['home'],
    },
  })
})

test('decodes neighbour solicitations and advertisements', () => {
  const solicitation = packetOf(encodeNeighborSolicitation(ENDS, '2001:db8::7')).payload
  expect(solicitation).toMatchObject({
    icmp: { kind: 'neighbor_solicitation', target: '2001:db8::7', sourceMac: ROUTER },
  })
  const advertisement = packetOf(neighborAdvertisement(ENDS, 'fe80::1', 0xa0, 'aa:bb:cc:dd:ee:09')).payload
  expect(advertisement).toMatchObject({
    icmp: {
      kind: 'neighbor_advertisement',
      target: 'fe80::1',
      targetMac: 'aa:bb:cc:dd:ee:09',
      isRouter: true,
      isSolicited: false,
      isOverride: true,
    },
  })
})

test('decodes a redirect and the packet it quotes', () => {
  const quoted = hex('60000000 0000 06 40 20010db8000000000000000000000005 20010db8000000000000000000000099')
  const message = concat(
    hex('89 00 0000 00000000'),
    ipBytes('fe80::66'),
    ipBytes('2001:db8::99'),
    targetLinkOption('aa:bb:cc:dd:ee:66'),
    hex('04 06 000000000000'),
    quoted,
  )
  expect(packetOf(encodeIcmpv6(ENDS, message, 255)).payload).toMatchObject({
    icmp: {
      kind: 'redirect',
      target: 'fe80::66',
      destination: '2001:db8::99',
      targetMac: 'aa:bb:cc:dd:ee:66',
      quoted: { source: '2001:db8::5', destination: '2001:db8::99' },
    },
  })
})

const RA = hex('86 00 0000 40 00 0708 00000000 00000000')
const NS = concat(hex('87 00 0000 00000000'), ipBytes('fe80::7'))

test.each([
  ['an option of length zero', concat(RA, hex('0100aabbccddee01')), 255, ENDS, 'option_length_zero'],
  ['an option past the end', concat(RA, hex('0102aabbccddee01')), 255, ENDS, 'option_too_long'],
  ['one stray byte', concat(RA, hex('01')), 255, ENDS, 'option_cut_short'],
  ['a short message', RA.subarray(0, 12), 255, ENDS, 'message_cut_short'],
  ['a prefix option of 8 bytes', concat(RA, hex('0301400000000000')), 255, ENDS, 'prefix_option_length'],
  [
    'a DNS list without end',
    concat(RA, hex('1f0200000000000003616263 03646566')),
    255,
    ENDS,
    'search_name_unterminated',
  ],
  [
    'an overlong DNS label',
    concat(RA, hex('1f0200000000000020616263 03646500')),
    255,
    ENDS,
    'search_label_too_long',
  ],
  ['a route longer than its field', concat(RA, hex('1801400000000e10')), 255, ENDS, 'route_option'],
  ['hop limit 64', RA, 64, ENDS, 'nd_hop_limit'],
  ['a global source', RA, 255, { ...ENDS, sourceIp: '2001:db8::1' }, 'ra_not_link_local'],
  ['a code', concat(hex('8601'), RA.subarray(2)), 255, ENDS, 'icmpv6_code'],
  ['a multicast target', concat(NS.subarray(0, 8), ipBytes('ff02::1')), 255, ENDS, 'multicast_target'],
  [
    'a source address option without a source',
    concat(NS, sourceLinkOption(ROUTER)),
    255,
    { ...ENDS, sourceIp: '::' },
    'source_link_layer_address',
  ],
])('refuses neighbor discovery with %s', (_, message, hopLimit, ends, rule) => {
  const payload = packetOf(encodeIcmpv6(ends, message.slice(), hopLimit)).payload
  expect(payload).toMatchObject({
    type: 'malformed',
    layer: 'nd',
    fault: { rule },
    ip: { source: ends.sourceIp },
  })
})

test('refuses a wrong checksum, but only when the whole packet is there', () => {
  const frame = bareNeighborSolicitation(ENDS, 'fe80::7')
  frame[70] = (frame[70] ?? 0) ^ 0xff
  expect(packetOf(frame).payload).toMatchObject({ type: 'malformed', fault: { rule: 'wrong_checksum' } })
  const advertisement = routerAdvertisement(ENDS, {
    options: [sourceLinkOption(ROUTER), prefixOption('fd00::')],
  })
  const cut = advertisement.subarray(0, advertisement.length - 20)
  expect(decodeFrame(cut, 1, advertisement.length, 0).payload).toMatchObject({
    icmp: { kind: 'router_advertisement', sourceMac: ROUTER, prefixes: [] },
  })
})

test('refuses neighbor discovery in a fragment', () => {
  const message = bareNeighborSolicitation(ENDS, 'fe80::7').subarray(54)
  const frame = encodeIcmpv6(ENDS, concat(hex('3a00 0000 00000001'), message), 255)
  frame[20] = 44 // the next header becomes a fragment header
  frame.set([0, 0], 56) // where the checksum of a message without it was written
  expect(packetOf(frame).payload).toMatchObject({
    type: 'malformed',
    fault: { rule: 'nd_fragment' },
  })
})

test('keeps a bounded number of entries of a crafted advertisement', () => {
  const options = Array.from({ length: 45 }, (_, i) => prefixOption(`fd00:${i.toString(16)}::`))
  const payload = packetOf(routerAdvertisement(ENDS, { options })).payload
  const icmp = payload.type === 'icmpv6' ? payload.icmp : null
  expect(icmp?.kind === 'router_advertisement' && icmp.prefixes.length).toBe(32)
})

test('derives multicast groups and their MACs', () => {
  expect(solicitedNodeGroup('2001:db8::1:0203:0405')).toBe('ff02::1:ff03:405')
  expect(ipv6MulticastMac('ff02::1:ff03:405')).toBe('33:33:ff:03:04:05')
})
