/** Months, quotas, resolvers and notes, out of what the daemon counted. */

import { DAY_MS } from '@netwatcher/shared'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { NotesResponse } from '../contract/notes.js'
import type { MonthsResponse, QuotasResponse, ResolversResponse } from '../contract/volumes.js'
import type { TrafficRow } from '../daemon/types.js'
import { Listed } from '../identity/listed.js'
import { applyEvents } from '../ingest/apply.js'
import { NOTHING_KNOWN } from '../storage/talk-repository.js'
import { createTestApi, type TestApi } from '../testing/test-api.js'
import { event, hostOf, SOURCE, trafficOf } from '../testing/test-store.js'

const MAC = 'aa:bb:cc:dd:ee:01'
const OTHER = 'aa:bb:cc:dd:ee:02'
const START_MS = new Date(2026, 2, 20, 12).getTime()
const listed = Listed.read('bad.example.org # a comment\n\n6.6.6.0/24')
const outside = {
  ...NOTHING_KNOWN,
  listedAs: (ip: string, name: string | null) => listed.listedAs(ip, name),
  countryOf: (ip: string) => (ip.startsWith('9.') ? 'CH' : 'US'),
  isOwnResolver: (ip: string) => ip === '7.7.7.7',
}

let api: TestApi
let sequence = 0

beforeEach(async () => {
  api = await createTestApi({}, outside)
  sequence = 0
  const hosts = [hostOf('192.168.1.10', MAC), hostOf('192.168.1.11', OTHER)]
  await take({ kind: 'observation', hosts, names: [], clues: [] })
})

afterEach(async () => await api[Symbol.asyncDispose]())

async function take(...payloads: Parameters<typeof event>[1][]): Promise<void> {
  const events = payloads.map((payload) => event(++sequence, payload))
  await applyEvents(api.deps.store, SOURCE, events, START_MS)
  await api.deps.store.traffic.fold()
}

const row = (remoteIp: string, servicePort: number, more: Partial<TrafficRow> = {}) => ({
  ...{
    deviceMac: MAC,
    remoteIp,
    servicePort,
    protocol: 6,
    txBytes: 100,
    rxBytes: 900,
    txPackets: 1,
    rxPackets: 1,
  },
  ...more,
})
const get = async <T>(path: string) => (await (await api.request('GET', path)).json()) as T
const notes = async (query = '') => (await get<NotesResponse>(`/api/notes${query}`)).notes
const kinds = async () => (await notes()).map(({ kind, subject }) => `${kind} ${subject}`).sort()

test('months begin on the billing day, and tell the internet from the rest', async () => {
  const rows = [row('9.9.9.1', 443), row('192.168.1.5', 445), row('224.0.0.251', 5353), row('', 0)]
  await take(trafficOf(rows, START_MS), trafficOf([row('9.9.9.1', 443)], START_MS - 30 * DAY_MS))
  const { months } = await get<MonthsResponse>('/api/traffic/months')
  expect(months.map(({ from, to }) => [from, to])).toEqual([
    ['2026-03-01', '2026-03-31'],
    ['2026-02-01', '2026-02-28'],
  ])
  const sum = { txBytes: 100, rxBytes: 900 }
  expect(months[0]?.reach).toEqual({ internet: sum, local: sum, group: sum, not_ip: sum })
  const changed = await api.request('POST', '/api/traffic/months', { body: { billingDay: 25 } })
  expect(((await changed.json()) as MonthsResponse).months.map(({ from, to }) => [from, to])).toEqual([
    ['2026-02-25', '2026-03-24'],
    ['2026-01-25', '2026-02-24'],
  ])
  expect((await get<MonthsResponse>(`/api/traffic/months?device=${OTHER}`)).months).toEqual([])
})

test('what a second sensor counts is in no month', async () => {
  await take(trafficOf([row('9.9.9.1', 443, { isSecondView: true })], START_MS))
  expect((await get<MonthsResponse>('/api/traffic/months')).months).toEqual([])
})

test('a quota is told once when its share is reached, and of all devices together, too', async () => {
  const set = (device: string | null) =>
    api.request('POST', '/api/quotas', { body: { device, limitBytes: 2000, alertPercent: 50 } })
  expect((await set(MAC)).status).toBe(200)
  expect((await set(null)).status).toBe(200)
  await take(trafficOf([row('9.9.9.1', 443, { rxBytes: 800 })], Date.now()))
  expect((await kinds()).filter((one) => one.startsWith('quota'))).toEqual([])
  await take(trafficOf([row('9.9.9.1', 443)], Date.now()), trafficOf([row('9.9.9.1', 443)], Date.now()))
  const told = (await notes()).filter(({ kind }) => kind === 'quota')
  expect(told.map(({ device, isAlert }) => [device, isAlert]).sort()).toEqual([
    [null, true],
    [MAC, true],
  ])
  const { quotas } = await get<QuotasResponse>('/api/quotas')
  expect(quotas.map(({ device, usedBytes }) => [device, usedBytes])).toEqual([
    [null, 2900],
    [MAC, 2900],
  ])
  await api.request('POST', '/api/quotas', { body: { device: MAC, limitBytes: null } })
  expect((await get<QuotasResponse>('/api/quotas')).quotas).toHaveLength(1)
  const stranger = { device: 'aa:aa:aa:aa:aa:aa', limitBytes: 1 }
  expect((await api.request('POST', '/api/quotas', { body: stranger })).status).toBe(404)
})

test('whom a device bypasses its network by is told with since when', async () => {
  const named = { ip: '9.1.1.1', mac: '', name: 'www.example.org', source: 'dns' as const }
  await take({ kind: 'observation', hosts: [], names: [named], clues: [] })
  const rows = [
    row('192.168.1.1', 53, { protocol: 17 }),
    row('7.7.7.7', 53, { protocol: 17 }),
    row('8.8.8.8', 853),
    row('1.1.1.1', 443),
    row('9.1.1.1', 443),
    row('224.0.0.251', 5353, { protocol: 17 }),
  ]
  await take(trafficOf(rows, START_MS))
  const found = await get<ResolversResponse>(`/api/traffic/resolvers?device=${MAC}`)
  expect(found.resolvers.map(({ ip, way, isOwn }) => `${ip} ${way} ${isOwn}`).sort()).toEqual([
    '1.1.1.1 doh false',
    '192.168.1.1 dns true',
    '7.7.7.7 dns true',
    '8.8.8.8 dot false',
  ])
  expect(found).toMatchObject({ bypassSinceMs: START_MS, destinations: 4, unnamed: 3 })
  expect((await kinds()).filter((one) => one.startsWith('resolver'))).toEqual(['resolver 8.8.8.8'])
  const other = await get<ResolversResponse>(`/api/traffic/resolvers?device=${OTHER}`)
  expect(other).toEqual({ resolvers: [], bypassSinceMs: null, destinations: 0, unnamed: 0 })
})

test('what is new for a device is noted once it has been listened to for a week', async () => {
  await take(trafficOf([row('8.1.1.1', 443)], START_MS), trafficOf([row('9.1.1.1', 25)], START_MS))
  expect(await kinds()).toEqual([])
  const later = START_MS + 8 * DAY_MS
  await take(trafficOf([row('8.1.1.2', 8443), row('8.1.1.3', 443), row('8.1.1.4', 50_000)], later))
  expect(await kinds()).toEqual(['port tcp/8443'])
  await take(
    trafficOf([row('8.1.1.2', 8443)], later + 1),
    trafficOf([row('8.1.1.2', 8443, { deviceMac: OTHER })], later),
  )
  expect(await kinds()).toEqual(['port tcp/8443'])
  const [note] = await notes(`?device=${MAC}`)
  expect(note).toMatchObject({
    device: MAC,
    isAlert: false,
    text: `${MAC} uses tcp/8443 of the internet for the first time.`,
  })
  expect(await notes(`?device=${OTHER}`)).toEqual([])
})

test('a person turns notes into alerts, which go out by the channels, or off', async () => {
  const level = (kind: string, to: string) =>
    api.request('POST', '/api/note-levels', { body: { kind, level: to } })
  await level('resolver', 'alert')
  await take(trafficOf([row('8.8.8.8', 53)], START_MS))
  const happenings = await api.deps.store.outbox.happenings(100)
  expect(happenings.filter(({ kind }) => kind === 'note')).toHaveLength(1)
  await level('resolver', 'off')
  await take(trafficOf([row('8.8.4.4', 53)], START_MS))
  expect((await kinds()).filter((one) => one.startsWith('resolver'))).toEqual(['resolver 8.8.8.8'])
})

test('what is on the list is an alert from the first day, by address and by name', async () => {
  const named = { ip: '5.5.5.5', mac: '', name: 'cdn.bad.example.org', source: 'tls' as const }
  await take({ kind: 'observation', hosts: [], names: [named], clues: [] })
  await take(trafficOf([row('5.5.5.5', 443), row('6.6.6.9', 80), row('6.6.7.9', 80)], START_MS))
  expect(await kinds()).toEqual(['listed 6.6.6.9', 'listed bad.example.org'])
  expect((await notes()).every(({ isAlert }) => isAlert)).toBe(true)
})

test('what gets its name only later is looked at again under it', async () => {
  await take(trafficOf([row('5.5.5.5', 443)], START_MS))
  expect(await kinds()).toEqual([])
  const named = { ip: '5.5.5.5', mac: '', name: 'cdn.bad.example.org', source: 'tls' as const }
  await take({ kind: 'observation', hosts: [], names: [named], clues: [] })
  await take(trafficOf([row('5.5.5.5', 443)], START_MS + 1))
  expect(await kinds()).toEqual(['listed bad.example.org'])
})

test('a list with a line that is none of them is refused, with its number', () => {
  expect(() => Listed.read('1.2.3.4\nhttp://bad/')).toThrow('Line 2')
})

test('a device with destinations without end is known by the first of them', async () => {
  const many = Array.from({ length: 700 }, (_, i) => row(`8.8.${i >> 8}.${i & 255}`, 53))
  await take(trafficOf(many, START_MS))
  const { total } = await get<NotesResponse>('/api/notes')
  expect(total).toBe(500)
  await take(trafficOf([row('8.9.9.9', 53)], START_MS))
  expect(await kinds()).not.toContain('resolver 8.9.9.9')
})

test('all of it goes with its device', async () => {
  await take(trafficOf([row('8.8.8.8', 53)], START_MS))
  expect((await api.request('DELETE', `/api/devices/${MAC}`)).status).toBe(204)
  expect(await notes()).toEqual([])
  expect((await get<MonthsResponse>('/api/traffic/months')).months).toEqual([])
})
