import { expect, test } from 'vitest'
import { encodeEchoRequest, encodeIpv4 } from '../../wire/encode-ip.js'
import { concat, hex, ipBytes, packetOf, tcpFrame, u16, udpFrame } from '../../wire/fake-frames.js'
import { TCP_ACK, TCP_FIN, TCP_PSH, TCP_RST, TCP_SYN, TCP_URG } from '../../wire/tcp.js'
import { ALICE, BOB, type FakeHost, FakeTraffic, GATEWAY, MALLORY } from '../engine/fake-traffic.js'

const ends = (from: FakeHost, to: FakeHost) => ({
  sourceMac: from.mac,
  destinationMac: to.mac,
  sourceIp: from.ip,
  destinationIp: to.ip,
})

test.each([
  ['SYN, refused', TCP_SYN, TCP_RST | TCP_ACK],
  ['SYN, ignored', TCP_SYN, null],
  ['NULL', 0, null],
  ['FIN', TCP_FIN, TCP_RST | TCP_ACK],
  ['Xmas', TCP_FIN | TCP_PSH | TCP_URG, TCP_RST | TCP_ACK],
  ['ACK', TCP_ACK, TCP_RST],
])('finds a %s scan of ports', (_, flags, answer) => {
  const traffic = new FakeTraffic()
  traffic.settle()
  for (let port = 1; port <= 40; port++) {
    traffic.send(tcpFrame(ends(MALLORY, BOB), 54321, port, flags))
    if (answer !== null) traffic.send(tcpFrame(ends(BOB, MALLORY), port, 54321, answer))
    traffic.wait(5000)
  }
  expect(traffic.loud()).toEqual(['port_scan/warning'])
  expect(traffic.alerts().find(({ kind }) => kind === 'port_scan')).toMatchObject({
    ip: BOB.ip,
    macs: [MALLORY.mac],
    victim: { ip: BOB.ip, mac: BOB.mac },
  })
})

test('lets many connections be made that are accepted', () => {
  const traffic = new FakeTraffic()
  traffic.settle()
  for (let port = 20_000; port < 20_100; port++) {
    traffic.send(tcpFrame(ends(ALICE, BOB), 40_000, port, TCP_SYN))
    traffic.send(tcpFrame(ends(BOB, ALICE), port, 40_000, TCP_SYN | TCP_ACK))
  }
  expect(traffic.loud()).toEqual([])
})

test('lets a client break off its connections', () => {
  const traffic = new FakeTraffic()
  traffic.settle()
  for (let port = 40_000; port < 40_100; port++)
    traffic.send(tcpFrame(ends(ALICE, BOB), port, 443, TCP_RST | TCP_ACK))
  expect(traffic.loud()).toEqual([])
})

function unreachable(traffic: FakeTraffic, from: FakeHost, to: FakeHost, sourcePort: number, port: number) {
  const quoted = udpFrame(ends(to, from), sourcePort, port, new Uint8Array(4)).subarray(14, 42)
  traffic.send(encodeIpv4(ends(from, to), 1, concat(hex('03 03 0000 00000000'), quoted)))
}

test('finds a UDP scan by the refusals, but knows traceroute and late answers', () => {
  const scan = new FakeTraffic()
  const trace = new FakeTraffic()
  for (let i = 0; i < 60; i++) {
    unreachable(scan, BOB, MALLORY, 51_000, 100 + i)
    unreachable(trace, BOB, MALLORY, 51_000, 33_434 + i)
    unreachable(trace, ALICE, GATEWAY, 53, 20_000 + i)
  }
  expect(scan.loud()).toEqual(['port_scan/warning'])
  expect(trace.loud()).toEqual([])
})

test('finds a UDP scan that nothing answers, but not services that answer, media and many servers', () => {
  const scan = new FakeTraffic()
  const use = new FakeTraffic()
  for (let i = 0; i < 60; i++) {
    scan.send(udpFrame(ends(MALLORY, BOB), 51_000, 1000 + i, new Uint8Array(4)))
    use.send(udpFrame(ends(ALICE, BOB), 51_000, 1000 + i, new Uint8Array(4)))
    use.send(udpFrame(ends(BOB, ALICE), 1000 + i, 51_000, new Uint8Array(4)))
    use.send(udpFrame(ends(ALICE, BOB), 51_000, 20_000 + i, new Uint8Array(4)))
    use.send(udpFrame(ends(ALICE, { ...GATEWAY, ip: '93.184.216.34' }), 51_000, 2000 + i, new Uint8Array(4)))
  }
  expect(scan.loud()).toEqual(['port_scan/warning'])
  expect(use.loud()).toEqual([])
})

test('only notes scans that come in from the internet', () => {
  const traffic = new FakeTraffic({ gateways: [GATEWAY.ip] })
  traffic.settle()
  const scanner = { ip: '203.0.113.99', mac: GATEWAY.mac }
  for (let port = 1; port <= 60; port++) traffic.send(tcpFrame(ends(scanner, BOB), 54321, port, TCP_SYN))
  expect(traffic.loud()).toEqual([])
  expect(traffic.kinds()).toContain('port_scan')
})

type Answers = 'none' | 'after' | 'before'

function ping(traffic: FakeTraffic, count: number, answers: Answers) {
  for (let i = 1; i <= count; i++) {
    const target = { ip: `10.20.0.${i}`, mac: GATEWAY.mac }
    const request = encodeEchoRequest(ends(MALLORY, target), { identifier: 1, sequence: i })
    const reply = encodeEchoRequest(ends(target, MALLORY), { identifier: 1, sequence: i })
    reply[34] = 0
    if (answers === 'before') traffic.send(reply)
    traffic.send(request)
    if (answers === 'after') traffic.send(reply)
    traffic.wait(500)
  }
}

test('finds a ping sweep of hosts that are not there', () => {
  const traffic = new FakeTraffic()
  traffic.settle()
  ping(traffic, 60, 'none')
  expect(traffic.loud()).toEqual(['host_sweep/warning'])
})

test.each(['after', 'before'] as const)(
  'takes who pings hosts that are there for a monitor: answers %s',
  (answers) => {
    const traffic = new FakeTraffic()
    traffic.settle()
    // A capture of several queues may put an answer before its question.
    ping(traffic, 60, answers)
    expect(traffic.loud()).toEqual([])
    expect(traffic.kinds()).toContain('host_sweep')
  },
)

test('finds who tries one TCP port of many private hosts, not who talks to the internet', () => {
  const worm = new FakeTraffic()
  const browser = new FakeTraffic()
  for (let i = 1; i <= 60; i++) {
    worm.send(tcpFrame(ends(MALLORY, { ip: `10.20.0.${i}`, mac: GATEWAY.mac }), 50_000 + i, 445, TCP_SYN))
    browser.send(tcpFrame(ends(ALICE, { ip: `93.184.0.${i}`, mac: GATEWAY.mac }), 50_000 + i, 443, TCP_SYN))
  }
  expect(worm.loud()).toEqual(['host_sweep/warning'])
  expect(browser.loud()).toEqual([])
})

function redirect(traffic: FakeTraffic, from: FakeHost, gateway: string) {
  const quoted = udpFrame(
    { ...ends(ALICE, GATEWAY), destinationIp: '10.77.0.1' },
    40_000,
    53,
    new Uint8Array(4),
  )
  const message = concat(hex('05 01 0000'), ipBytes(gateway), quoted.subarray(14, 42))
  traffic.send(encodeIpv4(ends(from, ALICE), 1, message))
}

test.each([
  ['the gateway', GATEWAY, '192.168.1.254', 'info'],
  ['a host', MALLORY, GATEWAY.ip, 'warning'],
  ["a host in the gateway's name", { ip: GATEWAY.ip, mac: MALLORY.mac }, MALLORY.ip, 'critical'],
])('judges a redirect from %s', (_, from, gateway, severity) => {
  const traffic = new FakeTraffic({ gateways: [GATEWAY.ip] })
  traffic.settle()
  redirect(traffic, from, gateway)
  expect(traffic.alerts().find(({ kind }) => kind === 'icmp_redirect')?.severity).toBe(severity)
})

test('notes the redirect of a router that has handed its shared address over', () => {
  const traffic = new FakeTraffic({ gateways: [GATEWAY.ip] })
  traffic.settle()
  traffic.vrrp(BOB, '192.168.1.254')
  redirect(traffic, BOB, '192.168.1.254')
  expect(traffic.alerts().find(({ kind }) => kind === 'icmp_redirect')?.severity).toBe('info')
})

const dnsName = (name: string) =>
  concat(...name.split('.').map((label) => concat([label.length], new TextEncoder().encode(label))), [0])

/** A DNS answer with one address record; `asked` is the name in the question. */
const aRecord = (name: string, ip: string, asked?: string) =>
  concat(
    hex(`0000 8400 ${asked === undefined ? '0000' : '0001'} 0001 0000 0000`),
    asked === undefined ? [] : concat(dnsName(asked), u16(1), u16(1)),
    dnsName(name),
    u16(1),
    u16(1),
    hex('00000078 0004'),
    ipBytes(ip),
  )

test('tells names once, with their source', () => {
  const traffic = new FakeTraffic()
  traffic.settle()
  traffic.engine.drain()
  const sent = [
    udpFrame({ ...ends(BOB, BOB), destinationIp: '224.0.0.251' }, 5353, 5353, aRecord('bob.local', BOB.ip)),
    udpFrame(ends(GATEWAY, ALICE), 53, 40_000, aRecord('nas.home', BOB.ip)),
    udpFrame(ends(GATEWAY, ALICE), 53, 40_001, aRecord('cdn-7.example', '93.184.216.34', 'www.example')),
    udpFrame({ ...ends(BOB, BOB), destinationIp: '224.0.0.251' }, 5353, 5353, aRecord('x.local', '8.8.8.8')),
    udpFrame(ends(GATEWAY, ALICE), 53, 40_002, aRecord('<img>.home', BOB.ip)),
  ]
  const names: string[] = []
  for (const frame of [...sent, ...sent]) {
    traffic.nowMs += 10
    traffic.engine.observe(packetOf(frame, traffic.nowMs))
    names.push(...traffic.engine.drain().names.map(({ name, mac, source }) => `${source} ${mac} ${name}`))
  }
  expect(names).toEqual([`mdns ${BOB.mac} bob`, `dns ${BOB.mac} nas.home`, 'dns  www.example'])
})

test('sights a host by the packets it sends, until somebody else uses its address', () => {
  const traffic = new FakeTraffic()
  traffic.settle()
  traffic.engine.drain()
  const newcomer = { ip: '192.168.1.77', mac: 'd8:3a:dd:00:00:77' }
  const sightings = () =>
    traffic.engine.drain().hosts.map(({ ip, mac, evidence }) => `${ip} ${mac} ${evidence}`)
  traffic.engine.observe(packetOf(tcpFrame(ends(newcomer, GATEWAY), 40_000, 443, 0x18), traffic.nowMs))
  expect(sightings()).toEqual([`${newcomer.ip} ${newcomer.mac} ip_source`])
  const impostor = { ip: newcomer.ip, mac: MALLORY.mac }
  traffic.engine.observe(packetOf(tcpFrame(ends(impostor, GATEWAY), 40_000, 443, 0x18), traffic.nowMs))
  expect(sightings().filter((text) => text.includes(newcomer.ip))).toEqual([])
})
