/** The real scanner and prober on a live interface, against real hosts of the kernel's making. */

import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ProbeResult } from '../src/detect/engine/detection.js'
import { Lab } from '../src/lab/lab.js'
import type { HostSeen } from '../src/model/host.js'
import type { ScanOrder, ScanStep } from '../src/model/scan.js'

const DRIVER = fileURLToPath(new URL('./support/scan-driver.mjs', import.meta.url))
const CROWD_SIZE = 200
/** Twice and more of what they take: a busy machine is no fault. `npm run bench -- scan` has the figures. */
const NORMAL_LIMIT_MS = 8000
const FAST_LIMIT_MS = 4000

const watcher = {
  name: 'watcher',
  mac: '02:00:00:00:01:01',
  addresses: ['10.80.0.1/24', '2001:db8:80::1/64'],
}
/** One host with 200 addresses answers like 200 hosts. */
const crowdIps = Array.from({ length: CROWD_SIZE }, (_, i) => `10.80.0.${i + 40}`)
const crowd = { name: 'crowd', mac: '02:00:00:00:01:02', addresses: crowdIps.map((ip) => `${ip}/24`) }
const ipv6Only = { name: 'ipv6only', mac: '02:00:00:00:01:03', addresses: ['2001:db8:80::3/64'] }
const forwarder = {
  name: 'forwarder',
  mac: '02:00:00:00:01:04',
  addresses: ['10.80.0.4/24'],
  isForwarding: true,
}
/** Set like Windows: no answer to echo requests. */
const ipv6Quiet = { name: 'ipv6quiet', mac: '02:00:00:00:01:06', addresses: ['2001:db8:80::6/64'] }
/** The second claimant of an address of the crowd. */
const conflict = { name: 'conflict', mac: '02:00:00:00:01:05', addresses: ['10.80.0.40/24'] }
const normalHosts = Array.from({ length: 10 }, (_, i) => ({
  name: `normal${i}`,
  mac: `02:00:00:00:02:0${i}`,
  addresses: [`10.80.0.${10 + i}/24`],
}))
const allIps = [...crowdIps, '10.80.0.4', ...normalHosts.map(({ addresses }) => ipOf(addresses)), '10.80.0.1']

let lab: Lab

beforeAll(async () => {
  const hosts = [watcher, crowd, ipv6Only, ipv6Quiet, forwarder, conflict, ...normalHosts]
  lab = await Lab.create({ medium: 'switch', hosts })
})

afterAll(() => lab?.close())

function ipOf(addresses: string[]): string {
  return addresses[0]?.split('/')[0] ?? ''
}

async function drive<Line>(task: object): Promise<Line[]> {
  const argv: [string, ...string[]] = [
    process.execPath,
    DRIVER,
    JSON.stringify({ interface: 'eth0', ...task }),
  ]
  const output = await lab.check(watcher.name, argv, { timeoutMs: 30_000 })
  return output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)
}

async function scan(order: Partial<ScanOrder>) {
  const whole = { scanId: 1, targets: ['10.80.0.0/24'], pace: 'normal', ping: false, ipv6: false, ...order }
  const steps = await drive<ScanStep>({ scan: whole })
  const hosts = steps.flatMap((step) => (step.type === 'host' ? [step.host] : []))
  const last = steps.at(-1)
  if (last?.type !== 'summary') throw new Error('the scan ended without a summary')
  return { hosts, summary: last.summary }
}

function ips(hosts: HostSeen[]): string[] {
  return [...new Set(hosts.map(({ ip }) => ip))].sort()
}

test.each([
  ['normal', 1, NORMAL_LIMIT_MS],
  ['normal', 2, NORMAL_LIMIT_MS],
  ['fast', 1, FAST_LIMIT_MS],
  ['fast', 2, FAST_LIMIT_MS],
] as const)('pace %s, run %d: every host of the /24, none besides', async (pace, _, limitMs) => {
  const { hosts, summary } = await scan({ pace })
  expect(ips(hosts)).toEqual([...allIps].sort())
  expect(summary).toMatchObject({ method: 'arp', details: [], isComplete: true, total: 254 })
  expect(summary.durationMs).toBeLessThan(limitMs)
})

test('both claimants of one address are found', async () => {
  const { hosts } = await scan({ targets: ['10.80.0.40/32'] })
  expect(hosts.map(({ mac }) => mac).sort()).toEqual([crowd.mac, conflict.mac].sort())
})

test('a host with IPv6 only is found, by both its addresses', async () => {
  const { hosts } = await scan({ targets: [], ipv6: true })
  const found = ips(hosts.filter(({ mac }) => mac === ipv6Only.mac))
  expect(found).toEqual(['2001:db8:80::3', expect.stringMatching(/^fe80::/)])
})

test('a host that answers no echo is found all the same', async () => {
  const keys = ['echo_ignore_all', 'echo_ignore_multicast'].map((key) => `net.ipv6.icmp.${key}=1`)
  await lab.check(ipv6Quiet.name, ['sysctl', '-q', '-w', ...keys])
  const { hosts } = await scan({ targets: [], ipv6: true })
  const found = hosts.filter(({ mac }) => mac === ipv6Quiet.mac)
  expect(ips(found)).toContainEqual(expect.stringMatching(/^fe80::/))
  expect(found.map(({ evidence }) => evidence)).not.toContain('icmp_echo')
})

test('hosts that answer ICMP echo are told apart', async () => {
  await lab.check('normal0', ['sysctl', '-q', '-w', 'net.ipv4.icmp_echo_ignore_all=1'])
  const { hosts } = await scan({ targets: ['10.80.0.8/30'], ping: true })
  const evidence = hosts.map(({ ip, evidence }) => `${ip} ${evidence}`).sort()
  expect(evidence).toEqual(['10.80.0.10 arp_solicited', '10.80.0.11 arp_solicited', '10.80.0.11 icmp_echo'])
})

test('the forwarding probe finds the host that forwards and clears ten that do not', async () => {
  const targets = [forwarder, ...normalHosts].map(({ mac, addresses }) => ({ ip: ipOf(addresses), mac }))
  const probes = targets.map((target) => ({ method: 'forwarding_probe', target, alertId: '' }))
  const results = await drive<ProbeResult>({ probes })
  const byMac = new Map(results.map(({ target, result }) => [target.mac, result]))
  expect(byMac.get(forwarder.mac)).toBe('forwarded')
  expect(normalHosts.map(({ mac }) => byMac.get(mac))).toEqual(normalHosts.map(() => 'silent'))
})

test('who-has to one MAC is answered by the owner and by nobody else', async () => {
  const owner = normalHosts[1]
  const other = normalHosts[2]
  if (!owner || !other) throw new Error('the lab has ten normal hosts')
  const ip = ipOf(owner.addresses)
  const probes = [owner, other].map(({ mac }) => ({
    method: 'unicast_who_has',
    target: { ip, mac },
    alertId: '',
  }))
  const results = await drive<ProbeResult>({ probes })
  expect(results.map(({ target, result }) => [target.mac, result])).toEqual([
    [owner.mac, 'answered'],
    [other.mac, 'silent'],
  ])
})
