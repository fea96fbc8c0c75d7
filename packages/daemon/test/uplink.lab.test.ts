/**
 * Whether the internet can be reached, told by a real sensor: a router between
 * the watcher's network and one that plays the internet, with a resolver in it.
 * Each cut is told as what it is, and a short one not at all.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { UplinkEvidence, UplinkState } from '@netwatcher/shared/gen/netwatcher/v1/capture'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Lab } from '../src/lab/lab.js'
import { type EventCollector, Netwatcherd, waitUntil } from './support/netwatcherd.js'

const PATIENCE_MS = 4000
/** The patience, a round, and a machine that is busy with other tests. */
const TOLD_WITHIN_MS = 20_000
const RESOLVER = '203.0.113.53'
const ROUTER_IP = '10.79.0.1'

/** Says for every question that the root has one name server: a. */
const RESOLVER_PROGRAM = `
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(('${RESOLVER}', 53))
while True:
    q, who = s.recvfrom(512)
    s.sendto(q[:2] + bytes([0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0]) + q[12:17]
             + bytes([0, 0, 2, 0, 1, 0, 0, 0, 9, 0, 3, 1, 97, 0]), who)
`

const directory = mkdtempSync(join(tmpdir(), 'netwatcher-uplink-'))
let lab: Lab
let netwatcherd: Netwatcherd
let events: EventCollector

beforeAll(async () => {
  const watcher = {
    name: 'watcher',
    mac: '02:00:00:00:05:02',
    addresses: ['10.79.0.2/24'],
    gateway: ROUTER_IP,
  }
  const router = {
    name: 'router',
    mac: '02:00:00:00:05:01',
    addresses: [`${ROUTER_IP}/24`],
    isForwarding: true,
  }
  const internet = { name: 'internet', mac: '02:00:00:00:05:03', addresses: [] }
  lab = await Lab.create({ medium: 'switch', hosts: [watcher, router, internet] })
  await layUplink()
  lab.start('internet', ['python3', '-c', RESOLVER_PROGRAM])
  const resolvConf = join(directory, 'resolv.conf')
  writeFileSync(resolvConf, `nameserver ${RESOLVER}\n`)
  const mounted = [
    'unshare',
    '-m',
    'sh',
    '-c',
    `mount --bind ${resolvConf} /etc/resolv.conf && exec "$@"`,
    'sh',
  ]
  const settings = `[internet]\nwatch = true\npatience_seconds = ${PATIENCE_MS / 1000}\n`
  netwatcherd = await Netwatcherd.start(lab, watcher.name, settings, 'root', mounted)
  events = netwatcherd.watch()
})

afterAll(async () => {
  events?.close()
  await netwatcherd?.close()
  await lab?.close()
  rmSync(directory, { recursive: true, force: true })
})

/** A cable of its own, so that what the router forwards is seen on no other. */
async function layUplink(): Promise<void> {
  const inRouter = (command: string) => lab.check('router', ['ip', ...command.split(' ')] as [string])
  const inInternet = (command: string) => lab.check('internet', ['ip', ...command.split(' ')] as [string])
  await inRouter(`link add wan0 type veth peer name eth1 netns ${lab.namespace('internet')}`)
  await inRouter('address add 203.0.113.1/24 dev wan0')
  await inRouter('link set wan0 up')
  await inInternet(`address add ${RESOLVER}/24 dev eth1`)
  await inInternet('link set eth1 up')
  await inInternet('route add default via 203.0.113.1')
}

function setUplink(state: 'up' | 'down'): Promise<string> {
  return lab.check('internet', ['ip', 'link', 'set', 'eth1', state])
}

async function uplink() {
  const { sensors } = await netwatcherd.status()
  return sensors[0]?.uplink
}

async function waitFor(name: keyof typeof UplinkState) {
  await waitUntil(
    async () => (await uplink())?.state === UplinkState[name],
    TOLD_WITHIN_MS,
    () => `${name} is not told: ${JSON.stringify(told())}`,
  )
  return await uplink()
}

/** In the order in which the daemon told them. */
function told(): UplinkState[] {
  const states = events.events.flatMap(({ event }) =>
    event.payload?.$case === 'capture' ? [event.payload.value.uplink?.state ?? UplinkState.UNSPECIFIED] : [],
  )
  return states.filter((state, i) => state !== states[i - 1])
}

test('a resolver beyond the gateway shows that the internet is there', async () => {
  expect(await waitFor('UP')).toMatchObject({
    evidence: UplinkEvidence.RESOLVER,
    gateway: ROUTER_IP,
  })
})

test('a drop-out that is shorter than the patience tells nothing', async () => {
  const before = told()
  await setUplink('down')
  await sleep(PATIENCE_MS / 4)
  await setUplink('up')
  await lab.check('internet', ['ip', 'route', 'replace', 'default', 'via', '203.0.113.1'])
  await sleep(1.5 * PATIENCE_MS)
  expect(told()).toEqual(before)
})

test('a cut beyond the gateway is told as that, and its end', async () => {
  const cutMs = Date.now()
  await setUplink('down')
  const cut = await waitFor('BEYOND_SILENT')
  expect(Number(cut?.gatewayAnsweredMs)).toBeGreaterThan(Number(cut?.sinceMs))
  expect(Number(cut?.answeredMs)).toBeLessThan(cutMs + PATIENCE_MS)
  await setUplink('up')
  await lab.check('internet', ['ip', 'route', 'replace', 'default', 'via', '203.0.113.1'])
  await waitFor('UP')
})

test('a gateway that is gone is told as that', async () => {
  await lab.setLink('router', 'down')
  await waitFor('GATEWAY_SILENT')
  await lab.setLink('router', 'up')
  await waitFor('UP')
  const { UP, BEYOND_SILENT, GATEWAY_SILENT } = UplinkState
  expect(told().slice(-5)).toEqual([UP, BEYOND_SILENT, UP, GATEWAY_SILENT, UP])
})

test('an interface that is down can tell nothing', async () => {
  await lab.setLink('watcher', 'down')
  await events.find(
    ({ payload }) => payload?.$case === 'capture' && payload.value.state !== 3,
    TOLD_WITHIN_MS,
    'the loss of the interface',
  )
})
