/** Traffic over time of several devices by one request: what each of them has alone. */

import { MINUTE_MS } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import type { DeviceSeriesResponse, SeriesResponse } from '../contract/traffic.js'
import { applyEvents } from '../ingest/apply.js'
import { createTestApi } from '../testing/test-api.js'
import { event, SOURCE, trafficOf } from '../testing/test-store.js'

const macOf = (index: number) => `aa:bb:cc:dd:ee:0${index}`
const STRANGER = 'aa:bb:cc:dd:ee:99'

test('each device that is asked for has its own points, or none', async () => {
  await using api = await createTestApi()
  const { store } = api.deps
  const nowMs = Date.now()
  const rows = (rxBytes: number) => [1, 2].map((i) => ({ deviceMac: macOf(i), rxBytes: i * rxBytes }))
  const events = [
    event(1, trafficOf(rows(1000), nowMs - 3 * MINUTE_MS)),
    event(2, trafficOf(rows(10), nowMs)),
  ]
  await applyEvents(store, SOURCE, events, nowMs)
  await store.traffic.fold()
  const get = async <T>(path: string) => (await (await api.request('GET', path)).json()) as T
  const from = nowMs - 60 * MINUTE_MS
  const asked = [macOf(1), STRANGER, macOf(2)]
  const found = await get<DeviceSeriesResponse>(`/api/traffic/series/devices?devices=${asked}&from=${from}`)
  expect(found.series.map(({ device }) => device)).toEqual(asked)
  expect(found.series[0]?.points.length).toBeGreaterThan(0)
  expect(found.series[1]?.points).toEqual([])
  for (const { device, points } of found.series) {
    const alone = await get<SeriesResponse>(`/api/traffic/series?device=${device}&from=${from}`)
    expect(alone).toEqual({ stepMs: found.stepMs, points })
  }
})

test.each(['', 'x', `${macOf(1)},`, Array.from({ length: 101 }, () => macOf(1)).join(',')])(
  'no or too many devices, or what is none, are refused: %.20s',
  async (devices) => {
    await using api = await createTestApi()
    const response = await api.request('GET', `/api/traffic/series/devices?devices=${devices}`)
    expect(response.status).toBe(400)
  },
)
