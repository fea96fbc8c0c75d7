/**
 * The whole product in one household: the daemon on its gateway, the web part as a
 * user of its own. What a plan says it would have cut is what its rules then cut;
 * who leaves is told, and nobody else; a fire drill comes through to the end.
 */

import { afterAll, beforeAll, expect, test } from 'vitest'
import { Lab } from '../../daemon/src/lab/lab.js'
import { waitUntil } from '../../daemon/test/support/netwatcherd.js'
import type { Device } from '../src/contract/devices.js'
import type { DrillReport } from '../src/contract/drill.js'
import type { PlanResponse } from '../src/contract/firewall.js'
import type { Message } from '../src/contract/message.js'
import { type Receiver, startReceiver } from '../src/testing/test-receiver.js'
import { type LabSystem, startLabSystem } from './support/lab-system.js'

const GATE = { name: 'gate', mac: '02:00:00:00:71:01', ip: '10.71.0.1' }
const CHILD = { name: 'child', mac: '02:00:00:00:71:02', ip: '10.71.0.2' }
const TV = { name: 'tv', mac: '02:00:00:00:71:03', ip: '10.71.0.3' }
const NAS = { name: 'nas', mac: '02:00:00:00:71:04', ip: '10.71.0.4' }
const INSIDE = [GATE, CHILD, TV, NAS]
const OUTSIDE = { name: 'outside', mac: '02:00:00:00:71:09', ip: '203.0.113.9' }
const WAN_IP = '203.0.113.1'
const WITHIN_MS = 60_000

let lab: Lab
let system: LabSystem
let receiver: Receiver

beforeAll(async () => {
  lab = await Lab.create({
    medium: 'switch',
    hosts: [
      ...INSIDE.map((host) => ({
        ...{ name: host.name, mac: host.mac, addresses: [`${host.ip}/24`] },
        ...(host === GATE ? { isForwarding: true } : { gateway: GATE.ip }),
      })),
      { name: OUTSIDE.name, mac: OUTSIDE.mac, addresses: [] },
    ],
  })
  const ip = (host: string, ...args: string[]) => lab.check(host, ['ip', ...args])
  const wan = ['type', 'veth', 'peer', 'name', 'wan', 'netns', lab.namespace(OUTSIDE.name)]
  await ip(GATE.name, 'link', 'add', 'eth1', ...wan)
  for (const [host, link, address] of [
    [GATE.name, 'eth1', WAN_IP],
    [OUTSIDE.name, 'wan', OUTSIDE.ip],
  ] as const) {
    await ip(host, 'address', 'add', `${address}/24`, 'dev', link)
    await ip(host, 'link', 'set', link, 'up')
  }
  await ip(GATE.name, 'route', 'add', 'default', 'via', OUTSIDE.ip)
  await ip(OUTSIDE.name, 'route', 'add', '10.71.0.0/24', 'via', WAN_IP)
  const config =
    '[capture]\ninterfaces = ["eth0"]\n[detection]\nlearning_minutes = 0\n[firewall]\nenabled = true\n'
  receiver = await startReceiver()
  const settings = '[discovery]\nscan_every_minutes = 0\n[notify]\nlocal_targets = ["127.0.0.1"]\n'
  system = await startLabSystem({ lab, watcher: GATE.name, config, settings })
}, 120_000)

afterAll(async () => {
  await system?.[Symbol.asyncDispose]()
  await receiver?.[Symbol.asyncDispose]()
  await lab?.close()
})

/** Frames with this many bytes of UDP payload. */
const PAYLOAD = 1000
const FRAME = PAYLOAD + 42
const COUNT = 40

/** Everybody says so many datagrams to whom they speak with, unasked; gives who got how many from whom. */
async function replay(port: number): Promise<Record<string, number>> {
  const peers = [OUTSIDE, GATE, NAS]
  const speak = (ips: string[]) => `const s = require('dgram').createSocket('udp4'); const got = {}
    s.on('message', (_, { address }) => (got[address] = (got[address] ?? 0) + 1)).on('error', () => {})
    s.bind(${port}, () => { for (const ip of ${JSON.stringify(ips)}) for (let i = 0; i < ${COUNT}; i++)
      setTimeout(() => s.send(Buffer.alloc(${PAYLOAD}), ${port}, ip, () => {}), 3000 + i * 20) })
    setTimeout(() => { console.log(JSON.stringify(got)); process.exit() }, ${3000 + COUNT * 20 + 4000})`
  const listen = async (name: string, ips: string[]) =>
    JSON.parse(await lab.check(name, [process.execPath, '-e', speak(ips)], { timeoutMs: 60_000 }))
  const [child, ...others] = await Promise.all([
    listen(
      CHILD.name,
      peers.map(({ ip }) => ip),
    ),
    ...peers.map(({ name }) => listen(name, [CHILD.ip])),
  ])
  const got = peers.flatMap(({ name, ip }, i) => [
    [`child to ${name}`, others[i]?.[CHILD.ip] ?? others[i]?.[WAN_IP] ?? 0],
    [`${name} to child`, child[ip] ?? 0],
  ])
  return Object.fromEntries(got)
}

/** Bytes that a plan says it would have cut, by direction; whoever is named first in the list. */
async function wouldHaveCut(body: object, port: number): Promise<Record<string, number>> {
  const { wouldHaveCut: cut } = await planOf(body)
  const bytes: Record<string, number> = {}
  const add = (from: string, to: string, count: number) => {
    const name = (ip: string) => [...INSIDE, OUTSIDE].find((host) => host.ip === ip)?.name ?? ip
    const key = `${name(from)} to ${name(to)}`
    if (count > 0) bytes[key] = (bytes[key] ?? 0) + count
  }
  for (const { deviceIp, remoteIp, txBytes, rxBytes, port: service } of cut.conversations) {
    if (service !== port) continue
    add(deviceIp, remoteIp, txBytes)
    add(remoteIp, deviceIp, rxBytes)
  }
  return bytes
}

function planOf(body: object): Promise<PlanResponse> {
  return system.tell('/api/firewall/plan', { ...body, lifetimeSeconds: 3600, confirmSeconds: 600 })
}

const WHOLE = Object.fromEntries(
  [OUTSIDE, GATE, NAS].flatMap(({ name }) => [
    [`child to ${name}`, COUNT],
    [`${name} to child`, COUNT],
  ]),
)

test.each([
  ['a pause', 7777, { device: CHILD.mac }],
  ['a block by MAC', 7778, { targets: [CHILD.mac] }],
  ['a block by address', 7779, { targets: [CHILD.ip] }],
])(
  'what %s would have cut is what a replay loses with its rules in place, byte for byte',
  async (_, port, body) => {
    expect(await replay(port)).toEqual(WHOLE)
    let said: Record<string, number> = {}
    await waitUntil(
      async () => {
        said = await wouldHaveCut(body, port)
        return (said['child to outside'] ?? 0) >= COUNT * FRAME && said['child to gate'] !== undefined
      },
      WITHIN_MS,
      () => `the plan says ${JSON.stringify(said)}`,
    )
    said = await wouldHaveCut(body, port)
    const { token, targets } = await planOf(body)
    await system.tell('/api/firewall/apply', { token, confirmation: targets[0] })
    const passed = await replay(port)
    const lost = Object.entries(WHOLE).map(
      ([way, count]) => [way, (count - (passed[way] ?? 0)) * FRAME] as const,
    )
    expect(said).toEqual(Object.fromEntries(lost.filter(([, bytes]) => bytes > 0)))
    await system.tell('/api/firewall/revoke-all', {})
    // By the switch they reach each other in any case, and no plan says otherwise.
    expect([passed['child to nas'], passed['nas to child']]).toEqual([COUNT, COUNT])
  },
  180_000,
)

test('a fire drill is followed from the detector to the channel that has accepted it', async () => {
  const settings = { type: 'webhook', url: receiver.url }
  await system.tell('/api/channels', { name: 'Receiver', settings, rules: { events: ['sensor'] } })
  await system.tell('/api/drill/start', {})
  let report: DrillReport | null = null
  await waitUntil(
    async () => {
      report = await system.ask<DrillReport>('/api/drill')
      return report.links.length === 4 && report.links.every(({ state }) => state === 'done')
    },
    WITHIN_MS,
    () => `the drill stands at ${JSON.stringify(report)}`,
  )
  const { links } = await system.ask<DrillReport>('/api/drill')
  expect(links.map(({ link, name }) => [link, name])).toEqual([
    ['daemon', ''],
    ['alert', ''],
    ['incident', ''],
    ['channel', 'Receiver'],
  ])
  const times = links.map(({ afterMs }) => afterMs ?? Number.NaN)
  expect(times).toEqual(times.toSorted((a, b) => a - b))
  const messages = receiver.received.map(({ body }) => JSON.parse(body) as Message)
  expect(messages.filter(({ kind }) => kind === 'drill')).toHaveLength(1)
  const { alerts } = await system.ask<{ alerts: { kind: string; ip: string }[] }>('/api/alerts')
  expect(alerts.filter(({ ip }) => ip === '192.0.2.1').map(({ kind }) => kind)).toEqual(['drill'])
})

/** Of all but the gateway itself. */
async function presence(): Promise<Record<string, string>> {
  const { devices } = await system.ask<{ devices: Device[] }>('/api/devices?pageSize=50')
  const named = [CHILD, TV, NAS].map(({ name, mac }) => [
    name,
    devices.find((device) => device.mac === mac)?.presence ?? 'unknown',
  ])
  return Object.fromEntries(named)
}

function untilPresence(wanted: Record<string, string>): Promise<void> {
  let latest = {}
  return waitUntil(
    async () => {
      latest = await presence()
      return JSON.stringify(latest) === JSON.stringify(wanted)
    },
    2 * WITHIN_MS,
    () => `presence is ${JSON.stringify(latest)}`,
  )
}

const HERE = { child: 'online', tv: 'online', nas: 'online' }

test('who leaves is told after two scans in vain, and two scans of one host change nobody else', async () => {
  await system.scan()
  await untilPresence(HERE)
  const { id } = await system.ask<Device>(`/api/devices/${TV.mac}`)
  await system.tell('/api/inventory/bulk', { ids: [id], set: { patience: 'always_on' } })
  await lab.setLink(TV.name, 'down')
  await system.scan(NAS.ip)
  await system.scan(NAS.ip)
  expect((await system.ask<Device>(`/api/devices/${TV.mac}`)).presence).toBe('online')
  expect((await system.ask<Device>(`/api/devices/${CHILD.mac}`)).presence).toBe('online')
  await system.scan()
  await system.scan()
  await untilPresence({ ...HERE, tv: 'offline' })
  await lab.setLink(TV.name, 'up')
  await system.scan()
  await untilPresence(HERE)
}, 240_000)

test('a scan that finds nobody makes the sensor blind, and nobody offline', async () => {
  const links = [CHILD, TV, NAS].map(({ name }) => name)
  for (const name of links) await lab.setLink(name, 'down')
  await system.scan()
  await system.scan()
  let blind: { cause: string; isOpen: boolean }[] = []
  await waitUntil(
    async () => {
      blind = (await system.ask<{ blind: typeof blind }>('/api/presence/blind')).blind
      return blind.length > 0
    },
    WITHIN_MS,
    () => 'nobody says that the sensor is blind',
  )
  expect(blind).toMatchObject([{ cause: 'scan_found_nobody', isOpen: true }])
  expect(Object.values(await presence())).not.toContain('offline')
  for (const name of links) await lab.setLink(name, 'up')
  await system.scan()
  await untilPresence(HERE)
}, 240_000)
