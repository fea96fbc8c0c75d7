/**
 * Active checks beside other watchers of the same network: while NetWatcher
 * asks and probes on suspicion and in turn, arpwatch has nothing to say of it,
 * nor has a second NetWatcher. Nothing that it sends claims an address that is
 * not its own.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Severity } from '@netwatcher/shared/gen/netwatcher/v1/alert'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Lab, type LabProcess } from '../src/lab/lab.js'
import { claimants } from './support/claimants.js'
import { type EventCollector, Netwatcherd, waitUntil } from './support/netwatcherd.js'
import { startTcpdump } from './support/tcpdump.js'

const router = { name: 'router', mac: '3c:84:6a:86:00:01', ip: '10.86.0.1' }
const watcher = { name: 'watcher', mac: 'b8:27:eb:86:00:02', ip: '10.86.0.2' }
/** A second NetWatcher. */
const sentry = { name: 'sentry', mac: 'b8:27:eb:86:00:03', ip: '10.86.0.3' }
/** arpwatch; without a way to a name server, for whose answers it would wait. */
const listener = { name: 'listener', mac: 'b8:27:eb:86:00:04', ip: '10.86.0.4' }
const laptop = { name: 'laptop', mac: 'a4:bb:6d:86:00:10', ip: '10.86.0.10' }
const guest = { name: 'guest', mac: '08:00:27:86:00:66', ip: '10.86.0.66' }
const HOSTS = [router, watcher, sentry, listener, laptop, guest]

const CONFIG = '[detection]\nlearning_minutes = 0\nperiodic_probing = true\nprobes_per_minute = 600\n'

const directory = mkdtempSync(join(tmpdir(), 'netwatcher-arpwatch-'))
const daemons: { netwatcherd: Netwatcherd; events: EventCollector }[] = []
let lab: Lab
let arpwatch: LabProcess
/** Every frame of the first NetWatcher's host that asks somebody about an address, with its addresses. */
let sent: LabProcess

beforeAll(async () => {
  lab = await Lab.create({
    medium: 'hub',
    hosts: HOSTS.map((host) => ({
      ...host,
      addresses: [`${host.ip}/24`],
      isForwarding: host === router,
      ...(host === router || host === listener ? {} : { gateway: router.ip }),
    })),
  })
  const data = join(directory, 'arp.dat')
  writeFileSync(data, '')
  arpwatch = lab.start(listener.name, ['arpwatch', '-d', '-i', 'eth0', '-f', data])
  const filter = `ether src ${watcher.mac} and (arp or icmp)`
  sent = await startTcpdump(lab, sentry.name, ['-l', '-e', filter])
  for (const { name } of [watcher, sentry]) {
    const netwatcherd = await Netwatcherd.start(lab, name, CONFIG)
    daemons.push({ netwatcherd, events: netwatcherd.watch() })
  }
  for (const { name } of HOSTS) if (name !== router.name) lab.start(name, ['ping', '-i', '0.5', router.ip])
})

afterAll(async () => {
  for (const { netwatcherd, events } of daemons) {
    events.close()
    await netwatcherd.close()
  }
  await lab?.close()
  rmSync(directory, { recursive: true, force: true })
})

test('an attack is checked, and everybody is probed in turn', async () => {
  const attack = lab.start(guest.name, ['arpspoof', '-i', 'eth0', '-r', '-t', laptop.ip, router.ip])
  for (const { events } of daemons) {
    await events.find(
      ({ payload }) =>
        payload?.$case === 'alert' &&
        claimants(payload.value)[0] === guest.mac &&
        payload.value.verifications.some(
          ({ method, target, result }) =>
            method === 'unicast_who_has' && target?.mac !== guest.mac && result === 'answered',
        ),
      15_000,
      'an alert in which the holder has answered',
    )
  }
  await attack.stop('SIGINT')
  const others = [sentry, laptop, guest]
  await waitUntil(
    () => others.every(({ mac }) => isProbed(mac)),
    20_000,
    () => `not all were probed: ${sent.output.slice(-1000)}`,
  )
})

test('arpwatch tells of the attacker and says nothing of the checks', async () => {
  const reports = arpwatch.output.split('From: arpwatch')
  const about = (host: { ip: string; mac: string }) =>
    reports
      .filter((report) => report.includes(host.mac))
      .map((report) => /Subject: (.*) \(/.exec(report)?.[1])
  expect(about(guest)).toContain('changed ethernet address')
  expect(about(watcher)).toEqual(['new station'])
  // What arpwatch only logs, bogons and frames whose two senders differ: the tool's own clean-up.
  const logged = arpwatch.output.split('\n').filter((line) => line.startsWith('arpwatch: '))
  expect(logged.filter((line) => !line.includes(guest.mac))).toEqual([])
})

test('neither NetWatcher accuses the other or itself', () => {
  const accused = daemons.flatMap(({ events }) =>
    events.events.flatMap(({ event: { payload } }) =>
      payload?.$case === 'alert' && payload.value.severity >= Severity.WARNING
        ? claimants(payload.value)[0]
        : [],
    ),
  )
  expect(new Set(accused)).toEqual(new Set([guest.mac]))
})

test('no question carries an address that is not our own', () => {
  const questions = sent.output.split('\n').filter((line) => line.includes('Request who-has'))
  expect(questions.length).toBeGreaterThan(0)
  expect(questions.filter((line) => !line.includes(`tell ${watcher.ip},`))).toEqual([])
})

/** The forwarding probe: an echo request from the watcher to itself, in a frame to another. */
function isProbed(mac: string): boolean {
  return sent.output
    .split('\n')
    .some(
      (line) =>
        line.includes(`> ${mac},`) && line.includes(`${watcher.ip} > ${watcher.ip}: ICMP echo request`),
    )
}
