import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeEthernet } from './decode.js'
import { hexDump } from './hex.js'
import { readPcapng } from './pcapng.js'

const hex = (text: string) =>
  Uint8Array.from(text.match(/[0-9a-f]{2}/g) ?? [], (one) => Number.parseInt(one, 16))

const ARP_REPLY = hex(
  // destination, source, type
  'aabbccddee02 aabbccddee66 0806' +
    // Ethernet, IPv4, lengths, reply
    '0001 0800 06 04 0002' +
    // sender MAC and IP, target MAC and IP
    'aabbccddee66 c0a80101 aabbccddee02 c0a80114',
)

/** One section, one interface, one packet with the comment "why". */
const FILE = hex(
  '0a0d0d0a 1c000000 4d3c2b1a 0100 0000 ffffffffffffffff 1c000000' +
    '01000000 14000000 0100 0000 00000000 14000000' +
    `06000000 58000000 00000000 01000000 00000000 2a000000 3c000000` +
    `${[...ARP_REPLY].map((byte) => byte.toString(16).padStart(2, '0')).join('')}0000` +
    '0100 0300 77687900 0000 0000 58000000',
)

test('the frames of an evidence file are read with their comments', () => {
  expect(readPcapng(FILE)).toEqual([
    { number: 1, timeMs: 2 ** 32 / 1000, wireLength: 60, bytes: ARP_REPLY, comment: 'why', linkType: 1 },
  ])
})

test('a file that ends early, and one that is none, give what is whole', () => {
  expect(readPcapng(FILE.subarray(0, FILE.length - 4))).toEqual([])
  expect(readPcapng(hex('0102'))).toEqual([])
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => readPcapng(bytes).length < 20))
})

test.each([
  ['ARP reply', ARP_REPLY, 'ARP, Reply 192.168.1.1 is-at aa:bb:cc:dd:ee:66', 'Ethernet, ARP'],
  [
    'tagged neighbour advertisement',
    hex(
      '333300000001 020000000001 8100 0064 86dd 60000000 0018 3a ff' +
        'fe800000000000000000000000000001 ff020000000000000000000000000001' +
        '8800 0000 20000000 fe800000000000000000000000000001',
    ),
    'IPv6 fe80::1 > ff02::1: ICMPv6 neighbor advertisement fe80::1',
    'Ethernet, 802.1Q, IPv6, ICMPv6',
  ],
  [
    'SYN',
    hex(
      'aabbccddee02 aabbccddee01 0800 45 00 0028 0000 0000 40 06 0000 0a000001 0a000002' +
        '1f90 0016 00000000 00000000 50 02 ffff 0000 0000',
    ),
    'IPv4 10.0.0.1 > 10.0.0.2: TCP 8080 > 22 [SYN]',
    'Ethernet, IPv4, TCP',
  ],
  [
    'UDP',
    hex(
      'ffffffffffff aabbccddee01 0800 45 00 001c 0000 0000 40 11 0000 00000000 ffffffff 0044 0043 0008 0000',
    ),
    'IPv4 0.0.0.0 > 255.255.255.255: UDP 68 > 67',
    'Ethernet, IPv4, UDP',
  ],
  [
    'other',
    hex('ffffffffffff aabbccddee01 88cc 00'),
    'aa:bb:cc:dd:ee:01 > ff:ff:ff:ff:ff:ff, type 0x88cc',
    'Ethernet',
  ],
])('%s is decoded', (_name, bytes, summary, layers) => {
  const decoded = decodeEthernet(bytes)
  expect(decoded.summary).toBe(summary)
  expect(decoded.layers.map(({ name }) => name).join(', ')).toBe(layers)
})

test('a frame may end anywhere', () => {
  const anyFrame = fc.uint8Array({ maxLength: 90 })
  fc.assert(fc.property(anyFrame, (bytes) => decodeEthernet(bytes).summary !== ''))
  for (let length = 0; length < ARP_REPLY.length; length++) decodeEthernet(ARP_REPLY.subarray(0, length))
})

test('bytes are dumped with offset and text', () => {
  expect(hexDump(hex('48656c6c6f0a ff00112233445566 7788 99'))).toBe(
    '0000  48 65 6c 6c 6f 0a ff 00 11 22 33 44 55 66 77 88  Hello...."3DUfw.\n0010  99                                               .',
  )
})
