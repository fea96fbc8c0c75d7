/** How people find things: by words in any order, by part of a MAC as their other tools write it, by the shown name. */

import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AlertsResponse } from '../contract/alerts.js'
import type { SnapshotsResponse } from '../contract/clients.js'
import type { DevicesResponse } from '../contract/devices.js'
import type { DestinationsResponse } from '../contract/traffic.js'
import type { EventPayload } from '../daemon/types.js'
import { applyEvents } from '../ingest/apply.js'
import { createTestApi, FAKE_SOURCE, type TestApi } from '../testing/test-api.js'
import { alertOf, event, hostOf, rename, trafficOf } from '../testing/test-store.js'

const LAMP = 'aa:bb:cc:dd:ee:01'
const PHONE = '02:00:5e:10:00:02'
const PLAIN = '02:00:5e:10:00:01'
const SENSOR = { daemonId: FAKE_SOURCE.daemonId, interface: 'eth0' }

let api: TestApi

beforeAll(async () => {
  api = await createTestApi()
  const events: EventPayload[] = [
    {
      kind: 'observation',
      hosts: [hostOf('10.0.0.1', LAMP), hostOf('10.0.0.2', PHONE), hostOf('10.0.0.3', PLAIN)].map((host) => ({
        ...host,
        sensor: SENSOR,
      })),
      names: [{ ip: '10.0.0.2', mac: PHONE, name: 'Bobs-phone', source: 'dhcp' }],
      clues: [],
    },
    trafficOf([{ deviceMac: LAMP, remoteIp: '' }, { deviceMac: PHONE }], 1_800_000_000_000, SENSOR),
    {
      kind: 'alert',
      alert: alertOf({
        sensor: SENSOR,
        parties: [{ role: 'suspect', mac: LAMP, ip: '', certainty: 'likely' }],
      }),
    },
  ]
  const { store } = api.deps
  await applyEvents(
    store,
    FAKE_SOURCE,
    events.map((payload, i) => event(i + 1, payload)),
    1_800_000_000_000,
  )
  await store.traffic.fold()
  await rename(store, LAMP, 'Lamp in the kitchen')
})

afterAll(() => api[Symbol.asyncDispose]())

async function get<T>(path: string): Promise<T> {
  return (await (await api.request('GET', path)).json()) as T
}

async function devices(query: string): Promise<string[]> {
  return (await get<DevicesResponse>(`/api/devices?${query}`)).devices.map(({ mac }) => mac)
}

test.each([
  ['kitchen lamp', [LAMP]],
  ['example kitchen', [LAMP]],
  ['kitchen phone', []],
  ['aa-bb-cc', [LAMP]],
  ['aabb.ccdd', [LAMP]],
  ['aabbccdd', [LAMP]],
  ['AABB.CCDD.EE01', [LAMP]],
])('the search for %j finds %j', async (words, found) => {
  const q = encodeURIComponent(words)
  expect(await devices(`q=${q}`)).toEqual(found)
  const { alerts } = await get<AlertsResponse>(`/api/alerts?q=${q}`)
  // Alerts know nothing of vendors.
  if (!words.includes('example')) expect(alerts).toHaveLength(found.length)
})

test('a whole MAC is read in every notation', async () => {
  for (const mac of ['AA-BB-CC-DD-EE-01', 'aabb.ccdd.ee01', 'aabbccddee01']) {
    expect((await get<AlertsResponse>(`/api/alerts?mac=${mac}`)).total).toBe(1)
  }
})

test('the order by name is that of the names shown, and what has none comes last', async () => {
  expect(await devices('sort=name')).toEqual([PHONE, LAMP, PLAIN])
  expect(await devices('sort=-name')).toEqual([PLAIN, LAMP, PHONE])
})

test('what is not IP is a destination that can be chosen', async () => {
  const { destinations } = await get<DestinationsResponse>('/api/traffic/destinations?dst=none')
  expect(destinations.map(({ dst }) => dst)).toEqual([''])
})

test('a snapshot counts devices: one may have several addresses', async () => {
  const client = {
    hostname: null,
    vendor: null,
    interface: 'eth0',
    evidence: 'own',
    isSelf: false,
    isGateway: false,
  }
  const clients = [
    { ip: '10.0.0.1', mac: LAMP, ...client },
    { ip: 'fe80::1', mac: LAMP, ...client },
    { ip: '10.0.0.9', mac: null, ...client },
  ]
  await api.deps.store.snapshots.save(clients, 'arp', '', 1)
  const { snapshots } = await get<SnapshotsResponse>('/api/clients/history')
  expect(snapshots.map(({ hosts }) => hosts)).toEqual([2])
})
