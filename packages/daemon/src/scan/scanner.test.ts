import { compareIp, text } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import type { HostSeen } from '../model/host.js'
import type { InterfaceFacts } from '../model/interface.js'
import type { ScanOrder, ScanStep } from '../model/scan.js'
import { FakeTimers } from '../time/fake-timers.js'
import { encodeArp } from '../wire/arp.js'
import { type FakeHost, FakeLan, fakeMac } from './fake-lan.js'
import { Scanner } from './scanner.js'

const OWN_MAC = fakeMac(0xffff)
const FACTS: InterfaceFacts = {
  mac: OWN_MAC,
  addresses: [
    { ip: '192.168.1.5', prefixLength: 24 },
    { ip: 'fe80::5', prefixLength: 64 },
    { ip: '2001:db8::5', prefixLength: 64 },
  ],
  gateways: [],
  isForwarding: false,
  decoys: [],
}
const ORDER: ScanOrder = { scanId: 1, targets: ['192.168.1.0/24'], pace: 'normal', ping: false, ipv6: false }

function host(number: number, more: Partial<FakeHost> = {}): FakeHost {
  return { mac: fakeMac(number), ips: [`192.168.1.${number}`], ...more }
}

function setUp(hosts: FakeHost[], facts = FACTS) {
  const timers = new FakeTimers()
  const lan = new FakeLan(timers, hosts)
  const scanner = new Scanner({ sender: lan, timers, random: Math.random }, facts)
  lan.onPacket = (packet) => scanner.observe(packet)
  const steps: ScanStep[] = []
  const scan = (order: Partial<ScanOrder> = {}) => {
    scanner.startScan({ ...ORDER, ...order }, (step) => steps.push(step))
    timers.advance(60_000)
    return summaryOf(steps)
  }
  return { timers, lan, scanner, steps, scan }
}

function summaryOf(steps: ScanStep[]) {
  const last = steps.at(-1)
  if (last?.type !== 'summary') throw new Error('the scan has not ended')
  return last.summary
}

function hostsOf(steps: ScanStep[]): HostSeen[] {
  return steps.flatMap((step) => (step.type === 'host' ? [step.host] : []))
}

function ipsOf(steps: ScanStep[]): string[] {
  return [...new Set(hostsOf(steps).map(({ ip }) => ip))].sort(compareIp)
}

/** 200 hosts with every number but ours. */
const HOSTS_200 = Array.from({ length: 201 }, (_, i) => i + 10)
  .filter((n) => n !== 15)
  .map((n) => host(n))

test.each([
  ['normal', 3000],
  ['fast', 1370],
] as const)('pace %s: all of 200 hosts and ourselves within %d ms', (pace, limitMs) => {
  const { steps, scan } = setUp(HOSTS_200)
  const summary = scan({ pace })
  expect(summary).toMatchObject({ method: 'arp', details: [], isComplete: true, found: 201, total: 254 })
  expect(summary.durationMs).toBeLessThan(limitMs)
  expect(ipsOf(steps)).toEqual([...HOSTS_200.flatMap(({ ips }) => ips), '192.168.1.5'].sort(compareIp))
})

test('an almost empty /24 is done within 3 s at the normal pace, with every address asked three times', () => {
  const { lan, scan } = setUp([host(7)])
  const summary = scan()
  expect(summary.durationMs).toBeLessThan(3000)
  expect(summary).toMatchObject({ found: 2, sent: 1 + 252 * 3 })
  expect(lan.sent).toHaveLength(summary.sent)
})

test.each(['normal', 'fast'] as const)('pace %s keeps its bounds on rate and burst', (pace) => {
  const { lan, scan } = setUp([])
  scan({ pace })
  const times = lan.sent.map(({ atMs }) => atMs)
  const mostWithin = (windowMs: number) =>
    Math.max(...times.map((start, i) => times.slice(i).filter((at) => at < start + windowMs).length))
  const { rate, burst } = { normal: { rate: 400, burst: 8 }, fast: { rate: 4000, burst: 32 } }[pace]
  expect(mostWithin(1)).toBeLessThanOrEqual(2 * burst)
  expect(mostWithin(50)).toBeLessThanOrEqual(rate * 0.05 + 2 * burst)
  expect(mostWithin(1000)).toBeLessThanOrEqual(rate + 2 * burst)
  // Small devices lose frames at about 32 broadcasts at once.
  if (pace === 'normal') expect(mostWithin(20)).toBeLessThan(32)
})

test('all that is sent carries our own addresses', () => {
  const { lan, scan } = setUp([host(7)])
  scan({ ping: true, ipv6: true })
  for (const { packet } of lan.sent) {
    expect(packet.ethernet.sourceMac).toBe(OWN_MAC)
    if (packet.payload.type === 'arp') {
      expect(packet.payload.arp).toMatchObject({ senderMac: OWN_MAC, senderIp: '192.168.1.5' })
    } else if (packet.payload.type === 'icmpv4' || packet.payload.type === 'icmpv6') {
      expect(FACTS.addresses.map(({ ip }) => ip)).toContain(packet.payload.ip.source)
    } else expect.unreachable(packet.payload.type)
  }
})

test('a host that answers only the third request is found, one that needs a fourth is not', () => {
  const { steps, scan } = setUp([host(7, { answersFrom: 3 }), host(8, { answersFrom: 4 })])
  scan()
  expect(ipsOf(steps)).toEqual(['192.168.1.5', '192.168.1.7'])
})

test.each([200, 400, 1000])(
  'a network that carries %d broadcasts a second is not overrun for long',
  (perSecond) => {
    const { lan, scan } = setUp(HOSTS_200)
    lan.broadcastLimit = { count: perSecond / 20, windowMs: 50 }
    expect(scan({ pace: 'fast' }).found).toBe(201)
  },
)

test('however much gets lost, the scan ends', () => {
  const { lan, scan } = setUp(HOSTS_200)
  lan.broadcastLimit = { count: 1, windowMs: 100 }
  const summary = scan({ pace: 'fast' })
  expect(summary.sent).toBeLessThanOrEqual(8 * 253)
})

test('a few hosts that are always late do not slow a scan down', () => {
  const { scan } = setUp(HOSTS_200.map((one, i) => (i < 3 ? { ...one, answersFrom: 2 } : one)))
  expect(scan({ pace: 'fast' }).durationMs).toBeLessThan(1370)
})

test('a host that answers is not asked again', () => {
  const { lan, scan } = setUp([host(7, { answersFrom: 2 })])
  scan()
  const asked = lan.sent.filter(({ packet }) => {
    return packet.payload.type === 'arp' && packet.payload.arp.targetIp === '192.168.1.7'
  })
  expect(asked).toHaveLength(2)
  const [first, second] = asked.map(({ atMs }) => atMs)
  expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(400)
})

test('an answer that takes longer than the last wait is lost, one within it is not', () => {
  const { steps, scan } = setUp([host(7, { delayMs: 750, answersFrom: 3 }), host(8, { delayMs: 5000 })])
  scan()
  expect(ipsOf(steps)).toEqual(['192.168.1.5', '192.168.1.7'])
})

test('two MACs for one address are both reported', () => {
  const { steps, scan } = setUp([host(7), { mac: fakeMac(99), ips: ['192.168.1.7'], delayMs: 30 }])
  expect(scan().found).toBe(2)
  expect(hostsOf(steps).filter(({ ip }) => ip === '192.168.1.7')).toEqual([
    expect.objectContaining({ mac: fakeMac(7), evidence: 'arp_solicited' }),
    expect.objectContaining({ mac: fakeMac(99), evidence: 'arp_solicited' }),
  ])
})

test('several addresses of one host are all found', () => {
  const { steps, scan } = setUp([{ mac: fakeMac(7), ips: ['192.168.1.7', '192.168.1.8'] }])
  scan()
  expect(ipsOf(steps)).toEqual(['192.168.1.5', '192.168.1.7', '192.168.1.8'])
})

test('endless claimants of one address are bounded', () => {
  const claimants = Array.from({ length: 100 }, (_, i) => ({ mac: fakeMac(i), ips: ['192.168.1.7'] }))
  const { steps, scan } = setUp(claimants)
  scan()
  expect(hostsOf(steps).filter(({ ip }) => ip === '192.168.1.7')).toHaveLength(8)
})

test('we are in the list without having been asked for', () => {
  const { lan, steps, scan } = setUp([])
  expect(scan()).toMatchObject({ found: 1, total: 254 })
  expect(hostsOf(steps)).toEqual([
    expect.objectContaining({ ip: '192.168.1.5', mac: OWN_MAC, evidence: 'own' }),
  ])
  const asked = lan.sent.map(({ packet }) => packet.payload.type === 'arp' && packet.payload.arp.targetIp)
  expect(asked).not.toContain('192.168.1.5')
})

test('progress is told in at most twenty steps and reaches the end', () => {
  const { steps, scan } = setUp(HOSTS_200)
  scan()
  const progress = steps.flatMap((step) => (step.type === 'progress' ? [step.progress] : []))
  expect(progress.length).toBeLessThanOrEqual(20)
  expect(progress.length).toBeGreaterThan(10)
  expect(progress.at(-1)).toMatchObject({ asked: 254, total: 254 })
})

test('answers from other VLANs, from nobody asked, and our own echoes are not taken', () => {
  const { timers, lan, scanner, steps } = setUp([])
  scanner.startScan(ORDER, (step) => steps.push(step))
  timers.advance(1000)
  const claim = { destinationMac: OWN_MAC, operation: 2, targetMac: OWN_MAC, targetIp: '192.168.1.5' }
  const from = (mac: string, senderIp: string) => ({ ...claim, sourceMac: mac, senderMac: mac, senderIp })
  lan.receive(encodeArp({ ...from(fakeMac(1), '192.168.1.1'), vlan: 7 }))
  lan.receive(encodeArp({ ...from(fakeMac(4), '192.168.1.4'), vlan: 0 }))
  lan.receive(encodeArp(from(fakeMac(2), '10.0.0.1')))
  lan.receive(encodeArp(from(OWN_MAC, '192.168.1.3')))
  timers.advance(10_000)
  // A priority tag alone (VLAN 0) is of our LAN.
  expect(ipsOf(steps)).toEqual(['192.168.1.4', '192.168.1.5'])
})

test('a request of another host also shows that host, but does not end the asking', () => {
  const { timers, lan, scanner, steps } = setUp([])
  scanner.startScan(ORDER, (step) => steps.push(step))
  timers.advance(1000)
  const mac = fakeMac(9)
  lan.receive(
    encodeArp({
      destinationMac: 'ff:ff:ff:ff:ff:ff',
      sourceMac: mac,
      operation: 1,
      senderMac: mac,
      senderIp: '192.168.1.9',
      targetMac: '00:00:00:00:00:00',
      targetIp: '192.168.1.1',
    }),
  )
  timers.advance(10_000)
  expect(hostsOf(steps)).toContainEqual(expect.objectContaining({ mac, evidence: 'arp_request' }))
  expect(summaryOf(steps).sent).toBe(253 * 3)
})

test('a cancelled scan stops sending and says so', () => {
  const { timers, lan, scanner, steps } = setUp(HOSTS_200)
  scanner.startScan(ORDER, (step) => steps.push(step))
  timers.advance(100)
  scanner.cancel(1)
  const sentBefore = lan.sent.length
  timers.advance(10_000)
  expect(lan.sent).toHaveLength(sentBefore)
  expect(summaryOf(steps)).toMatchObject({ details: [text('scan_cancelled')], sent: sentBefore })
  expect(timers.pending).toBe(0)
})

test('scans wait for each other, and a waiting one can be cancelled', () => {
  const { timers, lan, scanner } = setUp([host(7)])
  const ended: number[] = []
  let sent = 0
  for (const scanId of [1, 2, 3]) {
    scanner.startScan({ ...ORDER, scanId, targets: ['192.168.1.0/29'] }, (step) => {
      if (step.type !== 'summary') return
      ended.push(scanId)
      sent += step.summary.sent
    })
  }
  scanner.cancel(2)
  expect(ended).toEqual([2])
  timers.advance(60_000)
  expect(ended).toEqual([2, 1, 3])
  expect(sent).toBe(lan.sent.length)
})

test('too many waiting scans are turned away', () => {
  const { scanner } = setUp([])
  const rules: string[] = []
  for (let scanId = 0; scanId < 30; scanId++) {
    scanner.startScan({ ...ORDER, scanId }, (step) => {
      if (step.type === 'summary') rules.push(...step.summary.details.map(({ rule }) => rule))
    })
  }
  expect(rules).toHaveLength(30 - 17)
  expect(new Set(rules)).toEqual(new Set(['scan_queue_full']))
  scanner.stop()
  expect(rules.filter((rule) => rule === 'scan_cancelled')).toHaveLength(17)
})

test('a full transmit queue is waited for; nothing is left unasked', () => {
  const { timers, lan, scanner, steps } = setUp(HOSTS_200)
  scanner.startScan(ORDER, (step) => steps.push(step))
  timers.advance(100)
  lan.sendError = new Error('No buffer space available')
  timers.advance(200)
  lan.sendError = null
  timers.advance(10_000)
  expect(summaryOf(steps)).toMatchObject({ details: [], isComplete: true, found: 201 })
})

test('an interface that is gone ends the scan with the reason', () => {
  const { lan, scan } = setUp(HOSTS_200)
  lan.sendError = new Error('Network is down')
  expect(scan()).toMatchObject({
    details: [text('scan_send_failed', { error: 'Network is down' })],
    sent: 0,
    targets: [],
    isComplete: false,
  })
})

test('hosts that answer an echo are reported so; silent ones are still found', () => {
  const { steps, scan } = setUp([host(7), host(8, { ignoresEcho: true })])
  expect(scan({ ping: true }).found).toBe(3)
  const evidence = hostsOf(steps).map(({ ip, evidence }) => `${ip} ${evidence}`)
  expect(evidence.sort()).toEqual([
    '192.168.1.5 own',
    '192.168.1.7 arp_solicited',
    '192.168.1.7 icmp_echo',
    '192.168.1.8 arp_solicited',
  ])
})

test('IPv6-only hosts are found by both scopes, and by their identifier in our prefix', () => {
  const { steps, scan } = setUp([
    { mac: fakeMac(1), ips: ['fe80::1', '2001:db8::a'] },
    { mac: fakeMac(2), ips: ['fe80::2:2', '2001:db8::2:2'], ignoresEcho: true },
    { mac: fakeMac(3), ips: ['fe80::3', '2001:db8::ffff', '2001:db8::3'] },
  ])
  expect(scan({ targets: [], ipv6: true }).details).toEqual([])
  expect(hostsOf(steps)).toContainEqual(
    expect.objectContaining({ ip: '2001:db8::3', mac: fakeMac(3), evidence: 'nd' }),
  )
  expect(ipsOf(steps)).toEqual(
    ['fe80::1', '2001:db8::a', 'fe80::3', '2001:db8::ffff', '2001:db8::3', 'fe80::5', '2001:db8::5'].sort(
      compareIp,
    ),
  )
})

test('a host that answers no multicast echo is found by the option that it does not know', () => {
  const quiet = { ignoresEcho: true, reportsUnknownOptions: true }
  const { steps, scan } = setUp([{ mac: fakeMac(1), ips: ['fe80::1', '2001:db8::a'], ...quiet }])
  scan({ targets: [], ipv6: true })
  expect(ipsOf(steps)).toEqual(['2001:db8::a', '2001:db8::5', 'fe80::1', 'fe80::5'].sort(compareIp))
})

test('an interface without a hardware address is not scanned', () => {
  const { lan, scan } = setUp([], { ...FACTS, mac: '' })
  expect(scan()).toMatchObject({
    details: [text('scan_no_mac')],
    isComplete: false,
    sent: 0,
    found: 1,
  })
  expect(lan.sent).toEqual([])
})

test('without IPv6 of our own nothing of IPv6 is sent', () => {
  const { lan, scan } = setUp([], { ...FACTS, addresses: [{ ip: '192.168.1.5', prefixLength: 24 }] })
  scan({ ipv6: true })
  expect(lan.sent.every(({ packet }) => packet.payload.type === 'arp')).toBe(true)
})

test('all parts of a scan share one pace', () => {
  const { lan, scan } = setUp(HOSTS_200.map((one, i) => ({ ...one, ips: [...one.ips, `fe80::1:${i}`] })))
  scan({ ping: true, ipv6: true })
  const times = lan.sent.map(({ atMs }) => atMs)
  const inFirstSecond = times.filter((at) => at < (times[0] ?? 0) + 1000).length
  expect(inFirstSecond).toBeLessThanOrEqual(400 + 16)
})

test('what was asked is told, in whole prefixes', () => {
  expect(setUp(HOSTS_200).scan()).toMatchObject({ targets: ['192.168.1.0/24'], vlan: 0, isComplete: true })
  const one = setUp(HOSTS_200).scan({ targets: ['192.168.1.7/32'] })
  expect(one).toMatchObject({ targets: ['192.168.1.7/32'], isComplete: true })
})

test.each([
  ['before every address was asked', 300, []],
  ['while the last ones were still to be asked again', 1500, ['192.168.1.0/24']],
])('a scan that is cancelled %s is not complete', (_when, afterMs, targets) => {
  const { timers, scanner, steps } = setUp([host(7)])
  scanner.startScan(ORDER, (step) => steps.push(step))
  timers.advance(afterMs)
  scanner.cancel(1)
  const { details, ...summary } = summaryOf(steps)
  expect(details).toEqual([text('scan_cancelled')])
  expect(summary).toMatchObject({ targets, isComplete: false })
})

test('an interface that goes away on the way leaves the scan incomplete', () => {
  const { timers, lan, scanner, steps } = setUp(HOSTS_200)
  scanner.startScan(ORDER, (step) => steps.push(step))
  timers.advance(300)
  lan.sendError = new Error('Network is down')
  timers.advance(60_000)
  expect(summaryOf(steps)).toMatchObject({ targets: [], isComplete: false })
  expect(summaryOf(steps).sent).toBeGreaterThan(0)
})
