/** The whole web part with several daemons, each a gRPC server on a socket of its own. */

import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startApp } from './app.js'
import { readToken } from './auth/token.js'
import { defaultConfig } from './config.js'
import type { AlertsResponse } from './contract/alerts.js'
import type { ClientsResponse } from './contract/clients.js'
import type { DevicesResponse } from './contract/devices.js'
import type { PlanResponse } from './contract/firewall.js'
import type { GapsResponse } from './contract/gaps.js'
import type { Problem } from './contract/problem.js'
import type { DaemonState, StatusResponse } from './contract/status.js'
import type { TrafficResponse } from './contract/traffic.js'
import { DaemonClient } from './daemon/client.js'
import { FakeDaemon } from './daemon/fake-daemon.js'
import {
  alertEvent,
  captureStatus,
  host,
  observation,
  saidBy,
  traffic,
  trafficRow,
} from './daemon/fake-messages.js'
import { Listed } from './identity/listed.js'
import { silentLogger } from './os/log.js'
import { markDeleted } from './storage/loss.js'
import { prepareMigrated } from './testing/migrated-state.js'
import { temporaryDirectory } from './testing/temporary-directory.js'

const MAC = 'aa:bb:cc:dd:ee:01'
const ALERT = 'c'.repeat(32)
const soon = { timeout: 20_000, interval: 20 }
const detailOf = (daemon?: DaemonState) => (daemon?.connected ? '' : daemon?.detail)
const idOf = (name: string) => Buffer.from(name).toString('hex').padEnd(32, '0')

const start = (...names: string[]) => startWith(names)

/** A web part of version 0.1.0 with a daemon for each name, in a site of the same name; `before` it starts. */
async function startWith(names: readonly string[], before?: (stateDir: string) => void) {
  const directory = await temporaryDirectory()
  const fakes = new Map<string, FakeDaemon>()
  for (const name of names) {
    const fake = new FakeDaemon(join(directory.path, name))
    Object.assign(fake, { daemonId: idOf(name), version: '0.1.0', bootId: idOf(`boot-${name}`) })
    fake.sensors = [saidBy(idOf(name), captureStatus('eth0'))]
    fake.hosts = [saidBy(idOf(name), host('192.168.1.10', MAC))]
    await fake.start()
    fakes.set(name, fake)
  }
  const config = defaultConfig()
  config.http.port = 0
  config.state.directory = join(directory.path, 'state')
  config.discovery.scan_every_minutes = 0
  config.daemon = names.map((name) => ({ name, site: name, socket: join(directory.path, name) }))
  await prepareMigrated(config.state.directory)
  before?.(config.state.directory)
  const app = await startApp({
    version: '0.1.0',
    config,
    connect: (socket) => new DaemonClient(socket, process.getuid?.() ?? 0),
    log: silentLogger,
    ui: new Map(),
    loadVendors: () => ({}),
    loadCountries: () => new Uint8Array(),
    listed: Listed.read(''),
    reverse: async () => [],
    nowMs: Date.now,
    monotonicMs: () => performance.now(),
    isClockSynchronized: () => true,
    onDatabaseLost: () => {},
  })
  const headers = { authorization: `Bearer ${readToken(join(config.state.directory, 'token'))}` }
  const get = async <T>(path: string) => (await (await fetch(app.url + path, { headers })).json()) as T
  const send = async <T>(method: string, path: string, body: unknown = {}) => {
    const init = { method, headers: { ...headers, 'content-type': 'application/json' } }
    const response = await fetch(app.url + path, { ...init, body: JSON.stringify(body) })
    return { status: response.status, body: (await response.json()) as T }
  }
  return {
    get,
    text: async (path: string) => await (await fetch(app.url + path, { headers })).text(),
    post: <T>(path: string, body?: unknown) => send<T>('POST', path, body),
    patch: (path: string, body?: unknown) => send('PATCH', path, body),
    fake(name: string): FakeDaemon {
      const fake = fakes.get(name)
      if (!fake) throw new Error(name)
      return fake
    },
    /** What each counts is told apart by its bytes. */
    say(name: string, bytes: number) {
      const fake = fakes.get(name)
      fake?.emit(saidBy(idOf(name), observation([host('192.168.1.10', MAC)])))
      const rows = [trafficRow({ txBytes: BigInt(bytes), rxBytes: 0n })]
      fake?.emit(saidBy(idOf(name), traffic(rows)))
    },
    /** Sent bytes by site. */
    async sent(): Promise<Record<string, number>> {
      const { devices } = await get<DevicesResponse>('/api/devices?sort=txBytes')
      return Object.fromEntries(devices.map((one) => [one.site, one.txBytes]))
    },
    connected: async () =>
      (await get<StatusResponse>('/api/status')).daemons.map(({ connected }) => connected),
    async [Symbol.asyncDispose]() {
      await app.stop()
      for (const fake of fakes.values()) fake.kill()
      await directory[Symbol.asyncDispose]()
    },
  }
}

test('two daemons with the same interface, addresses and a cloned MAC stay apart; when one dies the other goes on', async () => {
  await using run = await start('office', 'lab')
  await expect.poll(run.connected, soon).toEqual([true, true])
  run.say('office', 100)
  run.say('lab', 7)
  await expect.poll(run.sent, soon).toEqual({ office: 100, lab: 7 })
  const { traffic: rows } = await run.get<TrafficResponse>('/api/traffic')
  expect(rows.map(({ txBytes }) => txBytes).sort()).toEqual([100, 7])
  run.fake('office').kill()
  await expect.poll(run.connected, soon).toEqual([false, true])
  run.say('lab', 30)
  await expect.poll(run.sent, soon).toEqual({ office: 100, lab: 37 })
  // Where the one had been applied up to is not touched by the other.
  await run.fake('office').start()
  run.say('office', 5)
  await expect.poll(run.sent, soon).toEqual({ office: 105, lab: 37 })
})

test('after a database was lost each daemon tells what is missing', async () => {
  const lostMs = Date.now() - 60_000
  await using run = await startWith(['office', 'lab'], (stateDir) =>
    markDeleted(join(stateDir, 'netwatcher.db'), lostMs),
  )
  await expect.poll(run.connected, soon).toEqual([true, true])
  for (const name of ['office', 'lab']) run.say(name, 1)
  await expect
    .poll(async () => (await run.get<GapsResponse>('/api/gaps')).gaps.map(({ fromMs }) => fromMs), soon)
    .toEqual([lostMs, lostMs])
})

test('a verb goes to the daemon that it names; without a name, and with several, it is refused', async () => {
  await using run = await start('office', 'lab')
  await expect.poll(run.connected, soon).toEqual([true, true])
  const unsaid = await run.post<Problem>('/api/sniff/stop')
  expect(unsaid).toMatchObject({ status: 400, body: { reason: 'WHICH_DAEMON' } })
  expect(unsaid.body.detail).toContain('office, lab')
  expect(await run.post('/api/sniff/stop?daemon=cellar')).toMatchObject({ status: 404 })
  expect(await run.post('/api/sniff/stop?daemon=lab')).toMatchObject({
    status: 200,
    body: { running: false, sensors: [{ daemon: 'lab', interface: 'eth0', state: 'stopped' }] },
  })
  expect(await run.post('/api/scan?daemon=lab')).toMatchObject({ status: 202 })
  const planned = await run.post<PlanResponse>('/api/firewall/plan?daemon=lab', {
    targets: [MAC],
    lifetimeSeconds: 60,
  })
  expect(planned.body.daemon).toBe('lab')
  const applied = await run.post('/api/firewall/apply', { token: planned.body.token, confirmation: MAC })
  expect(applied.status).toBe(200)
  expect(run.fake('lab').firewall.state().blocks).toHaveLength(1)
  const changing = run.fake('office').calls.filter((call) => !/^(get|watch|acknowledge)/.test(call))
  expect(changing).toEqual([])
})

test('the name that confirms a block is that of the device in the site of the block', async () => {
  await using run = await start('office', 'lab')
  run.say('office', 1)
  run.say('lab', 2)
  await expect.poll(run.sent, soon).toEqual({ office: 1, lab: 2 })
  const { devices } = await run.get<DevicesResponse>('/api/devices')
  for (const { id, site } of devices) {
    await run.patch(`/api/devices/${id}`, { name: `printer of ${site}` })
  }
  for (const target of [MAC, '192.168.1.10']) {
    const { body } = await run.post<PlanResponse>('/api/firewall/plan?daemon=lab', {
      targets: [target],
      lifetimeSeconds: 60,
    })
    expect(body.deviceNames).toEqual(['printer of lab'])
  }
})

test('the frames of an alert come from the daemon that raised it', async () => {
  await using run = await start('office', 'lab')
  for (const name of ['office', 'lab']) run.fake(name).evidence.set(ALERT, [Buffer.from(name)])
  run.fake('lab').emit(saidBy(idOf('lab'), alertEvent({ id: ALERT })))
  await expect.poll(async () => (await run.get<AlertsResponse>('/api/alerts')).total, soon).toBe(1)
  expect(await run.text(`/api/alerts/${ALERT}/evidence`)).toBe('lab')
  // Ids are random; who says the same one means to overwrite it.
  run.fake('office').emit(saidBy(idOf('office'), alertEvent({ id: ALERT, kind: 'arp_flood', count: 99n })))
  run.say('office', 3)
  await expect.poll(run.sent, soon).toEqual({ office: 3 })
  expect(await run.get(`/api/alerts/${ALERT}`)).toMatchObject({ kind: 'arp_spoof', count: 12 })
})

test('hosts are found through all daemons, and one that fails is named', async () => {
  await using run = await start('office', 'lab')
  await expect.poll(run.connected, soon).toEqual([true, true])
  const both = await run.get<ClientsResponse>('/api/clients')
  expect(both.clients.map(({ site, ip }) => [site, ip])).toEqual([
    ['office', '192.168.1.10'],
    ['lab', '192.168.1.10'],
  ])
  expect(both.interfaces).toEqual([
    { daemon: 'office', interface: 'eth0', method: 'arp', detail: '' },
    { daemon: 'lab', interface: 'eth0', method: 'arp', detail: '' },
  ])
  await using other = await start('office', 'lab')
  other.fake('office').kill()
  await expect.poll(other.connected, soon).toEqual([false, true])
  const { clients, detail } = await other.get<ClientsResponse>('/api/clients')
  expect(clients).toMatchObject([{ site: 'lab' }])
  expect(detail).toContain('office: ')
})

test.each(['0.2.0', '0.0.9'])('a daemon of version %s works with 0.1.0', async (version) => {
  await using run = await start('office')
  run.fake('office').kill()
  Object.assign(run.fake('office'), { version, bootId: idOf('boot-of-another') })
  await run.fake('office').start()
  run.say('office', 4)
  await expect.poll(run.sent, soon).toEqual({ office: 4 })
})

test.each(['0.3.0', '1.1.0', 'unknown'])('a daemon of version %s is refused in words', async (version) => {
  await using run = await start('office', 'lab')
  run.fake('office').kill()
  Object.assign(run.fake('office'), { version, bootId: idOf('boot-of-another') })
  await run.fake('office').start()
  const detail = async () => detailOf((await run.get<StatusResponse>('/api/status')).daemon)
  await expect.poll(detail, soon).toContain(`netwatcherd is version ${version} and the web part is 0.1.0`)
  expect(await run.post('/api/sniff/stop?daemon=office')).toMatchObject({ status: 409 })
  expect(run.fake('office').calls).not.toContain('stopCapture')
  run.say('office', 1)
  run.say('lab', 2)
  await expect.poll(run.sent, soon).toEqual({ lab: 2 })
})

test('a daemon that speaks for another one is not believed, and that is told', async () => {
  await using run = await start('office', 'lab')
  await expect.poll(run.connected, soon).toEqual([true, true])
  run.fake('lab').emit(saidBy(idOf('office'), traffic([trafficRow({ txBytes: 1_000_000n })])))
  run.fake('lab').emit(saidBy(idOf('office'), alertEvent({ id: ALERT })))
  run.say('lab', 2)
  run.say('office', 1)
  await expect.poll(run.sent, soon).toEqual({ office: 1, lab: 2 })
  const { daemons } = await run.get<StatusResponse>('/api/status')
  expect(daemons.map(({ foreignEvents }) => foreignEvents)).toEqual([0, 2])
  expect(await run.get<AlertsResponse>('/api/alerts')).toMatchObject({ total: 0 })
})

test('the same daemon behind two sockets is refused the second time', async () => {
  await using run = await start('office', 'lab')
  await expect.poll(run.connected, soon).toEqual([true, true])
  run.fake('lab').kill()
  await expect.poll(run.connected, soon).toEqual([true, false])
  run.fake('lab').daemonId = idOf('office')
  await run.fake('lab').start()
  const details = async () => detailOf((await run.get<StatusResponse>('/api/status')).daemons[1])
  await expect.poll(details, soon).toContain('is the one of office')
})
