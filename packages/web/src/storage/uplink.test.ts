import { DAY_MS, MINUTE_MS, render } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import type { Uplink } from '../contract/internet.js'
import { captureFrom } from '../daemon/convert.js'
import { captureStatus } from '../daemon/fake-messages.js'
import type { CaptureStatus, DaemonEvent } from '../daemon/types.js'
import { applyEvents } from '../ingest/apply.js'
import { NO_PRESSURE, planRetention } from '../ingest/retention-plan.js'
import { createTestStore, event, SENSOR, SOURCE } from '../testing/test-store.js'
import type { Store } from './store.js'

const NOW = 1_800_000_000_000

function told(sequence: number, uplink: Partial<Uplink> | null, state: CaptureStatus['state'] = 'running') {
  const rests = {
    answeredMs: NOW,
    evidence: 'resolver',
    gateway: '192.168.1.1',
    gatewayAnsweredMs: NOW,
  } as const
  const full = uplink && { state: 'up' as const, sinceMs: NOW, ...rests, ...uplink }
  const status = { ...captureFrom(captureStatus('eth0')), sensor: SENSOR, state, uplink: full }
  return event(sequence, { kind: 'capture', status })
}

const apply = (store: Store, ...events: DaemonEvent[]) => applyEvents(store, SOURCE, events, NOW)
const spans = async (store: Store) =>
  (await store.uplinks.list(0, 100)).map(({ state, fromMs, toMs }) => [
    state,
    fromMs - NOW,
    toMs && toMs - NOW,
  ])

async function said(store: Store): Promise<[string, number, string][]> {
  const happenings = await store.outbox.happenings(100)
  return happenings
    .filter(({ kind }) => kind.startsWith('internet'))
    .map(({ kind, atMs, detail }) => [kind, atMs - NOW, render(JSON.parse(detail), 'en')])
}

test('each state is a span, and only what is news of an outage is told', async () => {
  await using test = await createTestStore()
  const { store } = test
  await apply(store, told(1, null), told(2, { state: 'unknown' }), told(3, {}))
  await apply(store, told(4, { answeredMs: NOW + 5 }), told(4, { state: 'beyond_silent' }))
  await apply(store, told(5, { state: 'beyond_silent', sinceMs: NOW + MINUTE_MS }))
  await apply(store, told(6, { state: 'gateway_silent', sinceMs: NOW + 2 * MINUTE_MS }))
  await apply(store, told(7, { sinceMs: NOW + 4 * MINUTE_MS }))
  expect(await spans(store)).toEqual([
    ['up', 4 * MINUTE_MS, null],
    ['gateway_silent', 2 * MINUTE_MS, 4 * MINUTE_MS],
    ['beyond_silent', MINUTE_MS, 2 * MINUTE_MS],
    ['up', 0, MINUTE_MS],
    ['unknown', 0, 0],
  ])
  expect(await said(store)).toEqual([
    [
      'internet_lost',
      MINUTE_MS,
      'The internet cannot be reached: the gateway 192.168.1.1 answers, nothing beyond it does (eth0).',
    ],
    ['internet_back', 4 * MINUTE_MS, 'The internet can be reached again, after 3 min (eth0).'],
  ])
})

test('a sensor that does not watch knows nothing, and an outage that it finds again is the same one', async () => {
  await using test = await createTestStore()
  const { store } = test
  await apply(store, told(1, {}), told(2, { state: 'gateway_silent', sinceMs: NOW + MINUTE_MS }))
  await apply(store, told(3, { state: 'gateway_silent' }, 'retrying'), told(4, null, 'starting'))
  await apply(store, told(5, { state: 'gateway_silent', sinceMs: NOW + 9 * MINUTE_MS }))
  expect((await spans(store)).map(([state]) => state)).toEqual([
    ...['gateway_silent', 'unknown', 'gateway_silent', 'up'],
  ])
  expect((await said(store)).map(([kind]) => kind)).toEqual(['internet_lost'])
})

test('where it is not watched there are no spans', async () => {
  await using test = await createTestStore()
  await apply(test.store, told(1, null), told(2, null, 'retrying'))
  expect(await spans(test.store)).toEqual([])
})

test('spans that ended long ago are forgotten, the one that lasts is not', async () => {
  await using test = await createTestStore()
  const { store } = test
  await apply(store, told(1, {}), told(2, { state: 'gateway_silent', sinceMs: NOW + MINUTE_MS }))
  const policy = { retentionDays: 30, budgetBytes: 1e9 }
  await store.retention.apply(planRetention(NOW + 60 * DAY_MS, policy, NO_PRESSURE))
  expect((await spans(store)).map(([state]) => state)).toEqual(['gateway_silent'])
})
