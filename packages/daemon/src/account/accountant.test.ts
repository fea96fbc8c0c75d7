import { parseCidr } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import { LINKTYPE_ETHERNET, LINKTYPE_RAW } from '../capture/packet-source.js'
import { encodeIpv6 } from '../wire/encode-ip.js'
import { Accountant } from './accountant.js'
import { type BatchFrame, makeBatch } from './fake-batch.js'
import { type FakeFrame, makeFrame } from './fake-frame.js'

const LAPTOP = '02:00:00:00:00:01'
const PHONE = '02:00:00:00:00:02'
const ROUTER = '02:00:00:00:00:fe'
const GROUP = '01:00:5e:00:00:fb'

function account(accountant: Accountant, frames: BatchFrame[], linkType = LINKTYPE_ETHERNET): number[] {
  const handed: number[] = []
  accountant.account(makeBatch(frames), linkType, (index) => handed.push(index))
  return handed
}

function rowsOf(frames: BatchFrame[], linkType = LINKTYPE_ETHERNET) {
  const accountant = new Accountant({ flowCapacity: 64 })
  account(accountant, frames, linkType)
  return accountant.takeBucket(0, 1000).rows
}

const base: FakeFrame = {
  sourceMac: LAPTOP,
  destinationMac: ROUTER,
  source: '192.168.1.2',
  destination: '8.8.8.8',
  protocol: 6,
  sourcePort: 50000,
  destinationPort: 443,
}
const reply = (frame: FakeFrame): FakeFrame => ({
  ...frame,
  sourceMac: frame.destinationMac,
  destinationMac: frame.sourceMac,
  source: frame.destination,
  destination: frame.source,
  sourcePort: frame.destinationPort ?? 0,
  destinationPort: frame.sourcePort ?? 0,
})
const bytesOf = (frame: Partial<FakeFrame>) => makeFrame({ ...base, ...frame })

test('both directions of a conversation are one row, by the length on the wire', () => {
  // Segmentation offload shows frames far above the MTU.
  const rows = rowsOf([
    { bytes: bytesOf({}), wireLength: 54 },
    { bytes: makeFrame(reply(base)), wireLength: 65_226 },
    { bytes: makeFrame(reply(base)), wireLength: 1514 },
  ])
  expect(rows).toEqual([
    {
      deviceMac: LAPTOP,
      deviceIp: '192.168.1.2',
      remoteIp: '8.8.8.8',
      protocol: 6,
      servicePort: 443,
      txBytes: 54,
      rxBytes: 66_740,
      txPackets: 1,
      rxPackets: 2,
      isSecondView: false,
    },
  ])
})

test.each<
  [string, Partial<FakeFrame>, [deviceMac: string, deviceIp: string, remoteIp: string, port: number]]
>([
  ['device to the internet', {}, [LAPTOP, '192.168.1.2', '8.8.8.8', 443]],
  [
    'local service used from outside',
    { sourcePort: 22, destinationPort: 50000 },
    [LAPTOP, '192.168.1.2', '8.8.8.8', 22],
  ],
  [
    'two local: the client is the device',
    { destinationMac: PHONE, destination: '192.168.1.3', sourcePort: 445, destinationPort: 50000 },
    [PHONE, '192.168.1.3', '192.168.1.2', 445],
  ],
  [
    'two local, equal ports: the lower address',
    { destinationMac: PHONE, destination: '10.0.0.3', sourcePort: 5000, destinationPort: 5000 },
    [PHONE, '10.0.0.3', '192.168.1.2', 5000],
  ],
  [
    'two local, no ports: addresses compare unsigned',
    { protocol: 50, destinationMac: PHONE, destination: '10.0.0.3' },
    [PHONE, '10.0.0.3', '192.168.1.2', 0],
  ],
  [
    'two remote',
    { source: '1.1.1.1', sourcePort: 443, destinationPort: 50000 },
    [ROUTER, '8.8.8.8', '1.1.1.1', 443],
  ],
  ['link-local is local', { source: '169.254.1.1' }, [LAPTOP, '169.254.1.1', '8.8.8.8', 443]],
  ['172.31 is private', { source: '172.31.255.255' }, [LAPTOP, '172.31.255.255', '8.8.8.8', 443]],
  [
    '172.32 is not',
    { source: '8.8.4.4', destination: '172.32.0.1', sourcePort: 1 },
    [ROUTER, '172.32.0.1', '8.8.4.4', 1],
  ],
  [
    'multicast: the sender',
    {
      source: '9.9.9.9',
      destinationMac: GROUP,
      destination: '239.255.255.250',
      protocol: 17,
      destinationPort: 1900,
    },
    [LAPTOP, '9.9.9.9', '239.255.255.250', 1900],
  ],
  [
    'multicast to a unicast MAC: the sender',
    { source: '9.9.9.9', destination: '224.0.0.251', sourcePort: 1, destinationPort: 2 },
    [LAPTOP, '9.9.9.9', '224.0.0.251', 1],
  ],
  [
    'directed broadcast: the sender',
    {
      destinationMac: 'ff:ff:ff:ff:ff:ff',
      destination: '192.168.1.255',
      sourcePort: 138,
      destinationPort: 138,
    },
    [LAPTOP, '192.168.1.2', '192.168.1.255', 138],
  ],
  [
    'before an address',
    {
      source: '0.0.0.0',
      destinationMac: 'ff:ff:ff:ff:ff:ff',
      destination: '255.255.255.255',
      protocol: 17,
      sourcePort: 68,
      destinationPort: 67,
    },
    [LAPTOP, '0.0.0.0', '255.255.255.255', 67],
  ],
  [
    'unique local IPv6',
    { source: 'fd00::2', destination: '2001:db8::1' },
    [LAPTOP, 'fd00::2', '2001:db8::1', 443],
  ],
  [
    'link-local IPv6',
    { source: '2001:db8::1', destination: 'fe80::2', sourcePort: 443, destinationPort: 50000 },
    [ROUTER, 'fe80::2', '2001:db8::1', 443],
  ],
  [
    'two link-local IPv6, equal ports: the lower address',
    { source: 'fe80::1:0:3', destination: 'fe80::9:2', sourcePort: 1, destinationPort: 1 },
    [ROUTER, 'fe80::9:2', 'fe80::1:0:3', 1],
  ],
  [
    'IPv6 multicast: the sender',
    { source: '2001:db8::1', destination: 'ff02::fb', sourcePort: 1, destinationPort: 2 },
    [LAPTOP, '2001:db8::1', 'ff02::fb', 1],
  ],
])('without known subnets: %s', (_, changes, expected) => {
  const frame = { ...base, ...changes }
  const [row] = rowsOf([{ bytes: makeFrame(frame) }])
  expect([row?.deviceMac, row?.deviceIp, row?.remoteIp, row?.servicePort]).toEqual(expected)
  const isUnicast =
    !/^(ff|01|2[0-9][0-9]\.|255)/.test(frame.destination) && !/^(ff|01)/.test(frame.destinationMac)
  if (isUnicast)
    expect(rowsOf([{ bytes: makeFrame(frame) }, { bytes: makeFrame(reply(frame)) }])).toHaveLength(1)
})

test('known subnets replace the private ranges', () => {
  const accountant = new Accountant({ flowCapacity: 8 })
  const subnets = ['203.0.113.0/25', '2001:db8:0:1::/64'].flatMap((text) => parseCidr(text) ?? [])
  accountant.setLocal(subnets, '')
  account(accountant, [
    {
      bytes: bytesOf({ source: '10.0.0.1', destination: '203.0.113.127', sourcePort: 1, destinationPort: 2 }),
    },
    {
      bytes: bytesOf({
        source: '203.0.113.128',
        destination: '203.0.113.1',
        sourcePort: 2,
        destinationPort: 1,
      }),
    },
    {
      bytes: bytesOf({
        source: '2001:db8:0:2::1',
        destination: '2001:db8:0:1::1',
        sourcePort: 2,
        destinationPort: 1,
      }),
    },
  ])
  const rows = accountant.takeBucket(0, 1).rows
  expect(rows.map((row) => row.deviceIp)).toEqual(['203.0.113.127', '203.0.113.1', '2001:db8:0:1::1'])
})

test('frames that are not IP, or not well formed, count for their sender', () => {
  const arp = Uint8Array.from([...bytesOf({}).subarray(0, 12), 0x08, 0x06, ...new Array<number>(28).fill(0)])
  const badIp = bytesOf({}).fill(0x41, 14, 15)
  const row = {
    isSecondView: false,
    deviceIp: '',
    remoteIp: '',
    servicePort: 0,
    rxBytes: 0,
    txPackets: 1,
    rxPackets: 0,
  }
  expect(rowsOf([{ bytes: arp }, { bytes: badIp }, { bytes: new Uint8Array(9) }])).toEqual([
    { ...row, deviceMac: LAPTOP, protocol: 256 + 0x0806, txBytes: 42 },
    { ...row, deviceMac: LAPTOP, protocol: 256 + 0x0800, txBytes: 54 },
    { ...row, deviceMac: '', protocol: 256, txBytes: 9 },
  ])
})

test('raw IP has no MAC addresses', () => {
  const [row] = rowsOf([{ bytes: bytesOf({}).subarray(14) }], LINKTYPE_RAW)
  expect(row).toMatchObject({ deviceMac: '', deviceIp: '192.168.1.2', txBytes: 40 })
})

test('a full table counts what has no room, and is empty for the next bucket', () => {
  const accountant = new Accountant({ flowCapacity: 2 })
  const to = (destination: string) => ({ bytes: bytesOf({ destination }), wireLength: 100 })
  account(accountant, [to('8.8.8.1'), to('8.8.8.2'), to('8.8.8.3'), to('8.8.8.1'), to('8.8.8.4')])
  expect(accountant.totals()).toMatchObject({
    packets: 5,
    bytes: 500,
    overflowed: 2,
    flows: 2,
    flowCapacity: 2,
  })
  expect(accountant.takeBucket(1000, 3000)).toMatchObject({
    startMs: 1000,
    durationMs: 2000,
    otherBytes: 200,
    otherPackets: 2,
    rows: [
      { remoteIp: '8.8.8.1', txBytes: 200, txPackets: 2 },
      { remoteIp: '8.8.8.2', txBytes: 100 },
    ],
  })
  account(accountant, [to('8.8.8.3'), to('8.8.8.1')])
  expect(accountant.takeBucket(3000, 4000)).toMatchObject({
    otherBytes: 0,
    otherPackets: 0,
    rows: [
      { remoteIp: '8.8.8.3', txBytes: 100, txPackets: 1 },
      { remoteIp: '8.8.8.1', txBytes: 100, txPackets: 1 },
    ],
  })
  expect(accountant.takeBucket(4000, 5000).rows).toEqual([])
  expect(accountant.totals()).toMatchObject({ packets: 7, bytes: 700, overflowed: 2, flows: 0 })
})

test('of more flows than rows the largest become rows, and nothing is lost', () => {
  const accountant = new Accountant({ flowCapacity: 8, maxRows: 2 })
  const to = (destination: string, wireLength: number) => ({ bytes: bytesOf({ destination }), wireLength })
  account(accountant, [to('8.8.8.1', 100), to('8.8.8.2', 300), to('8.8.8.3', 100), to('8.8.8.4', 60)])
  expect(accountant.takeBucket(0, 1)).toMatchObject({
    rows: [
      { remoteIp: '8.8.8.1', txBytes: 100 },
      { remoteIp: '8.8.8.2', txBytes: 300 },
    ],
    otherBytes: 160,
    otherPackets: 2,
  })
  expect(accountant.totals()).toMatchObject({ bytes: 560, overflowed: 0 })
  account(accountant, [to('8.8.8.3', 100), to('8.8.8.4', 60)])
  expect(accountant.takeBucket(1, 2)).toMatchObject({ otherBytes: 0, rows: [{}, {}] })
})

test('unicast between two others is told apart from our own', () => {
  const accountant = new Accountant({ flowCapacity: 64 })
  const frames = [
    { bytes: bytesOf({}) },
    { bytes: bytesOf({ sourceMac: PHONE }) },
    { bytes: bytesOf({ destinationMac: PHONE }) },
    { bytes: bytesOf({ destinationMac: GROUP }) },
  ]
  account(accountant, frames)
  expect(accountant.totals().foreignUnicast).toBe(0)
  accountant.setLocal([], PHONE)
  account(accountant, frames)
  expect(accountant.totals().foreignUnicast).toBe(1)
})

test('of data, only what shows a new sender is handed over', () => {
  const accountant = new Accountant({ flowCapacity: 64 })
  const sent = { bytes: bytesOf({}) }
  const received = { bytes: makeFrame(reply(base)) }
  expect(account(accountant, [sent, sent, received, received, sent, received])).toEqual([0, 2])
  const otherDevice = { bytes: bytesOf({ sourceMac: PHONE }) }
  const otherRouter = { bytes: makeFrame({ ...reply(base), sourceMac: PHONE }) }
  expect(account(accountant, [sent, otherDevice, otherDevice, received, otherRouter, otherRouter])).toEqual([
    1, 4,
  ])
  accountant.takeBucket(0, 1)
  expect(account(accountant, [sent, sent])).toEqual([0])
})

const udp = (sourcePort: number, destinationPort: number) =>
  bytesOf({ protocol: 17, sourcePort, destinationPort })
const typed = (...type: number[]) =>
  Uint8Array.from([...bytesOf({}).subarray(0, 12), ...type, ...new Array<number>(46).fill(0)])

/** Fragment header (next header 60, offset 64), then the middle of destination options. */
const laterFragment = encodeIpv6(
  { sourceMac: PHONE, destinationMac: GROUP, sourceIp: 'fe80::1', destinationIp: 'ff02::1' },
  44,
  Uint8Array.from([60, 0, 0, 64, 0, 0, 0, 7, ...new Array<number>(64).fill(0)]),
  255,
)

test.each<[string, Uint8Array]>([
  ['ARP', typed(0x08, 0x06)],
  ['RARP', typed(0x80, 0x35)],
  ['ARP in a VLAN', typed(0x81, 0x00, 0x00, 0x05, 0x08, 0x06)],
  ['STP', typed(0x00, 0x26, 0x42, 0x42, 0x03)],
  ['ICMP', bytesOf({ protocol: 1 })],
  ['VRRP', bytesOf({ protocol: 112 })],
  ['ICMPv6', bytesOf({ source: 'fe80::1', destination: 'fe80::2', protocol: 58 })],
  ['IPv6 fragment that goes on with options', laterFragment],
  ['DNS answer', udp(53, 999)],
  ['DHCP', udp(68, 67)],
  ['DHCPv6', udp(546, 547)],
  ['NetBIOS name', udp(137, 137)],
  ['HSRP', udp(1985, 1985)],
  ['HSRP for IPv6', udp(2029, 2029)],
  ['GLBP', udp(3222, 3222)],
  ['mDNS', udp(5353, 5353)],
  ['LLMNR', udp(60000, 5355)],
  ['TCP SYN', bytesOf({ tcpFlags: 0x02 })],
  ['TCP SYN and ACK', bytesOf({ tcpFlags: 0x12 })],
  ['TCP RST and ACK', bytesOf({ tcpFlags: 0x14 })],
  ['TCP without flags', bytesOf({ tcpFlags: 0 })],
  ['malformed IP', bytesOf({}).fill(0x41, 14, 15)],
  ['short frame', new Uint8Array(3)],
])('each %s frame is handed over', (_, bytes) => {
  expect(account(new Accountant({ flowCapacity: 8 }), [{ bytes }, { bytes }, { bytes }])).toEqual([0, 1, 2])
})

test.each<[string, Uint8Array]>([
  ['TCP data', bytesOf({})],
  ['UDP data', udp(5000, 443)],
  ['ESP', bytesOf({ protocol: 50 })],
  ['PPPoE', typed(0x88, 0x64)],
])('of %s only the first is', (_, bytes) => {
  expect(account(new Accountant({ flowCapacity: 8 }), [{ bytes }, { bytes }, { bytes }])).toEqual([0])
})

test('a sender is news once in a bucket of traffic, whatever it sends to whom', () => {
  const accountant = new Accountant({ flowCapacity: 2 })
  const to = (destination: string) => ({ bytes: bytesOf({ destination }) })
  // The third flow and those after it have no room.
  const frames = [to('8.8.8.1'), to('8.8.8.2'), to('8.8.8.3'), to('10.0.0.1'), to('8.8.8.4')]
  expect(account(accountant, frames)).toEqual([0])
  expect(account(accountant, [{ bytes: bytesOf({ source: '192.168.1.3' }) }])).toEqual([0])
  expect(account(accountant, [{ bytes: bytesOf({ sourceMac: PHONE }) }])).toEqual([0])
  expect(account(accountant, [...frames, { bytes: bytesOf({ sourceMac: PHONE }) }])).toEqual([])
  accountant.takeBucket(0, 1)
  expect(account(accountant, frames)).toEqual([0])
})

test('of IPv6 senders every word of the address counts', () => {
  const accountant = new Accountant({ flowCapacity: 64 })
  const sources = ['fd00::1', 'fd00::2', 'fd00:1::1', 'fd00:0:1::1', 'fd00::1:0:0:1', 'fd00::1']
  const from = (source: string) => ({ bytes: bytesOf({ source, destination: '2001:db8::1' }) })
  expect(account(accountant, sources.map(from))).toEqual([0, 1, 2, 3, 4])
  const back = (destination: string) => ({ bytes: bytesOf({ source: '2001:db8::1', destination }) })
  expect(account(accountant, [back('fd00::1'), back('fd00::2')])).toEqual([0])
})

const client = { protocol: 17, sourcePort: 50_000 }
const server = { sourceMac: ROUTER, destinationMac: LAPTOP, protocol: 17, destinationPort: 50_000 }
test.each<[string, Partial<FakeFrame>[], number[]]>([
  [
    'each service of a private host that is asked by UDP',
    ['10.0.0.1', '172.16.0.1', '192.168.9.1', '100.64.0.1'].map((destination) => ({
      ...client,
      destination,
      destinationPort: 161,
    })),
    [0, 1, 2, 3],
  ],
  [
    'each private host that answers by UDP, from outside too',
    ['10.0.0.1', '10.0.0.2'].map((source) => ({
      ...server,
      source,
      destination: '8.8.8.8',
      sourcePort: 161,
    })),
    [0, 1],
  ],
  [
    'each private host that is asked from outside',
    ['10.0.0.1', '10.0.0.2'].map((destination) => ({
      ...client,
      source: '8.8.8.8',
      destination,
      destinationPort: 161,
    })),
    [0, 1],
  ],
  [
    'each service of a unique local address',
    ['fd00::1', 'fc00::1'].map((destination) => ({
      ...client,
      source: 'fe80::2',
      destination,
      destinationPort: 161,
    })),
    [0, 1],
  ],
  [
    'not of public hosts',
    ['8.8.8.8', '8.8.4.4', '172.32.0.1', '100.128.0.1'].map((destination) => ({
      ...client,
      destination,
      destinationPort: 443,
    })),
    [0],
  ],
  [
    'not of public IPv6 hosts',
    ['2001:db8::1', 'fe80::9'].map((destination) => ({
      ...client,
      source: 'fe80::2',
      destination,
      destinationPort: 443,
    })),
    [0],
  ],
  [
    'not between the ports of clients',
    ['10.0.0.1', '10.0.0.2'].map((destination) => ({ ...client, destination, destinationPort: 20_000 })),
    [0],
  ],
  ['not by TCP', ['10.0.0.1', '10.0.0.2'].map((destination) => ({ destination, destinationPort: 80 })), [0]],
  [
    'each group that is spoken to',
    ['239.0.0.1', '239.0.0.2'].map((destination) => ({ ...client, destinationMac: GROUP, destination })),
    [0, 1],
  ],
  [
    'each flow of a station with itself',
    ['10.0.0.1', '10.0.0.2'].map((destination) => ({ destinationMac: LAPTOP, destination })),
    [0, 1],
  ],
])('first frames: %s', (_, frames, expected) => {
  const accountant = new Accountant({ flowCapacity: 64 })
  const list = frames.map((frame) => ({ bytes: bytesOf(frame) }))
  expect(account(accountant, [...list, ...list])).toEqual(expected)
})

test('a flood of addresses has an allowance, and hides neither ARP nor a new MAC address', () => {
  const accountant = new Accountant({ flowCapacity: 100 })
  const template = bytesOf({})
  const from = (i: number, timeMs = 0) => {
    const bytes = template.slice()
    bytes.set([10, i >> 16, i >> 8, i], 26) // source address
    return { bytes, timeMs }
  }
  const flood = Array.from({ length: 9000 }, (_, i) => from(i))
  const newcomer = { bytes: bytesOf({ sourceMac: PHONE, destination: '9.9.9.9' }) }
  const handed = account(accountant, [...flood, { bytes: typed(0x08, 0x06) }, newcomer])
  expect(handed.length).toBeLessThan(5000)
  expect(handed.slice(-2)).toEqual([9000, 9001])
  expect(accountant.totals().withheld).toBe(9002 - handed.length)
  // The allowance comes back with time, not all at once.
  const next = account(
    accountant,
    Array.from({ length: 2000 }, (_, i) => from(10_000 + i, 1000)),
  )
  expect(next.length).toBeGreaterThan(300)
  expect(next.length).toBeLessThan(1000)
  expect(account(accountant, [from(20_000, 900), from(20_001, 1000)])).toEqual([])
  // A clock that was set back by a day.
  expect(account(accountant, [from(20_002, -86_400_000), from(20_003, -86_399_000)])).toEqual([1])
})
