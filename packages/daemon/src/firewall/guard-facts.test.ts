import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { NetWatcherError } from '@netwatcher/shared'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Binding } from '../model/host.js'
import type { CommandOutcome, CommandRunner } from '../os/command.js'
import { FakeTextFile } from '../os/fake-text-file.js'
import type { Router } from '../os/routers.js'
import { BindingHistory, type Sighting } from './binding-history.js'
import { createGuardFacts } from './guard-facts.js'

let root: string
let ip: CommandOutcome
let asked: string[]
beforeEach(() => {
  asked = []
  root = mkdtempSync(join(tmpdir(), 'netwatcher-root-'))
  ip = { type: 'exited', code: 0, stdout: '[]', stderr: '' }
  mkdirSync(join(root, 'sys/class/net'), { recursive: true })
  write('proc/net/route', 'Iface')
  write('proc/net/tcp', 'sl')
  write('proc/sys/net/ipv4/ip_forward', '0\n')
  write('etc/resolv.conf', 'nameserver 192.168.1.53\n')
})
afterEach(() => rmSync(root, { recursive: true }))

function write(file: string, text: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true })
  writeFileSync(join(root, file), text)
}

const LOG = { info: () => {}, warn: () => {}, error: () => {} }
const NOW_MS = 1_800_000_000_000

function factsOf(run: CommandRunner, sightings: Sighting[] = [], pinned: Binding[] = []) {
  const history = new BindingHistory(new FakeTextFile(), () => NOW_MS, LOG)
  const ask = ({ ip }: Router) => void asked.push(ip)
  const sources = { history, sightings: () => sightings, pinned: () => pinned, ask, nowMs: () => NOW_MS }
  return createGuardFacts({ run, root, ...sources })
}

async function refusal(): Promise<string> {
  const facts = factsOf(async () => ip)
  const error: unknown = await facts.read().then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof NetWatcherError)) return 'known'
  expect(error).toMatchObject({ code: 'unavailable', reason: 'GUARD_FACTS_UNAVAILABLE' })
  return error.message
}

test('all that can be read is known', async () => {
  expect(await refusal()).toBe('known')
})

test.each([
  ['etc/resolv.conf', 'The DNS servers', '/etc/resolv.conf: there is no such file'],
  ['proc/net/tcp', 'The SSH sessions', '/proc/net/tcp: there is no such file'],
  ['proc/net/route', 'The interfaces', '/proc/net/route: there is no such file'],
  ['sys/class/net', 'The interfaces', 'sys/class/net'],
  ['proc/sys/net/ipv4/ip_forward', 'Whether this machine forwards', 'ip_forward: there is no such file'],
])('without %s it is said that %s are not known, and why', async (file, name, why) => {
  rmSync(join(root, file), { recursive: true })
  expect(await refusal()).toContain(`${name} could not be read, so nothing is blocked: `)
  expect(await refusal()).toContain(why)
})

test.each([
  ['route', 'The routes'],
  ['neigh', 'The neighbour table'],
])('when `ip %s` cannot be run, it is said that %s are not known', async (object, name) => {
  const facts = factsOf(async (_file, args) => (args.includes(object) ? { type: 'not_found' } : ip))
  await expect(facts.read()).rejects.toThrow(`${name} could not be read`)
  await expect(facts.read()).rejects.toThrow('it is not installed (iproute2)')
})

/** Prints routes and neighbours as `ip -j` does. */
function ipPrinting(routes: object[], neighbors: object[]): CommandRunner {
  return async (_file, args) => {
    const rows = args.includes('route') ? routes : neighbors
    return { type: 'exited', code: 0, stdout: JSON.stringify(rows), stderr: '' }
  }
}

test('routers of all tables, and who was ever seen for them, by kernel, sensors and pins', async () => {
  const run = ipPrinting(
    [
      { dst: 'default', gateway: '10.0.0.1', dev: 'eth0' },
      { dst: '10.9.0.0/16', gateway: '10.0.0.9', dev: 'eth0', table: '100' },
    ],
    [{ dst: '10.0.0.1', dev: 'eth0', lladdr: '02:00:00:00:00:66', state: ['REACHABLE'] }],
  )
  const sensed = { ip: '10.0.0.1', mac: '02:00:00:00:00:01', seenMs: NOW_MS - 1000 }
  const pinned = { ip: '10.0.0.9', mac: '02:00:00:00:00:09' }
  const facts = await factsOf(run, [sensed], [pinned]).read()
  expect(facts.routers).toEqual(['10.0.0.1', '10.0.0.9'])
  expect(facts.claims).toMatchObject([
    { ip: '10.0.0.1', mac: '02:00:00:00:00:66', isDisputed: true },
    { ip: '10.0.0.1', mac: '02:00:00:00:00:01', isDisputed: true },
  ])
  expect(facts.pinned).toEqual([pinned])
})

test('a router whose MAC nobody knows is unknown, unless it was asked in vain or has no MAC', async () => {
  for (const [file, text] of [
    ['flags', '0x1003'],
    ['mtu', '1500'],
    ['address', '02:00:00:00:00:05'],
  ] as const) {
    write(`sys/class/net/dummy7/${file}`, text)
  }
  const routes = [
    { dst: 'default', gateway: '203.0.113.1', dev: 'dummy7' },
    { dst: '10.0.0.0/8', gateway: '203.0.113.9', dev: 'dummy7' },
    { dst: '10.1.0.0/16', gateway: '203.0.113.2', dev: 'tun7' },
  ]
  const failed = [{ dst: '203.0.113.9', dev: 'dummy7', state: ['FAILED'] }]
  expect((await factsOf(ipPrinting(routes, failed)).read()).unknownRouters).toEqual(['203.0.113.1'])
  expect(asked).toEqual(['203.0.113.1'])
})

test('a link to where nothing can be seen is named', async () => {
  rmSync(join(root, 'etc/resolv.conf'))
  symlinkSync('../run/NetworkManager/resolv.conf', join(root, 'etc/resolv.conf'))
  expect(await refusal()).toContain('a link to ../run/NetworkManager/resolv.conf: there is no such file')
})

test('a file that may not be read is named', async () => {
  rmSync(join(root, 'etc/resolv.conf'))
  // Written to only (mode 0200, fs/proc/proc_sysctl.c): refused even to root, who may read all other files.
  symlinkSync('/proc/sys/net/ipv4/route/flush', join(root, 'etc/resolv.conf'))
  expect(await refusal()).toContain('a link to /proc/sys/net/ipv4/route/flush: it may not be read')
})
