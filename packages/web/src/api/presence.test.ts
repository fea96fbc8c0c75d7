import { MINUTE_MS } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import type { TransitionsResponse } from '../contract/presence.js'
import { applyEvents } from '../ingest/apply.js'
import { createTestApi, FAKE_SOURCE } from '../testing/test-api.js'
import { event, hostOf } from '../testing/test-store.js'

const NOW = 1_800_000_000_000
const LAPTOP = 'aa:bb:cc:dd:ee:01'

test('who came and who left is listed, the first time of a device told apart', async () => {
  await using api = await createTestApi({ nowMs: () => NOW + 3 * MINUTE_MS })
  const { store } = api.deps
  const sensor = { daemonId: FAKE_SOURCE.daemonId, interface: 'eth0' }
  const seen = (sequence: number, seenMs: number) =>
    event(sequence, {
      kind: 'observation',
      hosts: [hostOf('10.0.0.1', LAPTOP, { sensor, seenMs })],
      names: [],
      clues: [],
    })
  await applyEvents(store, FAKE_SOURCE, [seen(1, NOW)], NOW)
  await api.request('PATCH', `/api/devices/${LAPTOP}`, { body: { name: 'Laptop of Ann' } })
  const id = (await store.inventory.idOf(LAPTOP)) ?? 0
  const gone = { id, presence: 'offline' as const, lastSeenMs: NOW, evidence: 'arp_solicited' }
  await store.presence.settle([gone], NOW + MINUTE_MS)
  await applyEvents(store, FAKE_SOURCE, [seen(2, NOW + 2 * MINUTE_MS)], NOW + 2 * MINUTE_MS)

  const response = await api.request('GET', '/api/presence/changes')
  const { transitions } = (await response.json()) as TransitionsResponse
  expect(transitions.map(({ isPresent, isFirst, deviceName }) => [isPresent, isFirst, deviceName])).toEqual([
    [true, false, 'Laptop of Ann'],
    [false, false, 'Laptop of Ann'],
    [true, true, 'Laptop of Ann'],
  ])
  const later = await api.request('GET', `/api/presence/changes?fromMs=${NOW + MINUTE_MS}`)
  expect(((await later.json()) as TransitionsResponse).transitions).toHaveLength(1)
})
