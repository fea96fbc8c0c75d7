import { NetWatcherError, NO_TEXT, text } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import type { HostFound, HostSeen } from '../model/host.js'
import { type InterfaceFacts, NO_FACTS } from '../model/interface.js'
import type { ScanProgress, ScanSummary } from '../model/scan.js'
import type { Command } from '../model/sensor.js'
import { Discovery } from './discovery.js'
import { Scans, type ScanWish } from './scans.js'

const FACTS: Record<string, InterfaceFacts> = {
  eth0: facts('02:00:00:00:00:01', ['192.168.1.5', 24], ['10.9.0.1', 20]),
  eth1: facts('02:00:00:00:00:02', ['10.0.0.5', 24]),
}
const WISH: ScanWish = { interfaceName: '', targets: [], pace: 'normal', ping: false, allowLarge: false }
const HOST = {
  ip: '192.168.1.9',
  mac: '02:00:00:00:00:09',
  evidence: 'arp_solicited',
  seenMs: 1,
  vlan: 0,
} as const

function facts(mac: string, ...addresses: [string, number][]): InterfaceFacts {
  return {
    ...NO_FACTS,
    mac,
    addresses: addresses.map(([ip, prefixLength]) => ({ ip, prefixLength })),
    gateways: [],
    decoys: [],
  }
}

interface Changes {
  pingObstacle?: string
  neighbors?: Record<string, HostSeen[]>
  segments?: Record<string, string>
}

/** Sensors that end each scan with what its order was. */
function network(changes: Changes = {}) {
  const orders = new Map<string, Command & { type: 'start_scan' }>()
  const cancelled: string[] = []
  const journal: { name: string; summary: ScanSummary; hosts: HostFound[] }[] = []
  const told = { hosts: [] as HostFound[], progress: [] as ScanProgress[] }
  const scans = new Scans({
    maxAddresses: 65_536,
    obstacle: NO_TEXT,
    facts: (name) => FACTS[name] ?? null,
    send: (name, command) => {
      if (command.type === 'start_scan') orders.set(name, command)
      if (command.type === 'cancel_scan') {
        cancelled.push(name)
        end(name, { details: [text('scan_cancelled')], targets: [], isComplete: false })
      }
      return true
    },
    seen: () => [],
    neighborTable: async () => [],
    nowMs: () => 1000,
    monotonicMs: () => 1,
  })
  const discovery = new Discovery({
    scans,
    watchedNames: () => Object.keys(FACTS),
    facts: (name) => FACTS[name] ?? null,
    interfaces: async () => [],
    neighbors: (name) => changes.neighbors?.[name] ?? [],
    segment: (name) => changes.segments?.[name] ?? name,
    neighborTable: async () => [],
    found: (name, host) => ({ ...host, interface: name, isSelf: false, isGateway: false }),
    onScanned: (name, summary, hosts) => journal.push({ name, summary, hosts }),
    pingObstacle: changes.pingObstacle === undefined ? NO_TEXT : text(changes.pingObstacle),
    nowMs: () => 1000,
    monotonicMs: () => 1,
  })
  const step = (name: string) => ({ name, scanId: orders.get(name)?.order.scanId ?? 0 })
  function end(name: string, summary: Partial<ScanSummary> = {}): void {
    const whole: ScanSummary = {
      method: 'arp',
      details: [],
      found: 1,
      total: 254,
      sent: 300,
      durationMs: 5,
      targets: orders.get(name)?.order.targets ?? [],
      vlan: 0,
      isComplete: true,
      ...summary,
    }
    scans.onStep(name, step(name).scanId, { type: 'summary', summary: whole })
  }
  const find = (name: string) => scans.onStep(name, step(name).scanId, { type: 'host', host: HOST })
  const controller = new AbortController()
  const listener = {
    onHost: (host: HostFound) => void told.hosts.push(host),
    onProgress: (progress: ScanProgress) => void told.progress.push(progress),
  }
  const scan = (wish: Partial<ScanWish> = {}) =>
    discovery.scan({ ...WISH, ...wish }, listener, controller.signal)
  const neighbors = () => discovery.neighbors('').map((host) => host.interface)
  return {
    neighbors,
    scans,
    orders,
    cancelled,
    journal,
    told,
    end,
    find,
    scan,
    step,
    abort: () => controller.abort(),
  }
}

test('a scan of everything asks each interface for its own subnets, and says which', async () => {
  const { orders, journal, end, scan, told } = network()
  const done = scan({ allowLarge: true })
  expect(orders.get('eth0')?.order).toMatchObject({ targets: ['192.168.1.0/24', '10.9.0.0/20'], ipv6: true })
  end('eth0')
  end('eth1')
  expect(await done).toMatchObject({
    targets: ['192.168.1.0/24', '10.9.0.0/20', '10.0.0.0/24'],
    total: 508,
    isComplete: true,
  })
  expect(journal.map(({ name, summary }) => [name, summary.targets])).toEqual([
    ['eth0', ['192.168.1.0/24', '10.9.0.0/20']],
    ['eth1', ['10.0.0.0/24']],
  ])
  expect(told.hosts.map(({ ip }) => ip)).toEqual(['192.168.1.5', '10.9.0.1', '10.0.0.5'])
})

test('a scan of one host covers that host', async () => {
  const { orders, journal, end, scan } = network()
  const done = scan({ interfaceName: 'eth0', targets: ['192.168.1.9'] })
  expect(orders.get('eth0')?.order).toMatchObject({ targets: ['192.168.1.9/32'], ipv6: false })
  end('eth0')
  expect(await done).toMatchObject({ targets: ['192.168.1.9/32'], isComplete: true })
  expect(journal).toMatchObject([{ name: 'eth0', summary: { targets: ['192.168.1.9/32'] } }])
})

test('of two subnets of an interface, the one that is left out is not covered', async () => {
  const { journal, end, scan } = network()
  const done = scan({ interfaceName: 'eth0' })
  end('eth0')
  expect(await done).toMatchObject({
    targets: ['192.168.1.0/24'],
    details: [text('scan_left_out', { targets: '10.9.0.0/20' })],
    isComplete: true,
  })
  expect(journal[0]?.summary.targets).toEqual(['192.168.1.0/24'])
})

test('targets on several interfaces go to the one that each is in, and to no other', async () => {
  const { orders, end, scan } = network()
  const done = scan({ targets: ['10.0.0.7', '10.0.0.8'] })
  expect([...orders.keys()]).toEqual(['eth1'])
  end('eth1')
  expect(await done).toMatchObject({ targets: ['10.0.0.7/32', '10.0.0.8/32'] })
  await expect(scan({ targets: ['10.0.0.7', '8.8.8.8'] })).rejects.toMatchObject({
    reason: 'TARGET_NOT_ON_LINK',
  })
})

test('a scan whose caller hangs up, or runs out of time, is cancelled and not complete', async () => {
  const { journal, cancelled, abort, find, scan } = network()
  const done = scan()
  find('eth0')
  abort()
  expect(await done).toMatchObject({ targets: [], isComplete: false })
  expect(cancelled).toEqual(['eth0', 'eth1'])
  expect(journal.every(({ summary }) => summary.details[0]?.rule === 'scan_cancelled')).toBe(true)
  expect(journal.every(({ summary }) => !summary.isComplete && summary.targets.length === 0)).toBe(true)
  expect(journal[0]?.hosts.map(({ ip }) => ip)).toContain(HOST.ip)
})

test('one lost sensor does not end the scan of the other interfaces', async () => {
  const { scans, journal, cancelled, end, find, scan } = network()
  const done = scan()
  find('eth0')
  scans.onLost('eth0')
  await Promise.resolve()
  end('eth1')
  expect(await done).toMatchObject({
    targets: ['10.0.0.0/24'],
    details: [text('scan_sensor_lost', { interface: 'eth0' })],
    isComplete: false,
    interfaces: [
      { interface: 'eth0', method: 'arp', details: [text('scan_sensor_lost', { interface: 'eth0' })] },
      { interface: 'eth1', method: 'arp', details: [] },
    ],
  })
  expect(cancelled).toEqual([])
  // What it had found by then is kept.
  const lost = journal.find(({ name }) => name === 'eth0')
  expect(lost?.summary).toMatchObject({ targets: [], isComplete: false, found: 3 })
  expect(lost?.hosts.map(({ ip }) => ip)).toContain(HOST.ip)
  expect(journal.find(({ name }) => name === 'eth1')?.summary.isComplete).toBe(true)
})

test('a scan whose only sensor is lost is an error, and told as incomplete', async () => {
  const { scans, journal, scan } = network()
  const done = scan({ interfaceName: 'eth1' })
  scans.onLost('eth1')
  await expect(done).rejects.toMatchObject({ code: 'unavailable', reason: 'SENSOR_LOST' })
  expect(journal).toMatchObject([{ name: 'eth1', summary: { targets: [], isComplete: false } }])
})

test('progress is that of all interfaces together', async () => {
  const { scans, step, told, end, scan } = network()
  const done = scan()
  for (const [name, asked] of [
    ['eth0', 10],
    ['eth1', 20],
    ['eth0', 30],
  ] as const) {
    const progress = { asked, total: 254, found: 1 }
    scans.onStep(name, step(name).scanId, { type: 'progress', progress })
  }
  end('eth0')
  end('eth1')
  await done
  expect(told.progress).toEqual([
    { asked: 10, total: 254, found: 1 },
    { asked: 30, total: 508, found: 2 },
    { asked: 50, total: 508, found: 2 },
  ])
})

test('an interface that is busy does not keep the others from being scanned', async () => {
  const { end, scan } = network()
  const first = scan({ interfaceName: 'eth0' })
  const second = scan()
  end('eth1')
  expect(await second).toMatchObject({ targets: ['10.0.0.0/24'] })
  await expect(scan({ interfaceName: 'eth0' })).rejects.toMatchObject({ reason: 'SCAN_IN_PROGRESS' })
  end('eth0')
  await first
})

test('what is not allowed is refused in words', async () => {
  const { scan } = network({ pingObstacle: 'capture_needs_root' })
  await expect(scan({ ping: true })).rejects.toMatchObject({
    reason: 'PING_DISABLED',
    message: expect.stringContaining('needs root'),
  })
  await expect(scan({ interfaceName: 'eth9' })).rejects.toBeInstanceOf(NetWatcherError)
})

test('whom two interfaces see in one segment is listed once, where it was seen last', () => {
  const neighbors = { eth0: [{ ...HOST, seenMs: 5 }], eth1: [{ ...HOST, seenMs: 4 }] }
  expect(network({ neighbors, segments: { eth1: 'eth0' } }).neighbors()).toEqual(['eth0'])
  // Two networks with the same addresses, and a cloned MAC.
  expect(network({ neighbors }).neighbors()).toEqual(['eth0', 'eth1'])
})

test('a sensor that invents hosts without end is taken at its word for so many', async () => {
  const { scans, orders, journal, told, end, scan } = network()
  const ended = scan({ interfaceName: 'eth0' })
  const scanId = orders.get('eth0')?.order.scanId ?? 0
  for (let i = 0; i < 100_100; i++) {
    const host = { ...HOST, ip: `2001:db8::${(i >> 16).toString(16)}:${(i & 0xffff).toString(16)}` }
    scans.onStep('eth0', scanId, { type: 'host', host })
  }
  end('eth0')
  await ended
  expect([told.hosts.length, journal[0]?.hosts.length]).toEqual([100_000, 100_000])
})
