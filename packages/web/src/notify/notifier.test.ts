import { MINUTE_MS } from '@netwatcher/shared'
import { VendorTable } from '@netwatcher/shared/identity'
import { expect, onTestFinished, test, vi } from 'vitest'
import { type ChannelSettings, type Rules, rulesSchema } from '../contract/channels.js'
import type { Message } from '../contract/message.js'
import { captureFrom } from '../daemon/convert.js'
import { captureStatus } from '../daemon/fake-messages.js'
import { DaemonLink } from '../daemon/link.js'
import { ReverseDns } from '../identity/reverse-dns.js'
import { applyEvents } from '../ingest/apply.js'
import { silentLogger } from '../os/log.js'
import { Outgoing } from '../os/outgoing.js'
import { MOST_WAITING } from '../storage/outbox-repository.js'
import type { Store } from '../storage/store.js'
import { daemonAt, daemonsOf } from '../testing/test-daemon.js'
import { startReceiver } from '../testing/test-receiver.js'
import { alertOf, createTestStore, event, hostOf, SENSOR, SOURCE, trafficOf } from '../testing/test-store.js'
import { NameBook } from '../views/name-book.js'
import { Views } from '../views/views.js'
import { Notifier } from './notifier.js'

/** Of a loaded machine. */
const WITHIN = { timeout: 20_000 }
vi.setConfig({ testTimeout: 60_000 })
const NOW = 1_800_000_000_000
const MAC = 'aa:bb:cc:dd:ee:01'
const id = (n: number) => n.toString(16).padStart(32, '0')

function notifierOf(store: Store, clock: { nowMs: number }): Notifier {
  const views = new Views(new VendorTable(() => ({})), new ReverseDns(async () => [], Date.now), 'default', {
    idsOf: () => [],
  })
  const link = new DaemonLink(
    () => clock.nowMs,
    () => {},
  )
  const notifier = new Notifier({
    version: '0',
    store,
    daemons: daemonsOf(daemonAt('/nowhere', { link })),
    views,
    names: new NameBook(store, views),
    outgoing: new Outgoing(['127.0.0.1']),
    log: silentLogger,
    nowMs: () => clock.nowMs,
    minuteOfDay: () => 0,
    writeJournal: () => {},
  })
  onTestFinished(() => notifier.stop())
  return notifier
}

async function setUp(rules: Partial<Rules> = {}) {
  const test = await createTestStore()
  const receiver = await startReceiver()
  const clock = { nowMs: NOW }
  const settings: ChannelSettings = { type: 'webhook', url: receiver.url, certificate: '' }
  const full = { ...rulesSchema.parse({}), perMinute: 600, ...rules }
  const channel = { name: 'Hook', settings, rules: full, isEnabled: true }
  const channelId = await test.store.channels.add(channel, '', NOW)
  const notifier = notifierOf(test.store, clock)
  // As ingest does after each commit.
  let isStarted = false
  let sequence = 0
  return {
    ...test,
    receiver,
    clock,
    notifier,
    channelId,
    messages: () => receiver.received.map(({ body }) => JSON.parse(body) as Message),
    state: async () => (await test.store.channels.get(channelId))?.state,
    async start() {
      await notifier.start()
      isStarted = true
      notifier.wake()
    },
    async alert(n: number, mac: string, change: Parameters<typeof alertOf>[0] = {}) {
      const parties = [{ role: 'suspect' as const, mac, ip: '', certainty: 'likely' as const }]
      const alert = alertOf({ id: id(n), parties, ...change })
      await applyEvents(test.store, SOURCE, [event(++sequence, { kind: 'alert', alert })], clock.nowMs)
      if (isStarted) notifier.wake()
    },
    async seen(...ips: string[]) {
      const hosts = ips.map((ip, n) => hostOf(ip, `aa:bb:cc:dd:ee:${10 + n}`))
      await applyEvents(
        test.store,
        SOURCE,
        [event(++sequence, { kind: 'observation', hosts, names: [], clues: [] })],
        NOW,
      )
      if (isStarted) notifier.wake()
    },
    async [Symbol.asyncDispose]() {
      await notifier.stop()
      await receiver[Symbol.asyncDispose]()
      await test[Symbol.asyncDispose]()
    },
  }
}

test('an alert becomes an incident, a message, and what the channel accepted', async () => {
  await using run = await setUp()
  await run.start()
  await run.alert(1, MAC)
  await expect.poll(run.messages, WITHIN).toHaveLength(1)
  expect(run.messages()[0]).toMatchObject({
    version: 1,
    event: 'incident_opened',
    severity: 'warning',
    incident: { id: id(1), kind: 'arp_spoof', state: 'open' },
  })
  await expect.poll(run.state, WITHIN).toMatchObject({ sent: 1, waiting: 0, lastSentMs: NOW, lastError: '' })
  expect(await run.store.outbox.ofIncident(id(1))).toMatchObject([{ channel: 'Hook', error: '' }])
})

test('while the other end is down all of it waits, and then comes in order, each once', async () => {
  await using run = await setUp({ events: ['incident', 'incident_ended'] })
  run.receiver.answer = async () => ({ status: 503 })
  await run.start()
  await run.alert(1, MAC)
  await expect.poll(run.messages, WITHIN).toHaveLength(1)
  await run.alert(1, MAC, { severity: 'critical', count: 2 })
  await run.alert(1, MAC, { severity: 'critical', count: 3, state: 'ended' })
  await expect.poll(run.state, WITHIN).toMatchObject({
    waiting: 3,
    lastError: 'The webhook answered 503: {}',
    failingSinceMs: NOW,
  })
  run.receiver.answer = async () => ({ status: 200 })
  run.clock.nowMs += 2 * MINUTE_MS
  await run.notifier.reload(run.channelId)
  await expect.poll(run.messages, WITHIN).toHaveLength(4)
  const [tried, ...rest] = run.messages()
  expect(rest.map((message) => message.event)).toEqual([
    'incident_opened',
    'incident_escalated',
    'incident_ended',
  ])
  expect(rest[0]?.id).toBe(tried?.id)
  expect(new Set(rest.map((message) => message.id)).size).toBe(3)
  await expect
    .poll(run.state, WITHIN)
    .toMatchObject({ waiting: 0, sent: 3, lastError: '', failingSinceMs: null })
})

test('after a kill in the middle of sending, the message in flight may come twice, under one id', async () => {
  await using run = await setUp()
  run.receiver.answer = () => new Promise(() => {})
  await run.start()
  await run.alert(1, MAC)
  await expect.poll(run.messages, WITHIN).toHaveLength(1)
  await run.alert(2, 'aa:bb:cc:dd:ee:02')
  await expect.poll(run.state, WITHIN).toMatchObject({ waiting: 2 })
  // As after a kill: nobody has noted that it was accepted.
  const successor = notifierOf(run.store, run.clock)
  run.receiver.answer = async () => ({ status: 200 })
  await successor.start()
  await expect.poll(run.messages, WITHIN).toHaveLength(3)
  const [inFlight, again, next] = run.messages()
  expect(again).toEqual(inFlight)
  expect(next?.incident?.id).toBe(id(2))
})

test('more than a channel takes in a minute comes as one message', async () => {
  await using run = await setUp({ perMinute: 3 })
  for (let n = 1; n <= 15; n++) await run.alert(n, `aa:bb:cc:dd:00:${10 + n}`)
  await run.start()
  await expect.poll(run.messages, WITHIN).toHaveLength(3)
  expect(run.messages().map(({ event, count }) => [event, count])).toEqual([
    ['incident_opened', 1],
    ['incident_opened', 1],
    ['summary', 13],
  ])
  await run.alert(16, MAC)
  await expect.poll(run.state, WITHIN).toMatchObject({ waiting: 1 })
  expect(run.messages()).toHaveLength(3)
  run.clock.nowMs += MINUTE_MS
  await run.notifier.reload(run.channelId)
  await expect.poll(run.messages, WITHIN).toHaveLength(4)
})

test('what waited for a digest comes together', async () => {
  await using run = await setUp({ digestMinutes: 60 })
  await run.start()
  await run.alert(1, MAC)
  await run.alert(2, 'aa:bb:cc:dd:ee:02')
  await expect.poll(run.state, WITHIN).toMatchObject({ waiting: 2 })
  await run.alert(3, 'aa:bb:cc:dd:ee:03', { severity: 'critical' })
  await expect.poll(run.messages, WITHIN).toMatchObject([{ event: 'incident_opened', severity: 'critical' }])
  run.clock.nowMs += 60 * MINUTE_MS
  await run.notifier.reload(run.channelId)
  await expect.poll(run.messages, WITHIN).toMatchObject([{}, { event: 'summary', count: 2 }])
})

test('the queue is bounded: the oldest gives way, and the next message tells so', async () => {
  await using run = await setUp({ perMinute: 6000, events: ['incident'] })
  const message = (n: number) => ({
    channelId: run.channelId,
    dueMs: 0,
    isHeld: false,
    message: { id: id(n) },
  })
  const many = Array.from({ length: MOST_WAITING + 5 }, (_, n) => message(n) as never)
  await run.store.outbox.turnInto(0, many, NOW)
  expect(await run.state()).toMatchObject({ waiting: MOST_WAITING, dropped: 5 })
  const due = await run.store.outbox.due(run.channelId, NOW, MOST_WAITING)
  expect([due[0]?.message.id, due[1]?.message.id]).toEqual([id(0), id(6)])
  expect(await run.store.outbox.untold(run.channelId)).toBe(5)
})

test('a message that will never be accepted does not hold up the others', async () => {
  await using run = await setUp()
  run.receiver.answer = async ({ body }) => ({ status: body.includes(id(1)) ? 422 : 200 })
  await run.start()
  await run.alert(1, MAC)
  await run.alert(2, 'aa:bb:cc:dd:ee:02')
  const attempts = async () => (await run.store.outbox.due(run.channelId, NOW, 1))[0]?.attempts
  for (const tried of [1, 2, 3, 4]) {
    await expect.poll(attempts, WITHIN).toBe(tried)
    run.clock.nowMs += 2 * MINUTE_MS
    await run.notifier.reload(run.channelId)
  }
  await expect
    .poll(() => run.messages().at(-1), WITHIN)
    .toMatchObject({ incident: { id: id(2) }, dropped: 1 })
  await expect.poll(run.state, WITHIN).toMatchObject({ waiting: 0, dropped: 1, sent: 1 })
  expect(await run.store.outbox.ofIncident(id(1))).toMatchObject([{ error: 'The webhook answered 422: {}' }])
})

test('what is snoozed or muted is not told, and a snooze that ends is a reminder', async () => {
  await using run = await setUp()
  await run.alert(1, MAC)
  await run.store.incidents.snooze(id(1), NOW + MINUTE_MS, NOW)
  await run.alert(2, 'aa:bb:cc:dd:ee:02')
  await run.store.incidents.mute(id(2), NOW + MINUTE_MS, NOW)
  await run.start()
  await run.notifier.tick()
  expect(await run.state()).toMatchObject({ waiting: 0, sent: 0 })
  run.clock.nowMs += MINUTE_MS
  await run.notifier.tick()
  await expect.poll(run.messages, WITHIN).not.toEqual([])
  expect(run.messages()[0]).toMatchObject({ event: 'incident_reminder', incident: { id: id(1) } })
  expect(run.messages().filter(({ incident }) => incident?.id === id(2))).toEqual([])
})

test('devices that are new, go and come back are told, whoever notices', async () => {
  await using run = await setUp({ events: ['device_new', 'device_gone', 'device_back'] })
  await run.start()
  await run.seen('10.0.0.10')
  await expect.poll(run.messages, WITHIN).toHaveLength(1)
  const device = await run.store.devices.get('aa:bb:cc:dd:ee:10')
  const ids = [device?.id ?? 0]
  const become = (presence: string) =>
    run.store.database.writes.run((manager) =>
      manager.query('UPDATE device SET presence = ? WHERE id = ?', [presence, ids[0]]),
    )
  const change = { patch: { name: 'Printer' }, addTags: [], removeTags: [] }
  await run.store.inventory.change({ ids }, change, { atMs: NOW, source: 'person' })
  await become('offline')
  await become('online')
  run.notifier.wake()
  await expect.poll(run.messages, WITHIN).toHaveLength(3)
  expect(run.messages().map(({ event, device: told }) => [event, told?.mac])).toEqual([
    ['device_new', 'aa:bb:cc:dd:ee:10'],
    ['device_gone', 'aa:bb:cc:dd:ee:10'],
    ['device_back', 'aa:bb:cc:dd:ee:10'],
  ])
  expect(run.messages()[2]?.text).toBe('Printer (aa:bb:cc:dd:ee:10) is back.')
})

test.each([
  ['note', ['aa:bb:cc:dd:ee:10 talks to bad.example.org, which is on your list.']],
  ['port_opened', ['aa:bb:cc:dd:ee:10 has a newly open port: tcp/23 telnet.']],
  ['quota', ['All devices together have used 80 % of the quota for this month.']],
] as const)('of notes that are alerts a channel for %s tells those', async (event, sentences) => {
  await using run = await setUp({ events: [event] })
  await run.start()
  await run.seen('10.0.0.10')
  const { notes, devices, database } = run.store
  const deviceId = (await devices.get('aa:bb:cc:dd:ee:10'))?.id ?? 0
  const told = [
    { atMs: NOW, kind: 'port', deviceId, subject: 'tcp/25' },
    { atMs: NOW, kind: 'listed', deviceId, subject: 'bad.example.org' },
    { atMs: NOW, kind: 'port_opened', deviceId, subject: 'tcp/23 telnet' },
    { atMs: NOW, kind: 'quota', deviceId: 0, subject: '80' },
  ] as const
  await database.writes.run((manager) => notes.add(manager, told))
  run.notifier.wake()
  await expect.poll(() => run.store.outbox.happenings(1), WITHIN).toEqual([])
  await expect.poll(run.messages, WITHIN).toHaveLength(sentences.length)
  expect(run.messages().map(({ event, text }) => [event, text.split('\n')[0]])).toEqual(
    sentences.map((sentence) => [event, sentence]),
  )
})

test('a port that a later scan finds open, and a quota that traffic uses up, reach the channel', async () => {
  await using run = await setUp({ events: ['port_opened', 'quota'] })
  await run.start()
  await run.seen('10.0.0.10')
  const mac = 'aa:bb:cc:dd:ee:10'
  const open = (number: number) => ({ protocol: 'tcp', number, state: 'open', service: '', version: '' })
  const scan = { siteId: SOURCE.siteId, ip: '10.0.0.10', profile: 'quick' }
  await run.store.portScans.record({ ...scan, ports: [open(22)], atMs: NOW })
  await run.store.portScans.record({ ...scan, ports: [open(22), open(23)], atMs: NOW + 1 })
  await run.store.volumes.setQuota(mac, 1000, 50)
  const row = { deviceMac: mac, deviceIp: '10.0.0.10', remoteIp: '9.9.9.9', rxBytes: 600 }
  await applyEvents(run.store, SOURCE, [event(100, trafficOf([row], NOW))], NOW)
  run.notifier.wake()
  await expect.poll(run.messages, WITHIN).toHaveLength(2)
  expect(run.messages().map(({ event, text, device }) => [event, text.split('\n')[0], device?.mac])).toEqual([
    ['port_opened', `${mac} has a newly open port: tcp/23.`, mac],
    ['quota', `${mac} has used 50 % of its quota for this month.`, mac],
  ])
})

test('a channel that is off, and none at all, leave nothing behind', async () => {
  await using run = await setUp()
  await run.store.channels.change(run.channelId, { isEnabled: false }, undefined)
  await run.start()
  await run.alert(1, MAC)
  await run.notifier.tick()
  expect(await run.store.outbox.happenings(10)).toEqual([])
  expect(run.messages()).toEqual([])
  await run.store.channels.remove(run.channelId)
  expect(await run.store.channels.list()).toEqual([])
})

test('a daemon that stays away for a minute is told, and that it is back', async () => {
  const test = await createTestStore()
  onTestFinished(() => test[Symbol.asyncDispose]())
  await using receiver = await startReceiver()
  const clock = { nowMs: NOW }
  const settings: ChannelSettings = { type: 'webhook', url: receiver.url, certificate: '' }
  const rules = rulesSchema.parse({})
  await test.store.channels.add({ name: 'Hook', settings, rules, isEnabled: true }, '', NOW)
  const notifier = notifierOf(test.store, clock)
  await notifier.start()
  await notifier.tick()
  clock.nowMs += MINUTE_MS
  await notifier.tick()
  await notifier.tick()
  await expect.poll(() => receiver.received.length, WITHIN).toBe(1)
  expect(JSON.parse(receiver.received[0]?.body ?? '')).toMatchObject({
    event: 'sensor_lost',
    text: expect.stringContaining('netwatcherd does not watch any more'),
  })
  await notifier.stop()
})

test('an outage of the internet is told, with what to look at, and its end', async () => {
  await using run = await setUp({ events: ['internet'] })
  await run.start()
  const rest = {
    answeredMs: NOW,
    evidence: 'target',
    gateway: '192.168.1.1',
    gatewayAnsweredMs: NOW,
  } as const
  for (const [i, state] of (['up', 'gateway_silent', 'up'] as const).entries()) {
    const uplink = { state, sinceMs: NOW + i * MINUTE_MS, ...rest }
    const status = { ...captureFrom(captureStatus('eth0')), sensor: SENSOR, uplink }
    await applyEvents(run.store, SOURCE, [event(i + 1, { kind: 'capture', status })], NOW)
    run.notifier.wake()
  }
  await expect.poll(() => run.messages().length, WITHIN).toBe(2)
  expect(run.messages()).toMatchObject([
    { event: 'internet_lost', severity: 'warning', text: expect.stringContaining('Look at the router') },
    { event: 'internet_back', severity: 'info', text: expect.stringContaining('after 1 min') },
  ])
})
