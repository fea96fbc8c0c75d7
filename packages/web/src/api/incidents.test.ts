import { expect, test } from 'vitest'
import type { IncidentDetail, IncidentRecord, IncidentsResponse } from '../contract/incidents.js'
import { applyEvents } from '../ingest/apply.js'
import { createTestApi, FAKE_SOURCE, type TestApi } from '../testing/test-api.js'
import { alertOf, event } from '../testing/test-store.js'

const ID = 'a'.repeat(32)

async function withIncident(api: TestApi): Promise<void> {
  const alert = alertOf({
    sensor: { daemonId: FAKE_SOURCE.daemonId, interface: 'eth0' },
    verifications: [
      {
        method: 'unicast_who_has',
        target: { ip: '192.168.1.1', mac: 'aa:bb:cc:dd:ee:01' },
        result: 'answered',
        atMs: 1_800_000_000_005,
      },
    ],
    seen: { rule: 'seen_claim_to_all', params: { mac: 'aa:bb:cc:dd:ee:66', ip: '192.168.1.1' } },
  })
  await applyEvents(api.deps.store, FAKE_SOURCE, [event(1, { kind: 'alert', alert })], 1_800_000_000_000)
}

test('an incident is one sentence in either language, with its timeline', async () => {
  await using api = await createTestApi()
  await withIncident(api)
  const sentence = async (language: string) => {
    const response = await api.request('GET', '/api/incidents', { headers: { 'accept-language': language } })
    const { incidents } = (await response.json()) as IncidentsResponse
    return incidents[0]?.sentence
  }
  expect(await sentence('en')).toBe('aa:bb:cc:dd:ee:66 claims 192.168.1.1.')
  expect(await sentence('id')).toMatch(/^aa:bb:cc:dd:ee:66 mengaku memiliki 192\.168\.1\.1/)
  const response = await api.request('GET', `/api/incidents/${ID}`)
  const detail = (await response.json()) as IncidentDetail
  expect(detail.timeline.map(({ kind, text }) => [kind, text])).toEqual([
    ['alert', expect.stringContaining('192.168.1.1')],
    ['opened', ''],
    ['check', 'aa:bb:cc:dd:ee:01 (192.168.1.1) answered when it was asked.'],
  ])
})

test('a person reads, snoozes and mutes it, and every open page is told', async () => {
  await using api = await createTestApi()
  await withIncident(api)
  const stream = api.deps.hub.subscribe(null, 'test')
  const post = async (verb: string, body: unknown) => {
    const response = await api.request('POST', `/api/incidents/${ID}/${verb}`, { body })
    expect(response.status).toBe(200)
    return (await response.json()) as IncidentRecord
  }
  expect(await post('acknowledge', { by: 'Ani' })).toMatchObject({
    state: 'acknowledged',
    acknowledgedBy: 'Ani',
  })
  const before = Date.now()
  expect((await post('snooze', { minutes: 5 })).snoozedUntilMs).toBeGreaterThanOrEqual(before + 300_000)
  expect((await post('mute', { minutes: 5 })).mutedUntilMs).toBeGreaterThanOrEqual(before + 300_000)
  expect((await post('mute', { minutes: 0 })).mutedUntilMs).toBe(0)
  const first = await stream?.next(new AbortController().signal, 1000)
  expect(first?.news).toMatchObject({ type: 'incident', stored: { acknowledgedBy: 'Ani' } })
  const missing = await api.request('POST', `/api/incidents/${'0'.repeat(32)}/snooze`, {
    body: { minutes: 5 },
  })
  expect([missing.status, ((await missing.json()) as { reason: string }).reason]).toEqual([
    404,
    'NO_INCIDENT',
  ])
  const list = await api.request('GET', '/api/incidents?state=acknowledged')
  const { counts } = (await list.json()) as IncidentsResponse
  expect(counts).toEqual([{ state: 'acknowledged', severity: 'warning', count: 1 }])
})

test('who reads the last of its alerts has read the incident', async () => {
  await using api = await createTestApi()
  await withIncident(api)
  const stream = api.deps.hub.subscribe(null, 'test')
  const { incidents } = (await (await api.request('GET', '/api/incidents')).json()) as IncidentsResponse
  expect(incidents[0]?.state).toBe('open')
  expect((await api.request('POST', `/api/alerts/${ID}/acknowledge`, { body: {} })).status).toBe(200)
  const response = await api.request('GET', `/api/incidents/${ID}`)
  expect(await response.json()).toMatchObject({ state: 'acknowledged' })
  const told: unknown[] = []
  for (let i = 0; i < 2; i++) told.push((await stream?.next(new AbortController().signal, 1000))?.news.type)
  expect(told).toEqual(['alert', 'incident'])
})

test('many are read or muted at once, or none when one is not there', async () => {
  await using api = await createTestApi()
  await withIncident(api)
  const bulk = (body: unknown) => api.request('POST', '/api/incident-bulk', { body })
  const read = async () => (await (await api.request('GET', `/api/incidents/${ID}`)).json()) as IncidentDetail
  expect((await bulk({ ids: [ID, '0'.repeat(32)], acknowledge: {} })).status).toBe(404)
  expect((await read()).state).toBe('open')
  expect((await bulk({ ids: [ID] })).status).toBe(400)
  expect(await (await bulk({ ids: [ID, ID], mute: { minutes: 60 } })).json()).toEqual({ incidents: 1 })
  expect(await (await bulk({ ids: [ID], acknowledge: { by: 'Ani' } })).json()).toEqual({ incidents: 1 })
  expect(await read()).toMatchObject({ state: 'acknowledged', acknowledgedBy: 'Ani' })
  expect((await read()).mutedUntilMs).toBeGreaterThan(Date.now())
})

test('an incident leads to its alerts, and an alert to its incident', async () => {
  await using api = await createTestApi()
  await withIncident(api)
  const total = async (path: string) =>
    ((await (await api.request('GET', path)).json()) as { total: number }).total
  expect(await total(`/api/alerts?incident=${ID}`)).toBe(1)
  expect(await total(`/api/alerts?incident=${'0'.repeat(32)}`)).toBe(0)
  expect(await total(`/api/incidents?alert=${ID}`)).toBe(1)
  expect(await total(`/api/incidents?alert=${'0'.repeat(32)}`)).toBe(0)
})
