import { status } from '@grpc/grpc-js'
import { expect, test } from 'vitest'
import { applyEvents } from '../ingest/apply.js'
import { createTestApi, FAKE_SOURCE } from '../testing/test-api.js'
import { event, hostOf } from '../testing/test-store.js'

const NOW = 1_800_000_000_000
const NAS = 'aa:bb:cc:dd:ee:01'
const DOCK = 'aa:bb:cc:dd:ee:02'

async function withDevices() {
  const api = await createTestApi()
  const sensor = { daemonId: FAKE_SOURCE.daemonId, interface: 'eth0' }
  const hosts = [hostOf('10.0.0.1', NAS, { sensor }), hostOf('10.0.0.2', DOCK, { sensor })]
  const seen = event(1, { kind: 'observation', hosts, names: [], clues: [] })
  await applyEvents(api.deps.store, FAKE_SOURCE, [seen], NOW)
  return api
}

test('every MAC of a device is woken', async () => {
  await using api = await withDevices()
  const other = await api.deps.store.inventory.idOf(DOCK)
  await api.request('POST', `/api/devices/${NAS}/merge`, { body: { ids: [other] } })
  const response = await api.request('POST', `/api/devices/${NAS}/wake`)
  expect([response.status, await response.json()]).toEqual([200, { frames: 6 }])
  expect(api.fake.woken.toSorted()).toEqual([NAS, DOCK])
})

test('a refusal of the daemon is passed on, and a device that nobody knows is none', async () => {
  await using api = await withDevices()
  api.fake.failures.set('wake', {
    code: status.NOT_FOUND,
    reason: 'MAC_NOT_KNOWN',
    details: 'No device with that MAC was seen.',
  })
  const response = await api.request('POST', `/api/devices/${NAS}/wake`)
  expect([response.status, await response.json()]).toMatchObject([404, { reason: 'MAC_NOT_KNOWN' }])
  const unknown = await api.request('POST', '/api/devices/aa:bb:cc:dd:ee:99/wake')
  expect([unknown.status, await unknown.json()]).toMatchObject([404, { reason: 'NO_DEVICE' }])
})
