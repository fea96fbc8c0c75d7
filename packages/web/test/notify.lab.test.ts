/**
 * Notifications to real servers on the loopback: what happened reaches each, in
 * order, with the target down meanwhile and across a kill of who sends; and what
 * a broker keeps after devices were renamed and forgotten.
 */

import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { VendorTable } from '@netwatcher/shared/identity'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ChannelSettings, channelSettings, rulesSchema } from '../src/contract/channels.js'
import type { DevicePatch } from '../src/contract/devices.js'
import type { Message } from '../src/contract/message.js'
import { DaemonLink } from '../src/daemon/link.js'
import { ReverseDns } from '../src/identity/reverse-dns.js'
import { applyEvents } from '../src/ingest/apply.js'
import { Notifier } from '../src/notify/notifier.js'
import { silentLogger } from '../src/os/log.js'
import { Outgoing } from '../src/os/outgoing.js'
import type { Store } from '../src/storage/store.js'
import { daemonAt, daemonsOf } from '../src/testing/test-daemon.js'
import { startReceiver } from '../src/testing/test-receiver.js'
import { alertOf, createTestStore, event, hostOf, SOURCE } from '../src/testing/test-store.js'
import { NameBook } from '../src/views/name-book.js'
import { Views } from '../src/views/views.js'

const WITHIN = { timeout: 15_000 }
const directory = mkdtempSync(join(tmpdir(), 'netwatcher-notify-'))
const file = (name: string) => join(directory, name)
const ended: (() => void)[] = []

beforeAll(() => {
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'],
      ...['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'],
      ...['-keyout', file('key.pem'), '-out', file('cert.pem')],
    ],
    { stdio: 'ignore' },
  )
  execFileSync('chmod', ['-R', 'a+rX', directory])
})
afterAll(() => {
  for (const end of ended) end()
  rmSync(directory, { recursive: true, force: true })
})

/** A program that lives until the tests end, or is ended. */
function run(command: string, args: string[]): { end: () => void; output: () => string } {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  const end = () => void child.kill('SIGKILL')
  ended.push(end)
  return { end, output: () => output }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

function notifierOf(store: Store): Notifier {
  const views = new Views(new VendorTable(() => ({})), new ReverseDns(async () => [], Date.now), 'default', {
    idsOf: () => [],
  })
  const link = new DaemonLink(Date.now, () => {})
  return new Notifier({
    version: '0',
    store,
    daemons: daemonsOf(daemonAt('/nowhere', { link })),
    views,
    names: new NameBook(store, views),
    outgoing: new Outgoing(['127.0.0.0/8', '::1']),
    log: silentLogger,
    nowMs: Date.now,
    minuteOfDay: () => 0,
    writeJournal: () => {},
  })
}

async function setUp(settings: object, change: object = {}) {
  const test = await createTestStore()
  const rules = rulesSchema.parse({ perMinute: 6000, minSeverity: 'info', ...change })
  const channel: ChannelSettings = channelSettings.parse(settings)
  const named = { name: 'Channel', settings: channel, rules, isEnabled: true }
  const id = await test.store.channels.add(named, '', 0)
  let notifier = notifierOf(test.store)
  let sequence = 0
  await notifier.start()
  return {
    ...test,
    id,
    notifier: () => notifier,
    /** As after kill -9: the successor knows only what is stored. */
    async succeed() {
      const before = notifier
      notifier = notifierOf(test.store)
      await notifier.start()
      return before
    },
    async alerts(from: number, to: number) {
      for (let n = from; n < to; n++) {
        const mac = `02:00:00:00:${(n >> 8).toString(16).padStart(2, '0')}:${(n & 255).toString(16).padStart(2, '0')}`
        const alert = alertOf({
          id: n.toString(16).padStart(32, '0'),
          kind: n % 2 === 0 ? 'arp_scan' : 'port_scan',
          ip: '',
          parties: [{ role: 'suspect', mac, ip: '', certainty: 'likely' }],
        })
        await applyEvents(test.store, SOURCE, [event(++sequence, { kind: 'alert', alert })], Date.now())
      }
      notifier.wake()
    },
    async seen(...macs: string[]) {
      const hosts = macs.map((mac, n) => hostOf(`10.0.0.${n + 1}`, mac))
      await applyEvents(
        test.store,
        SOURCE,
        [event(++sequence, { kind: 'observation', hosts, names: [], clues: [] })],
        Date.now(),
      )
      notifier.wake()
    },
    async addChannel(name: string, settings: object): Promise<number> {
      const other = { ...named, name, settings: channelSettings.parse(settings) }
      const otherId = await test.store.channels.add(other, '', 0)
      await notifier.reload(otherId)
      return otherId
    },
    async change(mac: string, patch: DevicePatch) {
      const device = await test.store.devices.get(mac)
      const change = { patch, addTags: [], removeTags: [] }
      const act = { atMs: Date.now(), source: 'person' as const }
      await test.store.inventory.change({ ids: [device?.id ?? 0] }, change, act)
    },
    async forget(mac: string) {
      const device = await test.store.devices.get(mac)
      await test.store.inventory.forget({ ids: [device?.id ?? 0] })
    },
    state: async () => (await test.store.channels.get(id))?.state,
    async [Symbol.asyncDispose]() {
      await notifier.stop()
      await test[Symbol.asyncDispose]()
    },
  }
}

const numbers = (ids: readonly (string | undefined)[]) => ids.map((id) => Number.parseInt(id ?? '', 16))
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i)

test('a receiver that is down, and a sender that is killed, lose nothing and change no order', async () => {
  const port = await freePort()
  await using sent = await setUp({ type: 'webhook', url: `http://127.0.0.1:${port}/` })
  await sent.alerts(0, 10)
  await expect
    .poll(sent.state, WITHIN)
    .toMatchObject({ waiting: 10, lastError: expect.stringMatching(/refused/) })
  await using receiver = await startReceiver(port)
  let hanging = 0
  receiver.answer = async () => {
    // The fifth is taken, and never answered: the sender dies with it under way.
    if (++hanging === 5) await new Promise(() => {})
    return { status: 200 }
  }
  await expect.poll(() => receiver.received.length, WITHIN).toBe(5)
  const killed = await sent.succeed()
  await sent.alerts(10, 12)
  await expect.poll(sent.state, WITHIN).toMatchObject({ waiting: 0 })
  const messages = receiver.received.map(({ body }) => JSON.parse(body) as Message)
  expect(numbers(messages.map(({ incident }) => incident?.id))).toEqual([0, 1, 2, 3, 4, ...upTo(12).slice(4)])
  expect(messages[5]?.id).toBe(messages[4]?.id)
  expect(new Set(messages.map(({ id }) => id)).size).toBe(12)
  await killed.stop()
}, 60_000)

test('a thousand alerts in a minute are few incidents, the limit holds, and a channel that hangs delays nobody', async () => {
  await using receiver = await startReceiver()
  await using deaf = await startReceiver()
  deaf.answer = () => new Promise(() => {})
  await using sent = await setUp({ type: 'webhook', url: receiver.url }, { perMinute: 5 })
  const deafId = await sent.addChannel('Deaf', { type: 'webhook', url: deaf.url })
  await sent.alerts(0, 1000)
  await expect.poll(() => sent.store.outbox.happenings(1), WITHIN).toEqual([])
  await expect.poll(() => receiver.received.length, WITHIN).toBeGreaterThan(0)
  await expect.poll(sent.state, WITHIN).toMatchObject({ waiting: 0 })
  const messages = receiver.received.map(({ body }) => JSON.parse(body) as Message)
  const incidents = (await sent.store.incidents.counts()).reduce((sum, { count }) => sum + count, 0)
  expect(incidents).toBeLessThan(50)
  expect(messages.length).toBeLessThanOrEqual(5)
  expect(deaf.received).toHaveLength(1)
  const { state } = (await sent.store.channels.get(deafId)) ?? {}
  expect([state?.sent, (state?.waiting ?? 0) > 0]).toEqual([0, true])
  expect(messages.reduce((sum, { count }) => sum + count, 0)).toBeGreaterThanOrEqual(incidents)
}, 120_000)

async function startBroker(port: number) {
  writeFileSync(
    file('mosquitto.conf'),
    `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence true\npersistence_location ${directory}/\nuser root\n`,
  )
  return run('mosquitto', ['-c', file('mosquitto.conf')])
}

/** What the broker keeps, by topic. */
function kept(port: number): Map<string, string> {
  const args = ['-h', '127.0.0.1', '-p', String(port), '-t', '#', '-v', '--retained-only', '-W', '1']
  let text = ''
  try {
    text = execFileSync('mosquitto_sub', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  } catch (error) {
    // It ends by its time limit, with what came until then.
    text = String((error as { stdout?: string }).stdout ?? '')
  }
  return new Map(
    text
      .split('\n')
      .filter(Boolean)
      .map((line) => [line.split(' ')[0] ?? '', line.slice(line.indexOf(' ') + 1)]),
  )
}

test('a broker gets messages with their ids, keeps what there is, and nothing of what is gone', async () => {
  const port = await freePort()
  await startBroker(port)
  const macs = ['aa:bb:cc:dd:ee:01', 'aa:bb:cc:dd:ee:02']
  await using sent = await setUp({ type: 'mqtt', host: '127.0.0.1', port })
  await expect.poll(() => kept(port).size >= 0, WITHIN).toBe(true)
  const heard = run('mosquitto_sub', [
    '-h',
    '127.0.0.1',
    '-p',
    String(port),
    '-t',
    'netwatcher/message',
    '-q',
    '1',
  ])
  await sent.seen(...macs)
  const trackers = () => [...kept(port)].filter(([topic]) => /device_tracker.*config$/.test(topic))
  const mirrored = async <T>(check: () => T) => {
    await sent.notifier().mirror()
    return check()
  }
  await expect.poll(() => mirrored(() => trackers().length), WITHIN).toBe(2)
  expect(kept(port).get('netwatcher/availability')).toBe('online')
  await sent.alerts(0, 5)
  await expect.poll(sent.state, WITHIN).toMatchObject({ waiting: 0, sent: 5 })
  await expect.poll(() => heard.output().trim().split('\n').length, WITHIN).toBe(5)
  const messages = heard
    .output()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(numbers(messages.map(({ incident }) => incident.id))).toEqual(upTo(5))
  expect(messages[0]).toMatchObject({
    event_type: 'incident_opened',
    id: expect.stringMatching(/^[0-9a-f]{32}$/),
  })
  const before = kept(port)
  await sent.change('aa:bb:cc:dd:ee:01', { name: 'Scanner' })
  await mirrored(() => {})
  await sent.change('aa:bb:cc:dd:ee:01', { name: 'Printer' })
  // A new name is told where the old one was, so Home Assistant keeps its entity.
  expect([...(await mirrored(() => kept(port))).keys()]).toEqual([...before.keys()])
  expect([...kept(port).values()].join()).not.toContain('Scanner')
  await sent.change('aa:bb:cc:dd:ee:02', { trust: 'ignored' })
  await mirrored(() => {})
  expect(trackers().map(([, config]) => JSON.parse(config).device.name)).toEqual(['Printer'])
  expect([...kept(port).values()].join()).not.toContain('ee:02')
  await sent.forget('aa:bb:cc:dd:ee:01')
  await mirrored(() => {})
  expect([...kept(port)].flat().join()).not.toMatch(/Printer|ee:01|device_tracker|\/device\//)
  expect(kept(port).get('netwatcher/availability')).toBe('online')
  await sent.notifier().retract(sent.id)
  await sent.notifier().halt(sent.id)
  expect([...kept(port).keys()].filter((topic) => topic !== 'netwatcher/availability')).toEqual([])
}, 90_000)

test('a mail server gets each mail once it does what is demanded of it', async () => {
  const port = await freePort()
  const mail = run('/usr/bin/python3', [
    '-u',
    '-c',
    MAIL_SERVER,
    String(port),
    file('cert.pem'),
    file('key.pem'),
  ])
  const certificate = readFileSync(file('cert.pem'), 'utf8')
  const to = ['me@home.example']
  const settings = { type: 'email', host: 'localhost', port, from: 'nw@home.example', to, certificate }
  await using sent = await setUp(settings)
  await expect.poll(mail.output, WITHIN).toContain('ready')
  await sent.alerts(0, 3)
  await expect.poll(sent.state, WITHIN).toMatchObject({ waiting: 0, sent: 3 })
  const ids = [...mail.output().matchAll(/tls=True id=<([0-9a-f]{32})@home\.example>/g)].map(([, id]) => id)
  expect(new Set(ids).size).toBe(3)
}, 60_000)

const MAIL_SERVER = `
import sys, ssl, time
from email import message_from_bytes
from aiosmtpd.controller import Controller
class Handler:
    async def handle_DATA(self, server, session, envelope):
        print("tls=%s id=%s" % (session.ssl is not None, message_from_bytes(envelope.content)["Message-ID"]))
        return "250 taken"
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[2], sys.argv[3])
controller = Controller(Handler(), hostname="127.0.0.1", port=int(sys.argv[1]), tls_context=context, require_starttls=True)
controller.start()
print("ready")
time.sleep(600)
`

test('rsyslog reads what is sent, by datagrams and over a connection', async () => {
  const port = await freePort()
  writeFileSync(
    file('rsyslog.conf'),
    `module(load="imudp")\nmodule(load="imtcp")\ninput(type="imudp" address="127.0.0.1" port="${port}")
input(type="imtcp" address="127.0.0.1" port="${port}")\ntemplate(name="t" type="string" string="%app-name% %pri-text% %structured-data%%msg%\\n")
*.* action(type="omfile" file="${file('log')}" template="t")\n`,
  )
  const log = run('rsyslogd', ['-n', '-f', file('rsyslog.conf'), '-i', file('rsyslog.pid')])
  expect(log.output()).toBe('')
  const lines = () => {
    try {
      return readFileSync(file('log'), 'utf8')
        .split('\n')
        .filter((line) => line.startsWith('netwatcher'))
    } catch {
      return []
    }
  }
  await using tcp = await setUp({ type: 'syslog', host: '127.0.0.1', port, protocol: 'tcp' })
  await tcp.alerts(0, 3)
  await expect.poll(() => lines().length, WITHIN).toBe(3)
  await using udp = await setUp({ type: 'syslog', host: '127.0.0.1', port })
  await udp.alerts(3, 4)
  await expect.poll(() => lines().length, WITHIN).toBe(4)
  expect(lines()[0]).toMatch(
    /^netwatcher audit\.warn.* \[netwatcher@32473 id="[0-9a-f]{32}" event="incident_opened"/,
  )
}, 60_000)
