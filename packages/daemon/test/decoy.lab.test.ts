/**
 * What brings liars and searchers out on an ordinary switch port, against real
 * tools and the real daemon: a decoy that nmap goes to, a host that may scan, a
 * made-up name that a poisoner answers for, whose frames to others never come
 * there. And what a decoy must not do: keep an address from who wants it.
 */

import { fileURLToPath } from 'node:url'
import { Severity } from '@netwatcher/shared/gen/netwatcher/v1/alert'
import { DecoyState, Vantage } from '@netwatcher/shared/gen/netwatcher/v1/capture'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Lab } from '../src/lab/lab.js'
import { claimants, isSuspect } from './support/claimants.js'
import { type EventCollector, Netwatcherd, waitUntil } from './support/netwatcherd.js'

const router = { name: 'router', mac: '3c:84:6a:87:00:01', ip: '10.87.0.1' }
const watcher = { name: 'watcher', mac: 'b8:27:eb:87:00:02', ip: '10.87.0.2' }
const laptop = { name: 'laptop', mac: 'a4:bb:6d:87:00:10', ip: '10.87.0.10' }
const guest = { name: 'guest', mac: '08:00:27:87:00:66', ip: '10.87.0.66' }
const monitor = { name: 'monitor', mac: '00:11:32:87:00:67', ip: '10.87.0.67' }
const poisoner = { name: 'poisoner', mac: '08:00:27:87:00:68', ip: '10.87.0.68' }
const HOSTS = [router, watcher, laptop, guest, monitor, poisoner]
const HONEST = [router, watcher, laptop]

const DECOY = '10.87.0.250'
const DECOY6 = 'fd87::250'
/** Whose host has been given it before. */
const TAKEN = '10.87.0.10'
const CONFIG = `[detection]
learning_minutes = 0
decoys = ["${DECOY}", "${DECOY6}", "${TAKEN}"]
allowed_scanners = [{ mac = "${monitor.mac}" }]
`
const DETECTION_LIMIT_MS = 2000
/** A name is made up once a minute. */
const NAME_LIMIT_MS = 70_000

let lab: Lab
let netwatcherd: Netwatcherd
let events: EventCollector

beforeAll(async () => {
  lab = await Lab.create({
    medium: 'switch',
    hosts: HOSTS.map((host, i) => ({
      ...host,
      addresses: [`${host.ip}/24`, `fd87::${i + 1}/64`],
      ...(host === router ? { isForwarding: true } : { gateway: router.ip }),
    })),
  })
  netwatcherd = await Netwatcherd.start(lab, watcher.name, CONFIG)
  events = netwatcherd.watch()
  for (const { name } of [laptop, watcher]) lab.start(name, ['ping', '-i', '0.5', router.ip])
})

afterAll(async () => {
  events?.close()
  await netwatcherd?.close()
  await lab?.close()
})

async function decoyStates(): Promise<Record<string, DecoyState>> {
  const { sensors } = await netwatcherd.status()
  return Object.fromEntries((sensors[0]?.decoys ?? []).map(({ ip, state }) => [ip, state]))
}

function untilState(ip: string, wanted: DecoyState): Promise<void> {
  return waitUntil(
    async () => (await decoyStates())[ip] === wanted,
    20_000,
    () => `${ip} is not in state ${wanted}`,
  )
}

function untilAlert(kind: string, mac: string, severity: Severity, limitMs = 10_000) {
  return events.find(
    ({ payload }) =>
      payload?.$case === 'alert' &&
      payload.value.kind === kind &&
      payload.value.severity === severity &&
      claimants(payload.value).includes(mac) &&
      payload.value,
    limitMs,
    `${kind} of ${mac}`,
  )
}

function alertsAbout(mac: string) {
  return events.events.flatMap(({ event: { payload } }) =>
    payload?.$case === 'alert' && claimants(payload.value).includes(mac) ? [payload.value] : [],
  )
}

test('an address of nobody becomes a decoy, one that a host has does not', async () => {
  await untilState(DECOY, DecoyState.HELD)
  await untilState(DECOY6, DecoyState.HELD)
  await untilState(TAKEN, DecoyState.WITHDRAWN)
  const found = await lab.check(guest.name, ['arping', '-c', '1', '-I', 'eth0', DECOY])
  expect(found.toLowerCase()).toContain(watcher.mac)
  expect((await netwatcherd.status()).sensors[0]?.vantage).toBe(Vantage.SWITCH_PORT)
})

test('who sweeps by ARP does not touch it, who opens a connection does', async () => {
  await lab.check(guest.name, ['nmap', '-n', '-sn', '-PR', `${DECOY}/29`])
  const startedMs = Date.now()
  expect(alertsAbout(guest.mac).filter(({ kind }) => kind === 'decoy_touched')).toEqual([])
  await lab.check(guest.name, ['nmap', '-n', '-Pn', '-sS', '-p', '22,80', '--max-retries', '0', DECOY])
  const { found, receivedMs } = await untilAlert('decoy_touched', guest.mac, Severity.WARNING)
  expect(receivedMs - Number(found.firstSeenMs)).toBeLessThan(DETECTION_LIMIT_MS)
  expect(Number(found.firstSeenMs)).toBeGreaterThanOrEqual(startedMs - 1)
  expect(found.evidenceBytes).toBeGreaterThan(0)
  expect(isSuspect(found, guest.mac)).toBe(true)
})

test.each([
  ['UDP', DECOY, ['nmap', '-n', '-Pn', '-sU', '-p', '161', '--max-retries', '0', DECOY]],
  ['IPv6', DECOY6, ['ping', '-c', '1', '-W', '1', DECOY6]],
] as const)('by %s too', async (_, ip, argv) => {
  await lab.run(guest.name, [...argv])
  await events.find(
    ({ payload }) =>
      payload?.$case === 'alert' &&
      payload.value.kind === 'decoy_touched' &&
      payload.value.ip === ip &&
      isSuspect(payload.value, guest.mac),
    10_000,
    `a touch of ${ip}`,
  )
})

test('a host that may scan is shown with a note', async () => {
  await lab.check(monitor.name, ['nmap', '-n', '-sS', '-p', '22', '--max-retries', '0', '10.87.0.192/26'])
  const touched = await untilAlert('decoy_touched', monitor.mac, Severity.INFO)
  const sweep = await untilAlert('arp_scan', monitor.mac, Severity.INFO)
  for (const { found } of [touched, sweep])
    expect(found.reasonsAgainst.map(({ rule }) => rule)).toContain('allowed_scanner')
  expect(alertsAbout(monitor.mac).filter(({ severity }) => severity > Severity.INFO)).toEqual([])
})

test('it is given up for a host that wants the address, and nobody is accused', async () => {
  await lab.check(laptop.name, ['arping', '-q', '-D', '-c', '1', '-I', 'eth0', DECOY])
  await untilState(DECOY, DecoyState.WITHDRAWN)
  await untilAlert('conflict_avoided', laptop.mac, Severity.INFO)
  await lab.check(laptop.name, ['ip', 'address', 'add', `${DECOY}/24`, 'dev', 'eth0'])
  await lab.check(laptop.name, ['arping', '-q', '-U', '-c', '2', '-I', 'eth0', '-s', DECOY, DECOY])
  const answered = await lab.check(guest.name, ['arping', '-c', '2', '-I', 'eth0', DECOY])
  expect(answered.toLowerCase()).not.toContain(watcher.mac)
  expect(answered.toLowerCase()).toContain(laptop.mac)
})

test('who answers for every name is found by a name that was made up, where poison to others does not come', async () => {
  const script = fileURLToPath(new URL('support/name-poisoner.py', import.meta.url))
  const argv = ['/usr/bin/python3', script, 'eth0', poisoner.ip, 'llmnr', 'nbns'] as const
  const poison = lab.start(poisoner.name, [...argv])
  await waitUntil(
    () => poison.output.includes('listening'),
    15_000,
    () => `the poisoner does not listen: ${poison.output}`,
  )
  const { found } = await untilAlert('name_spoof', poisoner.mac, Severity.CRITICAL, NAME_LIMIT_MS)
  expect(found.reasonsFor.map(({ rule }) => rule)).toEqual(['invented_name_answered'])
  expect(found.evidenceBytes).toBeGreaterThan(0)
  await poison.stop('SIGINT')
}, 100_000)

test('no honest host was accused', () => {
  for (const { mac } of HONEST)
    expect(alertsAbout(mac).filter(({ severity }) => severity > Severity.INFO)).toEqual([])
})
