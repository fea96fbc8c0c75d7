import { expect, test } from 'vitest'
import { decodeDhcpv4 } from './dhcpv4.js'
import { decodeDns, decodeNetbiosName } from './dns.js'
import { type Endpoints, encodeIpv4 } from './encode-ip.js'
import { concat, dhcpFrame, dhcpPayload, hex, ipBytes, packetOf, udpFrame } from './fake-frames.js'
import { isVirtualRouterMac } from './fhrp.js'

const ENDS: Endpoints = {
  sourceMac: 'aa:bb:cc:dd:ee:01',
  destinationMac: 'ff:ff:ff:ff:ff:ff',
  sourceIp: '192.168.1.1',
  destinationIp: '255.255.255.255',
}
const CLIENT = 'aa:bb:cc:dd:ee:77'
const text = (value: string) => new TextEncoder().encode(value)

test('decodes a DHCP offer', () => {
  const frame = dhcpFrame(ENDS, {
    operation: 2,
    messageType: 2,
    clientMac: CLIENT,
    yourIp: '192.168.1.77',
    relayIp: '192.168.1.2',
    options: [
      [54, ipBytes('192.168.1.1')],
      [1, ipBytes('255.255.255.0')],
      [3, ipBytes('192.168.1.1')],
      [6, concat(ipBytes('1.1.1.1'), ipBytes('9.9.9.9'))],
      [51, [0, 0, 14, 16]],
      [82, [1, 2, 0, 0]],
    ],
  })
  expect(packetOf(frame).payload).toMatchObject({
    type: 'dhcpv4',
    dhcp: {
      messageType: 'offer',
      clientMac: CLIENT,
      yourIp: '192.168.1.77',
      relayIp: '192.168.1.2',
      serverId: '192.168.1.1',
      subnetMask: '255.255.255.0',
      routers: ['192.168.1.1'],
      dnsServers: ['1.1.1.1', '9.9.9.9'],
      leaseSeconds: 3600,
      hasRelayInformation: true,
    },
  })
})

test('decodes what a client says of itself, in the overloaded fields too', () => {
  const payload = dhcpPayload({
    operation: 1,
    messageType: 3,
    clientMac: CLIENT,
    options: [
      [52, [3]],
      [50, ipBytes('192.168.1.77')],
      [54, ipBytes('192.168.1.1')],
      [55, [1, 3, 6, 15]],
      [61, concat([1], hex('aabbccddee77'))],
    ],
  })
  payload.set(concat([12, 6], text('laptop'), [255]), 108) // option 12 in `file`
  payload.set(concat([60, 4], text('MSFT'), [255]), 44) // option 60 in `sname`
  expect(decodeDhcpv4(payload, 0, payload.length)).toMatchObject({
    messageType: 'request',
    requestedIp: '192.168.1.77',
    serverId: '192.168.1.1',
    parameterRequestList: [1, 3, 6, 15],
    clientId: '01aabbccddee77',
    hostname: 'laptop',
    vendorClass: 'MSFT',
  })
})

test('takes nothing from an option that runs past the message, or from BOOTP', () => {
  const payload = dhcpPayload({
    operation: 1,
    messageType: 1,
    clientMac: CLIENT,
    options: [[12, text('abc')]],
  })
  payload[payload.length - 5] = 200
  expect(decodeDhcpv4(payload, 0, payload.length)).toMatchObject({ messageType: 'discover', hostname: null })
  expect(decodeDhcpv4(payload, 0, 236)).toMatchObject({ messageType: null, clientMac: CLIENT })
  expect(decodeDhcpv4(payload, 0, 235)).toBeNull()
})

test('replaces control characters in host names', () => {
  const payload = dhcpPayload({
    operation: 1,
    messageType: 1,
    clientMac: CLIENT,
    options: [[12, concat(text('a'), [27], text('[31m'))]],
  })
  expect(decodeDhcpv4(payload, 0, payload.length)?.hostname).toBe('a?[31m')
})

const ANSWER = hex(`
  1234 8180 0001 0002 0000 0001             ; id, response, one question, two answers, one additional
  03777777 07657861 6d706c65 00 0001 0001   ; www.example A
  c00c 0005 0001 0000003c 0006 03 63646e c010  ; CNAME cdn.example
  c029 0001 0001 0000003c 0004 c0000201     ; A 192.0.2.1
  c029 001c 0001 0000003c 0010 20010db8000000000000000000000001
`)

test('decodes a DNS answer with compressed names', () => {
  const packet = packetOf(udpFrame({ ...ENDS, sourceIp: '8.8.8.8' }, 53, 40000, ANSWER))
  expect(packet.payload).toMatchObject({
    type: 'dns',
    source: 'dns',
    message: {
      id: 0x1234,
      isResponse: true,
      questions: [{ name: 'www.example', type: 1 }],
      answers: [
        { name: 'www.example', type: 5, data: 'cdn.example' },
        { name: 'cdn.example', type: 1, data: '192.0.2.1', ttlSeconds: 60 },
        { name: 'cdn.example', type: 28, data: '2001:db8::1' },
      ],
    },
  })
})

test.each([
  ['to itself', 'c00c'],
  ['forwards', 'c020'],
  ['in a circle', '0161 c00c'],
  ['past the end', 'ffff'],
])('refuses a compression pointer %s', (_, name) => {
  const message = concat(
    hex('0001 0000 0001 0000 0000 0000'),
    hex(name),
    hex('0001 0001'),
    new Uint8Array(20),
  )
  expect(decodeDns(message, 0, message.length)).toBeNull()
})

test('bounds what a crafted message can make it do', () => {
  const jumps = concat(
    hex('0001 8000 0000 ffff ffff ffff'),
    ...Array.from({ length: 20_000 }, () => hex('00')),
  )
  expect(decodeDns(jumps, 0, jumps.length)?.answers.length).toBeLessThanOrEqual(64)
  const long = concat(
    hex('0001 0000 0001 0000 0000 0000'),
    ...Array.from({ length: 9 }, () => [63, ...new Uint8Array(63)]),
    [0, 0, 1, 0, 1],
  )
  expect(decodeDns(long, 0, long.length)).toBeNull()
})

test('makes names of labels safe to show', () => {
  const label = text('a\u202e.\u001b')
  const message = concat(hex('0001 0000 0001 0000 0000 0000'), [label.length], label, [0, 0, 1, 0, 1])
  expect(decodeDns(message, 0, message.length)?.questions[0]?.name).toBe('a?\\.?')
})

test('decodes NetBIOS names', () => {
  // RFC 1001 section 14.1: "FRED" padded with spaces, kind 0x00
  expect(decodeNetbiosName('EGFCEFEECACACACACACACACACACACAAA')).toEqual({ name: 'FRED', suffix: 0 })
  expect(decodeNetbiosName('EGFCEFEECACACACACACACACACACACAA')).toBeNull()
  expect(decodeNetbiosName('www')).toBeNull()
})

const VIRTUAL = { ...ENDS, destinationIp: '224.0.0.18' }

test.each([
  [
    'VRRPv2',
    encodeIpv4(VIRTUAL, 112, hex('21 33 64 01 00 01 0000 c0a801fe 0000000000000000')),
    'vrrp',
    0x33,
    ['192.168.1.254'],
    true,
  ],
  [
    'VRRPv3',
    encodeIpv4(VIRTUAL, 112, hex('31 07 64 02 0064 0000 c0a801fe c0a801fd')),
    'vrrp',
    7,
    ['192.168.1.254', '192.168.1.253'],
    true,
  ],
  [
    'VRRP resigning',
    encodeIpv4(VIRTUAL, 112, hex('31 07 00 01 0064 0000 c0a801fe')),
    'vrrp',
    7,
    ['192.168.1.254'],
    false,
  ],
  [
    'CARP',
    encodeIpv4(VIRTUAL, 112, concat(hex('21 05 00 07 00 01 0000'), new Uint8Array(28))),
    'carp',
    5,
    [],
    true,
  ],
  [
    'HSRPv1 active',
    udpFrame(ENDS, 1985, 1985, hex('00 00 10 03 0a 64 01 00 636973636f000000 c0a80001')),
    'hsrp',
    1,
    ['192.168.0.1'],
    true,
  ],
  [
    'HSRPv1 standby',
    udpFrame(ENDS, 1985, 1985, hex('00 00 08 03 0a 64 01 00 636973636f000000 c0a80001')),
    'hsrp',
    1,
    ['192.168.0.1'],
    false,
  ],
  [
    'HSRPv2',
    udpFrame(
      ENDS,
      1985,
      1985,
      hex('01 28 02 00 06 04 0398 700f6aeff5bf 0000005a 00000bb8 00002710 0a34dc7e 000000000000000000000000'),
    ),
    'hsrp',
    0x398,
    ['10.52.220.126'],
    true,
  ],
  [
    'GLBP',
    udpFrame(
      ENDS,
      3222,
      3222,
      hex(
        '01 00 000a 0000 aabbccddee01 01 1c 00 20 00 64 0000 00000bb8 00002710 0258 3840 0000 01 04 c0a801fe',
      ),
    ),
    'glbp',
    10,
    ['192.168.1.254'],
    true,
  ],
])('decodes %s', (_, frame, protocol, group, addresses, isActive) => {
  expect(packetOf(frame).payload).toMatchObject({ type: 'fhrp', protocol, group, addresses, isActive })
})

test('knows the virtual MACs of redundant routers', () => {
  for (const mac of ['00:00:5e:00:01:0a', '00:00:0c:07:ac:01', '00:00:0c:9f:f3:98', '00:07:b4:00:01:02'])
    expect(isVirtualRouterMac(mac)).toBe(true)
  expect(isVirtualRouterMac('00:00:0c:9f:03:98')).toBe(false)
})
