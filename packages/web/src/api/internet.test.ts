/** What a daemon says of the internet, where it is asked for: in the list, the status, the metrics and the command. */

import { DAY_MS } from '@netwatcher/shared'
import { UplinkEvidence, UplinkState } from '@netwatcher/shared/gen/netwatcher/v1/capture'
import { expect, test } from 'vitest'
import { Client } from '../cli/client.js'
import { showStatus } from '../cli/show.js'
import type { UplinkSpansResponse } from '../contract/internet.js'
import type { StatusResponse } from '../contract/status.js'
import { captureFrom } from '../daemon/convert.js'
import { captureStatus } from '../daemon/fake-messages.js'
import { applyEvents } from '../ingest/apply.js'
import { createTestApi, FAKE_SOURCE } from '../testing/test-api.js'
import { event } from '../testing/test-store.js'

const NOW = 1_800_000_000_000

function saying(state: UplinkState, sinceMs = NOW) {
  const uplink = {
    ...{ state, sinceMs: BigInt(sinceMs), answeredMs: BigInt(NOW), evidence: UplinkEvidence.RESOLVER },
    ...{ gateway: '192.168.1.1', gatewayAnsweredMs: BigInt(NOW) },
  }
  return { ...captureStatus('eth0'), uplink }
}

test('states are listed with their begin and end', async () => {
  await using api = await createTestApi({ nowMs: () => NOW + 60_000 })
  const events = [saying(UplinkState.UP), saying(UplinkState.BEYOND_SILENT, NOW + 9000)].map((status, i) =>
    event(i + 1, { kind: 'capture', status: captureFrom(status) }),
  )
  await applyEvents(api.deps.store, FAKE_SOURCE, events, NOW)
  const ask = async (query: string) =>
    ((await (await api.request('GET', `/api/internet${query}`)).json()) as UplinkSpansResponse).spans
  const rests = { site: 'default', interface: 'eth0', gateway: '192.168.1.1', evidence: 'resolver' }
  expect(await ask('')).toMatchObject([
    { ...rests, state: 'beyond_silent', fromMs: NOW + 9000, toMs: null },
    { ...rests, state: 'up', fromMs: NOW, toMs: NOW + 9000, answeredMs: NOW },
  ])
  expect(await ask(`?fromMs=${NOW + 9001}`)).toHaveLength(1)
  expect((await api.request('GET', '/api/internet?fromMs=soon')).status).toBe(400)
})

test('what began by a clock that was set back does not lie in the future', async () => {
  await using api = await createTestApi({ nowMs: () => NOW + 60_000 })
  const said = (sequence: number, state: UplinkState, atMs: number) => ({
    ...event(sequence, { kind: 'capture', status: captureFrom(saying(state, atMs)) }),
    atMs,
  })
  const sensor = { daemonId: FAKE_SOURCE.daemonId, interface: 'eth0' }
  const step = { ...event(3, { kind: 'clock_step', sensor, stepMs: -365 * DAY_MS }), atMs: NOW }
  const events = [
    said(1, UplinkState.BEYOND_SILENT, NOW + 364 * DAY_MS),
    said(2, UplinkState.UP, NOW + 365 * DAY_MS),
    step,
    said(4, UplinkState.BEYOND_SILENT, NOW + 9000),
    said(5, UplinkState.UP, NOW + 19_000),
  ]
  await applyEvents(api.deps.store, FAKE_SOURCE, events, NOW)
  const answer = await api.request('GET', `/api/internet?fromMs=${NOW - 2 * DAY_MS}`)
  const { spans } = (await answer.json()) as UplinkSpansResponse
  expect(spans.map(({ fromMs, toMs }) => [fromMs, toMs])).toEqual([
    [NOW + 19_000, null],
    [NOW + 9000, NOW + 19_000],
    [NOW, NOW + 9000],
    [NOW - DAY_MS, NOW],
  ])
})

test.each([
  [UplinkState.UP, [1, 1], 'up, by 192.168.1.1, since 2027-01-15 08:00:00 UTC'],
  [UplinkState.BEYOND_SILENT, [0, 1], 'down: 192.168.1.1 answers, nothing beyond it does, since 2027'],
  [UplinkState.GATEWAY_SILENT, [0, 0], 'down: 192.168.1.1 does not answer, since 2027'],
  [UplinkState.UNKNOWN, [], 'not known\n'],
])('state %i is in the status, the metrics and the command', async (state, figures, line) => {
  await using api = await createTestApi()
  api.fake.sensors = [saying(state)]
  api.daemon.link.connected(await api.daemon.api.getStatus())
  const metrics = await (await api.request('GET', '/metrics')).text()
  const told =
    metrics.match(/^netwatcher_(?:internet|gateway)_up\{daemon="local",interface="eth0"\} \d$/gm) ?? []
  expect(told.map((sample) => Number(sample.at(-1)))).toEqual(figures)
  const status = (await (await api.request('GET', '/api/status')).json()) as StatusResponse
  const client = new Client({ url: 'http://127.0.0.1', token: '' })
  client.get = async <T>() => status as T
  expect((await showStatus(client)).text).toContain(`internet (local eth0): ${line}`)
})
