import { text } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import { LINKTYPE_LINUX_SLL, LINKTYPE_LINUX_SLL2, LINKTYPE_RAW } from '../capture/packet-source.js'
import { type ArpFrame, encodeArp, encodeArpRequest } from './arp.js'
import { decodeFrame } from './decode-frame.js'
import { encodeEchoRequest } from './encode-ip.js'
import { decodeEthernet } from './ethernet.js'
import { bpduFrame, concat, ethernetFrame, hex, packetOf, withU16 } from './fake-frames.js'

const ARP_BODY = hex(`
  0001 0800 06 04 0002              ; Ethernet, IPv4, lengths 6 and 4, reply
  aabbccddee01 c0a8010a             ; sender aa:bb:cc:dd:ee:01 192.168.1.10
  aabbccddee02 c0a80101             ; target aa:bb:cc:dd:ee:02 192.168.1.1
`)
const HEADER = hex('aabbccddee02 aabbccddee01')
const ARP = {
  operation: 2,
  senderMac: 'aa:bb:cc:dd:ee:01',
  senderIp: '192.168.1.10',
  targetMac: 'aa:bb:cc:dd:ee:02',
  targetIp: '192.168.1.1',
  hasCleanPadding: true,
}

test.each([
  ['Ethernet II', concat(HEADER, hex('0806'), ARP_BODY), []],
  ['802.1Q', concat(HEADER, hex('8100 a005 0806'), ARP_BODY), [5]],
  ['QinQ', concat(HEADER, hex('88a8 0064 8100 0065 0806'), ARP_BODY), [100, 101]],
  [
    'FabricPath',
    concat(hex('0180c2000001 022d0c000001 8903 0460'), HEADER, hex('8100 0005 0806'), ARP_BODY),
    [5],
  ],
  ['802.3 with SNAP', concat(HEADER, hex('0024 aaaa03 000000 0806'), ARP_BODY, new Uint8Array(10)), []],
])('decodes ARP in %s', (_, frame, vlans) => {
  const packet = packetOf(frame)
  expect(packet.payload).toEqual({ type: 'arp', arp: ARP })
  expect(packet.ethernet.vlans).toEqual(vlans)
  expect(packet.ethernet.sourceMac).toBe('aa:bb:cc:dd:ee:01')
})

test.each([
  ['SLL to all', LINKTYPE_LINUX_SLL, '0001 0001 0006 aabbccddee01 0000 0806', 'ff:ff:ff:ff:ff:ff', []],
  ['SLL to a group', LINKTYPE_LINUX_SLL, '0002 0001 0006 aabbccddee01 0000 0806', '01:00:00:00:00:00', []],
  [
    'SLL with a tag',
    LINKTYPE_LINUX_SLL,
    '0000 0001 0006 aabbccddee01 0000 8100 a005 0806',
    '00:00:00:00:00:00',
    [5],
  ],
  ['SLL2', LINKTYPE_LINUX_SLL2, '0806 0000 00000003 0001 00 06 aabbccddee01 0000', '00:00:00:00:00:00', []],
])('decodes ARP in %s', (_, linkType, header, destinationMac, vlans) => {
  const frame = concat(hex(header), ARP_BODY)
  const packet = decodeFrame(frame, linkType, frame.length, 0)
  expect(packet.payload).toEqual({ type: 'arp', arp: ARP })
  expect(packet.ethernet).toMatchObject({
    sourceMac: 'aa:bb:cc:dd:ee:01',
    destinationMac,
    vlans,
    isCooked: true,
  })
})

test('decodes an IP packet without a link header', () => {
  const ends = {
    sourceMac: ARP.senderMac,
    destinationMac: ARP.targetMac,
    sourceIp: '10.0.0.1',
    destinationIp: '10.0.0.2',
  }
  const bytes = encodeEchoRequest(ends, { identifier: 7, sequence: 9 }).subarray(14)
  const packet = decodeFrame(bytes, LINKTYPE_RAW, bytes.length, 0)
  expect(packet.payload).toMatchObject({ type: 'icmpv4', icmp: { type: 8, identifier: 7, sequence: 9 } })
  expect(packet.ethernet.sourceMac).toBe('00:00:00:00:00:00')
})

test.each([
  ['hardware type', 0, 0x0018, text('hardware_type', { value: 24 })],
  ['protocol type', 2, 0x86dd, text('protocol_type', { value: '0x86dd' })],
  ['hardware length', 4, 0x0804, text('hardware_length', { value: 8 })],
  ['protocol length', 4, 0x0610, text('protocol_length', { value: 16 })],
  ['operation zero', 6, 0, text('arp_operation', { value: 0 })],
  ['operation', 6, 77, text('arp_operation', { value: 77 })],
])('reports ARP with a wrong %s', (_, offset, value, fault) => {
  const frame = withU16(concat(HEADER, hex('0806'), ARP_BODY), 14 + offset, value)
  expect(packetOf(frame).payload).toEqual({ type: 'malformed', layer: 'arp', fault, ip: null })
})

test('tells ARP that was sent short from ARP that the snap length cut', () => {
  const frame = concat(HEADER, hex('0806'), ARP_BODY)
  for (let length = 14; length < frame.length; length++) {
    const cut = frame.subarray(0, length)
    expect(decodeFrame(cut, 1, cut.length, 0).payload).toMatchObject({ type: 'malformed', layer: 'arp' })
    expect(decodeFrame(cut, 1, frame.length, 0).payload).toEqual({ type: 'other' })
  }
  for (let length = 0; length < 14; length++)
    expect(packetOf(frame.subarray(0, length)).payload).toMatchObject({ layer: 'ethernet' })
})

test('sees data hidden in ARP padding', () => {
  const frame = concat(HEADER, hex('0806'), ARP_BODY, hex('000000 41'))
  expect(packetOf(frame).payload).toMatchObject({ arp: { hasCleanPadding: false } })
})

test('stops at more VLAN tags than are decoded', () => {
  const tags = Array.from({ length: 40 }, () => hex('8100 0001'))
  expect(packetOf(concat(HEADER, ...tags, hex('0806'), ARP_BODY)).payload).toEqual({ type: 'other' })
})

test('takes the end of an 802.3 frame from its length field, but never past the captured bytes', () => {
  expect(decodeEthernet(concat(HEADER, hex('0004 42420300 ffff')))).toMatchObject({
    etherType: -1,
    llc: { dsap: 0x42, oui: -1 },
    payloadOffset: 17,
    payloadEnd: 18,
  })
  expect(decodeEthernet(concat(HEADER, hex('0500 424203 00')))?.payloadEnd).toBe(18)
  expect(decodeEthernet(concat(HEADER, hex('0002 4242')))).toBeNull()
})

test('encodes ARP that decodes to the same fields, with and without a VLAN', () => {
  const fields: ArpFrame = { ...ARP, destinationMac: ARP.targetMac, sourceMac: ARP.senderMac }
  for (const frame of [encodeArp(fields), encodeArp({ ...fields, vlan: 42 })]) {
    expect(frame.length).toBe(60)
    expect(packetOf(frame).payload).toEqual({ type: 'arp', arp: ARP })
  }
  expect(packetOf(encodeArp({ ...fields, vlan: 42 })).ethernet.vlans).toEqual([42])
  const request = packetOf(encodeArpRequest(ARP.senderMac, ARP.senderIp, ARP.targetIp))
  expect(request.payload).toMatchObject({ arp: { operation: 1, targetMac: '00:00:00:00:00:00' } })
  expect(request.ethernet.destinationMac).toBe('ff:ff:ff:ff:ff:ff')
})

test('decodes spanning tree BPDUs, also the per-VLAN form behind SNAP', () => {
  const frame = bpduFrame('02:00:00:00:00:07', 0x8001, '02:00:00:00:00:07')
  const stp = {
    type: 'configuration',
    root: { priority: 0x8001, mac: '02:00:00:00:00:07' },
    bridge: { priority: 0x8001, mac: '02:00:00:00:00:07' },
    rootPathCost: 0,
    messageAgeSeconds: 0,
    maxAgeSeconds: 20,
    helloSeconds: 2,
  }
  expect(packetOf(frame).payload).toMatchObject({ type: 'stp', stp })
  const body = frame.subarray(17)
  const snap = ethernetFrame('01:00:0c:cc:cc:cd', stp.bridge.mac, 50, concat(hex('aaaa03 00000c 010b'), body))
  expect(packetOf(snap).payload).toMatchObject({ type: 'stp', stp })
  const notification = ethernetFrame('01:80:c2:00:00:00', stp.bridge.mac, 7, hex('424203 0000 00 80'))
  expect(packetOf(notification).payload).toMatchObject({ stp: { type: 'topology_change', root: null } })
  for (let length = 17; length < 17 + 35; length++)
    expect(packetOf(frame.subarray(0, length)).payload).toEqual({ type: 'other' })
})

const PPPOE = {
  sourceMac: ARP.senderMac,
  destinationMac: ARP.targetMac,
  sourceIp: '10.0.0.1',
  destinationIp: '10.0.0.2',
}
const ECHO = encodeEchoRequest(PPPOE, { identifier: 7, sequence: 9 })
const inSession = (header: string) => {
  const ip = ECHO.subarray(14)
  return concat(HEADER, hex('8864'), hex(header), [0, ip.length + 2], hex('0021'), ip, new Uint8Array(6))
}

test('decodes IP in a PPPoE session (RFC 2516), whose MACs are those of its ends', () => {
  const { payload, ethernet } = packetOf(inSession('1100 1234'))
  expect(payload).toMatchObject({ type: 'icmpv4', icmp: { identifier: 7 }, ip: { source: '10.0.0.1' } })
  expect(ethernet).toMatchObject({ isPointToPoint: true, etherType: 0x0800 })
})

test.each([
  ['another version', inSession('2100 1234')],
  ['no session data', inSession('11a7 1234')],
  ['LCP', withU16(inSession('1100 1234'), 20, 0xc021)],
  ['a frame that is cut within the session header', inSession('1100 1234').subarray(0, 19)],
])('leaves %s in PPPoE as it is', (_, frame) => {
  expect(packetOf(frame).payload).toEqual({ type: 'other' })
})
