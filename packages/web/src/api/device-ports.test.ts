/** Port scans are kept, compared with the one before, and made regularly where somebody wants it. */

import { HOUR_MS } from '@netwatcher/shared'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { NotesResponse } from '../contract/notes.js'
import type { StoredPortsResponse } from '../contract/portscan.js'
import { applyEvents } from '../ingest/apply.js'
import { scanWhoIsDue } from '../portscan/regular-port-scans.js'
import { createTestApi, type TestApi } from '../testing/test-api.js'
import { event, hostOf, SOURCE } from '../testing/test-store.js'

const MAC = 'aa:bb:cc:dd:ee:01'
const IP = '192.168.1.10'
const PATH = `/api/devices/${MAC}/ports`
const open = (number: number, service = '') => ({
  protocol: 'tcp',
  number,
  state: 'open',
  service,
  version: '',
})
const closed = (number: number) => ({ ...open(number), state: 'closed' })

let api: TestApi

beforeEach(async () => {
  api = await createTestApi()
  const seen = { kind: 'observation' as const, hosts: [hostOf(IP, MAC)], names: [], clues: [] }
  await applyEvents(api.deps.store, SOURCE, [event(1, seen)], 1000)
})

afterEach(async () => await api[Symbol.asyncDispose]())

const record = (atMs: number, ports: ReturnType<typeof open>[], profile = 'quick', ip = IP) =>
  api.deps.store.portScans.record({ siteId: SOURCE.siteId, ip, profile, ports, atMs })
const stored = async () => (await (await api.request('GET', PATH)).json()) as StoredPortsResponse
const told = async () => ((await (await api.request('GET', '/api/notes')).json()) as NotesResponse).notes

test('a port that is newly open is an alert, and what closed is shown', async () => {
  await record(1, [open(22, 'ssh'), open(80, 'http')])
  expect(await told()).toEqual([])
  await record(2, [open(22, 'ssh'), closed(80), open(23, 'telnet')])
  const { scans } = await stored()
  expect(scans.map(({ atMs, opened, closed }) => ({ atMs, opened, closed }))).toEqual([
    { atMs: 2, opened: ['tcp/23 telnet'], closed: ['tcp/80 http'] },
    { atMs: 1, opened: [], closed: [] },
  ])
  expect(await told()).toMatchObject([{ kind: 'port_opened', subject: 'tcp/23 telnet', isAlert: true }])
})

test('scans are compared within their profile, and those of an address that nobody has are not kept', async () => {
  await record(1, [open(22)])
  await record(2, [open(22), open(8080)], 'services')
  await record(3, [open(22), open(8080)], 'quick', '192.168.1.99')
  expect(await told()).toEqual([])
  expect((await stored()).scans).toHaveLength(2)
})

test('a scan that is asked for is kept', async () => {
  expect((await api.request('POST', '/api/portscan', { body: { ip: IP } })).status).toBe(200)
  expect((await stored()).scans).toHaveLength(1)
})

test('who is to be scanned regularly is taken when it is due, once, and one that fails stops no other', async () => {
  const { store, daemons } = api.deps
  const changed = await api.request('POST', PATH, { body: { everyHours: 24 } })
  expect(((await changed.json()) as StoredPortsResponse).everyHours).toBe(24)
  const later = Date.now() + 25 * HOUR_MS
  expect(await store.portScans.takeDue(Date.now())).toEqual([])
  const due = await store.portScans.takeDue(later)
  expect(due).toMatchObject([{ siteId: SOURCE.siteId, ip: IP }])
  expect(await store.portScans.takeDue(later)).toEqual([])
  const [daemon] = daemons.all
  const errors: unknown[] = []
  const asked: string[] = []
  await scanWhoIsDue({
    takeDue: async () => [{ siteId: 1, ip: 'bad' }, ...due],
    scannerOf: () => (ip, signal) => {
      if (ip === 'bad' || !daemon) throw new Error('no such host')
      return daemon.api.scanPorts(ip, 'quick', signal)
    },
    record: async (_siteId, ip) => void asked.push(ip),
    onError: (error) => errors.push(error),
  })
  expect(errors).toHaveLength(1)
  expect(asked).toEqual([IP])
  await api.request('POST', PATH, { body: { everyHours: null } })
  expect(await store.portScans.takeDue(later + 99 * HOUR_MS)).toEqual([])
})
