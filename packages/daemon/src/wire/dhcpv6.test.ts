import { expect, test } from 'vitest'
import { decodeDhcpv6 } from './dhcpv6.js'
import { encodeIpv6 } from './encode-ip.js'
import { concat, dhcpv6Frame, dhcpv6Option, hex, linkLayerDuid, packetOf, u16 } from './fake-frames.js'

const CLIENT = 'f0:18:98:00:00:55'
const SERVER = '3c:84:6a:00:00:01'
const ENDS = {
  sourceMac: SERVER,
  destinationMac: CLIENT,
  sourceIp: 'fe80::1',
  destinationIp: 'fe80::55',
}

const REPLY = hex(`
  07 aabbcc                                              ; REPLY, transaction
  0001 000a 0003 0001 f01898000055                       ; client: DUID-LL
  0002 000e 0001 0001 2b000000 3c846a000001              ; server: DUID-LLT
  0003 0028 00000001 00000e10 00001c20                   ; IA_NA
    0005 0018 20010db8000100000000000000000055 00001c20 00002a30
  0019 0029 00000001 00000e10 00001c20                   ; IA_PD
    001a 0019 00001c20 00002a30 38 20010db8000200000000000000000000
  0007 0001 ff                                           ; preference 255
  0017 0020 20010db8000100000000000000000053 fe800000000000000000000000000001
`)

test('decodes what a server hands out', () => {
  expect(decodeDhcpv6(REPLY, 0, REPLY.length)).toEqual({
    messageType: 'reply',
    transactionId: 0xaabbcc,
    client: { id: '00030001f01898000055', mac: CLIENT },
    server: { id: '000100012b0000003c846a000001', mac: SERVER },
    preference: 255,
    addresses: [{ ip: '2001:db8:1::55', validSeconds: 0x2a30 }],
    prefixes: ['2001:db8:2::/56'],
    dnsServers: ['2001:db8:1::53', 'fe80::1'],
    status: 0,
    hostname: null,
  })
})

test.each<[string, string, string | null]>([
  ['a whole name', '01 027063 036c616e 00', 'pc.lan'],
  ['a partial name', '01 027063', 'pc'],
  ['no name', '01', null],
  ['a label past the end', '01 097063', null],
  ['what cannot be shown', '01 03702e1b', 'p??'],
])('reads the name of a client: %s', (_, value, expected) => {
  const message = concat([1, 0, 0, 1], dhcpv6Option(39, hex(value)))
  expect(decodeDhcpv6(message, 0, message.length)?.hostname).toBe(expected)
})

test.each<[string, Uint8Array]>([
  ['at the top', dhcpv6Option(13, [0, 2])],
  ['of an IA', dhcpv6Option(3, concat(new Uint8Array(12), dhcpv6Option(13, [0, 2])))],
])('reads the status %s', (_, option) => {
  const message = concat([7, 0, 0, 1], option)
  expect(decodeDhcpv6(message, 0, message.length)?.status).toBe(2)
})

test.each<[string, string, string | null]>([
  ['DUID-EN', '0002 00000009 0cc084d303000912', null],
  ['DUID-UUID', '0004 00112233445566778899aabbccddeeff', null],
  ['DUID-LL of another hardware', '0003 0020 0102030405060708', null],
  ['DUID-LL that is too long', '0003 0001 f0189800005577', null],
])('keeps a %s without a MAC', (_, duid, mac) => {
  const value = hex(duid)
  const message = concat([1, 0, 0, 1], dhcpv6Option(1, value))
  expect(decodeDhcpv6(message, 0, message.length)?.client).toEqual({ id: duid.replaceAll(' ', ''), mac })
})

test('takes no DUID that is longer than RFC 8415 allows', () => {
  const message = concat([1, 0, 0, 1], dhcpv6Option(1, new Uint8Array(131)))
  expect(decodeDhcpv6(message, 0, message.length)?.client).toBeNull()
})

test('believes what comes before an option that runs past the end', () => {
  const message = concat(
    [1, 0, 0, 1],
    dhcpv6Option(1, linkLayerDuid(CLIENT)),
    hex('0017 0010 20010db8'),
    new Uint8Array(3),
  )
  expect(decodeDhcpv6(message, 0, message.length)).toMatchObject({ client: { mac: CLIENT }, dnsServers: [] })
  const association = concat([7, 0, 0, 1], dhcpv6Option(3, concat(new Uint8Array(12), hex('0005 0018 2001'))))
  expect(decodeDhcpv6(association, 0, association.length)?.addresses).toEqual([])
})

test.each([
  ['shorter than its header', hex('010000')],
  ['of type zero', hex('00000001')],
  ['of a later type', hex('24000001')],
  ['a relayed one that is cut', concat([12, 0], new Uint8Array(20))],
])('refuses a message %s', (_, message) => {
  expect(decodeDhcpv6(message, 0, message.length)).toBeNull()
})

test('bounds what one message can hold', () => {
  const many = concat([7, 0, 0, 1], ...Array.from({ length: 9 }, () => dhcpv6Option(23, new Uint8Array(48))))
  expect(decodeDhcpv6(many, 0, many.length)?.dnsServers).toHaveLength(16)
})

test('is recognised by its port, over IPv6 only', () => {
  const frame = dhcpv6Frame(ENDS, 7, [dhcpv6Option(2, linkLayerDuid(SERVER))])
  expect(packetOf(frame).payload).toMatchObject({ type: 'dhcpv6', dhcp: { server: { mac: SERVER } } })
  const relayed = concat(u16(547), u16(547), u16(8 + 34), [0, 0], [12, 0], new Uint8Array(32))
  expect(packetOf(encodeIpv6(ENDS, 17, relayed, 64)).payload).toMatchObject({
    type: 'dhcpv6',
    dhcp: { messageType: 'relay_forward', client: null },
  })
  const other = concat(u16(546), u16(547), u16(8 + 4), [0, 0], [99, 0, 0, 0])
  expect(packetOf(encodeIpv6(ENDS, 17, other, 64)).payload.type).toBe('udp')
})
